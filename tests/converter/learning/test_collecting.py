import gc

from converter.learning.collecting import seldom_collected


def test_thresholds_stand_as_before_once_the_last_learner_has_left() -> None:
    before = gc.get_threshold()

    with seldom_collected():
        assert gc.get_threshold() > before
        with seldom_collected():
            pass
        assert gc.get_threshold() > before

    assert gc.get_threshold() == before
