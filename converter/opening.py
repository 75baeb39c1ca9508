"""What a file is by its first bytes, and the CSV within it: unpacked, or written from a workbook's sheet.

Nothing is unpacked without a bound, since a few kilobytes can hold gigabytes. What is no table at all is refused in one line
that says what to export instead.
"""

import bz2
import gzip
import lzma
import re
import tempfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import BinaryIO, cast

from converter.dialect import NO_HINTS, Hints
from converter.errors import BadCsv
from converter.rows import write_rows
from converter.workbooks import sheet_rows

UNPACKED_BYTES = 4 << 30
"""Bytes that a compressed file may hold, unless its reader allows fewer."""
WORKBOOK_BYTES = 256 << 20
"""Bytes that a workbook's parts may have in all; in memory it takes some ten times as much."""

_HEAD = 4096
_CHUNK = 1 << 20
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ZIP, _EMPTY_ZIP = b"PK\x03\x04", b"PK\x05\x06"
_REFUSED = (
    (re.compile(rb"%PDF-"), "is a PDF; export the table as CSV or xlsx where it comes from"),
    (re.compile(rb"PAR1"), "is a Parquet file; write it as CSV, as with DuckDB: COPY 'file.parquet' TO 'file.csv'"),
    (re.compile(rb"7z\xbc\xaf\x27\x1c|Rar!\x1a\x07"), "is a 7z or rar archive; unpack it and give the CSV in it"),
    (re.compile(rb"SQLite format 3\0"), "is a SQLite database; export the table as CSV"),
    (re.compile(rb"\{\\rtf"), "is rich text (RTF); save it as plain text, or export the table as CSV where it comes from"),
    (re.compile(rb"BEGIN:V(CARD|CALENDAR)\b", re.IGNORECASE), "is a vCard or a calendar; export the contacts or events as CSV"),
    (re.compile(rb"MIME-Version:", re.IGNORECASE), "is a web archive (some programs call it .xls); save it as CSV or xlsx"),
    (
        re.compile(rb"-\[ RECORD 1 \]|\*{10,} 1\. row \*{10,}"),
        "is a listing of records one below the other (\\x in psql, \\G in MySQL); export the table as CSV",
    ),
    (
        re.compile(rb"\s*<(!doctype\s+html|html|head|body|table)\b", re.IGNORECASE),
        "is an HTML page (some programs call it .xls); open it in a spreadsheet and save it as CSV or xlsx",
    ),
    (re.compile(rb"\s*<\?xml\b"), "is XML; export the table as CSV or xlsx"),
    (re.compile(rb"\s*(\{\s*(\"[^\"\r\n]*\"\s*:|\})|\[\s*(\{|\[|\"|\]))"), "is JSON; export the records as CSV"),
)


@dataclass(frozen=True)
class Opened:
    """A CSV to be read: its file, what is known of how it is written, and what a person should know of where it was."""

    path: Path
    hints: Hints
    notes: tuple[str, ...] = ()


@contextmanager
def opened(
    path: Path,
    name: str,
    hints: Hints = NO_HINTS,
    *,
    most_bytes: int = UNPACKED_BYTES,
    most_workbook_bytes: int = WORKBOOK_BYTES,
) -> Iterator[Opened]:
    """The CSV that the file is or holds; what is unpacked goes when the block ends.

    `hints.sheet` names a workbook's sheet. Raises `BadCsv` for what is no table, for archives of several files, and for one
    that holds more than `most_bytes`, a workbook `most_workbook_bytes`.
    """
    with path.open("rb") as file:
        head = file.read(_HEAD)
    if _plain(head, name, hints):
        yield Opened(path, hints)
        return
    with tempfile.TemporaryDirectory(prefix="opened-") as folder:
        found = Opened(path, hints)
        # A workbook may be in an archive; an archive in an archive in an archive is nobody's CSV.
        for step in range(3):
            head = _head(found.path)
            if _plain(head, name, found.hints):
                break
            found = _within(found, head, Path(folder, f"{step}.csv"), name, most_bytes, most_workbook_bytes)
        else:
            raise BadCsv(name, "is packed several times over; unpack it and give the CSV in it")
        yield found


def _head(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(_HEAD)


def _plain(head: bytes, name: str, hints: Hints) -> bool:
    """Whether a file that begins so is text already. Raises `BadCsv` for what is no table."""
    if any(head.startswith(mark) for mark in (_OLE, _ZIP, _EMPTY_ZIP, *_PACKED)):
        return False
    for pattern, why in _REFUSED:
        if pattern.match(head.removeprefix(b"\xef\xbb\xbf")):
            raise BadCsv(name, why)
    if hints.sheet is not None:
        raise BadCsv(name, f"is no workbook, so it has no sheet {hints.sheet!r}; leave the sheet out")
    return True


def _within(given: Opened, head: bytes, to: Path, name: str, most_bytes: int, most_workbook_bytes: int) -> Opened:
    """What the packed file or workbook holds, written to the file `to`."""
    if head.startswith(_OLE):
        return _from_sheet(given, "xls", to, name, given.path.stat().st_size, most_workbook_bytes)
    if head.startswith((_ZIP, _EMPTY_ZIP)):
        return _from_zip(given, to, name, most_bytes, most_workbook_bytes)
    kind, open_packed = next(one for mark, one in _PACKED.items() if head.startswith(mark))
    with given.path.open("rb") as file, open_packed(file) as packed:
        _unpack(packed, to, name, most_bytes)
    return replace(given, path=to, notes=(*given.notes, f"unpacked from {kind}"))


def _from_zip(given: Opened, to: Path, name: str, most_bytes: int, most_workbook_bytes: int) -> Opened:
    try:
        with zipfile.ZipFile(given.path) as archive:
            parts = {part.filename: part for part in archive.infolist() if not part.is_dir()}
            size = sum(part.file_size for part in parts.values())
            if "[Content_Types].xml" in parts and any(one.startswith("xl/") for one in parts):
                if "xl/workbook.bin" in parts:
                    raise BadCsv(name, "is a binary workbook (xlsb); save it as xlsx or CSV")
                return _from_sheet(given, "xlsx", to, name, size, most_workbook_bytes)
            if "mimetype" in parts and b"opendocument.spreadsheet" in archive.read("mimetype")[:100]:
                return _from_sheet(given, "ods", to, name, size, most_workbook_bytes)
            files = [one for one in parts if not re.search(r"(^|/)(\.|__MACOSX/)", one)]
            if len(files) != 1:
                listed = ", ".join(map(repr, sorted(files)[:5])) + (", …" if len(files) > 5 else "")
                raise BadCsv(name, f"is an archive of {len(files)} files{listed and f' ({listed})'}; give the one to read")
            if parts[files[0]].flag_bits & 1:
                raise BadCsv(name, "is an encrypted archive; unpack it and give the CSV in it")
            with archive.open(files[0]) as packed:
                _unpack(packed, to, name, most_bytes)
            return replace(given, path=to, notes=(*given.notes, f"unpacked from zip: {files[0]}"))
    except (zipfile.BadZipFile, NotImplementedError, KeyError) as error:
        raise BadCsv(name, f"is a damaged archive ({error}); pack it anew, or give the CSV") from error


def _unpack(packed: BinaryIO | object, to: Path, name: str, most_bytes: int) -> None:
    written = 0
    try:
        with to.open("wb") as file:
            while chunk := packed.read(_CHUNK):  # type: ignore[union-attr]
                written += len(chunk)
                if written > most_bytes:
                    raise BadCsv(name, f"unpacks to more than {most_bytes >> 20} MiB, which is the most that is read")
                file.write(chunk)
    except (OSError, EOFError, zlib.error, lzma.LZMAError, zipfile.BadZipFile) as error:
        raise BadCsv(name, f"is damaged where it is packed ({error}); pack it anew, or give the CSV") from error
    except Exception as error:
        # Named by its class, so that the library is imported for its own files alone.
        if type(error).__name__ != "ZstdError":
            raise
        raise BadCsv(name, f"is damaged where it is packed ({error}); pack it anew, or give the CSV") from error


def _from_sheet(given: Opened, kind: str, to: Path, name: str, size: int, most_bytes: int) -> Opened:
    if size > most_bytes:
        raise BadCsv(name, f"is a workbook of {size >> 20} MiB; at most {most_bytes >> 20} are read; save the sheet as CSV")
    title, rows = sheet_rows(given.path, kind, given.hints.sheet, name)
    write_rows(to, rows)
    return Opened(to, Hints(encoding="utf-8", delimiter=","), (*given.notes, f"read from the sheet {title!r}"))


def _zstd(file: BinaryIO) -> BinaryIO:
    # Imported here, as what is rarely needed; Python 3.14 has it as compression.zstd.
    from backports import zstd

    return cast(BinaryIO, zstd.open(file))


_PACKED: dict[bytes, tuple[str, Callable[[BinaryIO], BinaryIO]]] = {
    b"\x1f\x8b": ("gz", gzip.open),  # type: ignore[dict-item]
    b"\xfd7zXZ\0": ("xz", lzma.open),  # type: ignore[dict-item]
    b"BZh": ("bz2", bz2.open),  # type: ignore[dict-item]
    b"\x28\xb5\x2f\xfd": ("zst", _zstd),
}
