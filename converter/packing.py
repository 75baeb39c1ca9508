"""A made CSV as what the output's name asks for: packed as gz, or a workbook (xlsx)."""

import gzip
import re
import shutil
from pathlib import Path
from typing import Any

from converter.dialect import Dialect
from converter.errors import LimitExceeded
from converter.rows import read_rows
from converter.table import Cell

SHEET_ROWS, SHEET_COLUMNS = 1_048_576, 16_384
"""What a sheet of an xlsx can have, in any spreadsheet."""

_CHUNK = 1 << 20
# What a spreadsheet gives back just as it is: 15 digits, no zero or plus in front.
_NUMBER = re.compile(r"-?(0|[1-9]\d*)(\.\d+)?")
_MOST_DIGITS = 15
_NOT_XML = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
_CELL_CHARACTERS = 32_767


def packed(made: Path, name: str, delimiter: str) -> Path:
    """The CSV at `made`, in UTF-8, as a file name's ending (`.gz`, `.xlsx`) asks for; itself for any other. Written beside it.

    Raises `LimitExceeded` for more than a sheet can have.
    """
    ending = Path(name).suffix.lower()
    if ending == ".gz":
        return _gzipped(made)
    if ending == ".xlsx":
        return _workbook(made, delimiter)
    return made


def _gzipped(made: Path) -> Path:
    to = made.with_name("output.gz")
    # Without the moment and a name in it, the same output is the same bytes.
    with made.open("rb") as plain, to.open("wb") as file, gzip.GzipFile("", "wb", 6, file, mtime=0) as archive:
        shutil.copyfileobj(plain, archive, _CHUNK)
    return to


def _workbook(made: Path, delimiter: str) -> Path:
    import openpyxl
    from openpyxl.cell import WriteOnlyCell

    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("Data")

    def cell(text: Cell) -> Any:
        if not text:
            return None
        if len(text) > _CELL_CHARACTERS:
            raise LimitExceeded("output", f"a cell has {len(text)} characters; one of an xlsx has {_CELL_CHARACTERS} at most")
        number = _number(text)
        if number is None:
            made_of = WriteOnlyCell(sheet, value=_NOT_XML.sub("", text))
            # A text that begins like a formula stays a text.
            made_of.data_type = "s"
            return made_of
        made_of = WriteOnlyCell(sheet, value=number)
        made_of.number_format = "0." + "0" * len(text.partition(".")[2]) if "." in text else "0"
        return made_of

    try:
        for number, row in enumerate(read_rows(made, Dialect("utf-8", delimiter)), 1):
            if number > SHEET_ROWS or len(row) > SHEET_COLUMNS:
                raise LimitExceeded("output", f"an xlsx has {SHEET_ROWS} rows and {SHEET_COLUMNS} columns at most; write a CSV")
            sheet.append([cell(text) for text in row])
    except BaseException:
        # What writes the sheet would otherwise stumble over its closed file when the interpreter ends.
        sheet.close()
        raise
    to = made.with_name("output.xlsx")
    book.save(to)
    return to


def _number(text: str) -> int | float | None:
    """The number that a spreadsheet gives back as this very text; None for any other text, as of leading zeros."""
    if (
        _NUMBER.fullmatch(text) is None
        or sum(map(str.isdigit, text)) > _MOST_DIGITS
        or (text.startswith("-") and not float(text))
    ):
        return None
    return float(text) if "." in text else int(text)
