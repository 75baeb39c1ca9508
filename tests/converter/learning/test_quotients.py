from tests.converter.learning.learned import converted, rows, table


def test_whole_packs_up_to_the_maximum():
    given = table(
        """sku | on hand | minimum | maximum | pack
        PAP | 4 | 10 | 40 | 5
        CLN | 6 | 6 | 12 | 2
        GLV | 20 | 50 | 200 | 100
        PEN | 180 | 60 | 240 | 50
        BAG | 0 | 5 | 30 | 10
        ENV | 90 | 100 | 500 | 250
        TNR | 1 | 2 | 4 | 1"""
    )
    expected = table(
        """sku | packs | pieces
        PAP | 8 | 40
        GLV | 2 | 200
        BAG | 3 | 30
        ENV | 2 | 500
        TNR | 3 | 3"""
    )
    further = table("sku | on hand | minimum | maximum | pack\nX | 7 | 10 | 100 | 8\nY | 90 | 10 | 100 | 8")
    assert converted(given, expected, further) == rows(("X", "12", "96"))


def test_boxes_that_are_full_and_boxes_that_are_needed():
    given = table("part | pieces | a box\na | 250 | 100\nb | 99 | 12\nc | 60 | 12\nd | 7 | 10\ne | 1001 | 250")
    expected = table("part | full | needed\na | 2 | 3\nb | 8 | 9\nc | 5 | 5\nd | 0 | 1\ne | 4 | 5")
    further = table("part | pieces | a box\nf | 31 | 30\ng | 90 | 30")
    assert converted(given, expected, further) == rows(("f", "1", "2"), ("g", "3", "3"))
