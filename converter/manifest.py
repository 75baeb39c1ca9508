"""A converter: its statement and all that must be known to run it, in one text that a person can read and keep.

`converter.sql` is the statement behind a leading comment that holds the manifest as JSON. It runs anywhere that has
DuckDB and a relation `input`.
"""

import json
import os
import re
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field, replace
from enum import StrEnum
from pathlib import Path
from typing import Any, Self

from converter.destination import Destination
from converter.errors import BadConverter
from converter.rows import ROW_LIMIT
from converter.spool import regular
from converter.telling import shown
from converter.writing import Blanks, Writing

FORMAT = 1
FAMILIES_FORMAT = 2
"""The format of a converter that takes input columns by patterns or its heading from the data, which 1 does not know."""

# One line: what may repeat must not be matched beside what may repeat too, or a file of line breaks takes half a minute.
_FIRST_LINE = re.compile(r"/\*[ \t]*AI CSV Converter, converter format (\d+)[ \t\r]*\n")
_MOST_DIGITS = 9
_MOST_CHECKS = 1000
_REASON_CHARACTERS = 200


class Heading(StrEnum):
    """Where the names of the output's columns come from."""

    FIXED = "fixed"
    """The manifest's `output_header` names them."""

    DATA = "data"
    """The statement gives them with each file: as its columns' names, or where it gives `cells`, as its first row."""


@dataclass(frozen=True)
class Check:
    """An assertion over the relations `input` and `output`.

    `sql` is a SELECT whose first column gives the `_row` of each row (of the output, or of the input where it reads that
    alone) that breaks it; none means that it holds. A second column tells the value that does.
    """

    name: str
    sql: str


@dataclass(frozen=True)
class Converter:
    """One SELECT over `input`, what it expects and what it makes.

    `input_columns` are the names that a file must have, in the example's order; further columns are taken whose names have
    one of the `input_patterns` (see `families`), in the file's order. `output_header` is the header line to write, or None
    for a file without one and where the `heading` comes from the data. A `ragged` converter gives one column, a list of
    cells a row. `is_rowwise` says that each output row comes from one input row alone. `evidence` is what it was checked on,
    for people. `blanks` says how cells without text are written. With `row_widths` rows end with their last cell, but have
    the least number of cells that it gives for their first one.
    """

    statement: str
    input_columns: tuple[str, ...]
    input_has_header: bool = True
    output_header: tuple[str, ...] | None = None
    ragged: bool = False
    is_rowwise: bool = False
    output_delimiter: str = ","
    evidence: dict[str, Any] = field(default_factory=dict)
    checks: tuple[Check, ...] = ()
    input_patterns: tuple[str, ...] = ()
    heading: Heading = Heading.FIXED
    blanks: Blanks = Blanks.KEPT
    row_widths: dict[str, int] | None = None

    def __post_init__(self) -> None:
        if self.heading is Heading.DATA and self.output_header is not None:
            raise ValueError("an output_header is fixed; where the heading comes from the data, it must be null")

    @property
    def writes_heading(self) -> bool:
        """Whether the output's first line names its columns."""
        return self.output_header is not None or self.heading is Heading.DATA

    def written_like(self, writing: Writing) -> Self:
        """The same converter, its output written as that: its delimiter, its blank cells, its rows of several lengths."""
        has_lengths = self.output_header is None and self.heading is Heading.FIXED and not self.ragged
        return replace(
            self,
            output_delimiter=writing.delimiter,
            blanks=writing.blanks,
            row_widths=writing.row_widths if has_lengths else None,
        )

    def dumps(self) -> str:
        """The text of `converter.sql`; `loads` gives the same converter back."""
        manifest = asdict(self)
        statement = manifest.pop("statement").strip().rstrip(";").rstrip()
        is_first_format = not self.input_patterns and self.heading is Heading.FIXED
        if is_first_format:
            # So that an older version, in a cluster that is being renewed, reads all that it can run.
            del manifest["input_patterns"], manifest["heading"]
        # JSON may write "/" as "\/": no cell or name can then open or close the comment.
        for name, usual in (("blanks", Blanks.unsaid(ragged=self.ragged)), ("row_widths", None)):
            # An older version passes them over.
            if manifest[name] == usual:
                del manifest[name]
        text = json.dumps(manifest, ensure_ascii=False, indent=1).replace("*/", "*\\/").replace("/*", "\\/*")
        number = FORMAT if is_first_format else FAMILIES_FORMAT
        return f"/* AI CSV Converter, converter format {number}\n{text}\n*/\n{statement}\n"

    def save(self, path: str | os.PathLike[str]) -> None:
        """Writes `converter.sql` at `path`, whole or not at all; `-` is standard output. Raises `OSError`."""
        with Destination.opened(Path(path)) as destination:
            made = destination.scratch / "converter.sql"
            made.write_bytes(self.dumps().encode())
            destination.put(made)

    @classmethod
    def load(cls, path: str | os.PathLike[str]) -> Self:
        """The converter in the file; `-` is standard input. Raises `BadConverter`, `OSError`."""
        with regular(Path(path)) as file:
            try:
                # As bytes: a line end within a value must come back as it is.
                return cls.loads(file.read_bytes().decode())
            except UnicodeDecodeError as error:
                raise BadConverter("not a converter: it is not UTF-8 text") from error

    @classmethod
    def loads(cls, text: str) -> Self:
        """The converter that `text` holds. Raises `BadConverter` where it is damaged or of another version."""
        text = text.lstrip()
        first = _FIRST_LINE.match(text)
        end = text.find("*/", first.end()) if first is not None else -1
        if first is None or end == -1:
            raise BadConverter("not a converter: it does not begin with a converter's manifest; use the file that was learned")
        if len(first[1]) > _MOST_DIGITS or int(first[1]) not in (FORMAT, FAMILIES_FORMAT):
            number = shown(first[1], _MOST_DIGITS)
            raise BadConverter(f"a converter of format {number}; this version reads formats {FORMAT} and {FAMILIES_FORMAT}")
        statement = text[end + 2 :].strip()
        if not statement:
            raise BadConverter("a damaged converter: there is no statement below its manifest")
        try:
            return cls._from_manifest(statement, json.loads(text[first.end() : end]))
        except RecursionError:
            raise BadConverter("a damaged converter: its manifest is nested too deep") from None
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            why = shown(str(error), _REASON_CHARACTERS)
            raise BadConverter(f"a damaged converter: its manifest cannot be read ({why})") from error

    @classmethod
    def _from_manifest(cls, statement: str, manifest: dict[str, Any]) -> Self:
        header = manifest["output_header"]
        return cls(
            statement=statement,
            input_columns=tuple(_texts(manifest["input_columns"])),
            input_has_header=bool(manifest["input_has_header"]),
            output_header=None if header is None else tuple(_texts(header)),
            ragged=bool(manifest["ragged"]),
            is_rowwise=bool(manifest["is_rowwise"]),
            output_delimiter=_delimiter(manifest["output_delimiter"]),
            evidence=dict(manifest["evidence"]),
            checks=tuple(_checks(manifest["checks"])),
            input_patterns=tuple(_texts(manifest.get("input_patterns", []))),
            heading=Heading(manifest.get("heading", Heading.FIXED)),
            blanks=Blanks(manifest.get("blanks", Blanks.unsaid(ragged=bool(manifest["ragged"])))),
            row_widths=_widths(manifest.get("row_widths")),
        )


def _checks(values: Any) -> Iterator[Check]:
    if not isinstance(values, list) or len(values) > _MOST_CHECKS:
        raise ValueError(f"checks must be a list of {_MOST_CHECKS} at most")
    for value in values:
        name, sql = _texts([value["name"], value["sql"]])
        yield Check(name, sql)


def _texts(values: Any) -> list[str]:
    if not isinstance(values, list) or not all(isinstance(value, str) for value in values):
        raise ValueError("names must be a list of texts")
    if len(values) > ROW_LIMIT:
        raise ValueError(f"there are {len(values)} names; at most {ROW_LIMIT} are read")
    return values


def _widths(value: Any) -> dict[str, int] | None:
    if value is None:
        return None
    if not isinstance(value, dict) or not all(type(one) is int and 0 < one <= ROW_LIMIT for one in value.values()):
        raise ValueError("the widths of rows must be numbers of cells")
    return dict(value)


def _delimiter(value: Any) -> str:
    if not isinstance(value, str) or len(value) != 1 or value in '"\r\n':
        raise ValueError("the delimiter must be one character")
    return value
