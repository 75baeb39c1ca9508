"""Packed files and workbooks, read as the CSV in them; what is no table, refused."""

import bz2
import gzip
import io
import lzma
import zipfile
from datetime import date, datetime, time
from pathlib import Path

import openpyxl
import pytest
import xlwt
from backports import zstd
from odf.opendocument import OpenDocumentSpreadsheet
from odf.table import Table as Sheet
from odf.table import TableCell, TableRow
from odf.text import P

from converter.conversion import run
from converter.dialect import Hints
from converter.errors import BadCsv
from converter.manifest import Converter
from converter.opening import opened
from converter.reading import read_table, written_like

CSV = "id;name\n1;Zoé\n".encode()


def packed(files: dict[str, bytes]) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return made.getvalue()


def workbook(**sheets: list[list[object]]) -> bytes:
    book, made = openpyxl.Workbook(), io.BytesIO()
    book.remove(book.active)
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
    book.save(made)
    return made.getvalue()


def written(folder: Path, content: bytes) -> Path:
    path = folder / "given.csv"
    path.write_bytes(content)
    return path


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (gzip.compress(CSV), "gz"),
        (gzip.compress(CSV[:5]) + gzip.compress(CSV[5:]), "gz"),
        (lzma.compress(CSV), "xz"),
        (bz2.compress(CSV), "bz2"),
        (zstd.compress(CSV), "zst"),
        (packed({"data/orders.csv": CSV, "__MACOSX/data/._orders.csv": b"x", "data/.DS_Store": b"y"}), "zip: data/orders.csv"),
        (gzip.compress(packed({"orders.csv": CSV})), "zip: orders.csv"),
    ],
)
def test_a_packed_file_is_read_as_the_csv_in_it(tmp_path: Path, content: bytes, kind: str) -> None:
    table = read_table(written(tmp_path, content))

    assert (table.header, table.rows) == (("id", "name"), (("1", "Zoé"),))
    assert table.notes[-1] == f"unpacked from {kind}"


def test_a_packed_file_and_a_workbook_are_converted(tmp_path: Path) -> None:
    converter = Converter("SELECT name, id FROM input", ("id", "name"), output_header=("name", "id"))

    for content in (gzip.compress(CSV), workbook(Data=[["id", "name"], [1, "Zoé"]])):
        report = run(converter, written(tmp_path, content), tmp_path / "made.csv")

        assert (tmp_path / "made.csv").read_bytes() == "name,id\nZoé,1\n".encode()
        assert len(report.notes) == 1


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (packed({"a.csv": CSV, "b.csv": CSV}), r"an archive of 2 files \('a.csv', 'b.csv'\)"),
        (packed({}), "an archive of 0 files|damaged archive"),
        (gzip.compress(CSV * 100)[:40], "damaged where it is packed"),
        (lzma.compress(CSV * 100)[:60], "damaged where it is packed"),
        (zstd.compress(CSV)[:-3], "damaged where it is packed"),
        (packed({"a.csv": CSV})[:40], "damaged archive"),
        (gzip.compress(gzip.compress(gzip.compress(gzip.compress(CSV)))), "several times over"),
        (b"%PDF-1.7\n...", "is a PDF; export"),
        (b"PAR1\x15\x04", "is a Parquet file"),
        (b"7z\xbc\xaf\x27\x1c\0\0", "7z or rar"),
        (b"<!DOCTYPE html>\n<html><table>", "is an HTML page"),
        (b"\xef\xbb\xbf<table border=1><tr>", "is an HTML page"),
        (b'<?xml version="1.0"?>', "is XML"),
        (b'[{"a": 1, "b": 2}]', "is JSON"),
        (b'{"a": 1}\n{"a": 2}\n', "is JSON"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "damaged or encrypted workbook"),
        (packed({"[Content_Types].xml": b"", "xl/workbook.xml": b""}), "damaged or encrypted workbook"),
    ],
)
def test_what_holds_no_table_is_refused_with_the_way_out(tmp_path: Path, content: bytes, problem: str) -> None:
    with pytest.raises(BadCsv, match=problem):
        read_table(written(tmp_path, content))


@pytest.mark.parametrize("content", [b'[id],{"x"}\n1,2\n', b"{a},b\n1,2\n", b"<5,>5\n1,2\n"])
def test_a_csv_that_begins_like_something_else_is_a_csv(tmp_path: Path, content: bytes) -> None:
    assert read_table(written(tmp_path, content)).rows == (("1", "2"),)


def test_an_archive_that_explodes_is_stopped_at_its_bound(tmp_path: Path) -> None:
    path = written(tmp_path, gzip.compress(b"a,b\n" * (1 << 20)))

    with pytest.raises(BadCsv, match="unpacks to more than 1 MiB"), opened(path, "given.csv", most_bytes=1 << 20):
        pass


def test_a_workbook_that_explodes_is_refused(tmp_path: Path) -> None:
    parts = {"[Content_Types].xml": b"", "xl/workbook.xml": b" " * (257 << 20)}

    with pytest.raises(BadCsv, match="a workbook of 257 MiB; at most 256"):
        read_table(written(tmp_path, packed(parts)))


def test_the_sheet_with_cells_is_read_and_told(tmp_path: Path) -> None:
    table = read_table(written(tmp_path, workbook(Cover=[], Data=[["a", "b"], [1, 2]], More=[["c"], [3]])))

    assert (table.header, table.rows, table.notes) == (("a", "b"), (("1", "2"),), ("read from the sheet 'Data'",))


def test_a_sheet_is_read_by_its_name(tmp_path: Path) -> None:
    path = written(tmp_path, workbook(Data=[["a"], [1]], More=[["c"], [3]]))

    assert read_table(path, hints=Hints(sheet="More")).rows == (("3",),)
    with pytest.raises(BadCsv, match="no sheet 'Less'; its sheets are 'Data', 'More'"):
        read_table(path, hints=Hints(sheet="Less"))


def test_a_csv_has_no_sheet(tmp_path: Path) -> None:
    with pytest.raises(BadCsv, match="is no workbook"):
        read_table(written(tmp_path, CSV), hints=Hints(sheet="Data"))


def test_cells_of_an_xlsx_are_as_they_are_shown(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["id", "day", "at", "price", "share", "text", "yes"])
    sheet.append([7, datetime(2026, 1, 2, 13, 5), time(9, 30), 1234.5, 0.25, "007", True])
    for column, code in (("A", "00000"), ("B", "dd.mm.yyyy hh:mm"), ("C", "h:mm AM/PM"), ("D", "#,##0.00"), ("E", "0%")):
        sheet[f"{column}2"].number_format = code
    sheet.append([8, date(2026, 1, 3), None, 0.1 + 0.2, 3.0, "a\nb, c"])
    book.save(tmp_path / "given.xlsx")

    assert read_table(tmp_path / "given.xlsx").rows == (
        ("00007", "02.01.2026 13:05", "9:30 AM", "1,234.50", "25%", "007", "TRUE"),
        ("8", "2026-01-03", None, "0.3", "3", "a\nb, c", None),
    )


def test_merged_cells_of_a_heading_are_filled_and_a_title_is_not(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    for row in (["Report", None, None], [], ["id", "sold", None], [1, 2, 3], [2, 4, 5]):
        sheet.append(row)
    sheet.merge_cells("A1:C1")
    sheet.merge_cells("B3:C3")
    book.save(tmp_path / "given.xlsx")

    table = read_table(tmp_path / "given.xlsx")

    assert (table.columns, table.preamble[0][0]) == (("id", "sold", "sold_2"), "Report")


def test_cells_of_an_xls_are_as_they_are_shown(tmp_path: Path) -> None:
    book = xlwt.Workbook()
    sheet = book.add_sheet("Data")
    for column, name in enumerate(("id", "day", "price", "text")):
        sheet.write(0, column, name)
    for column, (value, code) in enumerate(
        ((7, "00000"), (datetime(2026, 1, 2), "DD.MM.YYYY"), (1234.5, "#,##0.00"), ("007", "@"))
    ):
        sheet.write(1, column, value, xlwt.easyxf(num_format_str=code))
    book.save(str(tmp_path / "given.xls"))

    table = read_table(tmp_path / "given.xls")

    assert (table.header, table.rows) == (("id", "day", "price", "text"), (("00007", "02.01.2026", "1,234.50", "007"),))


def test_cells_of_an_ods_are_as_they_are_shown(tmp_path: Path) -> None:
    document, sheet = OpenDocumentSpreadsheet(), Sheet(name="Data")
    for cells in (("id", "day", "", "x"), ("00007", "02.01.26", "", "1"), ("00008", "03.01.26", "", "2")):
        row = TableRow()
        for text in cells:
            cell = TableCell()
            if text:
                cell.addElement(P(text=text))
            row.addElement(cell)
        row.addElement(TableCell(numbercolumnsrepeated=16000))
        sheet.addElement(row)
    last = TableRow(numberrowsrepeated=1048570)
    last.addElement(TableCell(numbercolumnsrepeated=16384))
    sheet.addElement(last)
    document.spreadsheet.addElement(sheet)
    document.save(str(tmp_path / "given.ods"))

    table = read_table(tmp_path / "given.ods")

    assert table.rows == (("00007", "02.01.26", None, "1"), ("00008", "03.01.26", None, "2"))


def test_an_output_like_a_workbook_is_a_plain_csv(tmp_path: Path) -> None:
    assert written_like(written(tmp_path, workbook(Data=[["a;b", "c"], [1, 2]]))).delimiter == ","


def test_a_sheet_that_explodes_by_its_range_is_refused(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active["XFD1048576"] = 1
    book.save(tmp_path / "given.xlsx")
    document, sheet, row = OpenDocumentSpreadsheet(), Sheet(name="Data"), TableRow(numberrowsrepeated=1_000_000)
    cell = TableCell(numbercolumnsrepeated=16_000)
    cell.addElement(P(text="x"))
    row.addElement(cell)
    sheet.addElement(row)
    document.spreadsheet.addElement(sheet)
    document.save(str(tmp_path / "given.ods"))

    for name in ("given.xlsx", "given.ods"):
        with pytest.raises(BadCsv, match="a range of more than"):
            read_table(tmp_path / name)
