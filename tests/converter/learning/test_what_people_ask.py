"""What conversions of exports ask of rows and cells: states and flags rather than chance, amounts as tills write them."""

from tests.converter.learning.learned import converted, rows, statement, table


def test_a_flag_in_words_tells_which_rows_stay() -> None:
    given = table(
        """
        mail | city | spent | opted out
        a@x.example | Bath | 12.00 | FALSE
        b@x.example | | 0.00 | TRUE
        c@x.example | Hull | 4.50 | FALSE
        d@x.example | York | 90.10 | FALSE
        """.replace("        ", "")
    )
    expected = table("mail | spent\na@x.example | 12.00\nc@x.example | 4.50\nd@x.example | 90.10")
    further = table("mail | city | spent | opted out\ne@x.example | | 0.00 | FALSE\nf@x.example | Ely | 7.00 | TRUE")

    assert converted(given, expected, further) == rows(("e@x.example", "0.00"))


def test_states_that_count_are_listed_where_all_others_say_that_they_do_not() -> None:
    given = table(
        """
        no | who | state | item | qty
        1 | Ida | shipped | lamp | 2
        2 | Ben | cancelled | sofa | 1
        3 | Uma | packed | rug | 3
        4 | Jo | refunded | rug | 1
        5 | Ben | shipped | vase | 1
        6 | Eve | failed | vase | 1
        """.replace("        ", "")
    )
    expected = table("no | item | qty\n1 | lamp | 2\n3 | rug | 3\n5 | vase | 1")
    further = table(
        "no | who | state | item | qty\n7 | Al | packed | lamp | 1\n8 | Bo | failed | bed | 2\n9 | Cy | shipped | lamp | 4"
    )

    assert converted(given, expected, further) == rows(("7", "lamp", "1"), ("9", "lamp", "4"))


def test_rows_are_listed_by_the_word_that_a_text_begins_with() -> None:
    given = table(
        """
        day | what | sum
        2 May | PAID rent flat 4 | 700
        3 May | MOVED to savings pot | 50
        5 May | GOT wages from Acme Ltd | 2100
        6 May | PAID gas bill May | 61
        9 May | CHECKED balance at desk | 0
        12 May | GOT refund from shop | 12
        """.replace("        ", "")
    )
    expected = table("day | sum\n2 May | 700\n5 May | 2100\n6 May | 61\n12 May | 12")
    further = table(
        "day | what | sum\n20 May | GOT gift from aunt | 40\n21 May | HELD card at pump | 9\n22 May | PAID fine | 35"
    )

    assert converted(given, expected, further) == rows(("20 May", "40"), ("22 May", "35"))


def test_a_state_said_in_other_words_is_read_from_the_column_of_its_name() -> None:
    given = table(
        """
        payee | notes | Settled
        Baker | | Locked
        Grocer | two bags | Open
        Baker | | Settled
        Grocer | cash | Settled
        Dentist | check, tooth | Settled
        """.replace("        ", "")
    )
    expected = table("payee | Settled\nBaker | it is\nGrocer | not yet\nBaker | it is\nGrocer | it is\nDentist | it is")

    assert "notes" not in statement(given, expected)


def test_what_stands_for_one_row_and_has_its_cells_in_it_is_computed() -> None:
    given = table(
        """
        order | item | qty | sent
        71 | globe | 1 |
        72 | atlas | 2 |
        72 | compass | 1 |
        73 | globe | 3 | 4 May
        74 | sextant | 1 |
        """.replace("        ", "")
    )
    expected = table("order | contents\n71 | 1 x globe\n72 | 2 x atlas, 1 x compass\n74 | 1 x sextant")
    further = table("order | item | qty | sent\n80 | atlas | 1 |\n80 | globe | 5 |\n81 | map | 1 | 9 May\n82 | map | 2 |")

    assert converted(given, expected, further) == rows(("80", "1 x atlas, 5 x globe"), ("82", "2 x map"))


def test_days_written_with_the_month_first_are_sorted_as_they_are_written() -> None:
    given = table(
        """
        day | till | sum
        2026-03-09 | A | 4.00
        2026-03-07 | B | 2.50
        2026-03-09 | B | 1.00
        2026-03-10 | A | 7.25
        """.replace("        ", "")
    )
    expected = table("day | total\n03/07/2026 | 2.50\n03/09/2026 | 5.00\n03/10/2026 | 7.25")
    further = table("day | till | sum\n2026-05-01 | A | 3.00\n2026-04-28 | A | 2.00\n2026-05-01 | B | 1.50")

    assert converted(given, expected, further) == rows(("04/28/2026", "2.00"), ("05/01/2026", "4.50"))


def test_rows_are_chosen_by_the_value_that_an_output_column_shows_in_all_rows() -> None:
    given = table(
        """
        day | sport | km | pulse
        3 May | Swim | 1.5 |
        4 May | Run | 8.2 | 150
        5 May | Ride | 40.0 |
        6 May | Run | 5.0 | 161
        8 May | Run | 12.1 | 149
        """.replace("        ", "")
    )
    expected = table("day | kind | km\n4 May | Run | 8.2\n6 May | Run | 5.0\n8 May | Run | 12.1")
    further = table("day | sport | km | pulse\n9 May | Run | 3.0 |\n9 May | Ride | 22.0 | 140\n11 May | Run | 6.5 | 155")

    assert converted(given, expected, further) == rows(("9 May", "Run", "3.0"), ("11 May", "Run", "6.5"))


def test_one_row_is_not_told_by_its_amount_where_its_kind_tells_it() -> None:
    given = table(
        """
        shop | kind | out | in
        Airline | Travel | 1000.00 |
        Own bank | Payment | | 1000.00
        Grocer | Food | 45.18 |
        Bistro | Food | 38.70 |
        Airline | Travel | | 120.00
        """.replace("        ", "")
    )
    expected = table(
        "shop | account\nAirline | Use:Travel\nOwn bank | Bank\nGrocer | Use:Food\nBistro | Use:Food\nAirline | Use:Travel"
    )
    further = table("shop | kind | out | in\nOwn bank | Payment | | 310.55\nHotel | Travel | 1000.00 |")

    assert converted(given, expected, further) == rows(("Own bank", "Bank"), ("Hotel", "Use:Travel"))


def test_a_word_found_in_a_list_that_is_said_decides() -> None:
    given = table(
        """
        card | tags | steps
        A | Fault, Shop | 0
        B | Text | 4
        C | | 2
        D | Fault, Text | 0
        E | Shop | 1
        """.replace("        ", "")
    )
    expected = table("card | kind\nA | Fault\nB | Task\nC | Task\nD | Fault\nE | Task")
    further = table("card | tags | steps\nF | Fault | 3\nG | Shop, Text | 0")

    assert converted(given, expected, further) == rows(("F", "Fault"), ("G", "Task"))


def test_a_part_of_an_amount_ends_where_thousands_have_their_mark() -> None:
    given = table(
        """
        day | sum
        2 May | £7.40
        3 May | £1,183.23
        5 May | -£250.00
        6 May | £18.89
        9 May | -£11.50
        """.replace("        ", "")
    )
    expected = table("day | out | in\n2 May | 7.40 |\n3 May | 1183.23 |\n5 May | | 250.00\n6 May | 18.89 |\n9 May | | 11.50")
    further = table("day | sum\n12 May | -£1,040.00\n13 May | £2,400.10")

    assert converted(given, expected, further) == rows(("12 May", None, "1040.00"), ("13 May", "2400.10", None))
