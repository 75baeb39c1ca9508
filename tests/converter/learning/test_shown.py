"""Columns that are made of other output columns, and rates that stand in the row."""

import pytest

from converter.table import Table
from tests.converter.learning.learned import kinds, learns

EXAMPLES = """
overtime from hours
emp|in|out|break
1|08:00|16:30|30
2|07:45|17:15|45
3|22:00|06:30|30
4|09:10|13:00|
5|08:00||30
6|06:00|18:20|60
###
emp|hours|overtime
1|8.00|0.00
2|8.75|0.75
3|8.00|0.00
4|3.83|0.00
5||
6|11.33|3.33
###
emp|in|out|break
7|07:00|17:30|30
8|21:15|05:00|
9||16:00|30
###
emp|hours|overtime
7|10.00|2.00
8|7.75|0.00
9||
=====
consumption per 100 km
car|date|km|litres
A|2026-01-01|1000|40.0
B|2026-01-02|500|20.0
A|2026-01-09|1600|42.0
B|2026-01-10|900|30.0
A|2026-01-20|2100|36.5
B|2026-01-25|1450|41.0
###
car|date|driven|litres|per_100
A|2026-01-01||40.0|
B|2026-01-02||20.0|
A|2026-01-09|600|42.0|7.0
B|2026-01-10|400|30.0|7.5
A|2026-01-20|500|36.5|7.3
B|2026-01-25|550|41.0|7.5
###
car|date|km|litres
A|2026-02-01|10000|40.0
A|2026-02-09|10800|48.0
###
car|date|driven|litres|per_100
A|2026-02-01||40.0|
A|2026-02-09|800|48.0|6.0
=====
met the target
id|prio|opened|answered
1|High|2026-01-05 08:00|2026-01-05 08:50
2|Low|2026-01-05 09:00|2026-01-05 19:00
3|High|2026-01-05 10:00|2026-01-05 11:30
4|Normal|2026-01-06 08:00|2026-01-06 11:00
5|Low|2026-01-06 08:30|2026-01-06 14:00
6|Normal|2026-01-07 08:00|2026-01-07 13:10
7|High|2026-01-07 09:00|
###
id|minutes|target|met
1|50|60|yes
2|600|480|no
3|90|60|no
4|180|240|yes
5|330|480|yes
6|310|240|no
7||60|open
###
id|prio|opened|answered
8|Low|2026-02-05 08:00|2026-02-05 09:50
9|High|2026-02-05 09:00|2026-02-05 12:00
10|Normal|2026-02-05 09:00|2026-02-05 12:00
11|Normal|2026-02-05 09:00|
###
id|minutes|target|met
8|110|480|yes
9|180|60|no
10|180|240|yes
11||240|open
=====
tax on a computed net
item|qty|price|discount
pen|10|1.20|0
ink|3|15.00|10
pad|4|2.50|5
bag|1|80.00|25
cup|2|7.75|0
###
item|net|vat|gross
pen|12.00|2.28|14.28
ink|40.50|7.70|48.20
pad|9.50|1.81|11.31
bag|60.00|11.40|71.40
cup|15.50|2.95|18.45
###
item|qty|price|discount
hat|2|50.00|10
mug|5|4.00|0
###
item|net|vat|gross
hat|90.00|17.10|107.10
mug|20.00|3.80|23.80
=====
state from a computed balance
Unit|Rent|Paid
101|1,395.00|1,395.00
103|980.00|500.00
2A|1,980.00|2,000.00
2B|1,520.00|
2C|700.00|700.00
2D|800.00|100.00
###
unit|due|state
101|0.00|settled
103|480.00|open
2A|-20.00|credit
2B|1520.00|open
2C|0.00|settled
2D|700.00|open
###
Unit|Rent|Paid
3A|1,000.00|1,000.00
3B|900.00|1,000.00
3C|900.00|
###
unit|due|state
3A|0.00|settled
3B|-100.00|credit
3C|900.00|open
=====
scrap in percent, blank is none
component|qty|scrap %
oak|6|5
leg|2|
bolt|24|2
top|1|4
varnish|0.35|10
###
component|qty|gross_qty
oak|6|6.300
leg|2|2.000
bolt|24|24.480
top|1|1.040
varnish|0.35|0.385
###
component|qty|scrap %
nut|100|3
cap|5|
###
component|qty|gross_qty
nut|100|103.000
cap|5|5.000
=====
VAT at the row's own rate
no|net|rate
1|100.00|19
2|50.00|7
3|20.00|0
4|250.00|19
5|12.50|7
###
no|tax|gross
1|19.00|119.00
2|3.50|53.50
3|0.00|20.00
4|47.50|297.50
5|0.88|13.38
###
no|net|rate
6|200.00|7
7|10.00|19
###
no|tax|gross
6|14.00|214.00
7|1.90|11.90
=====
net out of gross
no|gross|rate
1|119.00|19%
2|53.50|7%
3|20.00|0%
4|297.50|19%
5|10.70|7%
###
no|net|tax
1|100.00|19.00
2|50.00|3.50
3|20.00|0.00
4|250.00|47.50
5|10.00|0.70
###
no|gross|rate
6|214.00|7%
7|11.90|19%
###
no|net|tax
6|200.00|14.00
7|10.00|1.90
=====
from and to by the next break
Item|Price 1|Price 5|Price 25|Price 100
A|4.00|3.50|3.10|2.90
B|12.00|11.00||
C|0.50|0.45|0.30|
###
item|from_qty|to_qty|price
A|1|4|4.00
A|5|24|3.50
A|25|99|3.10
A|100||2.90
B|1|4|12.00
B|5||11.00
C|1|4|0.50
C|5|24|0.45
C|25||0.30
###
Item|Price 1|Price 10|Price 50
K|7.00|6.50|5.00
L|3.00|2.00|
###
item|from_qty|to_qty|price
K|1|9|7.00
K|10|49|6.50
K|50||5.00
L|1|9|3.00
L|10||2.00
=====
margin and its percent
sku|cost|price
A|4.00|10.00
B|3.00|4.00
C|12.00|16.00
D|5.50|11.00
E|9.00|9.00
###
sku|margin|margin_pct
A|6.00|60.0
B|1.00|25.0
C|4.00|25.0
D|5.50|50.0
E|0.00|0.0
###
sku|cost|price
F|7.00|10.00
###
sku|margin|margin_pct
F|3.00|30.0
"""


@pytest.mark.parametrize(("title", "tables"), kinds(EXAMPLES), ids=lambda one: one if isinstance(one, str) else "")
def test_a_column_is_made_of_what_other_columns_show(title: str, tables: tuple[Table, ...]) -> None:
    assert title
    learns(tables)
