"""Spans of time written in words, as a pace, and days with their times in order."""

import pytest

from tests.converter.learning.learned import converted, kinds, learns, rows, table

WORDS = """
the parts that are none are left out
job|length
Wiring|01:30:00
Painting|00:45:00
Paving|02:00:00
Roof|03:15:00
###
job|spent
Wiring|1h 30m
Painting|45m
Paving|2h
Roof|3h 15m
###
job|length
Gutter|10:00:00
Fence|00:05:00
Gate|01:02:00
###
job|spent
Gutter|10h
Fence|5m
Gate|1h 2m
=====
seconds as minutes and seconds, both always
song|secs
Tern|185
Moss|62
Kite|240
###
song|length
Tern|3 min 5 s
Moss|1 min 2 s
Kite|4 min 0 s
###
song|secs
Ash|59
Elm|3605
###
song|length
Ash|0 min 59 s
Elm|60 min 5 s
=====
minutes as days and hours
trip|minutes
A|1500
B|240
C|2880
D|4500
###
trip|takes
A|1d1h
B|4h
C|2d
D|3d3h
###
trip|minutes
E|60
F|1440
###
trip|takes
E|1h
F|1d
"""

PACES = """
minutes for each kilometre
run|km|time
Park|8.04|00:44:10
Hills|6.50|00:33:05
Canal|18.25|01:46:33
Easy|5.00|00:30:21
###
run|pace
Park|5:30
Hills|5:05
Canal|5:50
Easy|6:04
###
run|km|time
Race|10.00|00:48:07
Half|21.15|01:49:12
###
run|pace
Race|4:49
Half|5:10
=====
seconds for each length that is swum
swimmer|lengths|seconds
Ida|20|1310
Bo|32|1999
Uma|10|725
###
swimmer|per length
Ida|01:06
Bo|01:02
Uma|01:13
###
swimmer|lengths|seconds
Lu|40|2500
###
swimmer|per length
Lu|01:03
"""


@pytest.mark.parametrize(
    ("title", "tables"), [*kinds(WORDS), *kinds(PACES)], ids=lambda one: one if isinstance(one, str) else ""
)
def test_spans_are_written(title, tables):
    learns(tables)


def test_the_times_of_a_day_stand_in_order_too():
    given = table(
        "what|room|begins\nStaff|Blue|09:00 - 4 March 2026\nChoir|Aula|18:00 - 3 March 2026\nBudget|Blue|14:00 - 3 March 2026\n"
        "First aid|Red|08:30 - 5 March 2026\nYoga|Aula|07:15 - 4 March 2026\nTalks|Blue|13:00 - 4 March 2026"
    )
    expected = table(
        "room|day|from|what\nAula|2026-03-03|18:00|Choir\nAula|2026-03-04|07:15|Yoga\nBlue|2026-03-03|14:00|Budget\n"
        "Blue|2026-03-04|09:00|Staff\nBlue|2026-03-04|13:00|Talks\nRed|2026-03-05|08:30|First aid"
    )
    further = table("what|room|begins\nLate|Aula|17:30 - 12 October 2026\nEarly|Aula|08:00 - 12 October 2026")

    found = converted(given, expected, further)

    assert found == rows(("Aula", "2026-10-12", "08:00", "Early"), ("Aula", "2026-10-12", "17:30", "Late"))


def test_months_that_are_named_stand_as_in_the_year():
    given = table(
        "name|born\nRose|02.11.1941\nTilda|14.03.2015\nJo|30.01.1968\nMax|07.03.1999\nVera|19.07.1950\nPip|25.12.2020\n"
        "Otis|03.06.1931\nNana|09.11.1944"
    )
    expected = table(
        "month|day|name\nJanuary|30|Jo\nMarch|7|Max\nMarch|14|Tilda\nJune|3|Otis\nJuly|19|Vera\nNovember|2|Rose\n"
        "November|9|Nana\nDecember|25|Pip"
    )
    further = table("name|born\nBruno|09.09.1976\nYara|08.09.2018\nLeif|28.02.1988\nEd|12.02.1939")

    found = converted(given, expected, further)

    assert found == rows(
        ("February", "12", "Ed"), ("February", "28", "Leif"), ("September", "8", "Yara"), ("September", "9", "Bruno")
    )
