from decimal import Decimal

from converter.learning.values.numbers import failed_reading


def test_a_number_of_nines_far_out_stands_for_a_failed_reading():
    assert failed_reading([7.2, -999.0, 8.8, None]) == Decimal("-999")
    assert failed_reading([34.6, -9.99, 34.7]) == Decimal("-9.99")
    assert failed_reading([98.0, 99.0, 97.0]) is None
    assert failed_reading([-12.0, -9.9, 4.0]) is None
