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
