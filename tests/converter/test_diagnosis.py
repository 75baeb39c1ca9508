"""What nearly fits an example that no program fits."""

from converter.conversion import run_table
from converter.diagnosis import Diagnosis, diagnose
from converter.lesson import Lesson
from converter.table import Example
from tests.converter.asked import LIMITS, table


def diagnosed(given: str, expected: str, partial: str | None = None) -> Diagnosis:
    lesson = Lesson(None, (), "nothing was found", partial, 0.0)
    return diagnose(lesson, Example(table(given), table(expected)), limits=LIMITS)


def test_what_nearly_fits_is_told_with_the_rows_that_speak_against_it() -> None:
    found = diagnosed("name,code ann,A-1 bob,B-2 cy,C-3 di,D-4 ann,A-1", "letter A B C D Q")

    assert "for 4 of 5 rows, and row 5 speaks against it" in found.summary
    assert found.columns[0]["against"] == [{"row": 5, "given": {"code": "A-1"}, "expected": "Q", "made": "A"}]
    assert found.columns[0]["explanation"] == "what stands before the first “-” in code"


def test_what_nearly_fits_can_be_run_and_what_fits_nothing_is_blank() -> None:
    found = diagnosed("a,b foo1,x bar2,y zap3,z qux4,w", "a,c foo1,k9 bar2,m12 zap3,p77 qux4,r5")

    assert found.summary == "a is explained; nothing found comes near c"
    assert found.partial is not None
    assert run_table(found.partial, table("a,b new5,v")).rows == (("new5", None),)


def test_rows_that_nobody_can_tell_are_said_to_be_the_trouble() -> None:
    found = diagnosed("a x", "b p q r")

    assert found.partial is None
    assert "1 rows become 3" in found.summary


def test_another_learners_part_counts_where_it_gives_more() -> None:
    found = diagnosed("a,b k1,x j2,y h3,z", "c,d q,1 w,2 e,3", partial="SELECT regexp_extract(a, '[0-9]') AS d FROM input")

    assert [one["explained"] for one in found.columns] == [False, True]
