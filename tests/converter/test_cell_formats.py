"""What a spreadsheet shows of a cell."""

from datetime import datetime, time, timedelta

import pytest

from converter.cell_formats import is_date, shown

AT = datetime(2026, 3, 4, 13, 5, 7, 8000)


@pytest.mark.parametrize(
    ("value", "code", "text"),
    [
        (1.5, "General", "1.5"),
        (3.0, "General", "3"),
        (0.1 + 0.2, "General", "0.3"),
        (1234567890123, "General", "1234567890123"),
        (123, "00000", "00123"),
        (2.5, "0.00", "2.50"),
        (1234.5, "0", "1235"),
        (12345.678, "#,##0.00", "12,345.68"),
        (1.5, "0.0#", "1.5"),
        (0.25, "0%", "25%"),
        (-3.1, '#,##0.00 "€"', "-3.10 €"),
        (1234.5, "[$€-2] #,##0.00", "€ 1,234.50"),
        (-5, "#,##0;[Red]-#,##0", "-5"),
        (-1234, "#,##0_);(#,##0)", "(1,234)"),
        (-0.001, "0.0", "0.0"),
        (12345, "0.00E+00", "1.23E+04"),
        (123456789, "000-00-0000", "123-45-6789"),
        (1_500_000, "0.0,,", "1.5"),
        (0.5, "# ?/?", "0.5"),
        (0, "#", ""),
        (0, '0;-0;"none"', "none"),
        ("007", "@", "007"),
        (True, "General", "TRUE"),
        (None, "General", ""),
        (AT, "yyyy-mm-dd", "2026-03-04"),
        (AT, "d. mmmm yyyy", "4. March 2026"),
        (AT, "[$-407]dd.mm.yyyy", "04.03.2026"),
        (AT, "ddd d-mmm-yy", "Wed 4-Mar-26"),
        (AT, "m/d/yyyy h:mm AM/PM", "3/4/2026 1:05 PM"),
        (AT, "hh:mm:ss.000", "13:05:07.008"),
        (time(9, 5), "h:mm", "9:05"),
        (timedelta(hours=36, minutes=5), "[h]:mm", "36:05"),
    ],
)
def test_a_value_is_shown_in_its_format(value: object, code: str, text: str) -> None:
    assert shown(value, code) == text


@pytest.mark.parametrize(
    ("code", "expected"), [("yyyy", True), ("[h]:mm", True), ("0.00", False), ('"day" 0', False), ("[Red]0", False)]
)
def test_a_format_of_dates_is_known(code: str, expected: bool) -> None:
    assert is_date(code) is expected
