"""What is sent again, when, and what never is."""

import pytest

from client.errors import Conflict, TooMany, Unavailable, Unreachable
from client.steps import Request
from tests.client.driving import Driver, Reply, said

READ = Request("GET", "/api/v1/ada/1")
CHANGE = Request("POST", "/api/v1/ada/1/cancel", is_repeatable=False)
BUSY = {"title": "Service Unavailable", "status": 503, "detail": "the store is away"}
BROKEN, UNSENT = Unreachable("it broke off"), Unreachable("refused", was_sent=False)


def test_it_comes_back_when_the_service_says_and_no_sooner() -> None:
    driver = Driver(said(429, {}, retry_after="7"), said(503, BUSY, retry_after="20"), said(200, 1))

    assert driver.run(driver.requesting().told(READ)) == b"1"
    assert driver.pauses == [7, 20]


def test_without_a_word_from_the_service_it_waits_ever_longer() -> None:
    driver = Driver(*[BROKEN] * 5, said(200, 1))

    driver.run(driver.requesting().told(READ))

    assert all(2 * FIRST / 8 * 2**at <= pause <= FIRST * 2**at for at, pause in enumerate(driver.pauses))


FIRST = 0.25


def test_what_would_take_longer_than_it_has_patience_is_told_at_once() -> None:
    driver = Driver(said(429, {"detail": "10000 jobs wait"}, retry_after="300"))

    with pytest.raises(TooMany, match="10000 jobs wait") as caught:
        driver.run(driver.requesting().told(READ))

    assert (caught.value.retry_after, driver.pauses) == (300, [])


def test_it_gives_up_when_its_patience_is_over() -> None:
    driver = Driver(*[said(503, BUSY, retry_after="5") for _ in range(99)])

    with pytest.raises(Unavailable, match="the store is away"):
        driver.run(driver.requesting(patience=22).told(READ))

    assert driver.now == 20


@pytest.mark.parametrize("reply", [BROKEN, said(503, BUSY)])
def test_a_change_that_the_service_may_have_made_is_not_asked_for_twice(reply: Reply | Unreachable) -> None:
    driver = Driver(reply)

    with pytest.raises((Unreachable, Unavailable)):
        driver.run(driver.requesting().told(CHANGE))

    assert len(driver.requests) == 1


@pytest.mark.parametrize("reply", [UNSENT, said(429, {}, retry_after="1")])
def test_a_change_that_it_cannot_have_made_is(reply: Reply | Unreachable) -> None:
    driver = Driver(reply, said(200, 1))

    assert driver.run(driver.requesting().told(CHANGE)) == b"1"


def test_an_answer_that_breaks_off_is_asked_for_again() -> None:
    driver = Driver(Reply(200, (b"half", BROKEN)), Reply(200, (b"who", b"le")))

    assert driver.run(driver.requesting().told(READ)) == b"whole"


def test_what_another_try_would_not_mend_is_raised() -> None:
    driver = Driver(said(409, {"detail": "job 1 is running"}))

    with pytest.raises(Conflict, match="job 1 is running"):
        driver.run(driver.requesting().told(READ))
