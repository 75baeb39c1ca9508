"""What tells the rule that is meant from one that fits by chance: each kind with other names, values and shapes."""

from converter.table import Table
from tests.converter.learning import learned
from tests.converter.learning.learned import converted, rows, statement


def table(text: str) -> Table:
    """A table written with indentation."""
    return learned.table(text.strip())


def test_letters_of_marks_become_points_in_every_column_and_their_sum():
    made = converted(
        table("""
            pupil | maths | music | sport
            Ivo | A | C | B
            Una | B | A | C
            Leo | C | B | A
        """),
        table("""
            pupil | m | mu | s | points
            Ivo | 10 | 4 | 7 | 21
            Una | 7 | 10 | 4 | 21
            Leo | 4 | 7 | 10 | 21
        """),
        table("""
            pupil | maths | music | sport
            Kai | C | C | A
        """),
    )
    assert made[0][:4] == ("Kai", "4", "4", "10")


def test_what_stands_in_the_row_before_is_no_branch_of_a_choice_by_the_kind():
    text = statement(
        table("""
            kind | coin | money | note
            Buy | XA | EUR | one
            Gift | XB | EUR | two
            Send | XA | EUR | three
            Gift | XC | EUR | four
            Sell | XB | EUR | five
            Buy | XC | EUR | six
            Send | XC | EUR | seven
        """),
        table("""
            sent | note
            EUR | one
            | two
            XA | three
            | four
            XB | five
            EUR | six
            XC | seven
        """),
    )
    assert "lag(" not in text.casefold(), text


def test_lines_of_sections_are_told_from_their_headings_and_totals_not_by_a_comma_of_the_names_they_have():
    given = learned.table(
        "Team: North Hub (NOR)|||\nNo|Member|Owed|Given\n4|Ray, Bea|1,200.00|1,200.00\n9|Ost, Jim|840.00|300.00\n"
        "Total||2,040.00|1,500.00\n|||\nTeam: South Bay (SOU)|||\nNo|Member|Owed|Given\n2|Lim, Ada|1,700.00|1,750.00\n"
        "3|Fox, Ben|1,310.00|\nTotal||3,010.00|1,750.00",
        header=False,
    )
    expected = learned.table(
        "key|team|no|member|owed|given\nNOR|North Hub|4|Ray, Bea|1200.00|1200.00\nNOR|North Hub|9|Ost, Jim|840.00|300.00\n"
        "SOU|South Bay|2|Lim, Ada|1700.00|1750.00\nSOU|South Bay|3|Fox, Ben|1310.00|0.00",
        header=False,
    )
    further = learned.table(
        "Team: West (WST)|||\nNo|Member|Owed|Given\n1|Bridge Club|95.00|\n5|Ek, Per|11.00|11.00\n7|Wu, Li|12.00|\n"
        "Total||118.00|11.00",
        header=False,
    )

    made = converted(given, expected, further)

    assert made[1:] == rows(
        ("WST", "West", "1", "Bridge Club", "95.00", "0.00"),
        ("WST", "West", "5", "Ek, Per", "11.00", "11.00"),
        ("WST", "West", "7", "Wu, Li", "12.00", "0.00"),
    )


def test_words_of_the_same_length_are_not_parted_by_their_length():
    given = table("ward\nWard: Elm Street (ES)\nWard: Old Garden (OG)\nWard: Hay Market (HM)")
    expected = table("short | name\nES | Elm Street\nOG | Old Garden\nHM | Hay Market")

    assert converted(given, expected, table("ward\nWard: The Quay (Upper) (TQ)\nWard: Mill (M)"))[1] == ("M", "Mill")


def test_what_each_row_has_its_own_of_is_no_list_of_words_to_leave_out():
    text = statement(
        table("""
            no | title
            1 | Anna Kra Holm
            2 | Ben Ruiz
            3 | Cleo Zum Marsh
            4 | Dan Orr
            5 | Eve Bol Lund
            6 | Flo Gee Rusk
        """),
        table("""
            no | name
            1 | Anna Holm
            2 | Ben Ruiz
            3 | Cleo Marsh
            4 | Dan Orr
            5 | Eve Lund
            6 | Flo Gee Rusk
        """),
    )
    assert not [word for word in ("Kra", "Zum", "Bol") if word in text]


def test_words_of_a_cell_from_which_other_rows_are_made_are_not_known_by_heart():
    text = statement(
        table("""
            no | address
            1 | Mill Road 4, 2211 Leeds
            2 | Quay Street 71, 1881AB Bristol
            3 | Harbour Lane 12, 1774 CD Swansea
            4 | Laan Green 3, 9002 DE Milton Keynes
            5 | Castle Hill 20, 9813 Durham
            6 | Moor View 9, 2218AX York
        """),
        table("""
            no | town
            1 | Leeds
            2 | Bristol
            3 | Swansea
            4 | Milton Keynes
            5 | Durham
            6 | York
        """),
    )
    assert "Keynes" not in text
