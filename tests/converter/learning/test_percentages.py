import pytest

from tests.converter.learning.learned import converted, rows, table

RATES = (("8.1%", "54.05"), ("2.6%", "128.30"), ("0%", "36.00"), ("8.1%", "3243.00"), ("2.6%", "41.90"))


def _converted(made, further, wanted):
    """What is learned from the rates with the columns that `made` writes, on one further line."""
    lines = "\n".join(f"n{at} | {rate} | {gross}" for at, (rate, gross) in enumerate(RATES))
    given = table(f"no | rate | amount\n{lines}")
    shown = "\n".join(f"n{at} | {made(float(rate.strip('%')) / 100, float(gross))}" for at, (rate, gross) in enumerate(RATES))
    expected = table(f"no | made\n{shown}")
    return converted(given, expected, table(f"no | rate | amount\nx | {further}")) == rows(("x", wanted))


@pytest.mark.parametrize(
    ("made", "wanted"),
    [
        (lambda rate, amount: f"{amount * rate + 1e-9:.2f}", "38.00"),
        (lambda rate, amount: f"{amount * (1 + rate) + 1e-9:.2f}", "238.00"),
        (lambda rate, amount: f"{amount * (1 - rate) + 1e-9:.2f}", "162.00"),
        (lambda rate, amount: f"{amount / (1 + rate) + 1e-9:.2f}", "168.07"),
        (lambda rate, amount: f"{amount - amount / (1 + rate) + 1e-9:.2f}", "31.93"),
    ],
    ids=["tax", "with tax", "less a discount", "without the tax within", "the tax within"],
)
def test_a_percentage_of_each_row_is_applied(made, wanted):
    assert _converted(made, "19% | 200.00", wanted)


def test_what_a_number_is_more_than_another_is_told_in_percent_or_as_a_share():
    given = table("shop | last | this\na | 120 | 150\nb | 80 | 60\nc | 45 | 51.3\nd | 10 | 10")
    grown = table("shop | growth\na | 25.0\nb | -25.0\nc | 14.0\nd | 0.0")
    share = table("shop | growth\na | 0.250\nb | -0.250\nc | 0.140\nd | 0.000")
    further = table("shop | last | this\ne | 64 | 72\nf | 0 | 3")

    assert converted(given, grown, further) == rows(("e", "12.5"), ("f", None))
    assert converted(given, share, further) == rows(("e", "0.125"), ("f", None))
