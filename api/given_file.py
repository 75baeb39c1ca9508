"""What a file in a request is, and its bytes. What was sent as a file is that file; of a string one rule, in this order:

1. it begins with `data:`, `s3://` or `http(s)://`: a data URI, an object, a URL;
2. it has a line break, or a comma and is no base64: the CSV's own text;
3. it is base64: the file's bytes;
4. anything else is refused.
"""

import base64
import binascii
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, unquote_to_bytes

from api.fetch import fetch_object, fetch_url
from api.given_text import BrokenText, GivenBytes, GivenText
from api.media import FILES
from api.problems import FieldRefused, TooLarge
from settings import Settings

_FORMS = "a data URI (data:text/csv;base64,…), base64, s3://bucket/key, an http(s) URL, or the CSV's own text"
_BASE64 = re.compile(r"([A-Za-z0-9+/]*)(=*)")
_TYPES = {"", *FILES}
_LONGEST_ADDRESS = 4096
_LONGEST_NAME = 500
# Lines of base64 in mail have 64 or 76 characters.
_WRAPPED = 60


def write_given_file(field: str, text: GivenText, user_id: str, settings: Settings, path: Path) -> None:
    """Writes the bytes that the string stands for to `path`, in little memory. Blocks.

    Raises `FieldRefused`, which names the field and what is wrong, and `TooLarge`.
    """
    try:
        if isinstance(text, GivenBytes):
            _write_pieces(path, text.written.bytes())
        else:
            _write(field, text, user_id, settings, path)
    except BrokenText as error:
        raise FieldRefused(field, f"is no JSON string: {error}") from None
    except UnicodeError as error:
        raise FieldRefused(field, f"is no text in UTF-8: {error}") from None
    if path.stat().st_size > settings.max_upload_bytes:
        raise TooLarge(f"{field} has {path.stat().st_size} bytes; at most {settings.max_upload_bytes} are allowed")


def address_of(field: str, text: GivenText) -> str | None:
    """The address that a string is, `s3://` or a URL; None for a file itself. Raises `FieldRefused`."""
    if isinstance(text, GivenBytes) or not text.head(8).lower().startswith(("s3://", "http://", "https://")):
        return None
    return _address(field, text).strip()


def name_of(text: GivenText, otherwise: str) -> str:
    """What the client calls the file: a data URI's name, an address without what may be secret in it, or `otherwise`."""
    if isinstance(text, GivenBytes):
        # Some browsers send the whole path.
        return _printable(re.split(r"[/\\\\]", text.name or otherwise)[-1] or otherwise)
    head = text.head()
    scheme = head[:8].lower()
    name = otherwise
    if scheme.startswith("data:"):
        parameters = [parameter.strip() for parameter in head[5:].partition(",")[0].split(";")]
        name = next((unquote(one[5:]) for one in parameters if one.lower().startswith("name=")), "") or otherwise
    elif scheme.startswith("s3://"):
        name = head
    elif scheme.startswith(("http://", "https://")):
        name = re.split("[?#]", head, maxsplit=1)[0]
    return _printable(name)


def _printable(name: str) -> str:
    return "".join(filter(str.isprintable, name))[:_LONGEST_NAME]


def _write(field: str, text: GivenText, user_id: str, settings: Settings, path: Path) -> None:
    head = text.head()
    scheme = head[:8].lower()
    if scheme.startswith("data:"):
        _write_data_uri(field, text, path)
    elif scheme.startswith("s3://"):
        fetch_object(field, _address(field, text), user_id, settings, path)
    elif scheme.startswith(("http://", "https://")):
        fetch_url(field, _address(field, text), settings, path)
    else:
        form = _Form.of(text)
        if form.is_text:
            _write_pieces(path, (piece.encode() for piece in text.pieces()))
        elif form.is_base64:
            _write_pieces(path, _decoded(field, text.pieces()))
        else:
            raise FieldRefused(field, f"is no file; give {_FORMS}")


def _address(field: str, text: GivenText) -> str:
    address = "".join(text.pieces())
    if len(address) > _LONGEST_ADDRESS:
        raise FieldRefused(field, f"is an address of {len(address)} characters; at most {_LONGEST_ADDRESS} are allowed")
    return address


@dataclass
class _Form:
    """What all characters of a string say about its form, seen piece by piece."""

    first_line: int
    commas: int = 0
    breaks: int = 0
    length: int = 0
    padding: int = 0
    is_foreign: bool = False

    @classmethod
    def of(cls, text: GivenText) -> "_Form":
        head = text.head().strip()
        form = cls(first_line=len(head.split(maxsplit=1)[0]) if head else 0)
        for piece in text.pieces():
            form._see(piece)
            if form.commas:
                break
        return form

    def _see(self, piece: str) -> None:
        self.commas += piece.count(",")
        self.breaks += piece.count("\n") or piece.count("\r")
        match = _BASE64.fullmatch("".join(piece.split()))
        self.is_foreign = self.is_foreign or match is None or bool(self.padding and match[1])
        if match is not None:
            self.length += len(match[0])
            self.padding += len(match[2])

    @property
    def is_text(self) -> bool:
        return bool(self.commas or (self.breaks and not (self.is_base64 and self._is_wrapped)))

    @property
    def is_base64(self) -> bool:
        return not self.is_foreign and self.length > 0 and self.length % 4 == 0 and self.padding <= 2

    @property
    def _is_wrapped(self) -> bool:
        """Base64 as mail wraps it: lines of one length, but the last."""
        lines = -(-self.length // max(1, self.first_line))
        return self.first_line >= _WRAPPED and self.breaks in (lines - 1, lines)


def _decoded(field: str, pieces: Iterable[str]) -> Iterator[bytes]:
    """The bytes of base64 in any pieces, white space left out."""
    rest = ""
    try:
        for piece in pieces:
            compact = rest + "".join(piece.split())
            cut = len(compact) - len(compact) % 4
            rest = compact[cut:]
            yield base64.b64decode(compact[:cut], validate=True)
        if rest:
            raise binascii.Error("cut off")
    except binascii.Error:
        raise FieldRefused(field, f"is broken base64; give {_FORMS}") from None


def _write_data_uri(field: str, text: GivenText, path: Path) -> None:
    head, comma, _ = text.head().partition(",")
    media_type, *parameters = head[5:].split(";")
    if not comma:
        raise FieldRefused(field, "is a data URI without a comma; it must be data:text/csv;base64,…")
    if media_type.strip().lower() not in _TYPES:
        raise FieldRefused(field, f"is a data URI of type {media_type[:60]!r}; a CSV is text/csv")
    body = _behind(text.pieces(), len(head) + 1)
    if "base64" in [parameter.strip().lower() for parameter in parameters]:
        _write_pieces(path, _decoded(field, body))
    else:
        _write_pieces(path, _unquoted(body))


def _behind(pieces: Iterator[str], length: int) -> Iterator[str]:
    yield next(pieces)[length:]
    yield from pieces


def _unquoted(pieces: Iterable[str]) -> Iterator[bytes]:
    rest = ""
    for piece in pieces:
        text = rest + piece
        # An escape has three characters, and may lie across the border of two pieces.
        mark = text.rfind("%", max(0, len(text) - 2))
        cut = len(text) if mark == -1 else mark
        rest = text[cut:]
        yield unquote_to_bytes(text[:cut])
    yield unquote_to_bytes(rest)


def _write_pieces(path: Path, pieces: Iterable[bytes]) -> None:
    with path.open("wb") as file:
        file.writelines(pieces)
