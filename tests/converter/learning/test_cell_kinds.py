"""Kinds of cells, each learned from a few rows and run on others."""

import pytest

from tests.converter.learning.learned import converted, table

KINDS = {
    "a number in free text": (
        "message\nupload failed after 30s\ndone in 12s, retry\ntimeout after 5s",
        "seconds\n30\n12\n5",
        "message\nlost connection after 471s",
        "471",
    ),
    "a reference by its shape": (
        "note\nsee HBX-004411 now\nref ABC-123456.\nQRS-777777",
        "ref\nHBX-004411\nABC-123456\nQRS-777777",
        "note\nInvoice 12 is A TUV-100200 too",
        "TUV-100200",
    ),
    "what stands between marks": (
        "cell\n{{Sort;01;[[Super Bowl I;I]]}}\n{{Sort;02;[[Super Bowl II;II]]}}",
        "name\nSuper Bowl I\nSuper Bowl II",
        "cell\n{{Sort;10;[[Cup of 1999;X]]}}",
        "Cup of 1999",
    ),
    "a date in several formats": (
        "when\n06-Oct-2143\nMar 30 2002\n22 Apr 1953",
        "when\n2143-10-06\n2002-03-30\n1953-04-22",
        "when\nDec 1 2020",
        "2020-12-01",
    ),
    "dates at their own precision": (
        "born\n12 MAR 1901\nJUL 1914\n1922\nABT 1890",
        "born\n1901-03-12\n1914-07\n1922\nca. 1890",
        "born\n3 NOV 1951\nMAY 1938\nABT 1944\n1999",
        "1951-11-03\n1938-05\nca. 1944\n1999",
    ),
    "an hour's span": (
        "at\n18:25:57\n21:44:40\n07:00:20",
        "span\n6PM-8PM\n8PM-10PM\n6AM-8AM",
        "at\n13:05:00",
        "12PM-2PM",
    ),
    "a time zone that is always so much later": (
        "at\n9:41 PM, Aug 17, 2015\n1:00 AM, Jun 3, 2015\n10:00 AM, Mar 20, 2015",
        "at\n12:41 AM, Aug 18, 2015\n4:00 AM, Jun 3, 2015\n1:00 PM, Mar 20, 2015",
        "at\n11:00 PM, Dec 31, 2019",
        "2:00 AM, Jan 1, 2020",
    ),
    "an offset made UTC": (
        "at\n2024-05-01T10:00:00+02:00\n2024-05-01T23:30:00-05:00\n2024-05-02T00:10:00+05:30",
        "utc\n2024-05-01 08:00:00\n2024-05-02 04:30:00\n2024-05-01 18:40:00",
        "at\n2024-12-31T20:00:00-08:00",
        "2025-01-01 04:00:00",
    ),
    "a compact time": (
        "time\n742\n1530\n905",
        "time\n07:42\n15:30\n09:05",
        "time\n15\n2359",
        "00:15\n23:59",
    ),
    "a range that a number lies in": (
        "age\n23\n38\n41\n55",
        "group\n20-29\n30-39\n40-49\n50-59",
        "age\n67",
        "60-69",
    ),
    "a number rounded up to a step": (
        "n\n31732\n5816\n5888\n421",
        "n\n31750\n5850\n5900\n450",
        "n\n1001",
        "1050",
    ),
    "full years between two dates": (
        "born|on\n1990-05-17|2024-05-16\n1985-01-02|2024-03-01\n2000-12-31|2024-01-01",
        "age\n33\n39\n23",
        "born|on\n1970-06-30|2024-06-30",
        "54",
    ),
    "one date told in parts": (
        "at\n17 Dec 1973\n15 Aug 1947\n10 Jan 1975",
        "week\nMonday, 1973W51\nFriday, 1947W33\nFriday, 1975W02",
        "at\n1 January 2014\n1 Jan 2014",
        "\nWednesday, 2014W01",
    ),
    "initials in lower case": (
        "name\nHone Albert\nAysu Polat\nFatma Yilmaz",
        "id\nha\nap\nfy",
        "name\nArtem Kuznetsov",
        "ak",
    ),
    "a decimal point before three digits is no mark of thousands": (
        "n\n10.7\n2480.76721\n1215.2971",
        "n\n0.107\n24.8076721\n12.152971",
        "n\n5",
        "0.05",
    ),
    "degrees, minutes and seconds": (
        "place|lat\nA|52°57′30″N\nB|38°41′06″S\nC|9° 29' 45.5\" N",
        "lat\n52.95833\n-38.68500\n9.49597",
        "place|lat\nD|33 deg 51' 36\" S",
        "-33.86000",
    ),
    "decimal degrees written in degrees": (
        "lon\n52.958333\n-9.495833\n13.4105",
        "lon\n52°57'30\"E\n9°29'45\"W\n13°24'38\"E",
        "lon\n-0.5",
        "0°30'00\"W",
    ),
    "degrees in three columns": (
        "d|m|s|h\n52|57|30|N\n38|41|6|S\n9|29|45|N",
        "lat\n52.9583\n-38.6850\n9.4958",
        "d|m|s|h\n10|30|0|S",
        "-10.5000",
    ),
    "amounts with their unit": (
        "weight\n500 g\n12 lb\n3.4 kg\n8 oz",
        "kg\n0.50\n5.44\n3.40\n0.23",
        "weight\n750 g\n5 lb\n2 kg",
        "0.75\n2.27\n2.00",
    ),
    "amounts with their unit in another column": (
        "amount|unit\n450|g\n2|kg\n1.5|kg\n80|g",
        "grams\n450\n2000\n1500\n80",
        "amount|unit\n3|kg\n7|g",
        "3000\n7",
    ),
    "hours beyond eight": (
        "in|out\n08:00|17:30\n09:00|16:00\n07:15|16:00\n10:00|17:00",
        "overtime\n1.50\n0.00\n0.75\n0.00",
        "in|out\n06:00|18:00\n10:00|14:00",
        "4.00\n0.00",
    ),
    "the greater of two numbers": (
        "a|b\n3|8\n9|2\n4|5",
        "most\n8\n9\n5",
        "a|b\n11|10",
        "11",
    ),
    "a value by its key": (
        "options\nSize:Adult M,Color:Green\nColor:Tan,Personal:DW\nColor:Mustard\nSize:EU 39",
        "size|color\nAdult M|Green\n|Tan\n|Mustard\nEU 39|",
        "options\nPersonal:AB,Size:S\nColor:Blue",
        "S\n",
    ),
    "a value behind a slashed key": (
        "text\n/TYPE/A/NAME/Green Power/REF/77\n/TYPE/B/IBAN/NL00/NAME/Blue Shop/REF/X1\n/NAME/Red Ltd/TYPE/C",
        "name\nGreen Power\nBlue Shop\nRed Ltd",
        "text\n/IBAN/DE00/NAME/Ann Doe/MEMO/7",
        "Ann Doe",
    ),
    "a value of a JSON object": (
        'data\n{"id": 7, "user": {"name": "Ann"}}\n{"user": {"name": "Bo"}, "id": 12}',
        "id|user\n7|Ann\n12|Bo",
        'data\n{"id": 3, "user": {"name": "Cy"}, "x": 1}',
        "3",
    ),
    "whether a list has a member": (
        "who|days\na|Friday, Saturday morning\nb|Sunday\nc|Saturday morning, Sunday\nd|",
        "Friday|Saturday morning\n1|1\n0|0\n0|1\n0|0",
        "who|days\ne|Sunday, Friday\nf|Saturday morning",
        "1\n0",
    ),
    "how many members a list has": (
        "days\nMon, Tue\nSun\nMon, Tue, Sun\nTue",
        "count\n2\n1\n3\n1",
        "days\nMon, Tue, Wed, Sun",
        "4",
    ),
    "a list with another mark": (
        "tags\nfantasy, favorites\nto-read\nscifi, owned, gifts",
        "tags\nfantasy;favorites\nto-read\nscifi;owned;gifts",
        "tags\na, b, c, d",
        "a;b;c;d",
    ),
    "a list without a member": (
        "tags\nold, red, big\nold, blue\nred, old, small",
        "tags\nred, big\nblue\nred, small",
        "tags\ngreen, old, tiny, old",
        "green, tiny",
    ),
    "a list sorted, each member once": (
        "tags\nb;a;b\nc;a\nz;y;z",
        "tags\na;b\na;c\ny;z",
        "tags\nq;b;q;a",
        "a;b;q",
    ),
    "a mark replaced everywhere": (
        "folder\nWork\\Team\nHome\nWork\\Old",
        "folder\nWork/Team\nHome\nWork/Old",
        "folder\nA\\B\\C",
        "A/B/C",
    ),
    "several marks removed": (
        'isbn\n="9780000000101"\n="9780000000118"',
        "isbn\n9780000000101\n9780000000118",
        'isbn\n="123"',
        "123",
    ),
    "beginnings dropped": (
        "product\nAmazonEC2\nAmazonS3\nAWSLambda\nAWSGlue",
        "service\nEC2\nS3\nLambda\nGlue",
        "product\nAmazonRDS\nAWSSupport",
        "RDS\nSupport",
    ),
    "phone numbers in groups": (
        "phone\n(425) 555-0199\n206.555.0123\n3605550145",
        "phone\n425-555-0199\n206-555-0123\n360-555-0145",
        "phone\n(509) 5550177",
        "509-555-0177",
    ),
    "words of a camel case": (
        "name\nSampleText\nDoesNotMatterHowMany\nWhatIf",
        "name\nSample Text\nDoes Not Matter How Many\nWhat If",
        "name\nAnotherOne",
        "Another One",
    ),
    "blanks of several kinds made one": (
        "a|b\nx|How are    you\ny|What   is the   matter",
        "b\nHow are you\nWhat is the matter",
        "a|b\nz|1 2   3",
        "1 2 3",
    ),
    "countries by their code": (
        "country\nDE\nFR\nIT\nJP",
        "name\nGermany\nFrance\nItaly\nJapan",
        "country\nPL\nDE",
        "Poland\nGermany",
    ),
    "dates with a month's name in another language": (
        "am\n3. März 2024\n17. Oktober 2023\n1. Mai 2024",
        "date\n2024-03-03\n2023-10-17\n2024-05-01",
        "am\n24. Dezember 2022",
        "2022-12-24",
    ),
    "a month's name in another language": (
        "date\n2024-03-03\n2023-10-17\n2024-05-01",
        "mois\nmars 2024\noctobre 2023\nmai 2024",
        "date\n2022-08-24",
        "août 2022",
    ),
    "a default where a part is not there": (
        "note\nsee #12 now\nnothing here\nfixed by #7\nunknown",
        "issue\n#12\nnone\n#7\nnone",
        "note\nno\n#99 closed",
        "none\n#99",
    ),
    "the first of several columns that is filled": (
        "a|b|c\nx||\n|y|\n||z\nu|v|\n||",
        "said\nx\ny\nz\nu\nnobody",
        "a|b|c\n||w\n||\n|p|q",
        "w\nnobody\np",
    ),
    "significant digits of a measure": (
        "length\n1 mm\n8 mm\n17 mm",
        "inches\n0.0393701 inch\n0.314961 inch\n0.669291 inch",
        "length\n25.4 mm\n3 mm",
        "1 inch\n0.11811 inch",
    ),
    "columns split off together": (
        "text\nA12-Nord (frei)\nB7-Süd (belegt)\nC100-Ost (frei)",
        "id|place|state\nA12|Nord|frei\nB7|Süd|belegt\nC100|Ost|frei",
        "text\nZ1-Alte Post (frei)",
        "Z1",
    ),
}


@pytest.mark.parametrize("kind", KINDS)
def test_a_kind_of_cell_is_learned(kind: str) -> None:
    given, expected, further, wanted = KINDS[kind]
    found = converted(table(given), table(expected), table(further))
    assert [row[0] or "" for row in found] == wanted.split("\n")
