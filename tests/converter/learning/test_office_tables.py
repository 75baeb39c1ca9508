"""What offices do with their lists: periods closed, doubles left out, limits kept to, who stands behind whom."""

import pytest

from converter.table import Table
from tests.converter.learning.learned import kinds, learns

EXAMPLES = """
a price holds until the day before the next one of the article
article|valid from|price
B-10|2024-01-01|9.90
B-10|2024-06-15|10.40
B-10|2025-03-01|11.00
C-22|2023-05-01|4.10
C-22|2024-05-01|4.30
D-07|2025-01-01|7.75
###
article|from|until|price
B-10|2024-01-01|2024-06-14|9.90
B-10|2024-06-15|2025-02-28|10.40
B-10|2025-03-01||11.00
C-22|2023-05-01|2024-04-30|4.10
C-22|2024-05-01||4.30
D-07|2025-01-01||7.75
###
article|valid from|price
E-31|2022-12-01|1.20
F-02|2024-03-01|3.00
F-02|2024-04-10|3.15
###
article|from|until|price
E-31|2022-12-01||1.20
F-02|2024-03-01|2024-04-09|3.00
F-02|2024-04-10||3.15
=====
the newest row of each address
nr|contact|e-mail|changed
1|Nils Aho|Nils.Aho@firma.example|2024-02-01
2|Rita Sole|rita@sole.example|2024-03-09
3|N. Aho|nils.aho@firma.example|2024-09-30
4|Ugo Pini|ugo@pini.example|2023-11-20
5|Rita M. Sole|RITA@sole.example|2024-01-15
6|Ugo Pini|Ugo@pini.example|2024-05-05
7|Eva Lind|eva@lind.example|2024-04-04
###
e-mail|contact|changed
nils.aho@firma.example|N. Aho|2024-09-30
rita@sole.example|Rita Sole|2024-03-09
ugo@pini.example|Ugo Pini|2024-05-05
eva@lind.example|Eva Lind|2024-04-04
###
nr|contact|e-mail|changed
11|Old Name|A@b.example|2022-01-01
12|New Name|a@b.example|2022-06-01
13|Only One|c@d.example|2021-01-01
###
e-mail|contact|changed
a@b.example|New Name|2022-06-01
c@d.example|Only One|2021-01-01
=====
the contact person beside a firm, or in its place
firm|person|kind|pickup
|Dana Wirth|STD|Y
Holm Tools|Marc Ode|EXP|N
Fisk GmbH|Lena Fisk|AIR|N
|Priya Rao|STD|Y
Ash Dental|Tom Ash|EXP|N
###
name|attention|service|collect
Dana Wirth||standard|yes
Holm Tools|Marc Ode|express|no
Fisk GmbH|Lena Fisk|air mail|no
Priya Rao||standard|yes
Ash Dental|Tom Ash|express|no
###
firm|person|kind|pickup
Brandt AG|Olga Brandt|STD|N
|José Arce|AIR|Y
###
name|attention|service|collect
Brandt AG|Olga Brandt|standard|no
José Arce||air mail|yes
=====
a limit that is shown beside what is held against it
case|class|opened|answered
K1|B|2025-02-03 08:00|2025-02-03 09:10
K2|A|2025-02-03 09:00|2025-02-03 09:50
K3|C|2025-02-03 10:30|2025-02-03 16:30
K4|A|2025-02-04 07:15|2025-02-04 07:40
K5|B|2025-02-04 11:00|
K6|B|2025-02-04 12:00|2025-02-04 14:30
###
case|minutes|limit|kept
K1|70|120|in time
K2|50|30|late
K3|360|480|in time
K4|25|30|in time
K5||120|waiting
K6|150|120|late
###
case|class|opened|answered
K7|C|2025-02-05 08:00|2025-02-05 17:00
K8|A|2025-02-05 08:00|
K9|B|2025-02-05 08:00|2025-02-05 10:00
###
case|minutes|limit|kept
K7|540|480|late
K8||30|waiting
K9|120|120|in time
=====
the first day of a group is its least
file|event|day
F1|opened|04.03.2024
F1|closed|01.04.2024
F2|opened|10.03.2024
F2|letter|22.03.2024
F2|closed|02.05.2024
F3|opened|18.04.2024
F3|letter|30.04.2024
###
file|first|last
F1|2024-03-04|2024-04-01
F2|2024-03-10|2024-05-02
F3|2024-04-18|2024-04-30
###
file|event|day
F8|letter|02.02.2025
F8|opened|01.01.2025
F9|closed|06.06.2025
F9|letter|01.06.2025
###
file|first|last
F8|2025-01-01|2025-02-02
F9|2025-06-01|2025-06-06
=====
by a day that some rows lack
nr|matter|due
17|cables|2024-06-03
12|login|2024-06-10
20|paper|
15|domain|2024-06-02
11|page|2024-05-07
###
nr|matter|due
11|page|2024-05-07
15|domain|2024-06-02
17|cables|2024-06-03
12|login|2024-06-10
20|paper|
###
nr|matter|due
25|lease|2024-07-01
27|invoices|2024-06-30
28|nothing|
26|venue|2024-03-15
###
nr|matter|due
26|venue|2024-03-15
27|invoices|2024-06-30
25|lease|2024-07-01
28|nothing|
"""


@pytest.mark.parametrize(("title", "tables"), kinds(EXAMPLES), ids=[title for title, _ in kinds(EXAMPLES)])
def test_offices_tables_are_learned(title: str, tables: tuple[Table, ...]) -> None:
    learns(tables)
