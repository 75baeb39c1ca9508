"""Values as columns that say yes or no."""

from tests.converter.learning.lessons import learned


def test_the_values_of_a_category() -> None:
    given = "id,color\na,red\nb,blue\nc,red\nd,green"
    expected = "id,red,green,blue\na,1,0,0\nb,0,0,1\nc,1,0,0\nd,0,1,0"

    assert learned(given, expected, "id,color\ne,green\nf,blue\ng,red\nh,") == ["e,0,1,0", "f,0,0,1", "g,1,0,0", "h,0,0,0"]


def test_the_members_of_a_list_whatever_their_order() -> None:
    given, expected = 'id,tags\n1,"red, big"\n2,big\n3,red', "id,Big,Red\n1,yes,yes\n2,yes,no\n3,no,yes"

    assert learned(given, expected, 'id,tags\n4,"big, red"\n5,\n6,red') == ["4,yes,yes", "5,no,no", "6,no,yes"]


def test_ones_and_noughts_of_a_few_rows_are_no_parity() -> None:
    given, expected = "id,tags\n1,red;big\n2,big\n3,red", "id,red,big\n1,1,1\n2,0,1\n3,1,0"

    assert learned(given, expected, "id,tags\n4,red\n6,red") == ["4,1,0", "6,1,0"]
