"""What a choice decides by: its columns are what a confidence and shared conditions count."""

from converter.learning.agreement import deciders
from converter.learning.expressions.choices import Case, Coalesce, Lookup
from converter.learning.expressions.predicates import is_filled
from converter.learning.nodes import ColumnRef, Constant

STATE, NAME, NICK = ColumnRef("state"), ColumnRef("name"), ColumnRef("nick")


def test_a_map_decides_by_the_column_that_it_maps() -> None:
    assert deciders(Lookup(STATE, {"o": "open"}, NAME, 1.0)) == {"state"}


def test_a_case_decides_by_what_it_asks_for_and_not_by_what_it_gives() -> None:
    assert deciders(Case([(is_filled(STATE), NAME)], NICK, 1.0)) == {"state"}


def test_what_stands_in_for_a_blank_tells_no_rows_apart() -> None:
    assert not deciders(Coalesce([NICK, NAME], 1.0))
    assert not deciders(Coalesce([NAME, Constant("unknown")], 1.0))
