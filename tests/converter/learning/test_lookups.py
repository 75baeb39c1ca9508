"""Values of other rows of the same table, by their key."""

from tests.converter.learning.learned import converted, rows, table


def test_the_name_of_a_manager():
    given = table(
        "id|name|manager_id\n48|Cleo Park|\n18|Sam Ekman|48\n94|Lea Doyle|48\n31|Ivo Kovac|94\n23|Ben Costa|48\n"
        "75|Ivo Brandt|94\n34|Pia Okafor|94"
    )
    expected = table(
        "name|manager\nCleo Park|\nSam Ekman|Cleo Park\nLea Doyle|Cleo Park\nIvo Kovac|Lea Doyle\n"
        "Ben Costa|Cleo Park\nIvo Brandt|Lea Doyle\nPia Okafor|Lea Doyle"
    )
    further = table(
        "id|name|manager_id\n46|Otis Gomez|\n89|Tess Park|46\n13|Tess Jensen|46\n42|Hana Ekman|13\n56|Otis Kovac|13\n"
        "38|Finn Fiala|89\n18|Tess Okafor|89"
    )

    found = converted(given, expected, further)

    assert found == rows(
        ("Otis Gomez", None),
        ("Tess Park", "Otis Gomez"),
        ("Tess Jensen", "Otis Gomez"),
        ("Hana Ekman", "Tess Jensen"),
        ("Otis Kovac", "Tess Jensen"),
        ("Finn Fiala", "Tess Park"),
        ("Tess Okafor", "Tess Park"),
    )


def test_the_title_of_a_parent_or_a_word():
    given = table("code|title|parent\nF6|mirror|\nH8|stool|\nG7|shelf|F6\nA1|desk|F6\nE5|lamp|H8\nC3|frame|H8\nD4|chair|F6")
    expected = table(
        "code|title|parent title\nF6|mirror|(none)\nH8|stool|(none)\nG7|shelf|mirror\nA1|desk|mirror\nE5|lamp|stool\n"
        "C3|frame|stool\nD4|chair|mirror"
    )
    further = table("code|title|parent\nH8|mirror|\nB2|rug|\nE5|vase|B2\nA1|clock|H8\nD4|stool|H8\nF6|shelf|B2\nC3|frame|H8")

    found = converted(given, expected, further)

    assert found == rows(
        ("H8", "mirror", "(none)"),
        ("B2", "rug", "(none)"),
        ("E5", "vase", "rug"),
        ("A1", "clock", "mirror"),
        ("D4", "stool", "mirror"),
        ("F6", "shelf", "rug"),
        ("C3", "frame", "mirror"),
    )


def test_a_name_from_a_row_that_was_left_out():
    given = table(
        "emp|name|grade|boss\n124|Mo|C|\n252|Finn|A|124\n709|Ada|B|124\n832|Dov|A|124\n122|Cleo|A|709\n"
        "373|Lea|A|124\n901|Tess|A|709\n477|Hana|B|252"
    )
    expected = table("name|boss name\nFinn|Mo\nAda|Mo\nDov|Mo\nCleo|Ada\nLea|Mo\nTess|Ada\nHana|Finn")
    further = table(
        "emp|name|grade|boss\n782|Quin|C|\n778|Hana|B|782\n349|Eva|A|782\n715|Gus|A|778\n123|Mo|A|778\n"
        "502|Pia|B|778\n456|Nora|B|778\n647|Rosa|A|778"
    )

    found = converted(given, expected, further)

    assert found == rows(
        ("Hana", "Quin"), ("Eva", "Quin"), ("Gus", "Hana"), ("Mo", "Hana"), ("Pia", "Hana"), ("Nora", "Hana"), ("Rosa", "Hana")
    )


def test_how_many_report_to_each_person():
    given = table(
        """no | first | last | position | boss
        E100 | Ingrid | Sol | Director |
        E114 | Tom | Rivas | Head of Sales | E100
        E120 | Claire | Nolan | Clerk | E100
        E131 | Yusuf | Demir | Sales | E114
        E135 | Penny | Ross | Sales | E114
        E140 | Arlo | Finch | Trainee | E131"""
    )
    expected = table(
        """name | boss | reports
        Ingrid Sol | | 2
        Tom Rivas | Ingrid Sol | 2
        Claire Nolan | Ingrid Sol | 0
        Yusuf Demir | Tom Rivas | 1
        Penny Ross | Tom Rivas | 0
        Arlo Finch | Yusuf Demir | 0"""
    )
    further = table("no | first | last | position | boss\nB1 | Ann | Orr | Clerk | B7\nB7 | Max | Lund | Chef |")
    assert converted(given, expected, further) == rows(("Ann Orr", "Max Lund", "0"), ("Max Lund", None, "1"))


def test_how_many_answers_a_message_has():
    given = table(
        """id | text | reply to
        m1 | Hello |
        m2 | Hi | m1
        m3 | Lunch? |
        m4 | Yes | m3
        m5 | No | m3
        m6 | Hey | m1"""
    )
    expected = table(
        """id | text | answers
        m1 | Hello | 2
        m2 | Hi | 0
        m3 | Lunch? | 2
        m4 | Yes | 0
        m5 | No | 0
        m6 | Hey | 0"""
    )
    further = table("id | text | reply to\nx1 | A |\nx2 | B | x1\nx3 | C | x2\nx4 | D | x1")
    assert converted(given, expected, further) == rows(("x1", "A", "2"), ("x2", "B", "1"), ("x3", "C", "0"), ("x4", "D", "0"))
