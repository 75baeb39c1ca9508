"""A fault in one way to explain an example costs that way alone."""

from collections.abc import Iterator

import pytest

from converter import lesson
from converter.learning import search as searching
from converter.learning.columns import ColumnSearch
from converter.learning.kinds import Kind
from converter.learning.nodes import ColumnRef, Function, Node
from converter.learning.steps.plan import Plan
from converter.table import Example
from tests.converter.learning.learned import converted, rows, table

GIVEN = table("""
Day | Who | Sum
2026-01-02 | Ada | 4.50
2026-01-03 | Bo | 7.00
2026-01-04 | Cy | 1.25
""")
WANTED = table("""
who | sum
ADA | 4.50
BO | 7.00
CY | 1.25
""")
FURTHER = table("""
Day | Who | Sum
2026-02-01 | Di | 9.99
""")
pytestmark = pytest.mark.faulty


def _broken(*_: object) -> Iterator[Plan]:
    raise IndexError("list index out of range")
    yield


def test_a_step_that_fails_leaves_the_other_steps(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    monkeypatch.setattr(searching, "islands", _broken)
    monkeypatch.setattr(searching, "pivots", _broken)
    assert converted(GIVEN, WANTED, FURTHER) == rows(("DI", "9.99"))
    assert all(one.exc_info is not None for one in caplog.records)


def test_an_expression_that_fails_leaves_the_other_expressions(monkeypatch: pytest.MonkeyPatch) -> None:
    broken = Function("broken", Kind.TEXT, "{0}", lambda _: 1 // 0, 0.0)

    def proposed(_: ColumnSearch) -> Iterator[tuple[Node, float]]:
        yield broken(ColumnRef("Who")), 0.0

    monkeypatch.setattr(ColumnSearch, "_spans", proposed)
    assert converted(GIVEN, WANTED, FURTHER) == rows(("DI", "9.99"))


def test_an_example_whose_every_way_fails_is_declined(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lesson, "search", _broken_search)
    found = lesson.learn(Example(GIVEN, WANTED))
    assert found.converter is None
    assert found.reason == "no program was found that turns the input into the expected output"


def _broken_search(*_: object, **__: object) -> None:
    raise KeyError("price")
