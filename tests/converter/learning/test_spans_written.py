"""Spans of time written in words, as a pace, and days with their times in order."""

import pytest

from tests.converter.learning.learned import kinds, learns

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
