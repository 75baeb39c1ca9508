"""Lists whose members are each rewritten alike."""

from tests.converter.learning.learned import converted, rows, table


def test_what_stands_in_brackets_goes_from_each_member() -> None:
    given = table(
        "card | tags\nA | urgent (red), web shop (blue)\nB | stock (green)\nC |\nD | stock (green), urgent (red), mail (sky)"
    )
    expected = table("card | tags\nA | urgent web_shop\nB | stock\nC |\nD | stock urgent mail")
    further = table("card | tags\nE | cash desk (lime), stock (green)\nF | mail (sky)")

    assert converted(given, expected, further) == rows(("E", "cash_desk stock"), ("F", "mail"))


def test_each_address_of_a_list_gives_its_name() -> None:
    given = table(
        "room | guests\n1 | ida@a.example; ben@b.example\n2 | uma@c.example\n3 | ben@b.example; eve@a.example; jo@b.example"
    )
    expected = table("room | guests\n1 | ida, ben\n2 | uma\n3 | ben, eve, jo")
    further = table("room | guests\n4 | lee@z.example; max@a.example")

    assert converted(given, expected, further) == rows(("4", "lee, max"))


def test_each_word_of_a_list_is_in_capitals_with_a_hash() -> None:
    given = table("post | about\n1 | tea,cake\n2 | bread\n3 | soup,tea,salt")
    expected = table("post | about\n1 | #TEA #CAKE\n2 | #BREAD\n3 | #SOUP #TEA #SALT")
    further = table("post | about\n4 | rice,leek")

    assert converted(given, expected, further) == rows(("4", "#RICE #LEEK"))


def test_each_date_of_a_list_is_written_otherwise() -> None:
    given = table(
        "course ; days\nA ; 2026-03-04|2026-03-11\nB ; 2026-04-20\nC ; 2026-05-01|2026-05-08|2026-12-15", delimiter=";"
    )
    expected = table(
        "course ; days\nA ; 04.03.2026, 11.03.2026\nB ; 20.04.2026\nC ; 01.05.2026, 08.05.2026, 15.12.2026", delimiter=";"
    )
    further = table("course ; days\nD ; 2027-01-31|2027-02-28", delimiter=";")

    assert converted(given, expected, further) == rows(("D", "31.01.2027, 28.02.2027"))


def test_the_second_part_of_each_member_stays() -> None:
    given = table("order ; lines\n7 ; 2x:lamp/1x:rug\n8 ; 1x:vase\n9 ; 3x:rug/1x:bed/9x:cup", delimiter=";")
    expected = table("order ; lines\n7 ; lamp + rug\n8 ; vase\n9 ; rug + bed + cup", delimiter=";")
    further = table("order ; lines\n10 ; 4x:sofa/1x:lamp", delimiter=";")

    assert converted(given, expected, further) == rows(("10", "sofa + lamp"))
