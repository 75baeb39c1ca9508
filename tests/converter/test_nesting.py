"""Hostile nesting is refused before it costs anything."""

import resource
import time

import pytest

from converter.errors import RefusedStatement
from converter.nesting import DEEPEST, depth
from converter.statement import check


@pytest.mark.parametrize(
    ("statement", "expected"),
    [
        ("SELECT (a + [1, {'b': (2)}]) FROM input", 4),
        ("SELECT '((((' AS \"((\", /* (( */ 1 -- ((\n, (2) FROM input", 1),
        ("SELECT CASE WHEN a THEN (CASE b WHEN 1 THEN 2 END) END, caseless, ending FROM input", 3),
        ("SELECT 'it''s (' || (a) FROM input", 1),
        ("SELECT ')))' || ((a)) FROM input", 2),
        ("))) ((", 2),
        ("SELECT e'\\'((' || (a)", 3),
        ("SELECT $$'$$, ((a)), '", 2),
        ("SELECT '(((", 0),
    ],
)
def test_depth_counts_brackets_and_cases_outside_of_quotes(statement: str, expected: int) -> None:
    assert depth(statement) == expected


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT " + "(" * 4000 + "1" + ")" * 4000,
        "SELECT " + "[" * 70_000 + "1" + "]" * 70_000,
        "SELECT " + "abs(" * 4000 + "1" + ")" * 4000,
        "SELECT * FROM " + "(SELECT * FROM " * 2000 + "input" + ")" * 2000,
        "SELECT " + "CASE WHEN true THEN " * 2000 + "1" + " END" * 2000,
        "SELECT '" + "/*" * 50_000,
        "SELECT " + "NOT " * 40_000 + "true FROM input",
        "SELECT a FROM input" + " JOIN input USING (a)" * 3000,
        "(" * DEEPEST + "SELECT (1)" + ")" * DEEPEST,
    ],
    ids=["brackets", "lists", "functions", "subqueries", "cases", "comments", "negations", "joins", "one too many"],
)
def test_hostile_nesting_is_refused_in_no_time_and_memory(statement: str) -> None:
    before, started = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.process_time()

    with pytest.raises(RefusedStatement):
        check(statement)

    assert time.process_time() - started < 2
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 200 << 10


def test_what_people_write_is_far_from_the_bound() -> None:
    check("SELECT " + "(" * 30 + "a" + ")" * 30 + " FROM input")
