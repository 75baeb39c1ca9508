"""Records of several lines, headings of sections, cells that stand only once: rows that belong together."""

from tests.converter.learning.learned import converted, rows, table


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
