from tests.converter.learning.learned import converted, rows, table


def test_hours_and_degrees_with_minutes_and_seconds_become_degrees():
    given = table(
        """star | ra | dec
        Rigel | 05 14 32.3 | -08 12 06
        Vega | 18 36 56.3 | +38 47 01
        Mintaka | 05 32 00.4 | -00 17 57
        Procyon | 07 39 18.1 | +05 13 30"""
    )
    expected = table(
        """star | ra | dec
        Rigel | 78.6346 | -8.2017
        Vega | 279.2346 | 38.7836
        Mintaka | 83.0017 | -0.2992
        Procyon | 114.8254 | 5.2250"""
    )
    further = table("star | ra | dec\nAldebaran | 04 35 55.2 | +16 30 33")
    assert converted(given, expected, further) == rows(("Aldebaran", "68.9800", "16.5092"))
