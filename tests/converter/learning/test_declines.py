"""Examples that say too little, or that only a list of their cells explains, are declined: no answer beats a wrong one."""

import pytest

from converter.lesson import Lesson, learn
from converter.table import Example
from tests.converter.learning.lessons import table


def lesson(given: str, expected: str, *, header: bool = True) -> Lesson:
    return learn(Example(table(given, header=header), table(expected, header=header)), seconds=4)


TOO_LITTLE = {
    "nothing is expected": ("a,b\n1,2\n3,4", "c\n\n", True),
    "every row is the same": ("name,age\nAnn,31\nBob,27\nCy,44", "kind\nperson\nperson\nperson", True),
    "one row without names is copied": ("Ann,31", "Ann,31", False),
    "one row beside blank ones is copied": ('text\n""\nAnn', "first,last\n,\nAnn,", True),
}


@pytest.mark.parametrize("case", TOO_LITTLE)
def test_what_says_too_little_is_declined(case: str) -> None:
    given, expected, header = TOO_LITTLE[case]
    padded = expected + ('\n""' if case == "nothing is expected" else "")

    assert lesson(given, padded, header=header).converter is None


def test_the_same_in_every_row_is_learned_beside_columns_that_are_not() -> None:
    assert lesson("name,age\nAnn,31\nBob,27\nCy,44", "name,kind\nAnn,person\nBob,person\nCy,person").converter is not None


def test_one_row_under_names_is_learned() -> None:
    assert lesson("name,age\nAnn,31", "age,name\n31,Ann").converter is not None


def test_more_rows_without_names_are_learned() -> None:
    assert lesson("Ann,31\nBob,27", "31,Ann\n27,Bob", header=False).converter is not None


BY_HEART = {
    "words that have nothing to do with the input": ("n\nk1x\nq2y\nz3w\nm4v", "w\nriver\nstone\ncloud\nmeadow"),
    "two texts, one of them for a single row": ("n\nkx\nqy\nzw\nmv", "w\nriver\nriver\nriver\nstone"),
    "the values themselves, written otherwise": ("n\nBBB\nBBB\nField7\nBBB", "w\nbbb\nbbb\nFld_7\nbbb"),
    "names turned round, of which each row has its own": (
        "no,band\n1,Lou Reed\n2,The Kinks\n3,Wire (4)\n4,The Fall\n5,Can Opener\n6,Pulp Choir\n"
        "7,The Verve\n8,Slint (2)\n9,The Kinks\n10,Pulp Choir",
        'no,band\n1,Lou Reed\n2,"Kinks, The"\n3,Wire\n4,"Fall, The"\n5,Can Opener\n6,Pulp Choir\n'
        '7,"Verve, The"\n8,Slint\n9,"Kinks, The"\n10,Pulp Choir',
    ),
    "what one row alone says of itself": (
        "Given,Family,With,With family,Road,Town\nAda,Holm,Ben,,1 Mill Lane,Ayr\nCy,Falk,,,2 High Row,Rye\n"
        "Di,Unger,Sol,Pryce,3 Elm Road,Bath\nFay,Hurst,,,4 Quay,Hull\nHal,Berg,Una,Kolb,5 Gate,York",
        'To,Where\nAda & Ben Holm,"1 Mill Lane, Ayr"\nCy Falk,"2 High Row, Rye"\nDi Unger & Sol Pryce,"3 Elm Road, Bath"\n'
        'Fay Hurst,"4 Quay, Hull"\nHal Berg & Una Kolb,"5 Gate, York"',
    ),
    "words of rows of which a list made several": (
        "no,who\nk1x,a; b; c\nq2y,b; d\nz3w,a; c\nm4v,b; c; d",
        "who,word\na,river\nb,river\nc,river\nb,stone\nd,stone\na,cloud\nc,cloud\nb,meadow\nc,meadow\nd,meadow",
    ),
    "numbers that no formula gives": ("n\nk\nq\nz\nm", "w\n7391\n2268\n9015\n4473"),
}


@pytest.mark.parametrize("case", BY_HEART)
def test_what_would_be_learned_by_heart_is_declined(case: str) -> None:
    declined = lesson(*BY_HEART[case])

    assert declined.converter is None
    assert declined.reason


def test_words_for_the_few_values_of_a_text_are_learned() -> None:
    assert lesson("n\nhigh\nlow\nhigh\nmid\nlow", "w\n3\n1\n3\n2\n1").converter is not None


def test_the_part_that_is_explained_is_told() -> None:
    partly = lesson("name,n\nAnn Lee,k\nBob Day,q\nCy Fox,z\nDee May,m", "first,w\nAnn,river\nBob,stone\nCy,cloud\nDee,meadow")

    assert partly.converter is None
    assert "'first'" in partly.reason.split("not explained")[0]
    assert "'w'" in partly.reason.split("not explained")[1]
    assert partly.partial is not None


def test_a_list_of_what_stands_for_what_shows_no_reshaping() -> None:
    given = "a,b,c\n1,x,p\n2,y,q\n3,z,r"
    expected = "w\nred\nblue\nred\nblue\nred\nblue"

    assert lesson(given, expected).converter is None


def test_the_members_of_a_list_are_no_lines_of_a_template() -> None:
    given = (
        'thing,price,kind,option,values,codes\nRug,38,wool,size,"S,M,L","R-1,R-2,R-3"\nHook,24,wood,,,H-1\n'
        'Towel,12,linen,hue,"Sand,Moss","T-1,T-2"\nLamp,19,brass,,,L-1\nCap,16,wool,size,"XS,S,XL","C-1,C-2,C-3"'
    )
    expected = (
        "name,by,value,code,price\nRug,size,S,R-1,38\n,,M,R-2,38\n,,L,R-3,38\nHook,Title,Default,H-1,24\n"
        "Towel,hue,Sand,T-1,12\n,,Moss,T-2,12\nLamp,Title,Default,L-1,19\nCap,size,XS,C-1,16\n,,S,C-2,16\n,,XL,C-3,16"
    )

    learned = lesson(given, expected)

    assert learned.converter is None or "UNNEST([1, 2, 3])" not in learned.converter.statement
