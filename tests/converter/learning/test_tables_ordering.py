"""Sorting, and the rows that come first."""

from tests.converter.learning.lessons import learned

STAFF = """\
name,team,age,hired
Ann,red,31,3/15/2019
Bob,blue,9,11/2/2021
Cy,red,100,7/30/2018
Dee,green,27,1/9/2022
Eve,blue,44,12/24/2017
Fay,red,27,2/2/2023
"""
NEW_STAFF = """\
name,team,age,hired
Gus,red,12,6/1/2020
Hal,amber,101,10/9/2001
Ida,red,8,9/30/2020
Jon,amber,8,1/1/1999
"""


def test_numbers_are_sorted_as_numbers() -> None:
    expected = "name,age\nBob,9\nDee,27\nFay,27\nAnn,31\nEve,44\nCy,100"

    assert learned(STAFF, expected, NEW_STAFF) == ["Ida,8", "Jon,8", "Gus,12", "Hal,101"]


def test_descending() -> None:
    expected = "name,age\nCy,100\nEve,44\nAnn,31\nDee,27\nFay,27\nBob,9"

    assert learned(STAFF, expected, NEW_STAFF) == ["Hal,101", "Gus,12", "Ida,8", "Jon,8"]


def test_dates_are_sorted_as_dates() -> None:
    expected = "name,hired\nEve,12/24/2017\nCy,7/30/2018\nAnn,3/15/2019\nBob,11/2/2021\nDee,1/9/2022\nFay,2/2/2023"

    assert learned(STAFF, expected, NEW_STAFF) == ["Jon,1/1/1999", "Hal,10/9/2001", "Gus,6/1/2020", "Ida,9/30/2020"]


def test_by_one_column_and_then_another_the_other_way() -> None:
    expected = "team,name,age\nblue,Eve,44\nblue,Bob,9\ngreen,Dee,27\nred,Cy,100\nred,Ann,31\nred,Fay,27"

    assert learned(STAFF, expected, NEW_STAFF) == ["amber,Hal,101", "amber,Jon,8", "red,Gus,12", "red,Ida,8"]


def test_by_three_columns() -> None:
    given = "y,q,n,v\n2,b,5,k\n1,b,7,l\n2,a,6,m\n1,a,9,n\n1,a,10,o\n2,a,4,p\n1,b,3,q\n2,b,11,r"
    expected = "v,y\no,1\nn,1\nl,1\nq,1\nm,2\np,2\nr,2\nk,2"

    rows = learned(given, expected, "y,q,n,v\n3,c,1,s\n1,d,1,t\n3,b,1,u\n3,c,12,v")

    assert rows == ["t,1", "u,3", "v,3", "s,3"]


def test_the_first_few_after_sorting() -> None:
    expected = "name,age\nCy,100\nEve,44\nAnn,31"

    assert learned(STAFF, expected, NEW_STAFF) == ["Hal,101", "Gus,12", "Ida,8"]


def test_sorted_rows_may_have_computed_columns() -> None:
    expected = "who\nBob (9)\nDee (27)\nFay (27)\nAnn (31)\nEve (44)\nCy (100)"

    assert learned(STAFF, expected, NEW_STAFF) == ["Ida (8)", "Jon (8)", "Gus (12)", "Hal (101)"]
