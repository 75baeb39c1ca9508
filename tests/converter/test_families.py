"""Columns under a pattern, and headings from the data."""

from pathlib import Path

import pytest

from converter.conversion import run, run_table, run_table_with_report
from converter.errors import InputMismatch
from converter.families import fixed_columns, patterns, reads_unnamed_columns, takes_heading_from_data
from converter.lesson import package
from converter.manifest import Converter, Heading
from converter.statement import check
from converter.table import Example, Table
from converter.trial import verify

LONG = "SELECT id, quarter, amount FROM (UNPIVOT input ON COLUMNS('^Q\\d') INTO NAME quarter VALUE amount)"
EACH = "SELECT id, k, v FROM (UNPIVOT input ON COLUMNS(* EXCLUDE (id, _row)) INTO NAME k VALUE v)"
WITH_BLANKS = "SELECT id, q, v FROM (FROM input UNPIVOT INCLUDE NULLS (v FOR q IN (COLUMNS('^Q'))))"
WIDE = """SELECT * FROM (
  PIVOT input ON product IN (SELECT product FROM input GROUP BY product ORDER BY min(_row))
  USING sum(CAST(amount AS INTEGER)) GROUP BY region
) ORDER BY region"""
PASSING = "SELECT upper(name) AS name, * EXCLUDE (name, note) FROM input"
CELLS = """WITH products AS (SELECT product FROM input GROUP BY product ORDER BY min(_row)),
heads AS (SELECT list(product) AS products FROM products),
body AS (SELECT region, map_from_entries(list((product, amount))) AS amounts FROM input GROUP BY region ORDER BY region)
SELECT ['region'] || products AS cells FROM heads
UNION ALL
SELECT [region] || [coalesce(amounts[p], '') FOR p IN products] FROM body, heads"""


def table(*lines: str) -> Table:
    header, *rows = (tuple(line.split(",")) for line in lines)
    return Table(header, tuple(tuple(cell or None for cell in row) for row in rows), header)


def learned(statement: str, given: Table, expected: Table, **more: object) -> Converter:
    ragged = "AS cells" in statement
    return package(statement, Example(given, expected), ragged=ragged, evidence={}, **more)  # type: ignore[arg-type]


QUARTERS = table("id,Q1,Q2", "a,1,2", "b,3,4")
SALES = table("region,product,amount", "n,pear,1", "n,fig,2", "s,pear,3")


@pytest.mark.parametrize(
    ("statement", "expected"),
    [
        (LONG, ("^Q\\d",)),
        (EACH, (".*",)),
        (WITH_BLANKS, ("^Q",)),
        (PASSING, (".*",)),
        (WIDE, ()),
        ("SELECT id, coalesce(*COLUMNS('^Q')) AS first FROM input", ("^Q",)),
        ("SELECT COLUMNS(['a', 'b']) FROM input", ()),
        ("SELECT COLUMNS(lambda c: c LIKE 'Q%') FROM input", (".*",)),
        ("WITH t AS (SELECT *, 1 AS one FROM input) SELECT a, one FROM t", ()),
    ],
)
def test_patterns_are_read_from_the_statement(statement: str, expected: tuple[str, ...]) -> None:
    check(statement)

    assert patterns(statement) == expected


@pytest.mark.parametrize(
    ("statement", "expected"),
    [
        (LONG, False),
        (WIDE, True),
        (PASSING, True),
        ("SELECT id, COLUMNS('^Q') FROM input", True),
        ("SELECT id, try_cast(COLUMNS('^Q') AS INTEGER) FROM input", True),
        ("SELECT id, list_sum([x::INT FOR x IN [*COLUMNS('^Q')]]) AS total FROM input", False),
        ("WITH t AS (SELECT a AS x FROM input) SELECT * FROM t", False),
        ("SELECT * FROM (PIVOT input ON a IN ('x', 'y') USING max(b) GROUP BY c)", False),
        ("WITH p AS (PIVOT input ON a USING max(b) GROUP BY c) FROM p ORDER BY c", True),
    ],
)
def test_a_heading_from_the_data_is_seen_in_the_statement(statement: str, *, expected: bool) -> None:
    check(statement)

    assert takes_heading_from_data(statement) is expected


def test_what_no_pattern_takes_or_the_statement_names_is_fixed() -> None:
    assert fixed_columns(LONG, ("id", "note", "Q1", "Q2")) == ("id", "note")
    assert fixed_columns(EACH, ("id", "Q1", "note")) == ("id",)


def test_a_further_file_has_other_columns_of_the_family() -> None:
    converter = learned(LONG, QUARTERS, table("id,quarter,amount", "a,Q1,1", "a,Q2,2", "b,Q1,3", "b,Q2,4"))

    made = run_table(converter, table("Q3,note,ID,Q4,Q5", "1,x,a,,3", "4,y,b,5,6"))

    assert converter.input_columns == ("id",)
    assert made.header == ("id", "quarter", "amount")
    assert made.rows == (("a", "Q3", "1"), ("a", "Q5", "3"), ("b", "Q3", "4"), ("b", "Q4", "5"), ("b", "Q5", "6"))


def test_columns_that_belong_to_no_family_are_told_as_not_used() -> None:
    converter = learned(LONG, QUARTERS, table("id,quarter,amount", "a,Q1,1"))

    _, report = run_table_with_report(converter, table("Q3,note,ID", "1,x,a"))

    assert report.ignored_columns == ("note",)
    assert report.taken_columns == (("ID", "id"),)


def test_a_file_without_any_column_of_the_family_is_refused_by_name_of_the_pattern() -> None:
    converter = learned(LONG, QUARTERS, table("id,quarter,amount", "a,Q1,1"))

    with pytest.raises(InputMismatch, match=r"no column whose name has the pattern '\^Q") as refused:
        run_table(converter, table("id,H1", "a,1"))

    assert refused.value.unexpected == ("H1",)


def test_all_columns_but_the_named_ones_are_a_family_too() -> None:
    converter = learned(EACH, QUARTERS, table("id,k,v", "a,Q1,1", "a,Q2,2", "b,Q1,3", "b,Q2,4"))

    made = run_table(converter, table("id,x,y,z", "a,1,,3"))

    assert made.rows == (("a", "x", "1"), ("a", "z", "3"))


def test_blanks_of_a_family_are_kept_where_the_statement_says_so() -> None:
    converter = learned(WITH_BLANKS, QUARTERS, table("id,q,v", "a,Q1,1"))

    assert run_table(converter, table("id,Q7", "a,")).rows == (("a", "Q7", None),)


def test_a_pivot_finds_its_columns_in_the_data_in_the_order_that_it_asks_for() -> None:
    converter = learned(WIDE, SALES, table("region,pear,fig", "n,1,2", "s,3,"))

    made = run_table(converter, table("region,product,amount", "s,plum,7", "n,apple,1", "s,plum,1", "n,a b,2"))

    assert converter.heading is Heading.DATA
    assert made.header == ("region", "plum", "apple", "a b")
    assert made.rows == (("n", None, "1", "2"), ("s", "8", None, None))


def test_a_pivot_of_a_file_is_written_with_its_heading(tmp_path: Path) -> None:
    converter = learned(WIDE, SALES, table("region,pear,fig", "n,1,2", "s,3,"))
    given = tmp_path / "in.csv"
    given.write_text('region,product,amount\nn,"a,b",1\nn,it\'s,2\n', encoding="utf-8")

    report = run(converter, given, tmp_path / "out.csv")

    assert (tmp_path / "out.csv").read_text(encoding="utf-8") == 'region,"a,b",it\'s\nn,1,2\n'
    assert report.rows_out == 1


def test_further_columns_pass_through_a_star() -> None:
    converter = learned(PASSING, table("name,note,x", "a,n,1"), table("name,x", "A,1"))

    made = run_table(converter, table("y,name,note,z", "2,b,n,3"))

    assert made.header == ("name", "y", "z")
    assert made.rows == (("B", "2", "3"),)


def test_a_star_passes_no_further_column_where_there_is_none() -> None:
    converter = learned(PASSING, table("name,note,x", "a,n,1"), table("name,x", "A,1"))

    assert run_table(converter, table("name,note", "b,n")).header == ("name",)


def test_the_first_row_of_cells_is_the_heading_where_the_manifest_says_so() -> None:
    converter = learned(CELLS, SALES, table("region,pear,fig", "n,1,2", "s,3,"), heading=Heading.DATA)

    made, report = run_table_with_report(converter, table("region,product,amount", "n,kiwi,1", "w,nut,2"))

    assert made.header == ("region", "kiwi", "nut")
    assert made.rows == (("n", "1", None), ("w", None, "2"))
    assert report.rows_out == 2


def test_a_check_counts_the_rows_below_a_heading_from_the_data() -> None:
    converter = learned(CELLS, SALES, table("region,pear,fig", "n,1,2"), heading=Heading.DATA)
    text = converter.dumps().replace(
        '"checks": []', '"checks": [{"name": "n", "sql": "SELECT _row FROM output WHERE cells[1] = \'w\'"}]'
    )

    _, report = run_table_with_report(Converter.loads(text), table("region,product,amount", "n,kiwi,1", "w,nut,2"))

    assert [broken["rows"] for broken in report.broken_checks] == [[2]]


def test_checks_are_made_of_columns_that_the_statement_names_alone() -> None:
    converter = learned(WIDE, SALES, table("region,pear", "n,1", "s,3"))

    assert [one.name for one in converter.checks] == ["region is never empty"]
    assert run_table_with_report(converter, table("region,product,amount", ",kiwi,1"))[1].broken_checks[0]["rows"] == [1]


def test_the_manifest_says_families_and_heading_in_a_format_of_its_own() -> None:
    converter = learned(PASSING, table("name,note,x", "a,n,1"), table("name,x", "A,1"))

    text = converter.dumps()

    assert text.startswith("/* AI CSV Converter, converter format 2\n")
    assert Converter.loads(text) == converter


@pytest.mark.parametrize(
    "statement",
    [
        "WITH sold AS (SELECT *, upper(product) AS name FROM input), wide AS (PIVOT sold ON name "
        "IN (SELECT name FROM sold GROUP BY name ORDER BY min(_row)) USING max(amount) GROUP BY region) "
        "SELECT * FROM wide ORDER BY region",
        "WITH sold(region, name, amount) AS MATERIALIZED (SELECT region, upper(product), amount FROM input) "
        "SELECT * FROM (PIVOT sold ON name USING max(amount) GROUP BY region) ORDER BY region DESC, 1",
    ],
)
def test_a_pivot_finds_its_columns_in_a_with_of_the_statement_too(statement: str) -> None:
    given, wanted = SALES, table("region,PEAR,FIG", "n,1,2", "s,3,")
    converter = learned(statement, given, wanted)

    made = run_table(converter, given)

    assert set(made.header or ()) == {"region", "PEAR", "FIG"}
    assert len(made.rows) == 2
    comparison = verify(statement, Example(given, made), ragged=False, heading=Heading.DATA)
    assert comparison is not None
    assert comparison.equal


@pytest.mark.parametrize(
    ("statement", "expected"),
    [
        ("SELECT a, i.b FROM input i WHERE c > 1", False),
        ("SELECT a FROM input JOIN (SELECT b FROM input) x ON a = b", False),
        ("SELECT a FROM input JOIN footer USING (line)", False),
        ("SELECT count(*) FROM input", False),
        ("SELECT * FROM input", True),
        ("FROM input", True),
        ("SELECT COLUMNS('a.*') FROM input", True),
        ("SELECT input FROM input", True),
        ("SELECT i FROM input AS i", True),
        ("SELECT #1 FROM input", True),
        ("SELECT a FROM input NATURAL JOIN footer", True),
        ("SELECT k FROM (UNPIVOT input ON a, b INTO NAME k VALUE v)", True),
    ],
)
def test_a_statement_that_may_read_columns_it_does_not_name_is_known(statement: str, expected: bool) -> None:
    assert reads_unnamed_columns(statement) is expected
