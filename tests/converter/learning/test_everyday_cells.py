"""Everyday cells: names, codes, files, links, dates, amounts, each learned from a few rows and run on others."""

import pytest

from tests.converter.learning.learned import converted, table

CELLS = {
    "first name before last name": (
        "n|x\nBerg, Anna|1\nvan der Meer, Jan|2\nLee, Mary Ann|3",
        "n\nAnna Berg\nJan van der Meer\nMary Ann Lee",
        "n|x\nde la Cruz, Ana|4",
        "Ana de la Cruz",
    ),
    "last name before first name": (
        "n|x\nAnna Berg|1\nJan Meer|2\nMary Lee|3",
        "n\nBerg, Anna\nMeer, Jan\nLee, Mary",
        "n|x\nAna Cruz|4",
        "Cruz, Ana",
    ),
    "a name without its title": (
        "n|x\nDr. Anna Berg|1\nMr. Jan Meer|2\nMary Lee|3\nMrs. Ida Holm|4\nDr. Kim Roe|5",
        "n\nAnna Berg\nJan Meer\nMary Lee\nIda Holm\nKim Roe",
        "n|x\nMr. Ana Cruz|4",
        "Ana Cruz",
    ),
    "an initial before a name": (
        "f|l\nAnna|Berg\nJan|Meer",
        "n\nA. Berg\nJ. Meer",
        "f|l\nKim|Roe",
        "K. Roe",
    ),
    "zeros in front of a code": (
        "z|x\n2110|1\n94016|2\n501|3",
        "z\n02110\n94016\n00501",
        "z|x\n7030|1",
        "07030",
    ),
    "a number with zeros in front of it behind a prefix": (
        "z|x\n4411|1\n19870|2\n7|3",
        "z\nHBX-004411\nHBX-019870\nHBX-000007",
        "z|x\n7030|1",
        "HBX-007030",
    ),
    "fractions": (
        "q|x\n1 1/2|a\n3/4|b\n2|c\n2 1/4|d",
        "q\n1.5\n0.75\n2\n2.25",
        "q|x\n5 1/2|a\n1/8|b",
        "5.5\n0.125",
    ),
    "fractions of one sign": (
        "q|x\n1½|a\n¾|b\n2|c\n2¼|d",
        "q\n1.5\n0.75\n2\n2.25",
        "q|x\n5½|a\n3¼|a",
        "5.5\n3.25",
    ),
    "a file's extension": (
        "f|x\na/b.txt|1\nc.tar.gz|2\nd/e/f.PDF|3",
        "e\ntxt\ngz\nPDF",
        "f|x\nz.y.doc|1",
        "doc",
    ),
    "a file's name without folder and extension": (
        "f|x\na/b.txt|1\nc.tar|2\nd/e/f.PDF|3",
        "e\nb\nc\nf",
        "f|x\nq/z.doc|1",
        "z",
    ),
    "the domain of an address": (
        "m|x\nann@a.org|1\nbo@mail.b.com|2\ncy@c.net|3",
        "d\na.org\nmail.b.com\nc.net",
        "m|x\nz@q.uk|1",
        "q.uk",
    ),
    "the domain of a link": (
        "u|x\nhttps://www.a.org/x|1\nhttp://b.com|2\nhttps://c.net/y/z|3",
        "d\na.org\nb.com\nc.net",
        "u|x\nhttps://www.q.uk/e|1",
        "q.uk",
    ),
    "an ISO week": (
        "d|x\n2024-01-03|1\n2023-12-31|2\n2024-07-15|3",
        "w\n2024-W01\n2023-W52\n2024-W29",
        "d|x\n2025-01-01|3",
        "2025-W01",
    ),
    "a quarter of a year": (
        "d|x\n2024-01-03|1\n2023-12-31|2\n2024-07-15|3",
        "q\n2024-Q1\n2023-Q4\n2024-Q3",
        "d|x\n2025-05-01|3",
        "2025-Q2",
    ),
    "a fiscal year": (
        "d|x\n2024-01-03|1\n2023-12-31|2\n2024-07-15|3\n2024-06-30|4\n2022-08-01|5",
        "fy\nFY2024\nFY2024\nFY2025\nFY2024\nFY2023",
        "d|x\n2025-05-01|3\n2025-09-09|1",
        "FY2025\nFY2026",
    ),
    "a share in percent": (
        "a|b\n1|4\n3|4\n1|3",
        "p\n25.0%\n75.0%\n33.3%",
        "a|b\n1|8",
        "12.5%",
    ),
    "percent as a fraction": (
        "a|b\n25%|4\n3%|4\n12.5%|3",
        "p\n0.25\n0.03\n0.125",
        "a|b\n50%|8",
        "0.5",
    ),
    "a factor and an amount": (
        "a|b\n10|x\n20|y\n35|z\n3|u",
        "p\n26.5\n51.5\n89\n9",
        "a|b\n100|q",
        "251.5",
    ),
    "how many columns are filled": (
        "a|b|c\nx||y\n|z|\nu|v|w\nq||",
        "n\n2\n1\n3\n1",
        "a|b|c\n|p|q\nx|y|z",
        "2\n3",
    ),
    "an address in one line": (
        "st|city|state|zip\n1 A St|Troy|NY|12180\n2 B Rd|Reno|NV|89501",
        "a\n1 A St, Troy, NY 12180\n2 B Rd, Reno, NV 89501",
        "st|city|state|zip\n3 C|Ely|MN|55731",
        "3 C, Ely, MN 55731",
    ),
    "a note in brackets where there is one": (
        "n|note\nAnn|vip\nBo|\nCy|new",
        "l\nAnn (vip)\nBo\nCy (new)",
        "n|note\nDi|\nEd|old",
        "Di\nEd (old)",
    ),
    "the filled columns joined": (
        "a|b|c\nx||y\n|z|\nu|v|w\nq||",
        "n\nx, y\nz\nu, v, w\nq",
        "a|b|c\n|p|q\nx|y|z",
        "p, q\nx, y, z",
    ),
    "a sum over columns with blanks": (
        "a|b|c\n1||2\n|3|\n4|5|6\n7||",
        "n\n3\n3\n15\n7",
        "a|b|c\n|1|1\n2|3|4",
        "2\n9",
    ),
    "seconds as minutes and seconds": (
        "t|x\n90|a\n125|b\n61|c",
        "d\n1:30\n2:05\n1:01",
        "t|x\n45|a\n600|b",
        "0:45\n10:00",
    ),
    "words for spans as decimal hours": (
        "t|x\n1h 30m|a\n45m|b\n2h|c",
        "d\n1.50\n0.75\n2.00",
        "t|x\n3h 15m|a",
        "3.25",
    ),
    "letters without accents": (
        "n|x\nJosé|1\nBjörn|2\nZoë|3",
        "n\nJose\nBjorn\nZoe",
        "n|x\nRené|1",
        "Rene",
    ),
    "the last digits of a card": (
        "c|x\n4111 1111 1111 1234|1\n5500 0000 0000 0004|2",
        "c\n**** 1234\n**** 0004",
        "c|x\n3400 0000 0000 009|1",
        "**** 009",
    ),
    "names in title case": (
        "n|x\nANNA BERG|1\njan meer|2\nMary LEE|3",
        "n\nAnna Berg\nJan Meer\nMary Lee",
        "n|x\nana CRUZ|1",
        "Ana Cruz",
    ),
    "a name for a link": (
        "n|x\nHello World!|1\nThe Big Fish|2\nA, B & C|3",
        "s\nhello-world\nthe-big-fish\na-b-c",
        "n|x\nNew Day?|1",
        "new-day",
    ),
    "a time of the half day": (
        "t|x\n13:05|a\n09:30|b\n00:15|c",
        "t\n1:05 pm\n9:30 am\n12:15 am",
        "t|x\n18:00|a",
        "6:00 pm",
    ),
    "seconds since 1970": (
        "t|x\n1714521600|a\n1714608000|b\n1700000000|c",
        "t\n2024-05-01 00:00:00\n2024-05-02 00:00:00\n2023-11-14 22:13:20",
        "t|x\n1600000000|a",
        "2020-09-13 12:26:40",
    ),
    "days of a spreadsheet": (
        "t|x\n45413|a\n45414|b\n45000|c",
        "t\n2024-05-01\n2024-05-02\n2023-03-15",
        "t|x\n45292|a",
        "2024-01-01",
    ),
    "days and times of a spreadsheet": (
        "t|x\n45413.25|a\n45414.52083|b\n45000|c\n45001.33333|d",
        "t\n2024-05-01 06:00\n2024-05-02 12:30\n2023-03-15 00:00\n2023-03-16 08:00",
        "t|x\n45292.90625|a",
        "2024-01-01 21:45",
    ),
    "yes and no for true and false": (
        "t|x\nTRUE|a\nFALSE|b\nTRUE|c",
        "t\nyes\nno\nyes",
        "t|x\nFALSE|a",
        "no",
    ),
    "ordinal numbers": (
        "t|x\n1|a\n2|b\n3|c\n11|d\n22|e",
        "t\n1st\n2nd\n3rd\n11th\n22nd",
        "t|x\n13|a\n21|b",
        "13th\n21st",
    ),
    "sizes with their unit as bytes": (
        "s|x\n1.5 MB|a\n300 KB|b\n2 GB|c",
        "b\n1572864\n307200\n2147483648",
        "s|x\n4 MB|a",
        "4194304",
    ),
    "sums with a letter for thousands and millions": (
        "s|x\n$1.5M|a\n$300K|b\n$2B|c",
        "b\n1500000\n300000\n2000000000",
        "s|x\n$4M|a",
        "4000000",
    ),
}


@pytest.mark.parametrize("name", CELLS)
def test_an_everyday_cell_is_learned(name: str) -> None:
    given, expected, further, wanted = CELLS[name]
    found = converted(table(given), table(expected), table(further))
    assert [row[0] or "" for row in found] == wanted.split("\n")
