"""Tables without header, as spreadsheets hold them: headers of several rows, blocks, records of any length."""

from tests.converter.synthesis.tables.lessons import learned


def rows(given: str, expected: str, new: str) -> list[str]:
    """What the program learned from a table without header makes of a new one."""
    return learned(given, expected, new, header=False)


def test_two_rows_of_headings_over_the_columns() -> None:
    given = ",north,north,south,south\n,q1,q2,q1,q2\nbolts,3,4,5,6\nnuts,7,8,9,1"
    expected = "bolts,north,q1,3\nbolts,north,q2,4\nbolts,south,q1,5\nbolts,south,q2,6\n"
    expected += "nuts,north,q1,7\nnuts,north,q2,8\nnuts,south,q1,9\nnuts,south,q2,1"

    assert rows(given, expected, ",east,east\n,h1,h2\ncogs,1,2\npins,3,4") == [
        "cogs,east,h1,1",
        "cogs,east,h2,2",
        "pins,east,h1,3",
        "pins,east,h2,4",
    ]


def test_a_heading_that_stands_for_the_blanks_beside_it() -> None:
    given = ",north,,south,\n,q1,q2,q1,q2\nbolts,3,4,5,6\nnuts,7,8,9,1"
    expected = "bolts,north,q1,3\nbolts,north,q2,4\nbolts,south,q1,5\nbolts,south,q2,6\n"
    expected += "nuts,north,q1,7\nnuts,north,q2,8\nnuts,south,q1,9\nnuts,south,q2,1"

    assert rows(given, expected, ",east,,west,,mid\n,h1,h2,h1,h2,h1\ncogs,1,2,3,4,5") == [
        "cogs,east,h1,1",
        "cogs,east,h2,2",
        "cogs,west,h1,3",
        "cogs,west,h2,4",
        "cogs,mid,h1,5",
    ]


def test_three_rows_of_headings() -> None:
    given = ",,2020,2020,2021,2021\n,,north,south,north,south\nitem,code,cash,card,cash,card\nbolts,b1,3,4,5,6\nnuts,n1,7,8,9,1"
    expected = "bolts,b1,2020,north,cash,3\nbolts,b1,2020,south,card,4\n"
    expected += "bolts,b1,2021,north,cash,5\nbolts,b1,2021,south,card,6\n"
    expected += "nuts,n1,2020,north,cash,7\nnuts,n1,2020,south,card,8\nnuts,n1,2021,north,cash,9\nnuts,n1,2021,south,card,1"

    assert rows(given, expected, ",,2030\n,,east\nitem,code,cash\ncogs,c1,3\npins,p1,7") == [
        "cogs,c1,2030,east,cash,3",
        "pins,p1,2030,east,cash,7",
    ]


def test_more_columns_than_the_example_has_are_folded_too() -> None:
    given, expected = ",jan,feb\nann,1,2\nbob,3,4", "ann,jan,1\nann,feb,2\nbob,jan,3\nbob,feb,4"

    assert rows(given, expected, ",mar,apr,may\ncy,1,2,3") == ["cy,mar,1", "cy,apr,2", "cy,may,3"]


def test_more_columns_than_the_example_has_are_transposed_too() -> None:
    given, expected = "name,Ann,Bob\nage,12,13\ncity,Rome,Paris", "name,age,city\nAnn,12,Rome\nBob,13,Paris"

    assert rows(given, expected, "name,Cy,Dee,Eve\nage,1,2,3\ncity,Oslo,Bonn,Bern") == [
        "name,age,city",
        "Cy,1,Oslo",
        "Dee,2,Bonn",
        "Eve,3,Bern",
    ]


def test_more_columns_than_the_example_has_become_rows_of_one_cell_too() -> None:
    assert rows("a,b\nc,d", "a\nb\nc\nd", "e,f,g\nh,i,j") == ["e", "f", "g", "h", "i", "j"]
