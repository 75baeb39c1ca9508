"""Changed rows show where programs that fit an example differ."""

from converter.manifest import Converter
from converter.sandbox import Limits
from crew.changed import MOST_SHOWN, differences
from tests.crew.examples import table

LIMITS = Limits(seconds=20, threads=1)
NAMES = table("name,n\nMr. John Smith,5\nDr. Mary Lee,7\n")


def programs(*expressions: str) -> list[Converter]:
    return [Converter(f"SELECT {one} AS made FROM input", ("name", "n"), output_header=("made",)) for one in expressions]


def test_programs_that_do_the_same_differ_on_no_row() -> None:
    assert differences(programs("upper(name)", "upper(name || '')"), NAMES, LIMITS) == []


def test_a_row_that_tells_programs_apart_is_found_with_what_each_makes_of_it() -> None:
    found = differences(programs("split_part(name, ' ', -1)", "split_part(name, ' ', 3)"), NAMES, LIMITS)

    assert len(found) <= MOST_SHOWN
    assert found[0].change.column == "name"
    assert found[0].change.row == ("Mr. John Mary Smith", "5")
    assert found[0].outcomes == ((("Smith",),), (("Mary",),))


def test_the_sign_of_a_number_and_the_day_of_a_date_are_changed() -> None:
    dates = table("name,n\n03/04/2024,5\n01/02/2024,6\n")
    by_day = programs("strftime(strptime(name, '%d/%m/%Y'), '%m')", "strftime(try_strptime(name, '%m/%d/%Y'), '%d')")

    assert differences(programs("n", "abs(TRY_CAST(n AS INTEGER))"), NAMES, LIMITS)
    assert any(one.change.row[0] == "28/04/2024" for one in differences(by_day, dates, LIMITS))


def test_a_program_that_fails_on_a_changed_row_says_why() -> None:
    found = differences(programs("n", "CAST(CAST(n AS UTINYINT) AS VARCHAR)"), NAMES, LIMITS)

    assert any(isinstance(one.outcomes[1], str) for one in found)
