"""Tables as people keep them: junk rows, headers in the wrong place, sections, blanks to be filled, lists in cells."""

from tests.converter.learning.lessons import learned


def test_totals_and_blank_rows_go() -> None:
    given = "region,units\nnorth,5\nsouth,7\n,\nTotal,12\neast,1\nwest,2\n,\nTotal,3"
    expected = "region,units\nnorth,5\nsouth,7\neast,1\nwest,2"

    assert learned(given, expected, "region,units\nmid,4\n,\nTotal,4\n,\nfar,9") == ["mid,4", "far,9"]


def test_comment_rows_go() -> None:
    given = "name,age\n# staff,\nAnn,31\nBob,27\n# guests,\nCy,44\nDee,19"
    expected = "name,age\nAnn,31\nBob,27\nCy,44\nDee,19"

    assert learned(given, expected, "name,age\nEve,5\n# others,\nFay,6") == ["Eve,5", "Fay,6"]


def test_a_header_under_a_title() -> None:
    given = "Sales report,,\n,,\nregion,product,units\nnorth,pen,5\nsouth,ink,7\neast,pad,3"
    expected = "region,product,units\nnorth,pen,5\nsouth,ink,7\neast,pad,3"

    rows = learned(given, expected, "Sales report,,\n,,\nregion,product,units\nwest,cap,1")

    assert rows == ["west,cap,1"]


def test_repeated_headers_go() -> None:
    given = "name,age\nAnn,31\nBob,27\nname,age\nCy,44\nDee,19\nname,age\nEve,50"
    expected = "name,age\nAnn,31\nBob,27\nCy,44\nDee,19\nEve,50"

    assert learned(given, expected, "name,age\nFay,6\nname,age\nGus,7") == ["Fay,6", "Gus,7"]


def test_titles_of_sections_become_a_column() -> None:
    given = "item,units\nNorth,\npen,5\nink,7\nSouth,\npad,3\nmug,1\ncap,2"
    expected = "region,item,units\nNorth,pen,5\nNorth,ink,7\nSouth,pad,3\nSouth,mug,1\nSouth,cap,2"

    assert learned(given, expected, "item,units\nEast,\njar,9\nWest,\nlid,8\ncup,6") == [
        "East,jar,9",
        "West,lid,8",
        "West,cup,6",
    ]


def test_sections_with_totals() -> None:
    given = "item,units\nNorth,\npen,5\nink,7\nTotal,12\nSouth,\npad,3\nmug,1\nTotal,4"
    expected = "region,item,units\nNorth,pen,5\nNorth,ink,7\nSouth,pad,3\nSouth,mug,1"

    rows = learned(given, expected, "item,units\nEast,\njar,9\nTotal,9\nWest,\nlid,8\ncup,6\nTotal,14")

    assert rows == ["East,jar,9", "West,lid,8", "West,cup,6"]


def test_blanks_are_filled_from_above() -> None:
    given = "region,shop,units\nnorth,a,1\n,b,2\n,c,3\nsouth,d,4\n,e,5"
    expected = "region,shop,units\nnorth,a,1\nnorth,b,2\nnorth,c,3\nsouth,d,4\nsouth,e,5"

    assert learned(given, expected, "region,shop,units\neast,x,7\n,y,8\nwest,z,9") == ["east,x,7", "east,y,8", "west,z,9"]


def test_blanks_are_filled_from_below() -> None:
    given = "shop,region\na,\nb,\nc,north\nd,\ne,south"
    expected = "shop,region\na,north\nb,north\nc,north\nd,south\ne,south"

    assert learned(given, expected, "shop,region\nx,\ny,east\nz,west") == ["x,east", "y,east", "z,west"]


def test_a_list_in_a_cell_becomes_rows() -> None:
    given = "id,tags\n1,red; blue\n2,green\n3,red; pink; gold"
    expected = "id,tag\n1,red\n1,blue\n2,green\n3,red\n3,pink\n3,gold"

    assert learned(given, expected, "id,tags\n8,grey; tan; red; blue\n9,teal") == [
        "8,grey", "8,tan", "8,red", "8,blue", "9,teal",
    ]  # fmt: skip


def test_two_lists_in_step_become_rows() -> None:
    given = 'id,sizes,prices\n1,"S,M","10,12"\n2,L,15\n3,"S,M,L","9,11,13"'
    expected = "id,size,price\n1,S,10\n1,M,12\n2,L,15\n3,S,9\n3,M,11\n3,L,13"

    assert learned(given, expected, 'id,sizes,prices\n7,"M,XL","1,2"\n8,S,3') == ["7,M,1", "7,XL,2", "8,S,3"]


def test_rows_of_a_list_may_have_computed_columns() -> None:
    given = "team,members\nred,ann|bob\nblue,cy\ngold,dee|eve|fay"
    expected = "team,member\nRed,ANN\nRed,BOB\nBlue,CY\nGold,DEE\nGold,EVE\nGold,FAY"

    assert learned(given, expected, "team,members\npink,gus|hal") == ["Pink,GUS", "Pink,HAL"]


def test_continued_rows_are_joined() -> None:
    given = "id,note\n1,first line\n,second line\n2,only line\n3,one\n,two\n,three"
    expected = "id,note\n1,first line second line\n2,only line\n3,one two three"

    assert learned(given, expected, "id,note\n8,a\n,b\n9,c") == ["8,a b", "9,c"]


def test_a_report_is_filled_cleaned_and_computed() -> None:
    given = "region,product,units\nnorth,pen,5\n,ink,7\nTotal,,12\nsouth,pad,3\n,mug,1\nTotal,,4"
    expected = "Region,Label\nNorth,5 x pen\nNorth,7 x ink\nSouth,3 x pad\nSouth,1 x mug"

    rows = learned(given, expected, "region,product,units\neast,jar,9\n,lid,8\nTotal,,17\nwest,cup,6\nTotal,,6")

    assert rows == ["East,9 x jar", "East,8 x lid", "West,6 x cup"]
