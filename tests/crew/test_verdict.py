import pytest

from converter.manifest import Heading
from converter.sandbox import Limits
from crew.profile import Profile
from crew.verdict import FEEDBACK_BYTES, judge
from tests import model_server as scripted
from tests.crew.examples import CLIENT, example

LIMITS = Limits(seconds=20, threads=1)
CODES = example(
    "code\n" + "".join(f"{at:03d}\n" for at in range(40)), "label\n" + "".join(f"Item {at * 37 % 101}\n" for at in range(40))
)


def test_a_program_that_reproduces_the_example_is_right() -> None:
    verdict = judge(scripted.RIGHT, Profile.of(CLIENT), LIMITS)

    assert verdict.converter is not None
    assert verdict.matched == 1.0


def test_the_difference_names_the_column_and_the_cells() -> None:
    verdict = judge(scripted.NOT_CAPITAL, Profile.of(CLIENT), LIMITS)

    assert verdict.converter is None
    assert "column 'order_status': expected 'Pending', found 'pending'" in verdict.feedback
    assert verdict.matched == pytest.approx(6 / 9)


def test_an_error_goes_back_with_what_the_engine_says() -> None:
    verdict = judge(scripted.DOES_NOT_RUN, Profile.of(CLIENT), LIMITS)

    assert 'Referenced column "amount" not found' in verdict.feedback


@pytest.mark.parametrize(
    "statement",
    [
        scripted.MEMORISED,
        "SELECT * FROM (VALUES ('25.0', 'P', 'S'), ('50.0', 'S', 'E'), ('100.0', 'P', 'S')) AS t",
        "SELECT split_part('25.0;50.0;100.0', ';', _row) AS total_price, order_status, '' AS shipping_category FROM input",
    ],
    ids=["by row number", "as a table", "in one long constant"],
)
def test_a_program_that_memorises_is_turned_away_with_the_reason(statement: str) -> None:
    verdict = judge(statement, Profile.of(CLIENT), LIMITS)

    assert verdict.converter is None
    assert "holds the answers of column 'total_price' as constants" in verdict.problem


def test_constants_that_a_person_told_are_not_memorised() -> None:
    countries = example("code\nDE\nFR\nIT\n", "country\nGermany\nFrance\nItaly\n")
    statement = "SELECT CASE code WHEN 'DE' THEN 'Germany' WHEN 'FR' THEN 'France' ELSE 'Italy' END AS country FROM input"

    assert judge(statement, Profile.of(countries), LIMITS).doubts
    assert not judge(statement, Profile.of(countries), LIMITS, told="DE is Germany, FR is France, IT is Italy").doubts


def test_a_program_that_fits_the_shown_rows_only_is_told_so_without_the_answers() -> None:
    profile = Profile.of(CODES)
    hidden = sorted(profile.hidden)
    statement = (
        f"SELECT CASE WHEN code IN ({', '.join(repr(f'{at:03d}') for at in hidden)}) THEN 'no' "
        "ELSE 'Item ' || ((CAST(code AS INTEGER) * 37) % 101) END AS label FROM input"
    )

    verdict = judge(statement, profile, LIMITS)

    assert verdict.converter is None
    assert verdict.fits_shown
    assert verdict.hidden_wrong == tuple(hidden)
    assert not [at for at in hidden if f"'{CODES.expected.rows[at][0]}'" in verdict.feedback]


def test_feedback_is_bounded() -> None:
    wide = example("a\n" + ("x" * 50_000 + "\n") * 30, "a\n" + ("y" * 50_000 + "\n") * 30)

    verdict = judge("SELECT a FROM input", Profile.of(wide), LIMITS)

    assert len(verdict.feedback.encode()) <= FEEDBACK_BYTES


def test_a_program_that_reads_files_is_refused_before_it_runs() -> None:
    verdict = judge(scripted.READS_FILES, Profile.of(CLIENT), LIMITS)

    assert "read_text is not allowed" in verdict.feedback


def test_hostile_nesting_is_refused_by_name_before_anything_parses_it() -> None:
    verdict = judge("SELECT " + "(" * 4000 + "1" + ")" * 4000, Profile.of(CLIENT), LIMITS)

    assert "nested 4000 deep" in verdict.feedback


def test_a_program_that_exhausts_memory_is_stopped() -> None:
    verdict = judge(scripted.EXHAUSTS_MEMORY, Profile.of(CLIENT), LIMITS)

    assert verdict.converter is None
    assert "memory" in verdict.feedback.casefold()


def test_a_program_that_runs_for_ever_is_stopped() -> None:
    verdict = judge(scripted.RUNS_FOR_EVER, Profile.of(CLIENT), Limits(seconds=1, threads=1))

    assert "ran longer than 1 s" in verdict.feedback


def test_a_pivot_whose_columns_the_data_decides_gives_its_own_heading() -> None:
    long = example("region,product,amount\nn,pear,1\ns,fig,2\nn,fig,3\n", "region,pear,fig\nn,1,3\ns,,2\n")
    statement = (
        "SELECT * FROM (PIVOT input ON product IN (SELECT product FROM input GROUP BY product ORDER BY min(_row)) "
        "USING max(amount) GROUP BY region) ORDER BY region"
    )

    verdict = judge(statement, Profile.of(long), LIMITS)

    assert verdict.converter is not None
    assert verdict.converter.heading is Heading.DATA


def test_cells_whose_first_row_is_the_heading_are_seen_as_that() -> None:
    lines = example("a,b\n1,2\n3,4\n", "x,y\n1,2\n3,4\n")
    statement = "SELECT ['x', 'y'] AS cells UNION ALL SELECT [a, b] FROM input"

    verdict = judge(statement, Profile.of(lines), LIMITS)

    assert verdict.converter is not None
    assert verdict.converter.heading is Heading.DATA


def test_a_star_under_other_names_is_meant_by_position() -> None:
    verdict = judge("SELECT * FROM input", Profile.of(example("a,b\n1,2\n3,4\n", "x,y\n1,2\n3,4\n")), LIMITS)

    assert verdict.converter is not None
    assert verdict.converter.output_header == ("x", "y")
