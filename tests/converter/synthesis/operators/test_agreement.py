"""Terms give in Python what their SQL gives in DuckDB, and a program learned from a term's output reproduces it."""

from datetime import datetime
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from converter.synthesis.operators.arithmetic import Affine, Combined, Quotient, Remainder, Stepped, Whole
from converter.synthesis.operators.dates import Written
from converter.synthesis.operators.moments import Bound, Bucket, Later, Moment, Read, Shifted
from converter.synthesis.operators.notations import Based, Ending, Roman
from converter.synthesis.operators.number_formats import Exponential, Fixed, Marked, Shortest, Significant
from converter.synthesis.operators.numbers import Number, Parsed
from converter.synthesis.operators.numerals import Count, Fraction
from converter.synthesis.term import Column, Term
from converter.table import Row
from tests.converter.synthesis.operators.learner import best, in_engine

FIRST, SECOND = Column(0, "column_1"), Column(1, "column_2")
LEFT, RIGHT = Parsed(FIRST), Parsed(SECOND)
FACTORS = st.sampled_from([Decimal(text) for text in ("2", "100", "0.01", "1.8", "2.54", "0.45359237", "-1", "1.19")])
DECIMALS = st.decimals(-100_000, 100_000, allow_nan=False, places=3).map(lambda number: f"{number.normalize():f}")
DIGITS = st.integers(0, 5000).map(str)
JUNK = st.sampled_from(["", "n/a", "1,2", "-", "1e3", " 7 ", "+5", ".5"])
MOMENTS = st.datetimes(datetime(1902, 1, 1), datetime(2068, 12, 31)).map(lambda moment: moment.strftime("%Y-%m-%d %H:%M:%S"))
READ = Read(FIRST, ("%Y-%m-%d %H:%M:%S",))


def numbers() -> st.SearchStrategy[Number]:
    sizes = st.sampled_from([Decimal(text) for text in ("0.05", "0.5", "1", "5", "15", "100")])
    modes = st.sampled_from(["floor", "round", "ceil", "trunc", "away", "even"])
    return st.one_of(
        st.just(LEFT),
        FACTORS.map(lambda factor: Affine(LEFT, factor)),
        FACTORS.map(lambda offset: Affine(LEFT, Decimal(1), offset)),
        FACTORS.map(lambda factor: Affine(Combined((LEFT, RIGHT), "*"), factor)),
        st.builds(lambda step, mode: Stepped(LEFT, step, mode), sizes, modes),
        st.builds(lambda sign: Combined((LEFT, RIGHT), sign), st.sampled_from(["+", "-", "*", "/", "greatest", "least"])),
        st.builds(lambda size: Stepped(Affine(LEFT, Decimal(1), Decimal(-1)), size, "floor"), sizes),
        st.builds(lambda kind: kind(LEFT, Decimal(60)), st.sampled_from([Quotient, Remainder, Whole])),
    )


def formats(number: Number) -> st.SearchStrategy[Term]:
    return st.one_of(
        st.builds(lambda places, commas: Fixed(number, places, commas), st.integers(0, 4), st.booleans()),
        st.builds(lambda places: Fixed(number, places, False, 9), st.integers(0, 3)),
        st.builds(lambda places: Shortest(number, places), st.integers(0, 5)),
        st.just(Marked(Fixed(number, 2, True), ".,")),
    )


@given(st.lists(st.tuples(DECIMALS | JUNK, DECIMALS), min_size=1, max_size=4), numbers().flatmap(formats))
@settings(max_examples=30, deadline=None)
def test_numbers_are_the_same_in_python_and_in_the_engine(rows: list[Row], term: Term) -> None:
    assert [term.value(row) for row in rows] == in_engine(term.sql(), rows)


PORTIONS = st.sampled_from(["1/2", "3 1/4", "12", "2 3/8", "1/0", "7/7", "1/2/3", "2  1/2", "1 2", "é b\tc", ""])


@given(st.lists(st.tuples(PORTIONS), min_size=1, max_size=4), st.sampled_from([Fraction, Count]))
@settings(max_examples=20, deadline=None)
def test_fractions_and_counts_are_the_same_in_python_and_in_the_engine(rows: list[Row], kind: type[Fraction | Count]) -> None:
    number = Fraction(FIRST) if kind is Fraction else Count(FIRST, True)

    assert [Shortest(number, 4).value(row) for row in rows] == in_engine(Shortest(number, 4).sql(), rows)


@given(st.lists(st.tuples(DIGITS), min_size=1, max_size=4))
@settings(max_examples=8, deadline=None)
def test_notations_are_the_same_in_python_and_in_the_engine(rows: list[Row]) -> None:
    for term in (
        Based(LEFT, "X", 4),
        Based(LEFT, "b", 0),
        Roman(LEFT),
        Ending(LEFT),
        Significant(LEFT, 3),
        Exponential(LEFT, 1, "E", False),
    ):
        assert [term.value(row) for row in rows] == in_engine(term.sql(), rows)


def moments() -> st.SearchStrategy[Moment]:
    return st.one_of(
        st.just(READ),
        st.builds(lambda minutes: Bucket(READ, minutes), st.sampled_from([5, 15, 60, 120])),
        st.builds(lambda minutes: Bucket(READ, minutes, minutes // 2), st.sampled_from([30, 60, 120])),
        st.builds(lambda seconds: Shifted(READ, seconds), st.integers(-100_000, 1_000_000)),
        st.builds(lambda months: Later(READ, months), st.integers(-30, 30)),
        st.builds(
            lambda unit, is_end: Bound(READ, unit, is_end), st.sampled_from(["week", "month", "quarter", "year"]), st.booleans()
        ),
    )


FORMS = ("%d.%m.%Y", "%-d %B %y", "%a %b %d %-I:%M %p", "%H%M%S", "Q%q %Y", "%G-W%V-%u", "%B %-d%o", "%j", "%A 100%%")


@given(st.lists(st.tuples(MOMENTS | JUNK), min_size=1, max_size=4), moments(), st.sampled_from(FORMS))
@settings(max_examples=30, deadline=None)
def test_dates_are_the_same_in_python_and_in_the_engine(rows: list[Row], moment: Moment, form: str) -> None:
    term = Written(moment, form)

    assert [term.value(row) for row in rows] == in_engine(term.sql(), rows)


LEARNABLE = (
    Written(READ, "%d.%m.%Y"),
    Written(READ, "%a %b %-d %Y, %-I:%M %p"),
    Written(READ, "Q%q %Y"),
    Written(Bucket(READ, 15), "%H:%M"),
    Written(Shifted(READ, 86400), "%Y-%m-%d"),
    Written(Later(READ, 1), "%Y-%m-%d"),
    Written(Bound(READ, "month", True), "%m/%d/%Y"),
)


@given(st.lists(st.tuples(MOMENTS), min_size=5, max_size=6, unique=True), st.sampled_from(LEARNABLE))
@settings(max_examples=6, deadline=None)
def test_a_date_program_is_learned_from_its_output(rows: list[Row], term: Written) -> None:
    expected = [term.value(row) for row in rows]

    program = best(rows, expected)

    assert program is not None
    assert in_engine(program, rows) == expected


@given(
    st.lists(st.tuples(DECIMALS, DECIMALS), min_size=5, max_size=7, unique_by=lambda row: row[0]),
    st.sampled_from(
        [
            LEFT,
            Affine(LEFT, Decimal("2.54")),
            Affine(LEFT, Decimal(100)),
            Stepped(LEFT, Decimal(5), "floor"),
            Combined((LEFT, RIGHT), "+"),
        ]
    ),
    st.integers(0, 3),
)
@settings(max_examples=6, deadline=None)
def test_a_number_program_is_learned_from_its_output(rows: list[Row], number: Number, places: int) -> None:
    expected = [Fixed(number, places).value(row) for row in rows]

    program = best(rows, expected)

    assert program is not None
    assert in_engine(program, rows) == expected
