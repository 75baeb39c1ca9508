"""A dash, `n/a` or `nil` in a column counts as a blank; what stands below is filled up."""

import pytest

from tests.converter.learning.learned import converted, kinds, learns, rows, table

KINDS = kinds("""nil lists
day|site|seen
2024-05-01|Weir|heron; teal; coot
2024-05-01|Dam|wren
2024-05-02|Weir|nil
2024-05-03|Dam|teal; coot
2024-05-04|Weir|
###
day|site|bird
2024-05-01|Weir|heron
2024-05-01|Weir|teal
2024-05-01|Weir|coot
2024-05-01|Dam|wren
2024-05-03|Dam|teal
2024-05-03|Dam|coot
###
day|site|seen
2024-06-01|Moor|nil
2024-06-01|Weir|swan
2024-06-02|Moor|
2024-06-03|Moor|lark; swan
###
day|site|bird
2024-06-01|Weir|swan
2024-06-03|Moor|lark
2024-06-03|Moor|swan
=====
first of several addresses
no|shop|private|parents
1|a@x.example||p@z.example
2||b@y.example|
3|-|c@y.example|q@z.example
4||-|d@z.example
5|-||
6|e@x.example|f@y.example|
###
no|mail
1|a@x.example
2|b@y.example
3|c@y.example
4|d@z.example
5|
6|e@x.example
###
no|shop|private|parents
1|||-
2|-|-|g@z.example
3||h@y.example|g@z.example
###
no|mail
1|
2|g@z.example
3|h@y.example
=====
n/a is left out
reader|value|unit
A|4.1|mm
B|n/a|mm
C|3.9|mm
D||mm
E|5.0|cm
F|4.4|cm
###
reader|value|unit
A|4.1|mm
C|3.9|mm
E|5.0|cm
F|4.4|cm
###
reader|value|unit
G|n/a|cm
H||mm
I|7.7|mm
###
reader|value|unit
I|7.7|mm
=====
filled up within each key
line|hour|count|shift
N|1|5|
N|2|6|
S|2|9|
N|3|4|early
S|3|8|
S|4|8|noon
N|4|3|
N|5|2|late
S|5|7|
###
line|hour|count|shift
N|1|5|early
N|2|6|early
S|2|9|noon
N|3|4|early
S|3|8|noon
S|4|8|noon
N|4|3|late
N|5|2|late
S|5|7|
###
line|hour|count|shift
S|1|1|
N|1|2|
N|2|2|dawn
T|2|3|
S|3|4|dusk
T|4|3|night
N|5|2|
###
line|hour|count|shift
S|1|1|dusk
N|1|2|dawn
N|2|2|dawn
T|2|3|night
S|3|4|dusk
T|4|3|night
N|5|2|
=====
filled up over all
part|weight|pallet
bolt|1.2|
nut|0.4|P7
washer|0.1|
pin|0.3|
cog|2.0|P9
gear|3.1|P10
###
part|weight|pallet
bolt|1.2|P7
nut|0.4|P7
washer|0.1|P9
pin|0.3|P9
cog|2.0|P9
gear|3.1|P10
###
part|weight|pallet
axle|8.0|P1
rim|2.0|
tube|0.5|
tyre|0.9|P2
###
part|weight|pallet
axle|8.0|P1
rim|2.0|P2
tube|0.5|P2
tyre|0.9|P2
""")


@pytest.mark.parametrize("tables", [one for _, one in KINDS], ids=[title for title, _ in KINDS])
def test_what_says_nothing_counts_as_a_blank(tables):
    learns(tables)


def test_a_dash_is_blank_in_the_output():
    given = table("id|note|grade\n1|late|2\n2|-|3\n3|ill|2\n4||1")
    expected = table("id|grade|note\n1|2|late\n2|3|\n3|2|ill\n4|1|")
    further = table("id|note|grade\n7|-|5\n8|away|4")
    assert converted(given, expected, further) == rows(("7", "5", None), ("8", "4", "away"))
