"""Rows of totals in the output: of all rows, of each group."""

from tests.converter.learning.learned import converted, rows, table


def test_groups_with_their_total_below():
    given = table(
        "dept|person|cost\nHR|Eva|259.07\nOps|Lea|225.53\nIT|Jana|339.72\nOps|Rosa|17.84\nIT|Cleo|108.56\n"
        "Sales|Hana|279.70\nHR|Ada|95.70\nSales|Dov|128.60\nSales|Otis|241.40\nHR|Finn|367.88\nHR|Jana|132.49"
    )
    expected = table("dept|cost\nHR|855.14\nIT|448.28\nOps|243.37\nSales|649.70\nTotal|2196.49")
    further = table(
        "dept|person|cost\nSales|Finn|348.89\nOps|Rosa|234.72\nSales|Lea|111.98\nOps|Ben|128.87\nOps|Eva|74.56\n"
        "IT|Mo|45.28\nSales|Eva|357.01\nSales|Lea|57.89\nHR|Rosa|303.24\nIT|Nora|197.14\nHR|Mo|308.22"
    )

    found = converted(given, expected, further)

    assert found == rows(("HR", "611.46"), ("IT", "242.42"), ("Ops", "438.15"), ("Sales", "875.77"), ("Total", "2167.80"))


def test_counts_and_sums_with_their_total_below():
    given = table(
        "town|kind|qty\nBergen|clock|33\nBergen|clock|32\nLeeds|chair|6\nGraz|stool|17\nLeeds|clock|31\n"
        "Bergen|stool|22\nGraz|stool|30\nLeeds|desk|12\nBergen|desk|21\nBergen|vase|27\nBergen|clock|15\nLeeds|rug|8"
    )
    expected = table("town|items|qty\nBergen|6|150\nGraz|2|47\nLeeds|4|57\nAll towns|12|254")
    further = table(
        "town|kind|qty\nPorto|chair|10\nPorto|desk|3\nPorto|mirror|38\nLeeds|rug|32\nGraz|chair|14\nLeeds|rug|16\n"
        "Graz|lamp|20\nPorto|mirror|21\nGraz|desk|10\nGraz|rug|28\nPorto|mirror|6\nBergen|clock|25"
    )

    found = converted(given, expected, further)

    assert found == rows(
        ("Bergen", "1", "25"), ("Graz", "4", "72"), ("Leeds", "2", "48"), ("Porto", "5", "78"), ("All towns", "12", "223")
    )


def test_rows_as_they_stand_with_their_total_below():
    given = table(
        "date|text|amount\n2025-01-10|rug|276.61\n2025-04-07|vase|99.25\n2025-05-04|clock|115.30\n"
        "2025-05-08|vase|383.09\n2025-05-29|clock|130.66\n2025-10-04|frame|366.51\n2025-11-11|lamp|223.70"
    )
    expected = table(
        "date|text|amount\n2025-01-10|rug|276.61\n2025-04-07|vase|99.25\n2025-05-04|clock|115.30\n"
        "2025-05-08|vase|383.09\n2025-05-29|clock|130.66\n2025-10-04|frame|366.51\n2025-11-11|lamp|223.70\n"
        "Total||1595.12"
    )
    further = table(
        "date|text|amount\n2025-01-21|shelf|398.96\n2025-03-25|frame|350.23\n2025-05-01|vase|353.62\n"
        "2025-05-03|desk|370.95\n2025-07-24|rug|288.03\n2025-07-29|clock|5.05\n2025-08-16|shelf|323.86"
    )

    found = converted(given, expected, further)

    assert found == rows(
        ("2025-01-21", "shelf", "398.96"),
        ("2025-03-25", "frame", "350.23"),
        ("2025-05-01", "vase", "353.62"),
        ("2025-05-03", "desk", "370.95"),
        ("2025-07-24", "rug", "288.03"),
        ("2025-07-29", "clock", "5.05"),
        ("2025-08-16", "shelf", "323.86"),
        ("Total", None, "2090.70"),
    )


def test_a_subtotal_below_the_rows_of_each_group():
    given = table(
        "team|task|hours\nGold|rug|2.5\nGold|clock|4.5\nGreen|shelf|8.0\nGreen|frame|12.0\nRed|stool|14.0\n"
        "Red|desk|6.0\nRed|shelf|4.5"
    )
    expected = table(
        "team|task|hours\nGold|rug|2.5\nGold|clock|4.5\nGold|Subtotal|7.0\nGreen|shelf|8.0\nGreen|frame|12.0\n"
        "Green|Subtotal|20.0\nRed|stool|14.0\nRed|desk|6.0\nRed|shelf|4.5\nRed|Subtotal|24.5"
    )
    further = table(
        "team|task|hours\nBlue|rug|6.0\nBlue|stool|19.5\nBlue|lamp|12.0\nGold|lamp|8.0\nGold|mirror|1.5\n"
        "Green|frame|11.5\nGreen|mirror|13.5\nGreen|lamp|18.0"
    )

    found = converted(given, expected, further)

    assert found == rows(
        ("Blue", "rug", "6.0"),
        ("Blue", "stool", "19.5"),
        ("Blue", "lamp", "12.0"),
        ("Blue", "Subtotal", "37.5"),
        ("Gold", "lamp", "8.0"),
        ("Gold", "mirror", "1.5"),
        ("Gold", "Subtotal", "9.5"),
        ("Green", "frame", "11.5"),
        ("Green", "mirror", "13.5"),
        ("Green", "lamp", "18.0"),
        ("Green", "Subtotal", "43.0"),
    )


def test_subtotals_named_after_their_group_and_a_total_of_all():
    given = table(
        "region|shop|sales\nEast|Porto|719\nEast|Lyon|814\nNorth|Graz|683\nNorth|Lyon|710\nNorth|Gent|483\n"
        "South|Bergen|383\nSouth|Gent|801"
    )
    expected = table(
        "region|shop|sales\nEast|Porto|719\nEast|Lyon|814\nEast total||1533\nNorth|Graz|683\nNorth|Lyon|710\n"
        "North|Gent|483\nNorth total||1876\nSouth|Bergen|383\nSouth|Gent|801\nSouth total||1184\nGrand total||4593"
    )
    further = table(
        "region|shop|sales\nEast|Kiel|813\nEast|Oslo|645\nEast|Porto|360\nSouth|Oslo|859\nSouth|Lyon|284\n"
        "South|Graz|880\nWest|Bergen|411\nWest|Porto|410\nWest|Basel|886"
    )

    found = converted(given, expected, further)

    assert found == rows(
        ("East", "Kiel", "813"),
        ("East", "Oslo", "645"),
        ("East", "Porto", "360"),
        ("East total", None, "1818"),
        ("South", "Oslo", "859"),
        ("South", "Lyon", "284"),
        ("South", "Graz", "880"),
        ("South total", None, "2023"),
        ("West", "Bergen", "411"),
        ("West", "Porto", "410"),
        ("West", "Basel", "886"),
        ("West total", None, "1707"),
        ("Grand total", None, "5548"),
    )


def test_groups_sorted_by_their_sum_with_the_total_below():
    given = table("category|amount\nfun|15\nfun|10\nfun|66\nrent|47\nfood|69\nfun|48\nfun|33\nfun|59\nrent|7")
    expected = table("category|amount\nfun|231\nfood|69\nrent|54\nSum|354")
    further = table("category|amount\nrent|29\nrent|15\nrent|51\nfood|83\nrent|86\nfun|17\nrent|57\nrent|7\nrent|78")

    found = converted(given, expected, further)

    assert found == rows(("rent", "323"), ("food", "83"), ("fun", "17"), ("Sum", "423"))
