"""The clock counts CPU time, and where a thread gets none of it the wall's."""

import time

import pytest

from converter.learning import clock
from converter.lesson import learn
from converter.table import Example
from tests.converter.learning.lessons import table


@pytest.fixture
def starved(monkeypatch: pytest.MonkeyPatch) -> None:
    """A thread whose CPU time stands still, as on a machine that gives it none."""
    monkeypatch.setattr(time, "thread_time", lambda: 5.0)


def test_a_busy_machine_does_not_shorten_a_search(monkeypatch: pytest.MonkeyPatch) -> None:
    with clock.counted():
        began = time.monotonic()
        used = time.thread_time()
        monkeypatch.setattr(time, "monotonic", lambda: began + 1.0)
        monkeypatch.setattr(time, "thread_time", lambda: used + 0.4)

        assert clock.now() == pytest.approx(0.4, abs=0.05)


def test_a_pause_of_the_machine_counts_as_one_step(monkeypatch: pytest.MonkeyPatch) -> None:
    before = clock.now()
    used = time.thread_time()
    monkeypatch.setattr(time, "thread_time", lambda: used + 60.0)

    assert clock.now() - before == pytest.approx(clock.MOST_AT_ONCE, abs=0.05)


def test_a_starved_thread_counts_the_time_on_the_wall(starved: None, monkeypatch: pytest.MonkeyPatch) -> None:
    with clock.counted():
        began = time.monotonic()
        monkeypatch.setattr(time, "monotonic", lambda: began + 10.0)

        assert clock.now() == pytest.approx(10.0 / clock.SLACK, abs=0.05)


def test_one_search_within_another_counts_for_itself() -> None:
    with clock.counted():
        sum(range(200_000))
        with clock.counted():
            inner = clock.now()

        assert clock.now() > inner


def test_the_time_limit_holds_for_a_starved_search(starved: None) -> None:
    rows = range(8)
    given = table("\n".join(f"p{at},{at}:{at + 1},,k{at}-{at * 7},v{at}/{at + 3}\n,x{at},y{at},," for at in rows), header=False)
    wanted = table("\n".join(f"k{at},{at},y{7 - at},p{3 * at % 8}" for at in rows), header=False)

    began = time.monotonic()
    lesson = learn(Example(given, wanted), seconds=0.5)
    taken = time.monotonic() - began

    assert lesson.converter is None
    assert taken < 2.0  # Without a limit on the wall it goes on for many seconds.
