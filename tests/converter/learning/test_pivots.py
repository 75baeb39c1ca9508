"""Headings that are values of the data; a further file has other columns."""

import duckdb

from tests.converter.learning.learned import statement, table


def _turned(text: str, given: str) -> list[tuple[str | None, ...]]:
    """The statement's heading and rows."""
    rows = table(given)
    with duckdb.connect() as connection:
        columns = ", ".join(f'"{name}" VARCHAR' for name in rows.columns)
        connection.execute(f"CREATE TABLE input (_row BIGINT, {columns})")
        connection.executemany(
            f"INSERT INTO input VALUES ({', '.join('?' * (rows.width + 1))})", [(at, *row) for at, row in enumerate(rows.rows)]
        )
        found = connection.execute(text)
        heading = tuple(one[0] for one in found.description)
        return [heading, *(tuple(None if cell is None else str(cell) for cell in row) for row in found.fetchall())]


def test_sums_by_a_column_with_totals_beside_and_below():
    given = table(
        "town|what|count\nOslo|skis|12\nBern|boots|7\nOslo|boots|6\nBern|skis|9\nOslo|skis|3\nGraz|poles|25\nBern|poles|4"
    )
    expected = table("town|boots|poles|skis|All\nBern|7|4|9|20\nGraz|0|25|0|25\nOslo|6|0|15|21\nAll|13|29|24|66")

    found = _turned(statement(given, expected), "town|what|count\nRome|hats|2\nKiel|maps|3\nRome|maps|4")

    assert found == [("town", "hats", "maps", "All"), ("Kiel", "0", "3", "3"), ("Rome", "2", "4", "6"), ("All", "2", "7", "9")]


def test_months_of_dates_in_their_order():
    given = table(
        "day|who|job|hours\n2026-01-08|A|x|3.5\n2026-01-19|A|x|2.25\n2026-01-20|B|y|1\n2026-02-03|A|z|6\n2026-02-11|B|y|0.75\n2026-03-02|A|x|1.5\n2026-03-17|A|z|4.5"
    )
    expected = table(
        "who|job|2026-01|2026-02|2026-03|Total\nA|x|5.75|0.00|1.50|7.25\nA|z|0.00|6.00|4.50|10.50\nB|y|1.00|0.75|0.00|1.75"
    )

    found = _turned(statement(given, expected), "day|who|job|hours\n2026-05-01|D|q|2\n2026-04-01|C|q|1.5")

    assert found == [
        ("who", "job", "2026-04", "2026-05", "Total"),
        ("C", "q", "1.50", "0.00", "1.50"),
        ("D", "q", "0.00", "2.00", "2.00"),
    ]


def test_headings_made_of_two_columns_by_first_appearance():
    given = table(
        "lab|test|result|unit\nC1|Sodium|139|mmol\nC1|Iron|4.1|mg\nC2|Sodium|142|mmol\nC3|Iron|3.4|mg\nC3|Albumin|<5|g\nC2|Albumin|40|g"
    )
    expected = table("lab|Sodium (mmol)|Iron (mg)|Albumin (g)\nC1|139|4.1|\nC2|142||40\nC3||3.4|<5")

    found = _turned(statement(given, expected), "lab|test|result|unit\nD1|Zinc|1|mg\nD1|Copper|2|g\nD2|Zinc|3|mg")

    assert found == [("lab", "Zinc (mg)", "Copper (g)"), ("D1", "1", "2"), ("D2", "3", None)]


def test_rows_of_a_group_side_by_side_in_as_many_columns_as_the_largest_needs():
    given = table(
        "bed|who|drug|dose\n1|Ash|Abc|5 mg\n1|Ash|Bcd|1 g\n2|Cruz|Cde|2 mg\n3|Dahl|Def|\n3|Dahl|Abc|1 g\n3|Dahl|Efg|7 mg"
    )
    expected = table("bed|who|Drug 1|Drug 2|Drug 3\n1|Ash|Abc 5 mg|Bcd 1 g|\n2|Cruz|Cde 2 mg||\n3|Dahl|Def|Abc 1 g|Efg 7 mg")

    found = _turned(statement(given, expected), "bed|who|drug|dose\n8|Eve|Abc|1 g\n9|Fox|Bcd|2 g\n9|Fox|Cde|")

    assert found == [("bed", "who", "Drug 1", "Drug 2"), ("8", "Eve", "Abc 1 g", None), ("9", "Fox", "Bcd 2 g", "Cde")]


def test_counts_beside_headings_that_are_days_with_the_lines_sorted_by_name():
    given = table(
        "day|turn|who\n2025-05-01|Morning|Zoe Fry\n2025-05-01|Evening|Bo Lind\n2025-05-02|Morning|Zoe Fry\n"
        "2025-05-02|Evening|Ada Moor\n2025-05-04|Morning|Bo Lind\n2025-05-04|Evening|Zoe Fry"
    )
    expected = table("who|2025-05-01|2025-05-02|2025-05-04|Turns\nAda Moor|-|E|-|1\nBo Lind|E|-|M|2\nZoe Fry|M|M|E|3")

    found = _turned(statement(given, expected), "day|turn|who\n2025-08-01|Evening|Uli Ray\n2025-08-03|Morning|Kit Ash")

    assert found == [
        ("who", "2025-08-01", "2025-08-03", "Turns"),
        ("Kit Ash", "-", "M", "1"),
        ("Uli Ray", "E", "-", "1"),
    ]


def test_the_totals_stand_between_the_headings_and_another_sum_as_the_example_has_them():
    given = table(
        "day|slot|cups|milk\n2025-05-05|early|12|1.5\n2025-05-05|late|9|1.0\n2025-05-06|early|7|0.5\n2025-05-07|late|4|0.5\n"
        "2025-05-07|night|2|0.5"
    )
    expected = table("day|early|late|night|all|litres\nMon 05/05|12|9|0|21|2.5\nTue 06/05|7|0|0|7|0.5\nWed 07/05|0|4|2|6|1.0")

    found = _turned(statement(given, expected), "day|slot|cups|milk\n2025-06-09|early|3|0.5\n2025-06-09|late|5|1.0")

    assert found == [("day", "early", "late", "all", "litres"), ("Mon 09/06", "3", "5", "8", "1.5")]
