"""Groups: aggregates, one row of each group, removed duplicates."""

import pytest

from tests.converter.learning.lessons import learned

SALES = """\
day,region,product,units,price
2024-01-02,north,pen,10,1.50
2024-01-02,south,ink,4,9.00
2024-01-03,north,ink,2,9.00
2024-01-05,east,pen,7,1.40
2024-02-01,south,pen,20,1.50
2024-02-03,north,pen,5,1.60
2024-02-03,south,ink,1,8.50
"""
NEW_SALES = """\
day,region,product,units,price
2024-05-01,west,pad,3,2.00
2024-05-02,north,ink,8,9.00
2024-06-01,west,ink,2,10.00
2024-06-09,west,pad,1,4.00
"""
OF_SALES = {
    "a sum": ("region,units\nnorth,17\nsouth,25\neast,7", ["west,6", "north,8"]),
    "a count": ("region,sales\nnorth,3\nsouth,3\neast,1", ["west,3", "north,1"]),
    "an average": ("product,price\npen,1.50\nink,8.83", ["pad,3.00", "ink,9.50"]),
    "a median": ("region,units\nnorth,5\nsouth,4\neast,7", ["west,2", "north,8"]),
    "a span in a text": ("region,units\nnorth,2 to 10\nsouth,1 to 20\neast,7 to 7", ["west,1 to 3", "north,8 to 8"]),
    "least and greatest": (
        "region,from,to\nnorth,1.50,9.00\nsouth,1.50,9.00\neast,1.40,1.40",
        ["west,2.00,10.00", "north,9.00,9.00"],
    ),
    "several aggregates": (
        "region,sales,units,most\nnorth,3,17,10\nsouth,3,25,20\neast,1,7,7",
        ["west,3,6,3", "north,1,8,8"],
    ),
    "distinct values": ("region,products\nnorth,2\nsouth,2\neast,1", ["west,2", "north,1"]),
    "a list": (
        "region,products\nnorth,pen; ink; pen\nsouth,ink; pen; ink\neast,pen",
        ["west,pad; ink; pad", "north,ink"],
    ),
    "a list without repetition": ("region,products\nnorth,pen+ink\nsouth,ink+pen\neast,pen", ["west,pad+ink", "north,ink"]),
    "two keys": (
        "product,region,units\npen,north,15\nink,south,5\nink,north,2\npen,east,7\npen,south,20",
        ["pad,west,4", "ink,north,8", "ink,west,2"],
    ),
    "sorted groups": ("region,units\neast,7\nnorth,17\nsouth,25", ["north,8", "west,6"]),
    "groups sorted by their sum": ("region,units\nsouth,25\nnorth,17\neast,7", ["north,8", "west,6"]),
    "first of a group": (
        "day,region,product\n2024-01-02,north,pen\n2024-01-02,south,ink\n2024-01-05,east,pen",
        ["2024-05-01,west,pad", "2024-05-02,north,ink"],
    ),
    "last of a group": (
        "region,day,units\neast,2024-01-05,7\nnorth,2024-02-03,5\nsouth,2024-02-03,1",
        ["north,2024-05-02,8", "west,2024-06-09,1"],
    ),
    "greatest of a group": (
        "region,day,units\nnorth,2024-01-02,10\neast,2024-01-05,7\nsouth,2024-02-01,20",
        ["west,2024-05-01,3", "north,2024-05-02,8"],
    ),
    "a computed measure": (
        "region,revenue\nnorth,41.00\nsouth,74.50\neast,9.80",
        ["west,30.00", "north,72.00"],
    ),
    "computed columns": (
        "Region,Units\nNORTH,17 pcs\nSOUTH,25 pcs\nEAST,7 pcs",
        ["WEST,6 pcs", "NORTH,8 pcs"],
    ),
    "a part of a date": ("month,units\n2024-01,23\n2024-02,26", ["2024-05,11", "2024-06,3"]),
    "no key": ("units\n49", ["14"]),
}


@pytest.mark.parametrize("kind", OF_SALES)
def test_groups_give(kind: str) -> None:
    expected, wanted = OF_SALES[kind]

    assert learned(SALES, expected, NEW_SALES) == wanted


def test_rows_are_filtered_before_they_are_grouped() -> None:
    given = "team,state,points\nred,won,3\nblue,lost,1\nred,lost,2\nblue,won,5\nred,won,4\nblue,lost,6\nblue,won,8"
    expected = "team,points\nred,7\nblue,13"

    rows = learned(given, expected, "team,state,points\ngold,won,10\ngold,lost,20\nred,won,1\ngold,won,5")

    assert rows == ["gold,15", "red,1"]


def test_groups_are_filtered_by_an_aggregate() -> None:
    given = "who,paid\nann,60\nbob,20\ncy,10\nann,70\nbob,15\ndee,500\ncy,5\neve,99"
    expected = "who,paid\nann,130\ndee,500"

    assert learned(given, expected, "who,paid\nfay,90\ngus,80\nfay,20\nhal,99\nbob,1000") == ["fay,110", "bob,1000"]


def test_the_totals_of_all_rows() -> None:
    given = "item,units,price\npen,10,1.5\nink,4,9\npad,2,3\nmug,8,2.5"
    expected = "lines,units\n4,24"

    assert learned(given, expected, "item,units,price\njar,1,1\nlid,2,2") == ["2,3"]


def test_repeated_rows_go() -> None:
    given = "city,zip\nOslo,0150\nBern,3000\nOslo,0150\nRome,0118\nBern,3000\nOslo,0151"
    expected = "city,zip\nOslo,0150\nBern,3000\nRome,0118\nOslo,0151"

    assert learned(given, expected, "city,zip\nA,1\nA,1\nB,1\nA,1\nB,2") == ["A,1", "B,1", "B,2"]


def test_a_list_of_different_values() -> None:
    given = "city,zip\nOslo,0150\nBern,3000\nOslo,0150\nRome,0118\nBern,3000\nOslo,0151"
    expected = "city\nBern\nOslo\nRome"

    assert learned(given, expected, "city,zip\nZ,1\nC,1\nA,1\nC,1") == ["A", "C", "Z"]


def test_amounts_with_signs_are_summed() -> None:
    given = 'who,paid\nann,"$1,200.50"\nbob,$80.00\nann,$99.50\nbob,$20.25\ncy,$5.00'
    expected = 'who,paid\nann,"$1,300.00"\nbob,$100.25\ncy,$5.00'

    rows = learned(given, expected, 'who,paid\ndee,"$2,000.00"\ndee,"$1,000.10"\neve,$1.00')

    assert rows == ['dee,"$3,000.10"', "eve,$1.00"]


def test_two_sums_make_a_column() -> None:
    given = "shop,income,cost\na,100,60\nb,80,50\na,40,30\nb,20,25\nc,70,10"
    expected = "shop,profit\na,50\nb,25\nc,60"

    assert learned(given, expected, "shop,income,cost\nx,10,1\ny,5,5\nx,20,2") == ["x,27", "y,0"]
