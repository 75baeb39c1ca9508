"""Sheets of spreadsheets (xlsx, xls, ods) as rows of text: each cell as the spreadsheet shows it."""

import warnings
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from converter.cell_formats import is_date, shown
from converter.errors import BadCsv
from converter.rows import TABLE_CELLS
from converter.table import Cell, Row

_REGIONAL_DATE = {"mm-dd-yy": "yyyy-mm-dd", "m/d/yy h:mm": "yyyy-mm-dd hh:mm", "m/d/yyyy h:mm": "yyyy-mm-dd hh:mm"}
"""Formats that a spreadsheet shows as the region of its computer has it: ISO dates mean the same everywhere."""
_REPEATED = 1 << 14
_ROWS = 1 << 20


def sheet_rows(path: Path, kind: str, sheet: str | None, name: str) -> tuple[str, list[Row]]:
    """The name and the rows of the sheet of that name, or of the first one that has cells.

    `kind` is xlsx, xls or ods. Merged cells of a heading (and of whatever is no title alone in its row) are filled. Raises
    `BadCsv` for a damaged or encrypted workbook, and for a sheet that is not there, with the names of those that are.
    """
    read = {"xlsx": _xlsx, "xls": _xls, "ods": _ods}[kind]
    try:
        found, names = None, []
        for title, rows in read(path, name):
            names.append(title)
            if found is None and (title == sheet or (sheet is None and any(any(row) for row in rows))):
                found = title, _trimmed(rows)
    except BadCsv:
        raise
    except Exception as error:
        raise BadCsv(name, f"is a damaged or encrypted workbook ({type(error).__name__}); save it anew, or as CSV") from error
    if found is not None:
        return found
    listed = ", ".join(map(repr, names))
    raise BadCsv(name, "has no sheet with cells" if sheet is None else f"has no sheet {sheet!r}; its sheets are {listed}")


def _check_size(cells: int, name: str) -> None:
    """Raises `BadCsv` for a sheet of so many cells, written or repeated by a few bytes, that they are not to be held."""
    if cells > TABLE_CELLS:
        raise BadCsv(
            name, f"has a sheet with a range of more than {TABLE_CELLS} cells; delete blank rows and columns at its end"
        )


def _trimmed(rows: Sequence[Row]) -> list[Row]:
    """The rows without blank columns and rows around them; a blank row between is an empty one."""
    filled = [at for at, row in enumerate(rows) if any(row)]
    if not filled:
        return []
    kept = rows[filled[0] : filled[-1] + 1]
    start = min(next(at for at, cell in enumerate(row) if cell) for row in kept if any(row))
    width = max(max(at for at, cell in enumerate(row) if cell) for row in kept if any(row)) + 1
    return [(*row[start:width], *[None] * (width - max(start, len(row)))) if any(row) else () for row in kept]


def _filled_in(rows: list[list[Cell]], merged: Iterable[tuple[int, int, int, int]]) -> list[Row]:
    """The rows, each merged area (first row, last row, first column, last column) filled with its text.

    A text alone in its row, over all its columns, is a title: it stands once.
    """
    for top, bottom, left, right in merged:
        if top >= len(rows) or left >= len(rows[top]):
            continue
        others = [cell for at, cell in enumerate(rows[top]) if cell and not left <= at <= right]
        if not others and right > left:
            continue
        for at in range(top, min(bottom + 1, len(rows))):
            for column in range(left, min(right + 1, len(rows[at]))):
                rows[at][column] = rows[top][left]
    return [tuple(row) for row in rows]


def _xlsx(path: Path, name: str) -> Iterator[tuple[str, list[Row]]]:
    import openpyxl

    with path.open("rb") as file, warnings.catch_warnings():
        # What it cannot keep (charts, validations) is nothing that is read here.
        warnings.simplefilter("ignore")
        book = openpyxl.load_workbook(file, data_only=True)
    for sheet in book.worksheets:
        _check_size(sheet.max_row * sheet.max_column, name)
        rows = [[_shown(cell.value, cell.number_format or "General") for cell in row] for row in sheet.iter_rows()]
        areas = [(one.min_row - 1, one.max_row - 1, one.min_col - 1, one.max_col - 1) for one in sheet.merged_cells.ranges]
        yield sheet.title, _filled_in(rows, areas)


def _shown(value: Any, code: str) -> Cell:
    return shown(value, _REGIONAL_DATE.get(code, code)) or None


def _xls(path: Path, name: str) -> Iterator[tuple[str, list[Row]]]:
    import xlrd

    with path.open("rb") as file:
        book = xlrd.open_workbook(file_contents=file.read(), formatting_info=True, logfile=_Nothing())
    for sheet in book.sheets():
        _check_size(sheet.nrows * sheet.ncols, name)
        rows = [[_xls_cell(book, sheet.cell(row, column)) for column in range(sheet.ncols)] for row in range(sheet.nrows)]
        yield sheet.name, _filled_in(rows, [(a, b - 1, c, d - 1) for a, b, c, d in sheet.merged_cells])


class _Nothing:
    """A log that nobody reads: what the library notices of a file it then raises, or can pass over."""

    def write(self, _: str) -> None:
        """Writes nothing."""


def _xls_cell(book: Any, cell: Any) -> Cell:
    import xlrd

    if cell.ctype in (xlrd.XL_CELL_EMPTY, xlrd.XL_CELL_BLANK):
        return None
    if cell.ctype == xlrd.XL_CELL_ERROR:
        return str(xlrd.error_text_from_code.get(cell.value, "#ERR"))
    if cell.ctype == xlrd.XL_CELL_BOOLEAN:
        return _shown(bool(cell.value), "General")
    if cell.ctype == xlrd.XL_CELL_TEXT:
        return cell.value or None
    code = book.format_map[book.xf_list[cell.xf_index].format_key].format_str
    if is_date(code):
        return _shown(xlrd.xldate.xldate_as_datetime(cell.value, book.datemode), code)
    return _shown(cell.value, code)


def _ods(path: Path, name: str) -> Iterator[tuple[str, list[Row]]]:
    from odf.opendocument import load
    from odf.table import CoveredTableCell, Table, TableCell, TableRow

    document = load(str(path))
    for sheet in document.spreadsheet.getElementsByType(Table):
        rows: list[list[Cell]] = []
        areas, size = [], 0
        for row in sheet.getElementsByType(TableRow):
            cells: list[Cell] = []
            for cell in row.childNodes:
                if cell.qname not in (TableCell().qname, CoveredTableCell().qname):
                    continue
                text = _ods_text(cell)
                times = int(cell.getAttribute("numbercolumnsrepeated") or 1)
                down, across = (int(cell.getAttribute(f"number{one}spanned") or 1) for one in ("rows", "columns"))
                if down > 1 or across > 1:
                    areas.append((len(rows), len(rows) + down - 1, len(cells), len(cells) + across - 1))
                # A sheet is filled up to its last column with one blank cell that is repeated.
                _check_size(len(cells) + times if text else 0, name)
                cells += [text] * (times if text else min(times, _REPEATED))
            while cells and cells[-1] is None and len(cells) > 1 and not areas:
                cells.pop()
            times = int(row.getAttribute("numberrowsrepeated") or 1)
            size += len(cells) * times if any(cells) else 0
            _check_size(size, name)
            rows += [list(cells) for _ in range(min(times, _ROWS) if any(cells) else min(times, 2))]
        yield sheet.getAttribute("name"), _filled_in(rows, areas)


def _ods_text(cell: Any) -> Cell:
    from odf import teletype
    from odf.text import P

    return "\n".join(teletype.extractText(one) for one in cell.getElementsByType(P)) or None
