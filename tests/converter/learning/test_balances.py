from tests.converter.learning.learned import converted, rows, table


def test_what_is_left_of_an_allowance_that_only_some_rows_use_up():
    given = table(
        """who | from | days | kind | allowance
        Bauer | 2024-01-08 | 5 | annual | 28
        Chen | 2024-01-15 | 0.5 | annual | 25.5
        Bauer | 2024-02-05 | 3 | sick | 28
        Bauer | 2024-03-29 | 2.5 | annual | 28
        Chen | 2024-04-08 | 3 | annual | 25.5
        Diallo | 2024-04-22 | 1 | study | 30"""
    )
    expected = table(
        """who | from | days | left
        Bauer | 2024-01-08 | 5.0 | 23.0
        Chen | 2024-01-15 | 0.5 | 25.0
        Bauer | 2024-02-05 | 3.0 | 23.0
        Bauer | 2024-03-29 | 2.5 | 20.5
        Chen | 2024-04-08 | 3.0 | 22.0
        Diallo | 2024-04-22 | 1.0 | 30.0"""
    )
    further = table(
        "who | from | days | kind | allowance\nEk | 2025-01-02 | 4 | annual | 20\nFox | 2025-01-03 | 1.5 | annual | 10\n"
        "Ek | 2025-02-03 | 2 | sick | 20\nEk | 2025-03-03 | 1 | annual | 20"
    )
    assert converted(given, expected, further) == rows(
        ("Ek", "2025-01-02", "4.0", "16.0"),
        ("Fox", "2025-01-03", "1.5", "8.5"),
        ("Ek", "2025-02-03", "2.0", "16.0"),
        ("Ek", "2025-03-03", "1.0", "15.0"),
    )
