"""More rows out than in: columns to rows, families of columns side by side, lists in cells."""

from tests.converter.learning.learned import converted, rows, statement, table


def test_columns_named_by_dates_become_rows_and_a_further_file_may_have_others():
    given = table("Person|03/02/2025|04/02/2025|05/02/2025\nMia|1:30||2:00\nTed||0:45|3:15")
    expected = table("day|who|hours\n2025-02-03|Mia|1.50\n2025-02-05|Mia|2.00\n2025-02-04|Ted|0.75\n2025-02-05|Ted|3.25")

    found = converted(given, expected, table("Person|10/02/2025|11/02/2025\nAda|4:00|\nTed|0:30|1:00"))

    assert found == rows(("2025-02-10", "Ada", "4.00"), ("2025-02-10", "Ted", "0.50"), ("2025-02-11", "Ted", "1.00"))


def test_columns_whose_names_share_no_pattern_are_all_but_the_fixed_ones():
    given = table("Date|What|Ana|Ben|Cleo\n2024-08-02|Ferry|40|-20|-20\n2024-08-03|Food|-10|20|-10\n2024-08-04|Ice|0|-4|4")
    expected = table(
        "date|what|who|amount\n2024-08-02|Ferry|Ana|40\n2024-08-02|Ferry|Ben|-20\n2024-08-02|Ferry|Cleo|-20\n2024-08-03|Food|Ana|-10\n"
        "2024-08-03|Food|Ben|20\n2024-08-03|Food|Cleo|-10\n2024-08-04|Ice|Ben|-4\n2024-08-04|Ice|Cleo|4"
    )

    found = converted(given, expected, table("Date|What|Dov|Eli\n2024-09-01|Bus|5|-5\n2024-09-02|Tea|0|3"))

    assert found == rows(
        ("2024-09-01", "Bus", "Dov", "5"), ("2024-09-01", "Bus", "Eli", "-5"), ("2024-09-02", "Tea", "Eli", "3")
    )


def test_columns_to_rows_with_blanks_kept():
    given = table("id|q1|q2\na|1|2\nb||4\nc|5|")
    expected = table("id|quarter|value\na|q1|1\na|q2|2\nb|q1|\nb|q2|4\nc|q1|5\nc|q2|")

    found = converted(given, expected, table("id|q1|q2\nx||7"))

    assert found == rows(("x", "q1", None), ("x", "q2", "7"))


def test_families_side_by_side_become_rows_without_the_places_that_are_not_used():
    given = table("Bin|Item 1|Found 1|Item 2|Found 2|Who\nR1|A-1|5|A-2|7|MT\nR2|B-1|8|||MT\nR3|C-1||D-4|2|LK")
    expected = table("bin|item|found|who\nR1|A-1|5|MT\nR1|A-2|7|MT\nR2|B-1|8|MT\nR3|C-1|0|LK\nR3|D-4|2|LK")

    found = converted(given, expected, table("Bin|Item 1|Found 1|Item 2|Found 2|Who\nS1|||E-5||AB"))

    assert found == rows(("S1", "E-5", "0", "AB"))


def test_pairs_of_columns_named_by_a_word_and_a_field():
    given = table("Match|Home name|Home goals|Away name|Away goals\n1|Reds|2|Blues|1\n2|Greens|0|Reds|0")
    expected = table("match|side|team|goals\n1|Home|Reds|2\n1|Away|Blues|1\n2|Home|Greens|0\n2|Away|Reds|0")

    found = converted(given, expected, table("Match|Home name|Home goals|Away name|Away goals\n3|Blues|4|Pinks|5"))

    assert found == rows(("3", "Home", "Blues", "4"), ("3", "Away", "Pinks", "5"))


def test_parallel_lists_become_rows_and_a_blank_list_keeps_one():
    given = table(
        "film;actors;roles\nFerry;Ruiz, Hale, Ono;captain, cook, clown\nSalt;Berg;widow\nLoop;;\nRooms;Diaz, Kahn;twin, doctor",
        delimiter=";",
    )
    expected = table(
        "film|actor|role\nFerry|Ruiz|captain\nFerry|Hale|cook\nFerry|Ono|clown\nSalt|Berg|widow\nLoop||\nRooms|Diaz|twin\nRooms|Kahn|doctor"
    )

    found = converted(given, expected, table("film;actors;roles\nOne;;\nTwo;Abe, Bo;king, fool", delimiter=";"))

    assert found == rows(("One", None, None), ("Two", "Abe", "king"), ("Two", "Bo", "fool"))


def test_members_of_a_list_are_parted_and_what_is_no_list_is_left_out():
    given = table("site;catch\nMill;Wren (2), Owl (3), Jay\nQuarry;Owl\nMill;\nFen;Jay (4), Wren (2)", delimiter=";")
    expected = table("site|bird|count\nMill|Wren|2\nMill|Owl|3\nMill|Jay|1\nQuarry|Owl|1\nFen|Jay|4\nFen|Wren|2")

    found = converted(given, expected, table("site;catch\nLake;Coot (11), Rail", delimiter=";"))

    assert found == rows(("Lake", "Coot", "11"), ("Lake", "Rail", "1"))


def test_every_member_of_one_list_with_every_member_of_another():
    given = table("name;colours;sizes\nApron;Rust, Green;Short, Long\nGlove;;\nTowel;Blue;S, M, L", delimiter=";")
    expected = table(
        "name|colour|size\nApron|Rust|Short\nApron|Rust|Long\nApron|Green|Short\nApron|Green|Long\nGlove||\nTowel|Blue|S\nTowel|Blue|M\nTowel|Blue|L"
    )

    text = statement(given, expected)

    assert text.count("UNNEST") == 2


def test_unfolded_rows_are_sorted():
    given = table("shop|2021|2022\nNorth|5|8\nSouth|6|7")
    expected = table("year|shop|sold\n2021|North|5\n2021|South|6\n2022|North|8\n2022|South|7")

    found = converted(given, expected, table("shop|2023|2022\nWest|1|2\nEast|3|4"))

    assert found == rows(("2022", "West", "2"), ("2022", "East", "4"), ("2023", "West", "1"), ("2023", "East", "3"))


def test_unfolded_rows_are_summed_by_group():
    given = table("shop|area|2021|2022\nNorth|A|5|8\nSouth|A|6|7\nWest|B|1|1\nEast|B|2|9")
    expected = table("area|year|sold\nA|2021|11\nA|2022|15\nB|2021|3\nB|2022|10")

    found = converted(given, expected, table("shop|area|2023\nWest|C|1\nEast|C|3"))

    assert found == rows(("C", "2023", "4"))


def test_headings_of_which_two_columns_show_a_part_each_and_cells_that_go_to_one_of_two():
    given = table(
        "well|day|Zinc (mg/L)|Lead (µg/L)|Coliforms (per 100 mL)\nA|03/02/2025|1.2|<5|12\nB|03/02/2025|<0.1|7|\n"
        "C|17/02/2025||<5|<1\nD|18/02/2025|0.8|11|40"
    )
    expected = table(
        "well|date|what|unit|value|below\nA|2025-02-03|Zinc|mg/L|1.2|\n"
        "A|2025-02-03|Lead|µg/L||5\nA|2025-02-03|Coliforms|per 100 mL|12|\n"
        "B|2025-02-03|Zinc|mg/L||0.1\nB|2025-02-03|Lead|µg/L|7|\n"
        "C|2025-02-17|Lead|µg/L||5\nC|2025-02-17|Coliforms|per 100 mL||1\n"
        "D|2025-02-18|Zinc|mg/L|0.8|\nD|2025-02-18|Lead|µg/L|11|\nD|2025-02-18|Coliforms|per 100 mL|40|"
    )
    further = table("well|day|Zinc (mg/L)|Lead (µg/L)|Coliforms (per 100 mL)\nE|01/03/2025||<2|5\nF|30/03/2025|<0.2||")

    assert converted(given, expected, further) == rows(
        ("E", "2025-03-01", "Lead", "µg/L", None, "2"),
        ("E", "2025-03-01", "Coliforms", "per 100 mL", "5", None),
        ("F", "2025-03-30", "Zinc", "mg/L", None, "0.2"),
    )
