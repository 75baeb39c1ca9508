"""Column programs over texts: the likeliest one for few rows, run by the engine on a further row."""

import pytest

from tests.converter.learning.texts.learner import best
from tests.converter.learning.texts.learner import made_of as made_of_rows


def made_of(pairs: dict[str, str], further: str) -> str | None:
    """What the likeliest program for the pairs makes of a further text."""
    return made_of_rows(tuple(pairs), tuple(pairs.values()), further)


def test_a_street_is_found_by_its_shape() -> None:
    streets = {
        "Ann Lee    45 Fifth Rd SW,Troy": "45 Fifth Rd SW",
        "Bo Ray Moe    1234 1st Ave NE ,Rome": "1234 1st Ave NE",
        "Cy K    7 Oak Ct NW,Oslo": "7 Oak Ct NW",
    }

    assert made_of(streets, "Di O'Dell   88 Third Blvd SE ,Cork") == "88 Third Blvd SE"


def test_a_part_after_a_bracket_ends_at_the_closing_one_at_the_latest() -> None:
    agents = {"A/1 (Unix; x64) B/2": "Unix", "C/3 (Plan 9; rv:1; en)": "Plan 9", "D/4 (OS 7; ppc) E": "OS 7"}

    assert made_of(agents, "F/5 (BeOS 5) G/6") == "BeOS 5"


def test_a_leading_number_is_blank_where_the_text_begins_otherwise() -> None:
    houses = {"23 Elm Road, Troy 41230": "23", "7 Oak Lane, Rome 12": "7", "456 48th Street, Cork 9": "456"}

    assert made_of(houses, "Old Mill, Oslo 4711") is None


def test_the_last_link_is_told_from_its_target() -> None:
    links = {"[[Ann|A]] in [[Big (film)|Big]] x": "Big", "[[Bo]] in [[Up]] y": "Up", "[[Cy]] in [[Jaws|J]]": "J"}

    assert made_of(links, "[[Di]] in [[High Noon (1952)|High Noon]] z") == "High Noon"


def test_a_nought_stands_where_nothing_is_told_though_one_row_shows_it() -> None:
    speeds = {"A,11.90,62.01,x": "62.01", "V,,,x": "0", "A,0.15,83.25,z": "83.25"}

    assert made_of(speeds, "A,1.00,7.50,y") == "7.50"
    assert made_of(speeds, "V,,,y") == "0"


@pytest.mark.parametrize(
    ("pairs", "further", "made"),
    [
        ({"a.jpg": "image", "b.txt": "text", "c.jpg": "image", "d.txt": "text"}, "x.v2.txt", "text"),
        ({"A-123": "alpha", "B-7": "beta", "A-9": "alpha", "B-55": "beta"}, "B-1000", "beta"),
        ({"2012-04-11": "work", "2013-12-01": "rest", "2014-01-31": "work", "2014-08-30": "rest", "2014-08-29": "work",
          "2014-08-31": "rest"}, "2001-06-30", "rest"),
        ({"€9.92": "EUR 9.92", "$47.36": "USD 47.36", "€40.47": "EUR 40.47", "$1.10": "USD 1.10"}, "€27.32", "EUR 27.32"),
        ({"ann": "ann@x.com", "bo@x.com": "bo@x.com", "cy": "cy@x.com", "di@y.net": "di@y.net"}, "ed.roe", "ed.roe@x.com"),
        ({"AB": "ab", "Column6": "Col_6", "XYZ": "xyz", "Column12": "Col_12"}, "Q", "q"),
    ],
)  # fmt: skip
def test_rows_of_two_kinds_are_told_apart(pairs: dict[str, str], further: str, made: str) -> None:
    assert made_of(pairs, further) == made


def test_what_is_not_found_gets_the_default_that_the_rows_show() -> None:
    mails = {"write to ann@x.org soon": "ann@x.org", "no address @ all": "None", "call me": "None", "at 5": "None"}

    assert made_of(mails, "bo.lee@y.co.uk knows") == "bo.lee@y.co.uk"
    assert made_of(mails, "nobody") == "None"


def test_a_text_that_all_rows_hold_is_copied_rather_than_repeated() -> None:
    addresses = {"shop.com": "shop.com", "www.shop.com": "shop.com", "http://www.shop.com": "shop.com"}

    assert made_of(addresses, "http://www.news.org") == "news.org"


def test_a_word_of_the_input_is_not_taken_for_a_constant() -> None:
    links = {"x.org/en/item-4/A1": "item-4_A1", "y.net/de/item-4/B22": "item-4_B22"}

    assert made_of(links, "z.com/fr/item-9/C3") == "item-9_C3"


def test_few_values_that_come_back_are_a_mapping() -> None:
    assert made_of_rows(("F", "M", "U", "M"), ("1", "0", "2", "0"), "U") == "2"


def test_a_text_of_its_own_for_each_row_is_no_rule() -> None:
    assert best([("NYX",), ("LAX",), ("SFX",)], ["red", "green", "dark blue"]) is None


def test_a_branch_for_one_row_is_made_from_that_row() -> None:
    mails = {"ann@x.org": "ann@x.org", "bo@y.net": "bo@y.net", "cyrus": "cyrus@home.org", "di@z.com": "di@z.com"}

    assert made_of(mails, "ed") == "ed@home.org"


def test_shorter_texts_get_what_the_longer_ones_have() -> None:
    numbers = {"611-555-1234": "611-555-1234", "555-9876": "030-555-9876", "777-1200": "030-777-1200"}

    assert made_of(numbers, "089-222-3141") == "089-222-3141"
    assert made_of(numbers, "444-0000") == "030-444-0000"


def test_nobody_counts_far_into_texts_of_many_lengths() -> None:
    paths = {r"Users\Photos\a.jpg": "Users\\Photos\\", r"Server\Film1\b.avi": "Server\\Film1\\"}

    assert made_of(paths, r"C\Of\c.txt") != "C\\Of\\c.txt"


ODD = (
    None,
    "",
    " ",
    "\u00dcnal, \u00d6. (x)",
    "a\nb c",
    "a\tb",
    "A-1 / b_2",
    "[[x|y]]",
    "1 2 3",
    "O'Brien",
    "a@b",
    "\x0b x",
    "\u00a0x\u00a0",
)


def test_accented_letters_are_letters() -> None:
    pairs = {"12Müller9": "Müller", "7Strauß44": "Strauß"}

    assert made_of(pairs, "9Łukasz1") == "Łukasz"
    assert made_of(pairs, "3Day2") == "Day"


def test_words_may_have_accents_where_no_row_has_one() -> None:
    assert made_of({"12Muller9": "Muller", "7Day44": "Day"}, "9Łukasz1") == "Łukasz"
    assert made_of({"Ann Lee Moe": "A.L.M.", "Bo Ray": "B.R."}, "Émile Øst") == "É.Ø."


@pytest.mark.parametrize(
    ("pairs", "further", "made"),
    [
        ({"7 Oak St, Bob Ray, Troy": "Troy", "12 Elm Rd, Al Moe, Oslo": "Oslo"}, "9 Fir Ln, Cy Lee, San Jose", "San Jose"),
        ({"Rome (Italy)": "Rome", "Lima (Peru)": "Lima", "Oslo": "Oslo"}, "New York (USA)", "New York"),
        ({"Anna Lopez": "alopez", "John Smith": "jsmith"}, "Karl Rummenigge", "krummenigge"),
        ({"ann@x.org (home)": "ann@x.org", "to bo@y.net": "bo@y.net", "cy@z.com is new": "cy@z.com"}, "di: d.e@f.co.uk, old",
         "d.e@f.co.uk"),
        ({"{{aa, b}, {cc, d}, {e, f}}": "cc", "{{x, y}, {zz, w}}": "zz"}, "{{k}, {l}, {m, n}}", "l"),
        ({"10x20x30": "20", "5x7x9": "7"}, "100x250x3", "250"),
        ({"1234567": "1,234,567", "88": "88", "9123.5": "9,123.5"}, "999999.25", "999,999.25"),
        ({"25.3%": "0.253", "7%": "0.07", "120%": "1.2"}, "3.75%", "0.0375"),
        ({"32F": "0C", "212F": "100C", "50F": "10C"}, "14F", "-10C"),
        ({"500 g": "0.5 kg", "2 kg": "2 kg", "1250 g": "1.25 kg"}, "75 g", "0.075 kg"),
        ({"2.5": "2", "3.5": "4", "4.7": "5", "0.5": "0"}, "6.5", "6"),
        ({"x.org/?id=45&lang=en": "45", "x.org/?lang=fr&id=9": "9", "y.net/b?id=120": "120"}, "z.com/p?a=1&id=33", "33"),
        ({"size = 206: Iste size = 96: Ad": "206 to 96", "size = 242: Non size = 74: Et": "242 to 74"},
         "size = 82: Ut size = 229: Id", "82 to 229"),
        ({"1 1/2": "1.5", "3/4": "0.75", "5": "5"}, "2 1/8", "2.125"),
        ({"24 inches": "2 feet", "360 inches": "30 feet"}, "18 inches", "1.5 feet"),
        ({"112": "120", "117": "120", "11111": "11120"}, "548", "550"),
        ({"apple": "5", "fig": "3", "cherry": "6"}, "watermelon", "10"),
        ({"apple pie": "2", "plum": "1", "cherry tart with cream": "4"}, "egg salad roll", "3"),
        ({"a,b;c": "a/b/c", "x;y": "x/y", "p,q,r": "p/q/r"}, "m;n,o", "m/n/o"),
        ({"60 mph": "96.5606 km/h", "25 mph": "40.2336 km/h"}, "100 mph", "160.934 km/h"),
    ],
)  # fmt: skip
def test_of_programs_that_fit_the_likelier_meant_is_taken(pairs: dict[str, str], further: str, made: str) -> None:
    assert made_of(pairs, further) == made
