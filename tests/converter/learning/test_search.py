"""The search finds the program that is likeliest meant, for tables of every kind that people reshape."""

import pytest

from tests.converter.learning.lessons import learned

CASES = {
    "wide rows become long ones under their header": (
        "who,jan,feb\nann,1,2\nbob,3,4",
        "ann,jan,1\nann,feb,2\nbob,jan,3\nbob,feb,4",
        "who,jan,feb\ncy,7,8\ndee,5,6\neve,1,1",
        "cy,jan,7\ncy,feb,8\ndee,jan,5\ndee,feb,6\neve,jan,1\neve,feb,1",
    ),
    "long rows become wide ones under a header": (
        "ann,jan,1\nann,feb,2\nbob,jan,3\nbob,feb,4",
        ",jan,feb\nann,1,2\nbob,3,4",
        "cy,mar,1\ncy,apr,2\ncy,may,0\ndee,mar,3\ndee,apr,4\ndee,may,5",
        ",mar,apr,may\ncy,1,2,0\ndee,3,4,5",
    ),
    "every three rows become one": (
        "ann\n12\nrome\nbob\n13\nparis",
        "ann,12,rome\nbob,13,paris",
        "cy\n1\nbonn\ndee\n2\noslo\neve\n3\nbern",
        "cy,1,bonn\ndee,2,oslo\neve,3,bern",
    ),
    "rows of one key are joined however many there are": (
        "1,a\n1,b\n2,c\n2,d\n2,e",
        "1,a,b\n2,c,d,e",
        "7,x\n8,y\n8,z\n8,v\n8,w",
        "7,x\n8,y,z,v,w",
    ),
    "a list in a cell becomes rows": (
        'fruit,"apple, pear"\nroot,carrot',
        "fruit,apple\nfruit,pear\nroot,carrot",
        'nut,"almond, walnut, pecan"',
        "nut,almond\nnut,walnut\nnut,pecan",
    ),
    "blanks are filled from above": (
        "ann,1\n,2\nbob,3\n,4",
        "ann,1\nann,2\nbob,3\nbob,4",
        "cy,1\n,2\n,3\ndee,4",
        "cy,1\ncy,2\ncy,3\ndee,4",
    ),
    "blank rows go": (
        "ann,1\n,\nbob,2\n,\ncy,3",
        "ann,1\nbob,2\ncy,3",
        ",\ndee,4\neve,5",
        "dee,4\neve,5",
    ),
    "groups of rows, counted, those with the most first": (
        "Oak Lane,bus,Mo,2024-11-03 21:15\nElm & Ash,tram,Ed,2024-11-03 21:10\nOak Lane,bus,Mo,2024-11-02 08:40\n"
        'Fir Row,"taxi, shared",Al,2024-11-01 19:02\nOak Lane,ferry,Cy,2024-10-30 07:55\nBay Court,,Di,2024-10-30 07:50\n'
        "Elm & Ash,tram,Ed,2024-10-29 18:31\nBay Court,,Bo,2024-10-28 18:27",
        "Oak Lane,3,2,2024-11-03\nBay Court,2,2,2024-10-30\nElm & Ash,2,1,2024-11-03\nFir Row,1,1,2024-11-01",
        "Ivy,bus,Mo,2025-01-12 10:00\nHop,bus,Al,2025-01-11 10:00\nHop,tram,Al,2025-01-09 10:00",
        "Hop,2,1,2025-01-11\nIvy,1,1,2025-01-12",
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_without_a_header(case: str) -> None:
    given, expected, new, wanted = CASES[case]

    assert learned(given, expected, new, header=False) == wanted.splitlines()
