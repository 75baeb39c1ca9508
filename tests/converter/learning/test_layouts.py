"""Tables without header, as spreadsheets hold them: headers of several rows, blocks, records of any length."""

from tests.converter.learning.lessons import learned

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


def test_columns_are_computed_of_rows_that_were_reshaped() -> None:
    given, expected = "City,2019,2020\nRome,1,2\nParis,3,4", "Rome,FY2019,1\nRome,FY2020,2\nParis,FY2019,3\nParis,FY2020,4"

    assert rows(given, expected, "City,2021,2022,2023\nOslo,5,6,7") == [
        "Oslo,FY2021,5",
        "Oslo,FY2022,6",
        "Oslo,FY2023,7",
    ]


def test_headings_are_written_in_another_format_beside_their_values() -> None:
    given = "Meter,2023-01-31,2023-02-28\nM17,10,20\nM29,30,40"
    expected = "M17,31.01.2023,10\nM17,28.02.2023,20\nM29,31.01.2023,30\nM29,28.02.2023,40"

    assert rows(given, expected, "Meter,2024-05-31\nM5,1\nM6,2") == ["M5,31.05.2024,1", "M6,31.05.2024,2"]


def test_members_of_a_list_are_rewritten_in_rows_of_their_own() -> None:
    assert rows('Rome,"ann,bob"\nOslo,"cy,dee,eve"', "Rome,ANN\nRome,BOB\nOslo,CY\nOslo,DEE\nOslo,EVE", 'Bern,"flo,gus"') == [
        "Bern,FLO",
        "Bern,GUS",
    ]


def test_blanks_are_filled_with_what_is_then_rewritten() -> None:
    given, expected = "Rome,Ann\n,Bob\nOslo,Cy\n,Dee", "ROME,Ann\nROME,Bob\nOSLO,Cy\nOSLO,Dee"

    assert rows(given, expected, "Bern,Eve\n,Flo\n,Gus") == ["BERN,Eve", "BERN,Flo", "BERN,Gus"]


def test_labels_are_left_out_however_many_columns_there_are() -> None:
    given, expected = "Name,Ann,Bob\nAge,12,13\nCity,Rome,Paris", "Ann,12,Rome\nBob,13,Paris"

    assert rows(given, expected, "Name,Cy,Dee,Eve\nAge,1,2,3\nCity,Oslo,Bonn,Bern") == ["Cy,1,Oslo", "Dee,2,Bonn", "Eve,3,Bern"]


def test_pairs_in_one_long_row_however_many_there_are() -> None:
    assert rows("Ann,1,Bob,2", "Ann,1\nBob,2", "Cy,3,Dee,4,Eve,5") == ["Cy,3", "Dee,4", "Eve,5"]


def test_one_record_of_lines_that_look_all_different_stands_for_as_many_lines_each() -> None:
    given, expected = "Ann Lee\n555-1234\nann@x.org\nRome", "Ann Lee,555-1234,ann@x.org,Rome"

    assert rows(given, expected, "Bob Day\n555-9876\nbob@y.org\nOslo\nCy Fox\n555-5555\ncy@z.org\nBern") == [
        "Bob Day,555-9876,bob@y.org,Oslo",
        "Cy Fox,555-5555,cy@z.org,Bern",
    ]


def test_lines_that_look_alike_become_one_row() -> None:
    assert rows("Ann\nBob\nCy", "Ann,Bob,Cy", "Dee\nEve\nFlo\nGus\nHal") == ["Dee,Eve,Flo,Gus,Hal"]


def test_one_record_of_labelled_values() -> None:
    given, expected = "Name,Ann\nPhone,555-1234\nCity,Rome NY", "Name,Phone,City\nAnn,555-1234,Rome NY"

    assert rows(given, expected, "Name,Bob\nPhone,555-9876\nName,Cy\nCity,Oslo") == [
        "Name,Phone,City",
        "Bob,555-9876",
        "Cy,,Oslo",
    ]


def test_lists_side_by_side_are_parted_in_step() -> None:
    given = 'Rome,"lamp, desk","1.20, 3.40"\nOslo,"vase, sofa","5.60, 7.80"'
    expected = "Rome,lamp,1.20\nRome,desk,3.40\nOslo,vase,5.60\nOslo,sofa,7.80"

    assert rows(given, expected, 'Bern,"rug, bed, cup","1, 2, 3"') == ["Bern,rug,1", "Bern,bed,2", "Bern,cup,3"]


def test_cells_of_nothing_are_left_out_of_a_matrix() -> None:
    given = ",Rome,Oslo,Bern\nRome,0,3,4\nOslo,5,0,6\nBern,7,8,0"
    expected = "Rome,Oslo,3\nRome,Bern,4\nOslo,Rome,5\nOslo,Bern,6\nBern,Rome,7\nBern,Oslo,8"

    assert rows(given, expected, ",Lyon,Graz\nLyon,0,1\nGraz,0,0") == ["Lyon,Graz,1"]


def test_rows_without_anything_wanted_are_not_joined_by_what_they_share() -> None:
    given = "lamp,3,1.20\ndesk,4,3.40\n---,---,---\nTotal,7,4.60\nvase,5,5.60\nsofa,6,7.80\n---,---,---\nTotal,11,13.40"

    assert rows(
        given, "lamp,3,1.20\ndesk,4,3.40\nvase,5,5.60\nsofa,6,7.80", "rug,1,1.00\nrug,2,2.00\n---,---,---\nTotal,3,3.00"
    ) == [
        "rug,1,1.00",
        "rug,2,2.00",
    ]


def test_blank_rows_do_not_make_rows_that_are_computed_a_group() -> None:
    assert rows("lamp,2,30\n,,\ndesk,4,50\n,,", "lamp,60\ndesk,200", "rug,3,4\n,,\nrug,5,6") == ["rug,12", "rug,30"]


def test_the_cells_of_marked_rows_stand_beside_the_rows_under_them() -> None:
    given = "H,K17,2023-01-03,Ann\nD,pen,5,1.50\nD,ink,2,9.00\nH,K29,2023-01-05,Bob\nD,pad,3,2.00"
    expected = "K17,2023-01-03,Ann,pen,5,1.50\nK17,2023-01-03,Ann,ink,2,9.00\nK29,2023-01-05,Bob,pad,3,2.00"

    assert rows(given, expected, "H,K31,2024-02-02,Cy\nD,mug,1,4.00\nD,cup,7,3.00\nD,jar,2,5.00") == [
        "K31,2024-02-02,Cy,mug,1,4.00",
        "K31,2024-02-02,Cy,cup,7,3.00",
        "K31,2024-02-02,Cy,jar,2,5.00",
    ]
