"""Records of several lines, headings of sections, cells that stand only once: rows that belong together."""

from tests.converter.learning.learned import converted, rows, table


def test_rows_without_a_date_continue_the_text_above():
    given = table("date|text|sum\n2024-03-01|POS|45\n|card 12|\n|shop A|\n2024-03-04|Pay|90\n|firm B|\n2024-03-07|Fee|7")
    expected = table("date|text|sum\n2024-03-01|POS; card 12; shop A|45\n2024-03-04|Pay; firm B|90\n2024-03-07|Fee|7")

    found = converted(given, expected, table("date|text|sum\n2024-04-01|A|1\n2024-04-01|B|1\n|c|"))

    assert found == rows(("2024-04-01", "A", "1"), ("2024-04-01", "B; c", "1"))


def test_headings_of_sections_stand_in_each_of_their_rows():
    given = table(
        "item|size|price\nSoups||\nLeek|small|4.50\nPea||5.20\nMains||\nStew|large|11.00\nTrout||13.50\nDrinks||\nTea|small|2.80"
    )
    expected = table(
        "part|item|size|price\nSoups|Leek|small|4.50\nSoups|Pea||5.20\nMains|Stew|large|11.00\nMains|Trout||13.50\nDrinks|Tea|small|2.80"
    )

    found = converted(given, expected, table("item|size|price\nCakes||\nNut|big|\nPies||\nHam||3.00"))

    assert found == rows(("Cakes", "Nut", "big", None), ("Pies", "Ham", None, "3.00"))


def test_values_that_stand_once_go_down_and_totals_go():
    given = table(
        "area|shop|what|count\nNorth|Leeds|Tea|40\n||Milk|25\n|York|Tea|18\n|Total||83\nSouth|Bath|Milk|31\n||Tea|12\n|Total||43\nAll|||126"
    )
    expected = table(
        "area|shop|what|count\nNorth|Leeds|Tea|40\nNorth|Leeds|Milk|25\nNorth|York|Tea|18\nSouth|Bath|Milk|31\nSouth|Bath|Tea|12"
    )

    found = converted(given, expected, table("area|shop|what|count\nWest|Deal|Tea|1\n||Milk|2\n|Total||3\nAll|||3"))

    assert found == rows(("West", "Deal", "Tea", "1"), ("West", "Deal", "Milk", "2"))


def test_lines_of_keys_and_values_become_records():
    given = table(
        "Name: Ana Pires\nPhone: 555-0142\nCity: Porto\nName: Lars Holm\nCity: Bergen\nName: Wei Zhang\n"
        "Phone: 555-0199\nCity: Leeds\nMail: wei@x.example",
        header=False,
    )
    expected = table(
        "Name|Phone|City|Mail\nAna Pires|555-0142|Porto|\nLars Holm||Bergen|\nWei Zhang|555-0199|Leeds|wei@x.example",
        header=False,
    )

    found = converted(
        given, expected, table("Name: Bo Ek\nMail: bo@x.example\nName: Cy Dae\nCity: Rome\nPhone: 1", header=False)
    )

    assert found == rows(
        ("Name", "Phone", "City", "Mail"), ("Bo Ek", None, None, "bo@x.example"), ("Cy Dae", "1", "Rome", None)
    )


def test_groups_under_headings_between_titles_and_counts():
    given = table(
        "Autumn Open||\n||\nGroup A||\nRank|Player|Rating\n1|Sand, Mira|1912\n2|Kehl, Tom|1875\n3|Ode, Ben|1600\nPlayers: 3||\n"
        "||\nGroup B||\nRank|Player|Rating\n1|Lis, Ada|1540\n2|Roe, Max|1602\nPlayers: 2||",
        header=False,
    )
    expected = table(
        "Group|Rank|Player|Rating\nA|1|Sand, Mira|1912\nA|2|Kehl, Tom|1875\nA|3|Ode, Ben|1600\n"
        "B|1|Lis, Ada|1540\nB|2|Roe, Max|1602",
        header=False,
    )

    found = converted(
        given, expected, table("Spring Open||\n||\nGroup C||\nRank|Player|Rating\n1|Abe, Jo|1000\nPlayers: 1||", header=False)
    )

    assert found == rows(("Group", "Rank", "Player", "Rating"), ("C", "1", "Abe, Jo", "1000"))
