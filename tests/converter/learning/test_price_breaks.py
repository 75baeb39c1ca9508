"""Columns named by the data in input and output: prices from so many pieces on."""

import pytest

from converter.table import Table
from tests.converter.learning.learned import kinds, learns

EXAMPLES = """
other breaks, ranges, from and to
Part|Qty 1-9|Qty 10-99|Qty 100+|MOQ
A-1|4.00|3.50|3.10|1
B-2|12.00|11.00||5
C-9|0.50|0.45|0.30|10
###
part|from|to|price
A-1|1|9|4.00
A-1|10|99|3.50
A-1|100||3.10
B-2|1|9|12.00
B-2|10|99|11.00
C-9|1|9|0.50
C-9|10|99|0.45
C-9|100||0.30
###
Part|Qty 1-4|Qty 5-49|Qty 50-499|Qty 500+|MOQ
K-1|7.00|6.50||5.00|2
###
part|from|to|price
K-1|1|4|7.00
K-1|5|49|6.50
K-1|500||5.00
=====
wide to long, names with digits
part|price_1|price_10|price_100
A-1|4.00|3.50|3.10
B-2|12.00|11.00|
C-9|0.50|0.45|0.30
###
part|min_qty|price
A-1|1|4.00
A-1|10|3.50
A-1|100|3.10
B-2|1|12.00
B-2|10|11.00
C-9|1|0.50
C-9|10|0.45
C-9|100|0.30
###
part|price_1|price_10|price_100
K-1|7.00|6.50|
###
part|min_qty|price
K-1|1|7.00
K-1|10|6.50
=====
plus names to from and to
SKU|1+|10+|50+
A|5.00|4.50|4.00
B|2.00|1.80|
C|9.00|8.00|7.50
###
sku|from_qty|to_qty|price
A|1|9|5.00
A|10|49|4.50
A|50||4.00
B|1|9|2.00
B|10||1.80
C|1|9|9.00
C|10|49|8.00
C|50||7.50
###
SKU|1+|10+|50+
Z|6.00|5.50|5.00
###
sku|from_qty|to_qty|price
Z|1|9|6.00
Z|10|49|5.50
Z|50||5.00
=====
long to wide, plain quantities
part|qty|price
A-1|1|4.00
A-1|10|3.50
A-1|100|3.10
B-2|1|12.00
B-2|10|11.00
C-9|1|0.50
C-9|100|0.30
###
part|1|10|100
A-1|4.00|3.50|3.10
B-2|12.00|11.00|
C-9|0.50||0.30
###
part|qty|price
A-1|1|4.00
A-1|25|3.50
A-1|100|3.10
###
part|1|25|100
A-1|4.00|3.50|3.10
=====
long to wide, prefix
Item|Description|Break|Unit price
A-1|Bolt|1|4.00
A-1|Bolt|10|3.50
A-1|Bolt|100|3.10
B-2|Nut|1|12.00
B-2|Nut|10|11.00
C-9|Pin|1|0.50
C-9|Pin|100|0.30
###
item|description|Qty 1|Qty 10|Qty 100
A-1|Bolt|4.00|3.50|3.10
B-2|Nut|12.00|11.00|
C-9|Pin|0.50||0.30
###
Item|Description|Break|Unit price
D-1|Bolt|1|4.00
D-1|Bolt|25|3.50
D-1|Bolt|100|3.10
###
item|description|Qty 1|Qty 25|Qty 100
D-1|Bolt|4.00|3.50|3.10
=====
pairs of columns to named columns
Part|Break 1|Price 1|Break 2|Price 2|Break 3|Price 3
A-1|1|4.00|10|3.50|100|3.10
B-2|1|12.00|10|11.00||
C-9|1|0.50|100|0.30||
###
part|1|10|100
A-1|4.00|3.50|3.10
B-2|12.00|11.00|
C-9|0.50||0.30
###
Part|Break 1|Price 1|Break 2|Price 2|Break 3|Price 3
X|1|4.00|5|3.50|50|3.10
###
part|1|5|50
X|4.00|3.50|3.10
=====
pairs of columns to long
Part|Brk1|Prc1|Brk2|Prc2|Brk3|Prc3
A-1|1|4.00|10|3.50|100|3.10
B-2|1|12.00|10|11.00||
C-9|1|0.50|100|0.30||
###
part|qty|price
A-1|1|4.00
A-1|10|3.50
A-1|100|3.10
B-2|1|12.00
B-2|10|11.00
C-9|1|0.50
C-9|100|0.30
###
Part|Brk1|Prc1|Brk2|Prc2|Brk3|Prc3
X|1|4.00|5|3.50|50|3.10
###
part|qty|price
X|1|4.00
X|5|3.50
X|50|3.10
=====
other breaks, plain digits, tail
Part|Desc|1|10|100
A-1|Bolt|4.00|3.50|3.10
B-2|Nut|12.00|11.00|
C-9|Pin|0.50|0.45|0.30
###
part|desc|min_qty|price
A-1|Bolt|1|4.00
A-1|Bolt|10|3.50
A-1|Bolt|100|3.10
B-2|Nut|1|12.00
B-2|Nut|10|11.00
C-9|Pin|1|0.50
C-9|Pin|10|0.45
C-9|Pin|100|0.30
###
Part|Desc|1|25|50|500
K-1|Cap|7.00|6.50||5.00
###
part|desc|min_qty|price
K-1|Cap|1|7.00
K-1|Cap|25|6.50
K-1|Cap|500|5.00
=====
other breaks, column after
Part|1+|10+|100+|Currency
A-1|4.00|3.50|3.10|EUR
B-2|12.00|11.00||EUR
C-9|0.50|0.45|0.30|USD
###
part|from|price|currency
A-1|1|4.00|EUR
A-1|10|3.50|EUR
A-1|100|3.10|EUR
B-2|1|12.00|EUR
B-2|10|11.00|EUR
C-9|1|0.50|USD
C-9|10|0.45|USD
C-9|100|0.30|USD
###
Part|1+|25+|50+|500+|Currency
K-1|7.00|6.50||5.00|EUR
###
part|from|price|currency
K-1|1|7.00|EUR
K-1|25|6.50|EUR
K-1|500|5.00|EUR
=====
other breaks, German, euro
Artikel|Bezeichnung|ab 1 Stk|ab 10 Stk|ab 50 Stk
10-1|Schraube|0,25 €|0,20 €|0,15 €
10-2|Mutter|1,10 €|1,00 €|
10-3|Scheibe|0,05 €|0,04 €|0,03 €
###
sku|qty|price
10-1|1|0.25
10-1|10|0.20
10-1|50|0.15
10-2|1|1.10
10-2|10|1.00
10-3|1|0.05
10-3|10|0.04
10-3|50|0.03
###
Artikel|Bezeichnung|ab 1 Stk|ab 20 Stk|ab 100 Stk|ab 1000 Stk
20-1|Bolzen|2,50 €|2,20 €||1,99 €
###
sku|qty|price
20-1|1|2.50
20-1|20|2.20
20-1|1000|1.99
=====
long to wide, other breaks, prefix p
sku|name|qty|unit_price
A|Bolt|1|4.00
A|Bolt|10|3.50
A|Bolt|100|3.10
B|Nut|1|12.00
B|Nut|10|11.00
C|Pin|1|0.50
C|Pin|10|0.45
C|Pin|100|0.30
###
sku|name|price_1|price_10|price_100
A|Bolt|4.00|3.50|3.10
B|Nut|12.00|11.00|
C|Pin|0.50|0.45|0.30
###
sku|name|qty|unit_price
K|Cap|1|7.00
K|Cap|25|6.50
K|Cap|500|5.00
L|Lid|25|1.00
###
sku|name|price_1|price_25|price_500
K|Cap|7.00|6.50|5.00
L|Lid||1.00|
=====
long to wide, suffix pcs
sku|qty|unit_price
A|1|4
A|10|3.5
A|100|3.1
B|1|12
B|10|11
C|1|.5
C|10|.45
C|100|.3
###
sku|1 pcs|10 pcs|100 pcs
A|4.00|3.50|3.10
B|12.00|11.00|
C|0.50|0.45|0.30
###
sku|qty|unit_price
K|5|7
K|25|6.5
K|500|5.1
###
sku|5 pcs|25 pcs|500 pcs
K|7.00|6.50|5.10
"""


@pytest.mark.parametrize(("title", "tables"), kinds(EXAMPLES), ids=lambda one: one if isinstance(one, str) else "")
def test_prices_by_quantity_are_turned(title: str, tables: tuple[Table, ...]) -> None:
    assert title
    learns(tables)
