"""Values that stand above the table."""

from tests.converter.learning.learned import converted, rows, table


def test_an_account_beside_its_label():
    given = table(
        "Account|DE4092684964|\nCurrency|CHF|\n||\nDate|Text|Amount\n2025-04-07|chair|384.55\n"
        "2025-06-21|shelf|187.45\n2025-09-05|shelf|67.90\n2025-07-05|desk|271.38\n2025-03-31|stool|361.48",
        header=False,
    )
    expected = table(
        "account|date|text|amount\nDE4092684964|2025-04-07|chair|384.55\nDE4092684964|2025-06-21|shelf|187.45\n"
        "DE4092684964|2025-09-05|shelf|67.90\nDE4092684964|2025-07-05|desk|271.38\n"
        "DE4092684964|2025-03-31|stool|361.48"
    )
    further = table(
        "Account|DE7691039121|\nCurrency|CHF|\n||\nDate|Text|Amount\n2025-01-07|vase|54.71\n2025-08-07|frame|176.55\n"
        "2025-02-06|vase|333.92\n2025-09-28|frame|172.25\n2025-08-17|lamp|51.24",
        header=False,
    )

    found = converted(given, expected, further)

    assert found == rows(
        ("DE7691039121", "2025-01-07", "vase", "54.71"),
        ("DE7691039121", "2025-08-07", "frame", "176.55"),
        ("DE7691039121", "2025-02-06", "vase", "333.92"),
        ("DE7691039121", "2025-09-28", "frame", "172.25"),
        ("DE7691039121", "2025-08-17", "lamp", "51.24"),
    )


def test_two_values_beside_their_labels():
    given = table(
        "Station:|Kiel 61||\nPeriod:|2025-04||\nTime|Temp|Wind|Rain\n00:00|20.3|21|3.5\n01:00|21.0|29|4.3\n"
        "02:00|11.7|26|0.2\n03:00|17.8|12|2.5\n04:00|16.2|21|4.6\n05:00|21.3|6|4.5",
        header=False,
    )
    expected = table(
        "station|period|time|temp\nKiel 61|2025-04|00:00|20.3\nKiel 61|2025-04|01:00|21.0\n"
        "Kiel 61|2025-04|02:00|11.7\nKiel 61|2025-04|03:00|17.8\nKiel 61|2025-04|04:00|16.2\n"
        "Kiel 61|2025-04|05:00|21.3"
    )
    further = table(
        "Station:|Lyon 11||\nPeriod:|2025-09||\nTime|Temp|Wind|Rain\n00:00|23.0|12|3.8\n01:00|20.1|6|4.0\n"
        "02:00|19.7|15|0.8\n03:00|26.0|4|0.6\n04:00|13.4|20|4.7\n05:00|-1.5|17|2.8",
        header=False,
    )

    found = converted(given, expected, further)

    assert found == rows(
        ("Lyon 11", "2025-09", "00:00", "23.0"),
        ("Lyon 11", "2025-09", "01:00", "20.1"),
        ("Lyon 11", "2025-09", "02:00", "19.7"),
        ("Lyon 11", "2025-09", "03:00", "26.0"),
        ("Lyon 11", "2025-09", "04:00", "13.4"),
        ("Lyon 11", "2025-09", "05:00", "-1.5"),
    )


def test_values_within_titles():
    given = table(
        "Report for Basel||\nYear: 2016||\nItem|Qty|Price\nmirror|6|263.36\nchair|20|298.87\nstool|4|113.01\n"
        "lamp|9|299.08\nvase|25|148.40",
        header=False,
    )
    expected = table(
        "item|qty|price|town|year\nmirror|6|263.36|Basel|2016\nchair|20|298.87|Basel|2016\n"
        "stool|4|113.01|Basel|2016\nlamp|9|299.08|Basel|2016\nvase|25|148.40|Basel|2016"
    )
    further = table(
        "Report for Bergen||\nYear: 2022||\nItem|Qty|Price\nchair|23|110.17\nclock|18|381.44\nframe|24|300.09\n"
        "lamp|3|140.38\nvase|20|170.68",
        header=False,
    )

    found = converted(given, expected, further)

    assert found == rows(
        ("chair", "23", "110.17", "Bergen", "2022"),
        ("clock", "18", "381.44", "Bergen", "2022"),
        ("frame", "24", "300.09", "Bergen", "2022"),
        ("lamp", "3", "140.38", "Bergen", "2022"),
        ("vase", "20", "170.68", "Bergen", "2022"),
    )


def test_a_number_in_the_first_line():
    given = table(
        "Kontonummer|85226279|\nZeitraum|01.05.2025|\nDatum|Zweck|Betrag\n19.03.2025|frame|80,76\n"
        "07.03.2025|frame|116,11\n14.03.2025|stool|297,46\n08.03.2025|clock|198,10\n15.03.2025|chair|267,24",
        header=False,
    )
    expected = table(
        "konto|datum|zweck|betrag\n85226279|19.03.2025|frame|80,76\n85226279|07.03.2025|frame|116,11\n"
        "85226279|14.03.2025|stool|297,46\n85226279|08.03.2025|clock|198,10\n85226279|15.03.2025|chair|267,24"
    )
    further = table(
        "Kontonummer|96429477|\nZeitraum|01.06.2025|\nDatum|Zweck|Betrag\n11.03.2025|mirror|230,46\n"
        "26.03.2025|stool|76,13\n08.03.2025|stool|266,84\n26.03.2025|clock|83,20\n26.03.2025|stool|64,07",
        header=False,
    )

    found = converted(given, expected, further)

    assert found == rows(
        ("96429477", "11.03.2025", "mirror", "230,46"),
        ("96429477", "26.03.2025", "stool", "76,13"),
        ("96429477", "08.03.2025", "stool", "266,84"),
        ("96429477", "26.03.2025", "clock", "83,20"),
        ("96429477", "26.03.2025", "stool", "64,07"),
    )
