"""Tables without header, as spreadsheets hold them: headers of several rows, blocks, records of any length."""

from tests.converter.synthesis.tables.lessons import learned

QUARTERS = """\
bolts,north,q1,3
bolts,north,q2,4
bolts,south,q1,5
bolts,south,q2,6
nuts,north,q1,7
nuts,north,q2,8
nuts,south,q1,9
nuts,south,q2,1"""


def rows(given: str, expected: str, new: str) -> list[str]:
    """What the program learned from a table without header makes of a new one."""
    return learned(given, expected, new, header=False)


def test_two_rows_of_headings_over_the_columns() -> None:
    given = ",north,north,south,south\n,q1,q2,q1,q2\nbolts,3,4,5,6\nnuts,7,8,9,1"

    assert rows(given, QUARTERS, ",east,east\n,h1,h2\ncogs,1,2\npins,3,4") == [
        "cogs,east,h1,1",
        "cogs,east,h2,2",
        "pins,east,h1,3",
        "pins,east,h2,4",
    ]


def test_a_heading_that_stands_for_the_blanks_beside_it() -> None:
    given = ",north,,south,\n,q1,q2,q1,q2\nbolts,3,4,5,6\nnuts,7,8,9,1"

    assert rows(given, QUARTERS, ",east,,west,,mid\n,h1,h2,h1,h2,h1\ncogs,1,2,3,4,5") == [
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


PAIRS = "Name,Ann\nPhone,555-1\nCity,Rome\n{blank}Name,Bob\nCity,Paris\n{blank}Name,Cy\nPhone,555-3\nCity,Oslo"
NEW_PAIRS = "Name,Dee\nCity,Bonn\n{blank}Name,Eve\nPhone,555-7\nCity,Bern\n{blank}Name,Flo\nPhone,555-9"


def test_records_of_pairs_of_which_some_lack_a_key() -> None:
    expected = "Name,Phone,City\nAnn,555-1,Rome\nBob,,Paris\nCy,555-3,Oslo"

    made = rows(PAIRS.format(blank=""), expected, NEW_PAIRS.format(blank=""))

    assert made == ["Name,City,Phone", "Dee,Bonn", "Eve,Bern,555-7", "Flo,,555-9"]


def test_blank_rows_part_such_records_whatever_they_begin_with() -> None:
    expected = "Name,Phone,City\nAnn,555-1,Rome\nBob,,Paris\nCy,555-3,Oslo"

    made = rows(PAIRS.format(blank=",\n"), expected, "Name,Dee\nCity,Bonn\n,\nCity,Bern\nName,Eve")

    assert made == ["Name,City", "Dee,Bonn", "Eve,Bern"]


def test_records_of_pairs_without_a_row_of_their_keys() -> None:
    expected = "Ann,555-1,Rome\nBob,,Paris\nCy,555-3,Oslo"

    made = rows(PAIRS.format(blank=""), expected, NEW_PAIRS.format(blank=""))

    assert made == ["Dee,Bonn", "Eve,Bern,555-7", "Flo,,555-9"]


def test_labelled_cells_of_which_some_are_missing() -> None:
    given, expected = "Ann,Math:65,French:42\nBob,Math:43,\nCy,French:51,", ",Math,French\nAnn,65,42\nBob,43,\nCy,,51"

    made = rows(given, expected, "Dee,Art:1,French:2\nEve,French:4,\nFlo,Art:9,Music:3")

    assert made == [",Art,French,Music", "Dee,1,2", "Eve,,4", "Flo,9,,3"]


def test_labelled_texts_in_one_cell() -> None:
    given, expected = '"Name: Ann, Age: 12"\n"Name: Bob, Age: 13"', "Name,Age\nAnn,12\nBob,13"

    made = rows(given, expected, '"Name: Dee, Age: 1"\n"Age: 2, Name: Eve"\n"Name: Flo"')

    assert made == ["Name,Age", "Dee,1", "Eve,2", "Flo"]


def test_tables_side_by_side_are_put_under_each_other() -> None:
    given = "Ann,12,,Bob,13\nCy,14,,Dee,15"

    assert rows(given, "Ann,12\nBob,13\nCy,14\nDee,15", "Eve,1,,Flo,2\nGus,3,,Hal,4") == ["Eve,1", "Flo,2", "Gus,3", "Hal,4"]
    assert rows(given, "Ann,12\nCy,14\nBob,13\nDee,15", "Eve,1,,Flo,2\nGus,3,,Hal,4") == ["Eve,1", "Gus,3", "Flo,2", "Hal,4"]


def test_what_the_row_above_says_is_not_repeated() -> None:
    given, expected = "Ann,1\nAnn,2\nBob,3\nBob,4", "Ann,1\n,2\nBob,3\n,4"

    assert rows(given, expected, "Dee,1\nDee,2\nDee,3\nEve,4") == ["Dee,1", ",2", ",3", "Eve,4"]


def test_fields_between_marks_of_several_kinds() -> None:
    given = "$1200 / 2br - Sunny flat (Mission),\n$950 / 1br - Small studio (Sunset),"
    expected = "$1200,2br,Sunny flat,Mission\n$950,1br,Small studio,Sunset"

    made = rows(given, expected, "$1800 / 3br - Big old house (Noe Valley),\n$700 / 1br - Room (Marina),")

    assert made == ["$1800,3br,Big old house,Noe Valley", "$700,1br,Room,Marina"]


def test_such_fields_of_rows_that_were_joined() -> None:
    given = 'Ann Lee\n12 Elm St\n"Rome, GA 30161"\nBob Day\n5 Oak Ave\n"Paris, TX 75460"'
    expected = "Ann Lee,12 Elm St,Rome,GA,30161\nBob Day,5 Oak Ave,Paris,TX,75460"

    made = rows(given, expected, 'Dee Fox\n1 Low Rd\n"New York, NY 10001"\nEve Ray\n7 High St\n"Salem, OR 97301"')

    assert made == ["Dee Fox,1 Low Rd,New York,NY,10001", "Eve Ray,7 High St,Salem,OR,97301"]
