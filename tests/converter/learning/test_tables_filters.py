"""Filters: which rows stay is learned from the rows that the example keeps, and holds for other rows."""

import pytest

from tests.converter.learning.lessons import learned

ORDERS = """\
order,customer,status,amount,coupon
1001,Ann,paid,120.50,
1002,Bob,open,80.00,SAVE5
1003,Cy,paid,15.25,
1004,Dee,cancelled,300.00,SAVE9
1005,Eve,paid,99.99,SAVE5
1006,Fay,open,45.10,
1007,Gus,cancelled,210.00,
"""
NEW_ORDERS = """\
order,customer,status,amount,coupon
2001,Hal,open,500.00,
2002,Ida,paid,130.00,
2003,Jon,cancelled,7.00,SAVE5
2004,Kim,cancelled,150.00,SAVE7
2005,Lou,paid,20.00,SAVE1
"""
OF_ORDERS = {
    "a value": (
        "order,customer,amount\n1001,Ann,120.50\n1003,Cy,15.25\n1005,Eve,99.99",
        ["2002,Ida,130.00", "2005,Lou,20.00"],
    ),
    "any other value": (
        "order,status\n1001,paid\n1002,open\n1003,paid\n1005,paid\n1006,open",
        ["2001,open", "2002,paid", "2005,paid"],
    ),
    "a number above a bound": (
        "order,customer,amount\n1001,Ann,120.50\n1004,Dee,300.00\n1007,Gus,210.00",
        ["2001,Hal,500.00", "2002,Ida,130.00", "2004,Kim,150.00"],
    ),
    "a filled cell": (
        "order,coupon\n1002,SAVE5\n1004,SAVE9\n1005,SAVE5",
        ["2003,SAVE5", "2004,SAVE7", "2005,SAVE1"],
    ),
    "an empty cell": (
        "order,customer\n1001,Ann\n1003,Cy\n1006,Fay\n1007,Gus",
        ["2001,Hal", "2002,Ida"],
    ),
    "a value and an empty cell": (
        "order,customer\n1001,Ann\n1003,Cy",
        ["2002,Ida"],
    ),
    "a value or a filled cell": (
        "order,customer\n1001,Ann\n1002,Bob\n1003,Cy\n1004,Dee\n1005,Eve",
        ["2002,Ida", "2003,Jon", "2004,Kim", "2005,Lou"],
    ),
}


@pytest.mark.parametrize("kept", OF_ORDERS)
def test_rows_are_kept_by(kept: str) -> None:
    expected, wanted = OF_ORDERS[kept]

    assert learned(ORDERS, expected, NEW_ORDERS) == wanted


def test_a_column_that_is_left_out_may_decide_by_its_beginning() -> None:
    given = "sku,item,price\nA-101,pen,1\nB-7,ink,2\nA-33,pad,3\nC-9,cap,4\nA-5,bag,5\nB-66,mug,6"
    expected = "item,price\npen,1\npad,3\nbag,5"

    rows = learned(given, expected, "sku,item,price\nC-1,cup,7\nA-900,jar,8\nB-2,lid,9")

    assert rows == ["jar,8"]


def test_dates_are_compared_as_dates() -> None:
    given = "name,hired\nann,03/15/2019\nbob,11/02/2021\ncy,07/30/2018\ndee,01/09/2022\neve,12/24/2017\nfay,02/02/2023"
    expected = "name\nbob\ndee\nfay"

    rows = learned(given, expected, "name,hired\ngus,12/31/2016\nhal,06/06/2024\nida,08/01/2012")

    assert rows == ["hal"]


def test_rows_that_are_kept_may_have_computed_columns() -> None:
    expected = "Customer,Total\nANN,120.50 EUR\nCY,15.25 EUR\nEVE,99.99 EUR"

    assert learned(ORDERS, expected, NEW_ORDERS) == ["IDA,130.00 EUR", "LOU,20.00 EUR"]


def test_rows_may_be_kept_sorted_and_computed_at_once() -> None:
    expected = "Customer,Cents\nCY,15.25 EUR\nEVE,99.99 EUR\nANN,120.50 EUR"

    assert learned(ORDERS, expected, NEW_ORDERS) == ["LOU,20.00 EUR", "IDA,130.00 EUR"]


def test_two_columns_are_compared_with_each_other() -> None:
    given = "item,stock,minimum\npen,4,10\nink,25,20\npad,7,7\ncap,0,5\nbag,13,6\nmug,2,3"
    expected = "item,stock\npen,4\ncap,0\nmug,2"

    rows = learned(given, expected, "item,stock,minimum\njar,100,150\nlid,9,8\ncup,11,12")

    assert rows == ["jar,100", "cup,11"]
