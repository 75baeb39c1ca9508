"""Texts that are filled up, ended, begun and shortened: blanks to a width, a bracket that lacks, an area code, initials."""

import pytest

from tests.converter.learning.texts.learner import made_of

PADDED = {
    "points below one another": (
        {"5.23": "  5.23 ", "325.213": "325.213", "53.5": " 53.5  ", "7.125": "  7.125"}, "9.99", "  9.99 "),
    "blanks after the decimals alone": ({"1.2": "1.2 ", "18": "18.  ", "3.4": "3.4 ", "1.82": "1.82"}, "102", "102.  "),
    "what is longer stays": ({"2.5": "  2.5 ", "17.25": " 17.25", "140.5": "140.5 ", "9": "  9.  "}, "1121.125", "1121.125"),
    "decimal commas": ({"2,5": "  2,5 ", "17,25": " 17,25", "140,5": "140,5 "}, "33,75", " 33,75"),
    "to a width, longer ones as they are": ({"7": "   7", "42": "  42", "12345": "12345"}, "310", " 310"),
}  # fmt: skip

ENDED = {
    "a bracket that lacks": ({"[A-1": "[A-1]", "[B-22": "[B-22]", "[C-5": "[C-5]"}, "[D-9]", "[D-9]"),
    "a round bracket": ({"total (net": "total (net)", "sum (gross": "sum (gross)"}, "x (y", "x (y)"),
    "a quotation mark": ({'"red': '"red"', '"blue': '"blue"', '"pink': '"pink"'}, '"grey"', '"grey"'),
    "a folder's slash": ({"/var/log": "/var/log/", "/etc": "/etc/", "/usr/bin/": "/usr/bin/"}, "/opt/", "/opt/"),
    "a mark in front": ({"blue": "#blue", "#red": "#red", "green": "#green"}, "#pink", "#pink"),
    "a mark that was never there": ({"blue": "blue!", "red": "red!", "green": "green!"}, "pink", "pink!"),
}

FRONT = {
    "the own area": (
        {"(525) 949 2246": "525-949-2246", "896-388-9065": "896-388-9065", "014.2967": "206-014-2967",
         "957-1297": "206-957-1297"}, "669.2909", "206-669-2909"),
    "in brackets": (
        {"4259990200": "(425) 999-0200", "390-9292": "(360) 390-9292", "499-999-2020": "(499) 999-2020",
         "555.1234": "(360) 555-1234"}, "777-8888", "(360) 777-8888"),
    "a country": ({"44 20 79460958": "+44 (20) 79460958", "20 79460123": "+44 (20) 79460123"}, "20-79461111",
                  "+44 (20) 79461111"),
}  # fmt: skip

NAMES = {
    "the middle as an initial": (
        {"John Fitzgerald Kennedy": "John F. Kennedy", "Ada Lovelace": "Ada Lovelace", "Martin Luther King": "Martin L. King"},
        "Franklin Delano Roosevelt", "Franklin D. Roosevelt"),
    "initials of all": (
        {"John Fitzgerald Kennedy": "J.F.K.", "Ada Lovelace": "A.L.", "Martin Luther King": "M.L.K."}, "Bo Ek", "B.E."),
    "initials with blanks": ({"Ada Lovelace": "A. L.", "Rosa Maria Diaz": "R. M. D."}, "Jo Anna Li", "J. A. L."),
    "an acronym": ({"World Health Organization": "WHO", "European Union": "EU", "North Sea Port Board": "NSPB"},
                   "Labour Party", "LP"),
}  # fmt: skip

SENTENCES = {
    "numbers in a sentence": (
        {"Visalia | 25949 | 1846-01-31": "VISALIA fell in 1846 (25.949 kg)",
         "Boise | 511629 | 2007-08-12": "BOISE fell in 2007 (511.629 kg)",
         "Elgin | 53648 | 2139-04-25": "ELGIN fell in 2139 (53.648 kg)"},
        "Busan | 7641 | 2177-02-02", "BUSAN fell in 2177 (7.641 kg)"),
    "numbers with signs": (
        {"(-5.883, 173.574451)": "at -5.9 north and 173.6 east", "(78.123, -150.8)": "at 78.1 north and -150.8 east",
         "(38.88, 146.555)": "at 38.9 north and 146.6 east"}, "(-50.16, -8.27)", "at -50.2 north and -8.3 east"),
    "a minus stays beside its number": (
        {"5250": "weight 5.250 kg", "17025": "weight 17.025 kg", "980": "weight 0.980 kg"}, "-1500", "weight -1.500 kg"),
}  # fmt: skip


@pytest.mark.parametrize(
    ("pairs", "further", "made"),
    [case for cases in (PADDED, ENDED, FRONT, NAMES, SENTENCES) for case in cases.values()],
    ids=[name for cases in (PADDED, ENDED, FRONT, NAMES, SENTENCES) for name in cases],
)
def test_texts_are_completed_and_shortened(pairs: dict[str, str], further: str, made: str) -> None:
    assert made_of(list(pairs), list(pairs.values()), further) == made
