"""What tells the rule that is meant from one that fits by chance: each kind with other names, values and shapes."""

from converter.table import Table
from tests.converter.learning import learned
from tests.converter.learning.learned import converted, rows, statement


def table(text: str) -> Table:
    """A table written with indentation."""
    return learned.table(text.strip())


def test_a_letter_or_two_of_names_do_not_decide_what_a_status_decides():
    made = converted(
        table("""
            login | status | mail
            nina | Site Owner | nina@x.example
            otto | Reader | otto@x.example
            gina | Manager | gina@x.example
            ruth | Outside Guest | ruth@x.example
            karl | Invited Guest | karl@x.example
            jon | Reader | jon@x.example
        """),
        table("""
            mail | role
            nina@x.example | manager
            otto@x.example | reader
            gina@x.example | manager
            ruth@x.example | guest
            karl@x.example | guest
            jon@x.example | reader
        """),
        table("""
            login | status | mail
            mia | Reader | mia@x.example
            bob | Manager | bob@x.example
        """),
    )
    assert made == rows(("mia@x.example", "reader"), ("bob@x.example", "manager"))


def test_yes_and_no_come_from_the_column_that_says_so_in_other_words():
    made = converted(
        table("""
            name | nick | two-step
            Ann Lee | Ann | 1
            Bo Kim | | 0
            Cy Orr | Cy | 1
            Di Fox | | 0
        """),
        table("""
            member | protected
            Ann Lee | yes
            Bo Kim | no
            Cy Orr | yes
            Di Fox | no
        """),
        table("""
            name | nick | two-step
            Ed Poe | | 1
            Flo Nye | Flo | 0
        """),
    )
    assert made == rows(("Ed Poe", "yes"), ("Flo Nye", "no"))


def test_rows_are_left_out_for_what_their_status_says_not_for_their_number():
    made = converted(
        table("""
            Booking | Day | Guest | State
            4011 | 2025-03-02 | Vera Holt | Confirmed
            4011 | 2025-03-02 | Tim Holt | Confirmed
            4027 | 2025-03-05 | Iris Webb | Cancelled
            4029 | 2025-03-04 | Abe Fox | Confirmed
            4030 | 2025-03-06 | Hal Moor | Confirmed
            4030 | 2025-03-06 | Joan Moor | Arrived
        """),
        table("""
            Guest | Day
            Vera Holt | 2025-03-02
            Tim Holt | 2025-03-02
            Abe Fox | 2025-03-04
            Hal Moor | 2025-03-06
            Joan Moor | 2025-03-06
        """),
        table("""
            Booking | Day | Guest | State
            5002 | 2025-05-09 | Ned Fry | Cancelled
            5003 | 2025-05-09 | Amy Fry | Confirmed
        """),
    )
    assert made == rows(("Amy Fry", "2025-05-09"))


def test_two_states_are_left_out_and_the_rest_sorted_by_name():
    made = converted(
        table("""
            user | kind | active | full name
            mel | Member | 1 | Mel Opp
            robo | Robot | 0 | Robo One
            ian | Gone | 0 | Ian Old
            bea | Owner | 1 | Bea Lux
            guy | Visitor | 0 | Guy Ray
            ada | Member | 1 | Ada Fen
        """),
        table("""
            name
            Ada Fen
            Bea Lux
            Guy Ray
            Mel Opp
        """),
        table("""
            user | kind | active | full name
            zoe | Visitor | 0 | Zoe Day
            bot | Robot | 0 | Bot Two
            max | Member | 0 | Max Ash
        """),
    )
    assert made == rows(("Max Ash",), ("Zoe Day",))


def test_the_newest_row_of_each_key_stands_where_the_key_first_came():
    made = converted(
        table("""
            article | day | price
            P7 | 2025-02-01 | 3.20
            Q1 | 2025-01-05 | 9.00
            P7 | 2025-06-20 | 3.40
            B3 | 2025-03-02 | 5.25
            Q1 | 2025-07-01 | 9.50
            P7 | 2025-04-11 | 3.60
        """),
        table("""
            article | price | since
            P7 | 3.40 | 2025-06-20
            Q1 | 9.50 | 2025-07-01
            B3 | 5.25 | 2025-03-02
        """),
        table("""
            article | day | price
            Z9 | 2025-09-30 | 20.00
            A2 | 2025-08-01 | 3.10
            Z9 | 2025-07-12 | 22.00
            A2 | 2025-12-24 | 2.95
            M4 | 2025-10-10 | 1.00
        """),
    )
    assert made == rows(("Z9", "20.00", "2025-09-30"), ("A2", "2.95", "2025-12-24"), ("M4", "1.00", "2025-10-10"))


def test_the_row_of_the_greatest_number_of_each_key_stands_where_the_key_first_came():
    made = converted(
        table("""
            Team | Round | Score | Player
            Reds | 1 | 41 | Ash
            Blues | 1 | 38 | Kit
            Reds | 2 | 57 | Lou
            Greens | 1 | 44 | Pat
            Blues | 2 | 36 | Max
            Greens | 2 | 61 | Uli
        """),
        table("""
            Team | Best | Player
            Reds | 57 | Lou
            Blues | 38 | Kit
            Greens | 61 | Uli
        """),
        table("""
            Team | Round | Score | Player
            Owls | 1 | 70 | Ned
            Bats | 1 | 12 | Flo
            Owls | 2 | 30 | Ola
            Bats | 2 | 90 | Ida
        """),
    )
    assert made == rows(("Owls", "70", "Ned"), ("Bats", "90", "Ida"))


def test_one_map_for_all_answers_of_a_survey_and_the_average_of_those_given():
    made = converted(
        table("""
            When | Food | Room | Staff
            1 May | Good | Fair | Very good
            2 May | Poor | Good | Good
            3 May | | Very good | Fair
            4 May | Fair | Poor |
        """),
        table("""
            day | food | room | staff | mean
            1 May | 3 | 2 | 4 | 3.00
            2 May | 1 | 3 | 3 | 2.33
            3 May | | 4 | 2 | 3.00
            4 May | 2 | 1 | | 1.50
        """),
        table("""
            When | Food | Room | Staff
            9 May | Very good | | Poor
        """),
    )
    assert made == rows(("9 May", "4", None, "1", "2.50"))


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


def test_a_second_line_stands_only_where_its_amount_is():
    made = converted(
        table("""
            Day | Shop | Kind | Amount | Tip
            2 Jan | Noodle Bar | Meals | 21.00 | 2.00
            3 Jan | Night Bus | Travel | 4.50 | 0.00
            5 Jan | Grill Sixty | Meals | 40.00 | 5.00
            6 Jan | City Tram | Travel | 2.20 | 0.00
            8 Jan | Soup Stop | Meals | 9.80 | 0.00
        """),
        table("""
            Day | Account | Text | Value
            2 Jan | 610 | Noodle Bar | 21.00
            2 Jan | 699 | Tip Noodle Bar | 2.00
            3 Jan | 640 | Night Bus | 4.50
            5 Jan | 610 | Grill Sixty | 40.00
            5 Jan | 699 | Tip Grill Sixty | 5.00
            6 Jan | 640 | City Tram | 2.20
            8 Jan | 610 | Soup Stop | 9.80
        """),
        table("""
            Day | Shop | Kind | Amount | Tip
            1 Feb | Ferry | Travel | 12.00 | 1.00
            2 Feb | Deli | Meals | 7.00 | 0.00
        """),
    )
    assert made == rows(
        ("1 Feb", "640", "Ferry", "12.00"), ("1 Feb", "699", "Tip Ferry", "1.00"), ("2 Feb", "610", "Deli", "7.00")
    )


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


def test_a_choices_word_comes_from_the_value_that_says_it():
    made = converted(
        table("""
            at | type | amount
            08:15 | Buy | 12
            09:30 | Refunds Paid | 7
            10:03 | Buy | 31
            11:45 | Send | 28
            12:10 | Buy | 5
        """),
        table("""
            amount | label
            12 |
            7 | refund
            31 |
            28 |
            5 |
        """),
        table("""
            at | type | amount
            09:31 | Buy | 7
            10:45 | Refunds Paid | 80
        """),
    )
    assert made == rows(("7", None), ("80", "refund"))


def test_a_row_left_out_is_not_told_by_the_row_before():
    given = table(
        "day|kind|who|amount\n2026-01-05|card|Joiner|450.00\n2026-01-06|card|Printer|-13.96\n"
        "2026-01-06|savings move|Jar|-90.00\n"
        "2026-01-08|card|Rail|-27.30\n2026-01-13|debit|Hotel|-84.12\n2026-01-14|debit|Phone|-28.00"
    )
    expected = table(
        "day|who|amount\n2026-01-05|Joiner|450.00\n2026-01-06|Printer|-13.96\n2026-01-08|Rail|-27.30\n"
        "2026-01-13|Hotel|-84.12\n2026-01-14|Phone|-28.00"
    )
    further = table(
        "day|kind|who|amount\n2026-02-01|card|Baker|-3.10\n2026-02-01|card|Baker|-4.20\n2026-02-03|savings move|Jar|55.00"
    )

    found = converted(given, expected, further)

    assert found == rows(("2026-02-01", "Baker", "-3.10"), ("2026-02-01", "Baker", "-4.20"))


def test_cancelled_rows_are_left_out_for_what_they_say():
    given = table(
        "no|name|state|pieces\n1|Alma|active|3\n2|Bert|active|5\n3|Cleo|cancelled|1\n4|Dora|active|2\n5|Emil|active|4"
    )
    expected = table("no|name\n1|Alma\n2|Bert\n4|Dora\n5|Emil")
    further = table("no|name|state|pieces\n7|Cleo|active|1\n8|Finn|cancelled|8")

    assert converted(given, expected, further) == rows(("7", "Cleo"))


def test_a_dash_among_numbers_is_no_number():
    given = table("site|may|june|july\nA|12|-|4\nB|-|9.5|80\nC|7|31|-")
    expected = table("site|month|count\nA|may|12\nA|july|4\nB|june|9.5\nB|july|80\nC|may|7\nC|june|31")
    further = table("site|may|june|july\nD|1|2|3\nE|-|-|5")

    found = converted(given, expected, further)

    assert found == rows(("D", "may", "1"), ("D", "june", "2"), ("D", "july", "3"), ("E", "july", "5"))


def test_a_text_among_dates_decides_not_the_name_beside_it():
    given = table(
        "no|guest|since|until|rate\n1|Hart, Jo|01/06/2024|31/05/2025|900.00\n2|FREE|||\n3|Diaz, Mat|15/02/2022|open|880.00\n"
        "4|Long, Kim|01/09/2024|31/08/2025|920.00\n5|Petrov, I.|01/01/2025|31/12/2025|980.00\n6|FREE|||"
    )
    expected = table("no|state\n1|let\n2|vacant\n3|rolling\n4|let\n5|let\n6|vacant")
    further = table(
        "no|guest|since|until|rate\n7|Ames, Bo|01/02/2023|open|700.00\n8|Diaz, Mat|01/02/2024|31/01/2026|100.00\n9|FREE|||"
    )

    assert converted(given, expected, further) == rows(("7", "rolling"), ("8", "let"), ("9", "vacant"))


def test_yes_and_no_are_no_number_that_was_rounded():
    given = table("name|height|built|open\nNorth|30|1878|Yes\nWest|22.5|1768|No\nRock|20|1824|Yes\nFar|18|1898|Yes")
    expected = table("name|open\nNorth|1\nWest|0\nRock|1\nFar|1")
    further = table("name|height|built|open\nEast|12|1790|Yes\nSouth|9|1930|No")

    assert converted(given, expected, further) == rows(("East", "1"), ("South", "0"))


def test_a_word_comes_from_the_column_of_that_name_not_from_a_title_that_came_twice():
    given = table(
        "seen|title|year|again\n2024-11-02|Harbour|1998|\n2024-11-04|Ferns|2021|Yes\n2024-11-10|Lena, Alone|2016|\n"
        "2024-12-01|Nowhere|1974|\n2024-12-26|Ferns|2021|Yes"
    )
    expected = table("title|visit\nHarbour|first\nFerns|again\nLena, Alone|first\nNowhere|first\nFerns|again")
    further = table("seen|title|year|again\n2025-01-01|Ferns|2021|\n2025-01-02|Harbour|1998|Yes")

    assert converted(given, expected, further) == rows(("Ferns", "first"), ("Harbour", "again"))


def test_each_member_of_a_list_is_a_question_of_its_own():
    given = table("who|is it new to you?|when\nMaud|Yes|Fri, Sat\nTy|No|Sun\nKari|No|Sat, Sun\nJo|Yes|")
    expected = table("who|new|Fri|Sat|Sun\nMaud|1|1|1|0\nTy|0|0|0|1\nKari|0|0|1|1\nJo|1|0|0|0")
    further = table("who|is it new to you?|when\nAl|No|Fri\nBea|Yes|Sun")

    assert converted(given, expected, further) == rows(("Al", "0", "1", "0", "0"), ("Bea", "1", "0", "0", "1"))


def test_a_part_of_the_only_row_left_is_no_rule_where_a_word_of_its_own_will_do():
    given = table(
        """shop|from|to|text
Uno|||Card at Uno
||Lind|Sent to Lind
|||Bank charges for 12
|Noria||Received from Noria
Box|||Card at Box"""
    )
    expected = table("payee\nUno\nLind\nBank\nNoria\nBox")
    further = table(
        """shop|from|to|text
|||Converted to EUR
Duo|||Card at Duo"""
    )

    found = converted(given, expected, further)

    assert found == rows(("Bank",), ("Duo",))


def test_what_is_the_same_in_every_row_is_split_off_with_its_sisters():
    given = table("key | value\nA,PC,F,AT | 75.8\nA,PC,M,AT | 79.9\nA,PC,F,EE | 77.1\nA,PC,M,EE | 69.0")
    expected = table(
        "freq | unit | sex | geo | value\nA | PC | F | AT | 75.8\nA | PC | M | AT | 79.9\n"
        "A | PC | F | EE | 77.1\nA | PC | M | EE | 69.0"
    )
    further = table("key | value\nQ,THS,T,LU | 5.1")
    assert converted(given, expected, further) == rows(("Q", "THS", "T", "LU", "5.1"))


def test_rows_without_a_name_are_left_out_rather_than_added_up_by_kinds_that_are_listed():
    given = table("""
        booked | who | kind | state | cur | amount | fee
        2/04/2023 | Corner Shop | Card payment | Done | CHF | -21.40 | 0.00
        4/04/2023 | | Exchange | Done | CHF | -80.05 | 0.00
        4/04/2023 | Server Farm | Standing order | Done | CHF | -80.05 | 0.00
        11/04/2023 | Garage | Reservation | Open | CHF | -2.00 | 0.00
        15/04/2023 | Ida Roth | Transfer in | Done | CHF | 2,410.00 | -3.10
        27/04/2023 | Paper Mill | Card payment | Done | CHF | -1,310.75 | 0.00
        28/04/2023 | | Exchange | Done | EUR | 14.30 | 0.00
    """)
    expected = table("""
        booked | payee | paid | received
        2023-04-02 | Corner Shop | 21.40 |
        2023-04-04 | Server Farm | 80.05 |
        2023-04-15 | Ida Roth | | 2410.00
        2023-04-27 | Paper Mill | 1310.75 |
    """)
    further = table("""
        booked | who | kind | state | cur | amount | fee
        1/05/2023 | Otto | Gift | Done | CHF | 50.00 | 0.00
        2/05/2023 | | Exchange | Done | CHF | -9.00 | 0.00
        2/05/2023 | Bakery | Card payment | Done | CHF | -9.00 | 0.00
    """)

    made = converted(given, expected, further)

    assert made == rows(("2023-05-01", "Otto", None, "50.00"), ("2023-05-02", "Bakery", "9.00", None))


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


def test_an_amount_beside_any_currency_is_its_digits():
    given = table("item | cost\na | EUR 39.90\nb | EUR 312.00\nc | EUR 7.50")
    expected = table("item | price | currency\na | 39.90 | EUR\nb | 312.00 | EUR\nc | 7.50 | EUR")

    assert converted(given, expected, table("item | cost\nd | JPY 98500")) == rows(("d", "98500", "JPY"))


def test_a_column_with_an_unusual_mark_between_it_and_one_that_is_often_blank_is_joined_not_known_by_heart():
    given = table("what | kind | n\nDay pass | Child | 1\nDay pass | Adult | 2\nCard | | 3\nDay pass | Adult | 4\nCard | | 5")
    expected = table("sold\nDay pass » Child\nDay pass » Adult\nCard\nDay pass » Adult\nCard")

    assert converted(given, expected, table("what | kind | n\nBoat | Night | 1\nCard | | 2")) == rows(
        ("Boat » Night",), ("Card",)
    )
