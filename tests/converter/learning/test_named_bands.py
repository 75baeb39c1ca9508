"""Columns named by a stretch of a number: ageing, groups of ages, sizes."""

import pytest

from converter.table import Table
from tests.converter.learning.learned import kinds, learns

EXAMPLES = """
receivables by age, totals
Stand|Customer|No|Due|Amount|Paid
2025-03-31|Aster|1|2025-03-31|500.00|
2025-03-31|Birch|2|2025-02-28|1250.50|250.50
2025-03-31|Aster|3|2025-02-15|310.00|
2025-03-31|Cedar|4|2025-03-09|95.20|95.20
2025-03-31|Birch|5|2025-01-02|780.00|80.00
2025-03-31|Aster|6|2025-04-20|125.75|
2025-03-31|Dogwood|7|2025-02-01|60.00|10.00
2025-03-31|Dogwood|8|2024-12-20|210.00|
2025-03-31|Dogwood|9|2025-03-14|45.10|
2025-03-31|Birch|10|2025-03-30|33.00|
###
Customer|Current|1-30|31-60|61-90|Over 90|Total
Aster|625.75|0.00|310.00|0.00|0.00|935.75
Birch|0.00|33.00|1000.00|700.00|0.00|1733.00
Dogwood|0.00|45.10|50.00|0.00|210.00|305.10
Total|625.75|78.10|1360.00|700.00|210.00|2973.85
###
Stand|Customer|No|Due|Amount|Paid
2025-06-30|Elm|1|2025-05-31|100.00|
2025-06-30|Fir|2|2025-05-30|50.00|20.00
2025-06-30|Fir|3|2025-03-01|10.00|
2025-06-30|Elm|4|2025-06-30|7.00|
2025-06-30|Gum|5|2025-06-29|9.00|9.00
###
Customer|Current|1-30|31-60|61-90|Over 90|Total
Elm|7.00|100.00|0.00|0.00|0.00|107.00
Fir|0.00|0.00|30.00|0.00|10.00|40.00
Total|7.00|100.00|30.00|0.00|10.00|147.00
=====
people by age group
club|name|age
North|a|12
North|b|35
South|c|70
North|d|17
South|e|18
South|f|64
North|g|65
South|h|9
###
club|0-17|18-64|65+
North|2|1|1
South|1|2|1
###
club|name|age
East|x|80
East|y|18
East|z|70
###
club|0-17|18-64|65+
East|0|1|2
=====
payables in days, no totals
supplier|days|open
A|5|100.00
B|31|20.00
A|45|30.50
C|75|60.00
B|29|1.00
A|61|9.00
C|30|7.00
###
supplier|0-30 days|31-60 days|> 60 days
A|100.00|30.50|9.00
B|1.00|20.00|
C|7.00||60.00
###
supplier|days|open
D|60|10.00
D|61|2.00
E|12|3.00
###
supplier|0-30 days|31-60 days|> 60 days
D||10.00|2.00
E|3.00||
=====
each invoice in its column
invoice|customer|due|as of|balance
1|A|2025-01-10|2025-03-31|100.00
2|B|2025-03-15|2025-03-31|20.00
3|A|2025-04-15|2025-03-31|55.00
4|C|2025-02-20|2025-03-31|75.50
5|B|2024-12-01|2025-03-31|8.00
6|C|2025-03-30|2025-03-31|9.00
###
invoice|customer|not due|1-30|31-60|61-90|>90
1|A||||100.00|
2|B||20.00|||
3|A|55.00||||
4|C|||75.50||
5|B|||||8.00
6|C||9.00|||
###
invoice|customer|due|as of|balance
7|D|2025-03-31|2025-03-31|1.00
8|D|2025-03-01|2025-03-31|2.00
9|E|2025-02-28|2025-03-31|3.00
###
invoice|customer|not due|1-30|31-60|61-90|>90
7|D|1.00||||
8|D||2.00|||
9|E|||3.00||
=====
orders by size, counted
shop|order|total
X|1|12.00
X|2|50.00
Y|3|99.99
X|4|100.00
Y|5|240.00
Y|6|8.50
X|7|49.99
###
shop|under 50|50 to 99.99|100 and over|orders
X|2|1|1|4
Y|1|1|1|3
###
shop|order|total
Z|1|49.00
Z|2|100.00
Z|3|300.00
###
shop|under 50|50 to 99.99|100 and over|orders
Z|1|0|2|3
"""


@pytest.mark.parametrize(("title", "tables"), kinds(EXAMPLES), ids=lambda one: one if isinstance(one, str) else "")
def test_what_lies_within_a_stretch_stands_in_the_column_named_by_it(title: str, tables: tuple[Table, ...]) -> None:
    assert title
    learns(tables)
