"""Values that depend on the rows before: running sums, ranks, numbers of rows, differences; and shares of a whole."""

import pytest

from tests.converter.learning.lessons import learned

LEDGER = """\
day,account,amount
1,cash,100
2,bank,50
3,cash,-30
4,cash,20
5,bank,75
6,bank,-5
"""
NEW_LEDGER = """\
day,account,amount
1,card,10
2,cash,5
3,card,-4
4,card,7
"""
OF_LEDGER = {
    "a running sum": (
        "day,amount,balance\n1,100,100\n2,50,150\n3,-30,120\n4,20,140\n5,75,215\n6,-5,210",
        ["1,10,10", "2,5,15", "3,-4,11", "4,7,18"],
    ),
    "a running sum of each group": (
        "day,account,balance\n1,cash,100\n2,bank,50\n3,cash,70\n4,cash,90\n5,bank,125\n6,bank,120",
        ["1,card,10", "2,cash,5", "3,card,6", "4,card,13"],
    ),
    "numbers of rows": (
        "no,day,account\n1,1,cash\n2,2,bank\n3,3,cash\n4,4,cash\n5,5,bank\n6,6,bank",
        None,
    ),
    "numbers within a group": (
        "account,no,amount\ncash,1,100\nbank,1,50\ncash,2,-30\ncash,3,20\nbank,2,75\nbank,3,-5",
        ["card,1,10", "cash,1,5", "card,2,-4", "card,3,7"],
    ),
    "a difference to the row before": (
        "day,change\n1,\n2,-50\n3,-80\n4,50\n5,55\n6,-80",
        ["1,", "2,-5", "3,-9", "4,11"],
    ),
    "the value of the row before": (
        "day,amount,before\n1,100,\n2,50,100\n3,-30,50\n4,20,-30\n5,75,20\n6,-5,75",
        ["1,10,", "2,5,10", "3,-4,5", "4,7,-4"],
    ),
    "a rank": (
        "day,amount,rank\n1,100,1\n2,50,3\n3,-30,6\n4,20,4\n5,75,2\n6,-5,5",
        ["1,10,1", "2,5,3", "3,-4,4", "4,7,2"],
    ),
    "the whole of each group": (
        "day,account,total\n1,cash,90\n2,bank,120\n3,cash,90\n4,cash,90\n5,bank,120\n6,bank,120",
        ["1,card,13", "2,cash,5", "3,card,13", "4,card,13"],
    ),
    "an average of the last three": (
        "day,amount,mean\n1,100,100.00\n2,50,75.00\n3,-30,40.00\n4,20,13.33\n5,75,21.67\n6,-5,30.00",
        ["1,10,10.00", "2,5,7.50", "3,-4,3.67", "4,7,2.67"],
    ),
    "a sum of the last two, once there are two": (
        "day,sum\n1,\n2,150\n3,20\n4,-10\n5,95\n6,70",
        ["1,", "2,15", "3,1", "4,3"],
    ),
    "what is missing to the greatest": (
        "day,amount,behind\n1,100,0\n2,50,50\n3,-30,130\n4,20,80\n5,75,25\n6,-5,105",
        ["1,10,0", "2,5,5", "3,-4,14", "4,7,3"],
    ),
    "percent so far": (
        "day,so_far\n1,47.6%\n2,71.4%\n3,57.1%\n4,66.7%\n5,102.4%\n6,100.0%",
        ["1,55.6%", "2,83.3%", "3,61.1%", "4,100.0%"],
    ),
    "a change in percent": (
        "day,change\n1,\n2,-50.0\n3,-160.0\n4,-166.7\n5,275.0\n6,-106.7",
        ["1,", "2,-50.0", "3,-180.0", "4,-275.0"],
    ),
    "several at once": (
        "no,day,balance\n1,1,100\n2,2,150\n3,3,120\n4,4,140\n5,5,215\n6,6,210",
        None,
    ),
}


@pytest.mark.parametrize("kind", [kind for kind, (_, wanted) in OF_LEDGER.items() if wanted is not None])
def test_rows_get(kind: str) -> None:
    expected, wanted = OF_LEDGER[kind]

    assert learned(LEDGER, expected, NEW_LEDGER) == wanted


def test_numbers_of_rows() -> None:
    expected = "no,name\n1,ann\n2,bob\n3,cy"

    assert learned("name\nann\nbob\ncy", expected, "name\ndee\neve\nfay\ngus") == ["1,dee", "2,eve", "3,fay", "4,gus"]


def test_numbers_of_rows_in_a_text() -> None:
    expected = "id,name\nR-001,ann\nR-002,bob\nR-003,cy"

    assert learned("name\nann\nbob\ncy", expected, "name\ndee\neve") == ["R-001,dee", "R-002,eve"]


def test_rows_are_sorted_and_then_numbered() -> None:
    given = "team,points\nred,30\nblue,45\ngold,12\ngreen,61"
    expected = "place,team,points\n1,green,61\n2,blue,45\n3,red,30\n4,gold,12"

    assert learned(given, expected, "team,points\na,5\nb,50\nc,7") == ["1,b,50", "2,c,7", "3,a,5"]


def test_a_share_of_the_whole() -> None:
    given = "party,votes\na,100\nb,60\nc,30\nd,10"
    expected = "party,share\na,50.0%\nb,30.0%\nc,15.0%\nd,5.0%"

    assert learned(given, expected, "party,votes\nx,150\ny,50") == ["x,75.0%", "y,25.0%"]


def test_a_share_that_a_remembered_factor_gives_too() -> None:
    given = "city,sold\na,113\nb,137\nc,51\nd,129"
    expected = "city,sold,share\na,113,26.3%\nb,137,31.9%\nc,51,11.9%\nd,129,30.0%"

    assert learned(given, expected, "city,sold\nx,30\ny,90") == ["x,30,25.0%", "y,90,75.0%"]


def test_days_since_the_row_before() -> None:
    given = "day,reading\n2023-01-03,5\n2023-01-29,7\n2023-02-02,9\n2023-03-10,4\n2023-03-11,8"
    expected = "day,reading,days\n2023-01-03,5,\n2023-01-29,7,26\n2023-02-02,9,4\n2023-03-10,4,36\n2023-03-11,8,1"

    assert learned(given, expected, "day,reading\n2024-02-27,1\n2024-03-01,2\n2024-03-11,3") == [
        "2024-02-27,1,",
        "2024-03-01,2,3",
        "2024-03-11,3,10",
    ]
