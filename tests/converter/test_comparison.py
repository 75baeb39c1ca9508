from converter.comparison import compare
from converter.table import Table, column_names


def table(header: tuple[str, ...] | None, *rows: tuple[str | None, ...]) -> Table:
    width = len(header) if header is not None else len(rows[0])
    return Table(column_names(header, width), rows, header)


def test_equal_tables_are_equal() -> None:
    one = table(("a", "b"), ("1", "2"))

    assert compare(one, one).describe() == "equal: 1 rows, 2 cells"


def test_missing_and_empty_cells_count_as_equal() -> None:
    assert compare(table(("a",), (None,)), table(("a",), ("",))).equal


def test_a_differing_cell_is_named_with_both_texts() -> None:
    comparison = compare(table(("a", "b"), ("1", "25")), table(("a", "b"), ("1", "25.0")))

    assert not comparison.equal
    assert "row 1, column 'b': expected '25.0', found '25'" in comparison.describe()
    assert comparison.cells_matched == 1


def test_missing_and_unexpected_columns_are_named() -> None:
    report = compare(table(("a", "x"), ("1", "2")), table(("a", "b"), ("1", "2"))).describe()

    assert "columns missing: 'b'" in report
    assert "columns not expected: 'x'" in report


def test_another_order_of_columns_is_a_difference() -> None:
    comparison = compare(table(("b", "a"), ("2", "1")), table(("a", "b"), ("1", "2")))

    assert comparison.cells_matched == 2
    assert comparison.is_reordered
    assert not comparison.equal


def test_a_missing_row_is_a_difference() -> None:
    comparison = compare(table(("a",), ("1",)), table(("a",), ("1",), ("2",)))

    assert not comparison.equal
    assert "rows: 2 expected, 1 there" in comparison.describe()


def test_repeated_names_are_compared_by_their_place() -> None:
    assert not compare(table(("a", "a"), ("1", "2")), table(("a", "a"), ("2", "1"))).equal


def test_without_headers_trailing_missing_cells_do_not_count() -> None:
    assert compare(table(None, ("1", "2")), table(None, ("1", "2", None))).equal


def test_the_report_is_bounded() -> None:
    many = table(("a",), *[(str(n),) for n in range(10_000)])
    other = table(("a",), *[("x" * 1000,) for _ in range(10_000)])

    assert len(compare(other, many).describe()) < 5_000
