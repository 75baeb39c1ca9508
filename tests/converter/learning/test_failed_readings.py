from decimal import Decimal

from converter.learning.values.numbers import failed_reading
from tests.converter.learning.learned import converted, rows, table


def test_a_number_of_nines_far_out_stands_for_a_failed_reading():
    assert failed_reading([7.2, -999.0, 8.8, None]) == Decimal("-999")
    assert failed_reading([34.6, -9.99, 34.7]) == Decimal("-9.99")
    assert failed_reading([98.0, 99.0, 97.0]) is None
    assert failed_reading([-12.0, -9.9, 4.0]) is None


def test_failed_readings_count_for_nothing_in_a_day():
    given = table(
        """time | temp | rain
        2024-05-08T00:00 | 7.2 | 0.0
        2024-05-08T06:00 | 6.4 | 1.2
        2024-05-08T12:00 | 13.9 | 0.4
        2024-05-09T00:00 | -999 | 0.2
        2024-05-09T06:00 | 8.8 | -999
        2024-05-09T12:00 | 15.2 | 0.0
        2024-05-10T00:00 | -999 | 0.6
        2024-05-10T06:00 | -999 | 0.8"""
    )
    expected = table(
        """day | low | high | rain | readings
        2024-05-08 | 6.4 | 13.9 | 1.6 | 3
        2024-05-09 | 8.8 | 15.2 | 0.2 | 2
        2024-05-10 | | | 1.4 | 0"""
    )
    further = table("time | temp | rain\n2024-06-01T00:00 | -999 | 2.0\n2024-06-01T12:00 | 17.0 | -999")
    assert converted(given, expected, further) == rows(("2024-06-01", "17.0", "17.0", "2.0", "1"))
