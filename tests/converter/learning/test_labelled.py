from tests.converter.learning.learned import converted, rows, table


def test_the_number_whose_label_says_what_it_is():
    given = table(
        """name | Phone 1 Label | Phone 1 Value | Phone 2 Label | Phone 2 Value
        Nora | Mobile | 101 | Work | 102
        Emil | Home | 201 | |
        Priya | Work | 301 | Mobile | 302
        Otto | Mobile | 401 | Home | 402
        Lily | | | |"""
    )
    expected = table(
        """name | mobile | office | at home
        Nora | 101 | 102 |
        Emil | | | 201
        Priya | 302 | 301 |
        Otto | 401 | | 402
        Lily | | |"""
    )
    further = table("name | Phone 1 Label | Phone 1 Value | Phone 2 Label | Phone 2 Value\nZoe | Home | 7 | Work | 8")
    assert converted(given, expected, further) == rows(("Zoe", None, "8", "7"))


def test_attributes_by_their_names():
    given = table(
        """sku | Attribute 1 name | Attribute 1 value | Attribute 2 name | Attribute 2 value
        A | Colour | red | Size | L
        B | Size | M | |
        C | Colour | blue | |
        D | Size | S | Colour | green"""
    )
    expected = table("sku | colour | size\nA | red | L\nB | | M\nC | blue |\nD | green | S")
    further = table(
        "sku | Attribute 1 name | Attribute 1 value | Attribute 2 name | Attribute 2 value\nE | Size | XL | Colour | pink"
    )
    assert converted(given, expected, further) == rows(("E", "pink", "XL"))
