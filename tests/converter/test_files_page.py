"""Every kind of file in docs/reference/files.md, as it is read and what is told of it: a test for each row of its tables."""

import bz2
import gzip
import io
import lzma
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import openpyxl
import pytest
from backports import zstd

from converter.conversion import run
from converter.dialect import NO_HINTS, Hints
from converter.errors import BadCsv
from converter.manifest import Converter
from converter.reading import read_table
from converter.table import Table
from tests.converter.test_opening import packed, workbook

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "files.md"


@dataclass(frozen=True)
class Kind:
    """A kind of file: some files of it, the header and the rows that each is read as, and words of what is told."""

    files: tuple[bytes, ...]
    rows: tuple[tuple[str | None, ...], ...]
    told: tuple[str, ...] = ()
    header: bool = True
    hints: Hints = NO_HINTS


@dataclass(frozen=True)
class Refused:
    """A kind of file that is refused, and words of why."""

    files: tuple[bytes, ...]
    why: str
    hints: Hints = NO_HINTS


def text(content: str, *codecs: str) -> tuple[bytes, ...]:
    return tuple(content.encode(codec) for codec in codecs or ("utf-8",))


AB_CSV = b"a,b\n1,2\n"
ZOE = (("id", "name"), ("1", "Zoé"), ("2", "Müller"))
AB = (("a", "b"), ("1", "2"))
ABC = (("a", "b", "c"), ("1", "2", "3"), ("4", "5", "6"))
DELIMITED = 'id,name,n\n4,"Di,x",8\n5,Bo,1\n'


def delimited(*delimiters: str) -> tuple[bytes, ...]:
    # Each within a quoted cell, too.
    return tuple('id,name,n\n4,"D,x",8\n5,Bo,1\n'.replace(",", one).replace(f"D{one}x", "Dx").encode() for one in delimiters)


def merged() -> bytes:
    book, made = openpyxl.Workbook(), io.BytesIO()
    for row in (["a", None, "b"], [1, 2, 3]):
        book.active.append(row)
    book.active.merge_cells("A1:B1")
    book.save(made)
    return made.getvalue()


KINDS: dict[str, Kind | Refused] = {
    "UTF-8, with a byte order mark or without, UTF-16, UTF-32": Kind(
        text("id,name\n1,Zoé\n2,Müller\n", "utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-32"), ZOE
    ),
    "UTF-8 with a few broken bytes": Kind(
        (b"id,name\n1,Zo\xc3\xa9\n2,L\xe9a\n",), (("id", "name"), ("1", "Zoé"), ("2", "L\ufffda")), ("1 byte (line 3)",)
    ),
    "UTF-8 with a broken byte, where the encoding was named": Refused(
        (b"id,name\n1,Zo\xc3\xa9\n2,L\xe9a\n",), "row 3: is not UTF-8 (byte 0xE9", Hints(encoding="utf-8")
    ),
    "Windows-1250 to 1257, GBK, Shift-JIS, Big5, EUC-KR, KOI8-R, Mac Roman, DOS": Kind(
        text("id,name\n1,Zoé\n2,Müller\n", "cp1252", "mac_roman", "cp850"), ZOE, ("read as ", "by its letters")
    ),
    "a byte order mark before a quoted heading, or in the middle of the file": Kind(
        text('\ufeff"a",b\n1,2\n') + text('a,"b"\n\ufeff"1",2\n'), AB
    ),
    "NUL bytes": Refused((b"a,b\n1,2\n3,\0\n" + b"4,5\n" * 100, b"a,b\n1,2\n3,4\0\n"), "NUL byte in line 3"),
    "an image, or another binary file": Refused((b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", b"\x01\x02\x81\xff" * 30), "is binary"),
    r"`,` `;` tab or `\|`": Kind(delimited(",", ";", "\t", "|"), (("id", "name", "n"), ("4", "Dx", "8"), ("5", "Bo", "1"))),
    r"`^` `~` `#` `§` `:` `\x01` `\x1f` `\|\|` `::` `，` `；`": Kind(
        delimited("^", "~", "#", "§", ":", "\x01", "\x1f", "||", "::", "，", "；"),
        (("id", "name", "n"), ("4", "Dx", "8"), ("5", "Bo", "1")),
        ("delimited by",),
    ),
    "such a delimiter that some rows have more or fewer of, beside no other": Refused(
        text("编号，姓名\n1，王伟\n2，李，娜\n3，张\n") + text("id^name\n1^Bo\n4^D^x\n5^Cy\n"),
        "row 3: has 3 cells, the header has 2",
    ),
    "columns aligned by spaces": Kind(
        text("id   name     n\n 1   Bo Lee   2\n12   Ann     14\n"),
        (("id", "name", "n"), ("1", "Bo Lee", "2"), ("12", "Ann", "14")),
        ("by spaces",),
    ),
    "columns aligned by spaces, with blank cells": Kind(
        text("id  name    n\n1   Bo Lee  2\n12          14\n"),
        (("id", "name", "n"), ("1", "Bo Lee", "2"), ("12", None, "14")),
        ("by spaces",),
    ),
    "commas as decimal marks beside semicolons": Kind(text("a;b\n1,5;2,5\n"), (("a", "b"), ("1,5", "2,5"))),
    "a line `sep=;` on top": Kind(text("sep=;\na;b\n1;2\n") + text('"sep=;"\r\na;b\r\n1;2\r\n'), AB),
    "line breaks, delimiters and quotes in quoted cells": Kind(
        text('a,b\n"1\n2, 3","say ""x"""\n'), (("a", "b"), ("1\n2, 3", 'say "x"'))
    ),
    "quotes behind backslashes": Kind(text('a,b\n1,"x \\" y, z"\n'), (("a", "b"), ("1", 'x " y, z')), ("backslash",)),
    "cells in single quotes": Kind(text("a,b\n'1,5','x'\n"), (("a", "b"), ("1,5", "x")), ("quoted by '",)),
    '`="00123"`': Kind(text('a,b\n="00123",2\n') + text('a,b\n"=""00123""",2\n'), (("a", "b"), ("00123", "2")), ('="007"',)),
    "spaces between a delimiter and a quote": Kind(
        text('a, b, c\n1, "x, y", z\n"2", "say ""x""" , "z"\n\n'),
        (("a", "b", "c"), ("1", "x, y", "z"), ("2", 'say "x"', "z")),
        ("spaces behind delimiters",),
    ),
    "lines that stand in quotes as a whole": Kind(
        text('"a,b"\n"1,""x, y"""\n"2,z"\n') + text('a;b\r\n"1;""x, y"""\r\n"2;z"\r\n'),
        (("a", "b"), ("1", "x, y"), ("2", "z")),
        ("each line stands in quotes",),
    ),
    "form feeds at the beginning of lines": Kind(text("a,b,c\n1,2,3\n\f4,5,6\n\f"), ABC, ("form feeds",)),
    "a quote that is never closed": Refused(text('a,b\n1,2\n3,"4\n5,6\n'), "row 3: a quote"),
    "carriage returns alone, with line feeds, or mixed": Kind(text("a,b\r1,2\r") + text("a,b\r\n1,2\n"), AB),
    "gz, xz, bz2, zst, a zip of one file": Kind(
        (gzip.compress(AB_CSV), lzma.compress(AB_CSV), bz2.compress(AB_CSV), zstd.compress(AB_CSV), packed({"a.csv": AB_CSV})),
        AB,
        ("unpacked from",),
    ),
    "a zip of several files": Refused((packed({"a.csv": AB_CSV, "b.csv": AB_CSV}),), "of 2 files ('a.csv', 'b.csv')"),
    "a packed file that is damaged, or holds more than the bound": Refused((gzip.compress(AB_CSV)[:-9],), "is damaged where"),
    "a workbook: xlsx, xls, ods": Kind((workbook(Data=[["a", "b"], [1, 2]]),), AB, ("the sheet 'Data'",)),
    "merged cells of a heading": Kind((merged(),), (("a", "a", "b"), ("1", "2", "3")), ("the sheet 'Sheet'",)),
    "HTML, XML, JSON, PDF, Parquet, 7z, rar, SQLite, RTF, a vCard or calendar, a web archive": Refused(
        (
            *(
                b"<html><table>",
                b"<?xml version='1.0'?><a/>",
                b'[{"a": 1}]',
                b"%PDF-1.7\n",
                b"PAR1\x15",
                b"7z\xbc\xaf\x27\x1c\0",
            ),
            *(b"SQLite format 3\0", b"{\\rtf1\\ansi a,b\\par}", b"BEGIN:VCARD\nFN:Bo\nEND:VCARD\n", b"BEGIN:VCALENDAR\r\n"),
            b"MIME-Version: 1.0\nContent-Type: multipart/related\n",
        ),
        "CSV",
    ),
    r"MySQL's boxes (`+----+`), other boxes, SAP's lists (`\|a \|b \|` between lines of dashes), Markdown": Kind(
        text("+---+---+---+\n| a | b | c |\n+---+---+---+\n| 1 | 2 | 3 |\n| 4 | 5 | 6 |\n+---+---+---+\n")
        + text("┌───┬───┬───┐\n│ a │ b │ c │\n├───┼───┼───┤\n│ 1 │ 2 │ 3 │\n│ 4 │ 5 │ 6 │\n└───┴───┴───┘\n", "utf-8", "utf-16")
        + text("----------\n|a |b |c |\n----------\n| 1| 2| 3|\n|--------|\n| 4| 5| 6|\n----------\n")
        + text("| a | b | c |\n|---|:-:|--:|\n| 1 | 2 | 3 |\n| 4 | 5 | 6 |\n")
        + text("a | b | c\n--- | :---: | ---:\n1 | 2 | 3\n4 | 5 | 6\n"),
        ABC,
        ("drawn with dashes",),
    ),
    "psql, its cells of several lines too": Kind(
        text(" a | b\n---+----\n 1 | x +\n   | y\n 2 |\n(2 rows)\n\n"),
        (("a", "b"), ("1", "x\ny"), ("2", None)),
        ("drawn with dashes", "1 line below"),
    ),
    "sqlcmd, SQL*Plus, DB2, PowerShell: columns as wide as the dashes under the heading": Kind(
        text("a       b\n-- ------\n 1 x y\n\na       b\n-- ------\n 2\n\n(2 rows affected)\n")
        + text(" a b\n - ---\n 1 x y\n 2\n\n2 rows selected.\n"),
        (("a", "b"), ("1", "x y"), ("2", None)),
        ("drawn with dashes", "1 line below"),
    ),
    "a row of dashes under the heading of a delimited file (sqlcmd -s)": Kind(
        text("a ,bcd\n--,---\n1 , 2 \n3 ,4  \n") + text("a;bcd\n-;---\n1;2\n3;4\n"),
        (("a", "bcd"), ("1", "2"), ("3", "4")),
        ("row of dashes",),
    ),
    "a bar within a cell of such a table": Refused(
        text("| a | b |\n|---|---|\n| 1 | 2 |\n| 3 | x|y |\n"), "row 4: has 3 cells, the heading 2"
    ),
    r"records one below the other (`\x` in psql, `\G` in MySQL)": Refused(
        text("-[ RECORD 1 ]\na | 1\n") + text("*************************** 1. row ***************************\na: 1\n"),
        "records one below the other",
    ),
    "lines above the heading, narrower than the table": Kind(
        text("Report\n\na,b,c\n1,2,3\n4,5,6\n"), ABC, ("1 line above", "'Report'")
    ),
    "a bank's lines above the heading, of several cells": Kind(
        text(
            '"Account:";"DE12 / Giro";\n"From:";"01.01.2024";\n"Balance on 31.01.2024:";"1.234,56 EUR";\n\n'
            '"Booked";"Valued";"To";"Amount";\n"02.01.2024";"02.01.2024";"Jo";"-12,50";\n"03.01.2024";"03.01.2024";"Bo";"1.000,00";\n'
        ),
        (
            ("Booked", "Valued", "To", "Amount"),
            ("02.01.2024", "02.01.2024", "Jo", "-12,50"),
            ("03.01.2024", "03.01.2024", "Bo", "1.000,00"),
        ),
        ("3 lines above", "1 column without a name"),
    ),
    "pairs above the heading, as wide as the table, above a blank line": Kind(
        text("Account;4711\nPeriod;May\n\nname;n\nBo;1\nJo;2\n"),
        (("name", "n"), ("Bo", "1"), ("Jo", "2")),
        ("2 lines above", "'Account'"),
    ),
    "lines above the heading, padded with delimiters": Kind(
        text("Report,,\n,,\nMay,,\na,b,c\n1,2,3\n4,5,6\n") + text(",,\n,Report,\n,,May\na,b,c\n1,2,3\n4,5,6\n"),
        ABC,
        ("2 lines above", "'Report'"),
    ),
    "lines below the table, under a blank one": Kind(
        text("a,b,c\n1,2,3\n4,5,6\n\nAll in kg\nsee page 2\n"), ABC, ("2 lines below", "'All in kg'")
    ),
    "`(3 rows affected)`, `End of report`": Kind(
        text("a,b,c\n1,2,3\n4,5,6\n(2 rows affected)\n") + text("a,b,c\n1,2,3\n4,5,6\nEnd of report\n"), ABC, ("1 line below",)
    ),
    "a row with a total, as wide as the table": Kind(
        text("a,b,c\n1,2,3\nTotal,,3\n"), (("a", "b", "c"), ("1", "2", "3"), ("Total", None, "3"))
    ),
    "comment lines between the rows": Kind(
        text("a,b,c\n1,2,3\n# made, by\n4,5,6\n") + text("# made\na,b,c\n1,2,3\n# late\n4,5,6\n"), ABC, ("comment",)
    ),
    "lines of records of several widths, without a heading": Kind(
        text("01,x\n02,y,1,2\n"), (("01", "x", None, None), ("02", "y", "1", "2")), header=False
    ),
    "blocks with headings of their own": Kind(
        text("A\nx,y\n1,2\n\nB\nu\n"),
        (("A", None), ("x", "y"), ("1", "2"), (None, None), ("B", None), ("u", None)),
        header=False,
    ),
    "a blank line between rows": Kind(text("a,b,c\n1,2,3\n\n4,5,6\n"), ABC, ("row 3 has nothing",)),
    "rows without their last cells": Kind(
        text("a,b,c\n1,2\n4,5,6\n"), (("a", "b", "c"), ("1", "2", None), ("4", "5", "6")), ("row 2 has fewer cells",)
    ),
    "a delimiter too many at the end of rows": Kind(
        text("a,b,c\n1,2,3,\n4,5,6,\n"), ABC, ("2 rows (2, 3) have a delimiter too many",)
    ),
    "a delimiter too many at the end of every line": Kind(text("a,b,c,\n1,2,3,\n4,5,6,\n"), ABC, ("1 column without a name",)),
    "a row with a cell too many": Refused(text("a,b\n1,2\n3,4,5\n"), "row 3: has 3 cells, the header has 2"),
    "a row in two pieces": Refused(
        text("id,text,n\n1,x,2\n2,y,3\n3,cut\nhere,4\n"), "row 5: has 2 cells, the header has 3, and"
    ),
    "column names in another case or order": Kind(text("b,a\n2,1\n"), (("b", "a"), ("2", "1"))),
    "the same name twice, or none": Kind(text("a,a,\n1,2,3\n"), (("a", "a", ""), ("1", "2", "3"))),
}


def kinds_on_the_page() -> list[str]:
    lines = [line for line in PAGE.read_text(encoding="utf-8").splitlines() if line.startswith("| ")]
    first_cells = [re.split(r"(?<!\\) \| ", line[2:])[0] for line in lines]
    return [one for one in first_cells if one != "kind of file" and not one.startswith("---")]


def as_rows(table: Table) -> tuple[tuple[str | None, ...], ...]:
    return table.rows if table.header is None else (table.header, *table.rows)


def test_the_page_and_the_tests_have_the_same_kinds() -> None:
    assert kinds_on_the_page() == list(KINDS)


def is_read(kind: Kind, path: Path) -> None:
    table = read_table(path, header=kind.header, hints=kind.hints)

    assert as_rows(table) == kind.rows
    assert all(word in "\n".join(table.notes) for word in kind.told)
    assert bool(table.notes) == bool(kind.told)


def is_converted(kind: Kind, path: Path) -> None:
    """What the engine is given is what was read."""
    table = read_table(path, header=kind.header, hints=kind.hints)
    header = table.header
    picked = ", ".join(f'"{name}"' for name in table.columns)
    converter = Converter(f"SELECT {picked} FROM input ORDER BY _row", table.columns, header is not None, header)
    made = path.with_name("made.csv")

    run(converter, path, made, hints=kind.hints)

    assert as_rows(read_table(made, header=header is not None)) == kind.rows


@pytest.mark.parametrize("check", [is_read, is_converted])
@pytest.mark.parametrize("kind", [name for name, kind in KINDS.items() if isinstance(kind, Kind)])
def test_a_kind_of_file_is_read_as_the_page_says(tmp_path: Path, kind: str, check: Callable[[Kind, Path], None]) -> None:
    described = KINDS[kind]
    assert isinstance(described, Kind)
    for content in described.files:
        path = tmp_path / "given.csv"
        path.write_bytes(content)

        check(described, path)


@pytest.mark.parametrize("kind", [name for name, kind in KINDS.items() if isinstance(kind, Refused)])
def test_a_kind_of_file_is_refused_as_the_page_says(tmp_path: Path, kind: str) -> None:
    described = KINDS[kind]
    assert isinstance(described, Refused)
    for content in described.files:
        path = tmp_path / "given.csv"
        path.write_bytes(content)

        with pytest.raises(BadCsv, match=re.escape(described.why)):
            read_table(path, hints=described.hints)
