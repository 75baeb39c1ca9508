import pytest

from tests.converter.learning.learned import converted, rows, table


@pytest.mark.parametrize(
    ("cells", "wanted", "further"),
    [
        (
            [
                ("089 / 555 01 20", "+49895550120"),
                ("0041 44 555 01 10", "+41445550110"),
                ("(030) 555-0177", "+49305550177"),
                ("", ""),
                ("+49 221 555 0140", "+492215550140"),
            ],
            [("0711 5550-100", "+497115550100"), ("0032 2555.0109", "+3225550109")],
            "Telefon",
        ),
        (
            [("(212) 555-0142", "+12125550142"), ("415.555.0199", "+14155550199"), ("+44 20 7946 0018", "+442079460018")],
            [("303 555 0111", "+13035550111"), ("+33 1 44 55 66 77", "+33144556677")],
            "Phone",
        ),
    ],
    ids=["german", "american"],
)
def test_numbers_in_one_international_form(cells, wanted, further):
    given = table(f"who | {further}\n" + "\n".join(f"p{at} | {cell}" for at, (cell, _) in enumerate(cells)))
    expected = table("who | phone\n" + "\n".join(f"p{at} | {made}" for at, (_, made) in enumerate(cells)))
    more = table(f"who | {further}\n" + "\n".join(f"q | {cell}" for cell, _ in wanted))
    assert converted(given, expected, more) == rows(*(("q", made) for _, made in wanted))
