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
=====
pairs in a list, a default where there is none
nr|who|tasks
1|Ida|desk=3;phone=5
2|Jon|
3|Kim|desk=8
4|Lea|mail=1;phone=2;desk=9
5|Max|
6|Nora|mail=6;desk=1
###
nr|who|task|hours
1|Ida|desk|3
1|Ida|phone|5
2|Jon|free|0
3|Kim|desk|8
4|Lea|mail|1
4|Lea|phone|2
4|Lea|desk|9
5|Max|free|0
6|Nora|mail|6
6|Nora|desk|1
###
nr|who|tasks
7|Olaf|
8|Pia|van=2;desk=1;mail=1;phone=3
9|Quin|phone=7
###
nr|who|task|hours
7|Olaf|free|0
8|Pia|van|2
8|Pia|desk|1
8|Pia|mail|1
8|Pia|phone|3
9|Quin|phone|7
=====
a row for each sign
user|rights|since
ada|RWX|2021
bob|R|2022
cem|RX|2022
dot|RW|2023
eli|W|2024
###
user|right|since
ada|read|2021
ada|write|2021
ada|run|2021
bob|read|2022
cem|read|2022
cem|run|2022
dot|read|2023
dot|write|2023
eli|write|2024
###
user|rights|since
fay|WX|2020
gus|RWX|2019
###
user|right|since
fay|write|2020
fay|run|2020
gus|read|2019
gus|write|2019
gus|run|2019
=====
a word before one of the parts
nr|shop|web|else
1|Shop||
2||Web|
3|Shop|Web|fair
4|||a friend
5|Shop||radio
6||Web|
###
nr|bought at
1|Shop
2|Web
3|Shop, Web, other (fair)
4|other (a friend)
5|Shop, other (radio)
6|Web
###
nr|shop|web|else
7|Shop|Web|
8||Web|market
###
nr|bought at
7|Shop, Web
8|Web, other (market)
=====
a list of first names before the name
first|last|street
Ann|Berg|Elm 1
Bo|Berg|Elm 1
Cid|Dahl|Oak 2
Eva|Falk|Ash 3
Gus|Falk|Ash 3
Hal|Falk|Ash 3
###
names|street|persons
Ann & Bo Berg|Elm 1|2
Cid Dahl|Oak 2|1
Eva & Gus & Hal Falk|Ash 3|3
###
first|last|street
Ina|Juhl|Fir 9
Kai|Lund|Yew 7
Lis|Lund|Yew 7
###
names|street|persons
Ina Juhl|Fir 9|1
Kai & Lis Lund|Yew 7|2
=====
what two numbers make is over a third
course|booked|waiting|seats|room
Yoga|18|4|20|A
Chess|7|0|12|B
Salsa|25|0|25|A
Piano|3|6|8|C
Clay|11|2|12|C
Poker|9|1|16|B
###
course|missing|room
Yoga|2|A
Piano|1|C
Clay|1|C
###
course|booked|waiting|seats|room
Judo|30|0|24|A
Rugby|20|8|40|D
Opera|13|13|20|B
###
course|missing|room
Judo|6|A
Opera|6|B
=====
the name of the only one who is named
key|name|boss
k1|Ada (Lead) Stone|
k2|Bob (Sales) Reed|k1
k3|Cy (Sales) Moss|k1
k4|Di (Desk) Park|k1
###
key|name|boss
k1|Ada (Lead) Stone|
k2|Bob (Sales) Reed|Ada (Lead) Stone
k3|Cy (Sales) Moss|Ada (Lead) Stone
k4|Di (Desk) Park|Ada (Lead) Stone
###
key|name|boss
m1|Eve (Lead) Ford|
m2|Fin (Desk) Gray|m1
m3|Gil (Desk) Hunt|m2
###
key|name|boss
m1|Eve (Lead) Ford|
m2|Fin (Desk) Gray|Eve (Lead) Ford
m3|Gil (Desk) Hunt|Fin (Desk) Gray
=====
codes of words without their spaces
base|colour|size
TX|Red|Long
TX|Dark Blue|Long
QP|Red|
QP|Light Green|Short
ZA|Grey|
###
code|colour
TX-RED-LONG|Red
TX-DARKBLUE-LONG|Dark Blue
QP-RED|Red
QP-LIGHTGREEN-SHORT|Light Green
ZA-GREY|Grey
###
base|colour|size
MM|Pale Pink|
NN|Blue|Extra Long
###
code|colour
MM-PALEPINK|Pale Pink
NN-BLUE-EXTRALONG|Blue
=====
a note in brackets, with nothing before it
nr|text
1|Hall hire (May)
2|Cleaning (June, twice)
3|Heating oil (2025)
4|Choir (spring)
###
nr|what|note
1|Hall hire|May
2|Cleaning|June, twice
3|Heating oil|2025
4|Choir|spring
###
nr|text
5|(no text)
6|Stage lights (hired)
###
nr|what|note
5||no text
6|Stage lights|hired
=====
the last rate holds for ever
staff|rate|from
s1|A|01/04/2019
s1|B|01/10/2020
s1|C|15/01/2023
s2|A|01/06/2021
s2|B|01/03/2022
s3|D|16/08/2022
s4|A|20/01/2020
s4|B|13/01/2021
###
staff|rate|from|to
s1|A|2019-04-01|2020-09-30
s1|B|2020-10-01|2023-01-14
s1|C|2023-01-15|9999-12-31
s2|A|2021-06-01|2022-02-28
s2|B|2022-03-01|9999-12-31
s3|D|2022-08-16|9999-12-31
s4|A|2020-01-20|2021-01-12
s4|B|2021-01-13|9999-12-31
###
staff|rate|from
s8|C|01/03/2020
s8|D|01/03/2024
s9|A|31/12/2021
###
staff|rate|from|to
s8|C|2020-03-01|2024-02-29
s8|D|2024-03-01|9999-12-31
s9|A|2021-12-31|9999-12-31
"""


@pytest.mark.parametrize(("title", "tables"), kinds(EXAMPLES), ids=[title for title, _ in kinds(EXAMPLES)])
def test_offices_tables_are_learned(title: str, tables: tuple[Table, ...]) -> None:
    learns(tables)
