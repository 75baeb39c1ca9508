"""Lines of records, whose first line alone says whose they are and in what state the record is."""

import pytest

from converter.table import Table
from tests.converter.learning.learned import kinds, learns

EXAMPLES = """
paid orders, the state stands in the first line only
Name|State|Paid at|Who|Mail|Item|Qty|Price
#50|paid|2026-01-05|Fern|a@x.example|Tea|1|60.90
#50||||a@x.example|Whisk|2|20.00
#51|pending||Porch|b@x.example|Bag|1|18.00
#51||||b@x.example|Sticker|1|0.00
#52|paid|2026-01-14|Vista|c@x.example|Cup|7|12.50
###
no|who|item|qty|rate|amount
50|Fern|Tea|1|60.90|60.90
50|Fern|Whisk|2|20.00|40.00
52|Vista|Cup|7|12.50|87.50
###
Name|State|Paid at|Who|Mail|Item|Qty|Price
#60|pending||Kim|d@x.example|Tea|1|5.00
#60||||d@x.example|Cup|2|2.00
#61|paid|2026-02-05|Lou|e@x.example|Bag|1|8.00
#61||||e@x.example|Tea|3|5.00
###
no|who|item|qty|rate|amount
61|Lou|Bag|1|8.00|8.00
61|Lou|Tea|3|5.00|15.00
=====
parts of released assemblies
Assembly|Status|Pos|Part|Qty
FG-1|released|10|Slat|6
||20|Leg|2
||30|Screw|24
FG-2|draft|10|Top|1
||20|Varnish|2
FG-3|released|10|Base|1
||20|Foot|4
###
assembly|pos|part|qty
FG-1|10|Slat|6
FG-1|20|Leg|2
FG-1|30|Screw|24
FG-3|10|Base|1
FG-3|20|Foot|4
###
Assembly|Status|Pos|Part|Qty
FG-7|draft|10|A|1
||20|B|2
FG-8|released|10|C|3
||20|D|4
###
assembly|pos|part|qty
FG-8|10|C|3
FG-8|20|D|4
=====
journal lines of posted entries
Entry|Date|Posted|Account|Amount
1|2026-03-01|yes|4000|-100.00
|||1200|100.00
2|2026-03-02|no|4000|-50.00
|||1200|50.00
3|2026-03-04|yes|6000|75.00
|||1600|-75.00
|||1610|0.00
###
date|entry|account|amount
2026-03-01|1|4000|-100.00
2026-03-01|1|1200|100.00
2026-03-04|3|6000|75.00
2026-03-04|3|1600|-75.00
2026-03-04|3|1610|0.00
###
Entry|Date|Posted|Account|Amount
4|2026-04-01|yes|1|5.00
|||2|-5.00
5|2026-04-02|no|3|6.00
|||4|-6.00
###
date|entry|account|amount
2026-04-01|4|1|5.00
2026-04-01|4|2|-5.00
"""


@pytest.mark.parametrize(("title", "tables"), kinds(EXAMPLES), ids=lambda one: one if isinstance(one, str) else "")
def test_a_records_state_tells_which_lines_stay(title: str, tables: tuple[Table, ...]) -> None:
    assert title
    learns(tables)
