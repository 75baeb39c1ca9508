"""When a job may wait without the queue being asked."""

from actors.admission import BELIEVED_SECONDS, ENOUGH, Admission


def test_a_queue_that_has_said_nothing_is_asked() -> None:
    assert not Admission().admits("ada", 0.0)


def test_a_queue_with_much_room_is_not_asked_again_at_once() -> None:
    admission = Admission()

    admission.told("ada", 2 * ENOUGH, 10.0)

    assert admission.admits("ada", 10.0 + BELIEVED_SECONDS)
    assert not admission.admits("ada", 10.1 + BELIEVED_SECONDS)
    assert not admission.admits("bob", 10.0)


def test_where_room_gets_scarce_the_queue_is_asked() -> None:
    admission = Admission()
    admission.told("ada", ENOUGH + 1, 0.0)

    let_in = [admission.admits("ada", 0.0) for _ in range(4)]

    assert let_in == [True, True, False, False]


def test_many_users_take_no_more_memory() -> None:
    admission = Admission()

    for number in range(5000):
        admission.told(f"user-{number}", 2 * ENOUGH, 0.0)

    assert not admission.admits("user-0", 0.0)
    assert admission.admits("user-4999", 0.0)
