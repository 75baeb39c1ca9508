"""What agents hear of the search's programs: nothing of held-out rows, nothing that recites, and how likely each is."""

from converter.lesson import ColumnEvidence, Lesson
from crew.hints import Hints
from crew.profile import Profile
from tests.crew.examples import example

GIVEN = example(
    "order,kind\n" + "".join(f"A-{at}001,{'new' if at % 2 else 'old'}\n" for at in range(8)),
    "total,label,kind\n" + "".join(f"{at * 37 % 11}.5{at},L{at},{'new' if at % 2 else 'old'}\n" for at in range(8)),
)


def lesson(*columns: tuple[str, str | None, float]) -> Lesson:
    found = (ColumnEvidence(name, sql is not None, sure, sql, ("other",), 8, 8) for name, sql, sure in columns)
    return Lesson(None, tuple(found), "", None, 0.1)


def test_settled_columns_are_fixed_sql_and_others_may_be_coincidence() -> None:
    hints = Hints.of(lesson(("total", "a", 0.99), ("label", "b", 0.5), ("kind", None, 0.0)), Profile.of(GIVEN), 0.95)

    assert "- total = a  -- settled" in hints.for_planner()
    assert "- label = b  -- fits, may be coincidence; other fit too" in hints.for_planner()
    assert "not explained: kind" in hints.for_planner()
    assert hints.for_coder(is_rejected=False).count(" AS ") == 1


def test_a_column_that_recites_counts_as_not_explained() -> None:
    cases = " ".join(f"WHEN 'A-{at}001' THEN '{row[0]}'" for at, row in enumerate(GIVEN.expected.rows))
    hints = Hints.of(lesson(("total", f'CASE "order" {cases} END', 0.5)), Profile(GIVEN, frozenset()), 0.95)

    assert hints.unexplained == ("total",)


def test_nothing_of_held_out_rows_is_told_before_they_are_revealed() -> None:
    hidden = Profile(GIVEN, frozenset({5}))
    secret = GIVEN.expected.rows[5][0]
    known = lesson(("total", f"CASE WHEN kind = 'new' THEN '{secret}' ELSE kind END", 0.5))

    assert str(secret) not in Hints.of(known, hidden, 0.95).for_planner()
    assert str(secret) in Hints.of(known, hidden.revealing(5), 0.95).for_planner()


def test_a_rejected_program_is_not_shown_to_start_from() -> None:
    hints = Hints("SELECT 1", (), ())

    assert "SELECT 1" in hints.for_planner()
    assert "SELECT 1" in hints.for_coder(is_rejected=False)
    assert "SELECT 1" not in hints.for_coder(is_rejected=True, why="blank names")
    assert "blank names" in hints.for_coder(is_rejected=True, why="blank names")
