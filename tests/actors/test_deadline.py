import time

import pytest

from actors.deadline import DeadlineReached, deadline


def test_a_body_that_takes_too_long_is_left() -> None:
    began = time.monotonic()

    with pytest.raises(DeadlineReached), deadline(0.05):
        time.sleep(10)

    assert time.monotonic() - began < 5


def test_no_alarm_rings_after_the_body() -> None:
    with deadline(0.05):
        pass

    time.sleep(0.1)


def test_a_deadline_that_rings_while_an_object_is_finalised_is_not_lost() -> None:
    class Slow:
        def __del__(self) -> None:
            until = time.monotonic() + 0.3
            while time.monotonic() < until:
                pass

    def work() -> None:
        Slow()
        time.sleep(5)

    with pytest.raises(DeadlineReached), deadline(0.1):
        work()
