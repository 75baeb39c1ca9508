"""How a CSV file is written: encoding, delimiter, quoting; and what a person says of it."""

import re
from dataclasses import dataclass, field

from converter.drawn import Drawing
from converter.encoding import known

_NAMED = {"tab": "\t", "\\t": "\t", "comma": ",", "semicolon": ";", "pipe": "|", "space": " ", "spaces": "  "}


@dataclass(frozen=True)
class Hints:
    """What a person says of a file: its encoding (a codec's name), its delimiter, a workbook's sheet. None is found out."""

    encoding: str | None = None
    delimiter: str | None = None
    sheet: str | None = None

    def __post_init__(self) -> None:
        """Raises `ValueError` for what is no encoding or cannot delimit cells."""
        if self.encoding is not None and known(self.encoding) is None:
            raise ValueError(f"there is no encoding {self.encoding!r}; name one such as utf-8, windows-1252 or shift_jis")
        if self.delimiter is not None:
            object.__setattr__(self, "delimiter", _delimiter_named(self.delimiter))


def _delimiter_named(text: str) -> str:
    delimiter = _NAMED.get(text.casefold(), text)
    if re.fullmatch(r"\\x[0-9a-fA-F]{2}", delimiter):
        delimiter = chr(int(delimiter[2:], 16))
    if not delimiter or len(delimiter) > 8 or any(mark in delimiter for mark in "\"'\r\n"):
        raise ValueError(f"{text!r} cannot delimit cells; give one character, such as ; or tab, or a few such as ||")
    return delimiter


NO_HINTS = Hints()


@dataclass(frozen=True)
class Dialect:
    """How one file is written.

    `encoding` is a Python codec's name, `errors` how bytes are taken that are none of it. A `delimiter` of spaces means that so
    many or more part two cells. `escape` is a backslash, or None where a quote within quotes is doubled. `skip` lines at the
    beginning tell the delimiter. With `formulas`, `="007"` is the text 007. `notes` tell what was guessed.

    `is_spaced`: spaces behind a delimiter are none of the cell's, so that a quote may follow. `is_wrapped`: each line stands
    in quotes as a whole. `is_ruled`: a row of dashes stands under the heading. `has_pages`: form feeds begin some lines.
    """

    encoding: str
    delimiter: str
    quote: str = '"'
    escape: str | None = None
    skip: int = 0
    formulas: bool = False
    is_spaced: bool = False
    is_wrapped: bool = False
    is_ruled: bool = False
    has_pages: bool = False
    drawing: Drawing | None = None
    errors: str = "strict"
    notes: tuple[str, ...] = field(default=(), compare=False)

    @property
    def is_utf8(self) -> bool:
        """Whether the file's bytes are UTF-8, with or without a byte order mark."""
        return self.encoding in ("utf-8", "utf-8-sig") and self.errors == "strict"

    @property
    def is_usual(self) -> bool:
        """Whether cells are delimited and quoted as the engine knows it."""
        is_one_byte = len(self.delimiter) == 1 and self.delimiter.isascii() and self.delimiter != " "
        return is_one_byte and self == Dialect(self.encoding, self.delimiter, errors=self.errors)
