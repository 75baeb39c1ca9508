"""The bodies that the service takes: a JSON object, a form, and a file by itself. Each becomes a JSON object.

A body is written to a temporary file as it comes, its files never whole in memory. What the application gets is the object with
a short token in the place of each file; the token stands for the file's text or bytes, in pieces.
"""

import hashlib
import json
import mmap
import re
import secrets
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from email.message import Message
from typing import IO, Any, Protocol

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header

from api.given_text import GivenBytes, GivenText, LongString, Written
from api.problems import TooLarge
from jobs.batch import MOST_FILES

IN_MEMORY = 1 << 20
_LONGEST_NAME = 100
_LONG = 1 << 16
_MOST_PARTS = 200
"""Parts of a form beside the files of a list."""
# A field of a form that is an object: as JSON, or one line of it as `column_instructions[total]`.
_OBJECTS = ("column_instructions",)
# Fields of a form that are read as JSON.
_JSON = (*_OBJECTS, "ignore_rows")
_LINE = re.compile(rf"({'|'.join(_OBJECTS)})\[(.*)\]", re.DOTALL)


class Malformed(ValueError):
    """A body that is not what its type says; `kind` and `loc` are as in a 422."""

    def __init__(self, kind: str, problem: str, *loc: str) -> None:
        super().__init__(problem)
        self.kind, self.loc = kind, ["body", *loc]


@dataclass(frozen=True)
class Taken:
    """A body as the application gets it: a JSON object, its files by token, and a digest of all that was said."""

    body: bytes
    files: Mapping[str, GivenText]
    digest: str


class Intake(Protocol):
    """What takes one body. Both calls block."""

    def take(self, piece: bytes) -> None:
        """Keeps a piece that is not the last on disk. Raises `Malformed`."""
        ...

    def finish(self, rest: bytes) -> Taken:
        """The whole body, of which this is the last piece. Raises `Malformed`, and `TooLarge` where what is no file is long."""
        ...


class JsonIntake:
    """A JSON object whose files are long strings."""

    def __init__(self, file: IO[bytes], kept: ExitStack, fields: Sequence[str]) -> None:
        self._file, self._kept, self._digest = file, kept, hashlib.sha256()
        self._field = re.compile(rf'"(?:{"|".join(fields)})"\s*:\s*\Z'.encode())

    def take(self, piece: bytes) -> None:
        self._digest.update(piece)
        self._file.write(piece)

    def finish(self, rest: bytes) -> Taken:
        if not self._file.tell():
            return Taken(rest, {}, hashlib.sha256(rest).hexdigest())
        self.take(rest)
        texts: dict[str, GivenText] = {}
        try:
            self._file.flush()
            mapped = self._kept.enter_context(mmap.mmap(self._file.fileno(), 0, access=mmap.ACCESS_READ))
            body = self._shortened(mapped, texts)
        except ValueError as error:
            if isinstance(error, TooLarge):
                raise
            raise Malformed("json_invalid", f"JSON decode error: {error}") from None
        return Taken(body, texts, self._digest.hexdigest())

    def _shortened(self, body: mmap.mmap, texts: dict[str, GivenText]) -> bytes:
        """The object with tokens for its long files, which are entered in `texts`.

        Raises `ValueError` where it is no JSON object, `TooLarge` where what is left is still long.
        """
        short, copied = bytearray(), 0
        for start, end in _long_strings(body):
            if self._field.search(body[max(0, start - _LONGEST_NAME) : start - 1]) is None:
                continue
            token = _token()
            texts[token] = GivenText(LongString(body, start, end))
            if len(short) + start - copied > IN_MEMORY:
                raise TooLarge
            short += body[copied:start] + token.encode()
            copied = end
        if len(short) + len(body) - copied > IN_MEMORY:
            raise TooLarge
        return bytes(short + body[copied:])


class RawIntake:
    """A file by itself; the other fields stand in the query."""

    def __init__(self, file: IO[bytes], field: str, query: Mapping[str, str], name: str | None) -> None:
        self._file, self._digest = file, hashlib.sha256()
        self._field, self._query, self._name = field, query, name

    def take(self, piece: bytes) -> None:
        self._digest.update(piece)
        self._file.write(piece)

    def finish(self, rest: bytes) -> Taken:
        self.take(rest)
        token = _token()
        self._file.flush()
        written = Written(self._file, 0, self._file.tell())
        body = _without_empty(self._query) | {self._field: token}
        digest = _digest_of({**body, self._field: self._digest.hexdigest()})
        return Taken(json.dumps(body).encode(), {token: GivenBytes(written, self._name)}, digest)


@dataclass
class _Part:
    """One part of a form, and where it lies on disk."""

    start: int
    headers: Message
    end: int = 0
    digest: str = ""

    @property
    def options(self) -> dict[str, str]:
        """What its Content-Disposition says."""
        _, options = parse_options_header(self.headers.get("Content-Disposition", ""))
        return {name.decode(): value.decode("utf-8", "replace") for name, value in options.items()}


class FormIntake:
    """`multipart/form-data`: fields, and files as they are. What is on disk is what the parts hold, one after the other."""

    def __init__(self, file: IO[bytes], fields: Sequence[str], boundary: bytes, listed: str | None = None) -> None:
        """`listed` is a field that may be given many times. Raises `Malformed` for a boundary that cannot be one."""
        self._file, self._fields, self._listed = file, fields, listed
        self._most_parts = _MOST_PARTS + (MOST_FILES if listed else 0)
        self._parts: list[_Part] = []
        self._name, self._value, self._headers = b"", b"", Message()
        self._hash = hashlib.sha256()
        self._is_whole = False
        callbacks: dict[str, Callable[..., None]] = {
            "on_part_begin": self._on_part_begin,
            "on_header_field": self._on_header_field,
            "on_header_value": self._on_header_value,
            "on_header_end": self._on_header_end,
            "on_headers_finished": self._on_headers_finished,
            "on_part_data": self._on_part_data,
            "on_part_end": self._on_part_end,
            "on_end": self._on_end,
        }
        try:
            self._parser = MultipartParser(boundary, callbacks)  # type: ignore[arg-type]
        except FormParserError as error:
            raise Malformed("multipart_invalid", f"The form cannot be read: {error}") from None

    def take(self, piece: bytes) -> None:
        try:
            self._parser.write(piece)
        except FormParserError as error:
            raise Malformed("multipart_invalid", f"The form cannot be read: {error}") from None

    def finish(self, rest: bytes) -> Taken:
        self.take(rest)
        if not self._is_whole:
            raise Malformed("multipart_invalid", "The form ends before its last boundary.")
        self._file.flush()
        body: dict[str, Any] = {}
        said: dict[str, Any] = {}
        files: dict[str, GivenText] = {}
        left = IN_MEMORY
        for part in self._parts:
            options = part.options
            name = options.get("name", "")
            written = Written(self._file, part.start, part.end)
            if "filename" in options or name in (*self._fields, self._listed):
                if part.start == part.end and not options.get("filename"):
                    continue  # As a browser sends a file that nobody chose.
                token = _token()
                is_file = "filename" in options
                files[token] = GivenBytes(written, options["filename"] or None) if is_file else GivenText(written)
                if name == self._listed:
                    body.setdefault(name, []).append(token)
                    said.setdefault(name, []).append([options.get("filename"), part.digest])
                    continue
                _enter(body, name, token)
                said[name] = part.digest
                continue
            left -= part.end - part.start
            if left < 0:
                raise TooLarge
            value = _field_value(name, part.headers.get_content_type(), b"".join(written.bytes()))
            # As a browser sends a field that nobody filled in.
            if value != "":
                _enter(body, name, value)
                said[name] = body.get(name, value)
        return Taken(json.dumps(body).encode(), files, _digest_of(said))

    def _on_part_begin(self) -> None:
        if len(self._parts) >= self._most_parts:
            raise Malformed("multipart_invalid", f"The form has more than {self._most_parts} parts.")
        self._headers, self._hash = Message(), hashlib.sha256()

    def _on_header_field(self, data: bytes, start: int, end: int) -> None:
        self._name += data[start:end]

    def _on_header_value(self, data: bytes, start: int, end: int) -> None:
        self._value += data[start:end]

    def _on_header_end(self) -> None:
        self._headers[self._name.decode("latin-1")] = self._value.decode("utf-8", "replace")
        self._name = self._value = b""

    def _on_headers_finished(self) -> None:
        self._parts.append(_Part(self._file.tell(), self._headers))

    def _on_part_data(self, data: bytes, start: int, end: int) -> None:
        piece = data[start:end]
        self._hash.update(piece)
        self._file.write(piece)

    def _on_part_end(self) -> None:
        self._parts[-1].end, self._parts[-1].digest = self._file.tell(), self._hash.hexdigest()

    def _on_end(self) -> None:
        self._is_whole = True


def _field_value(name: str, media_type: str, data: bytes) -> Any:
    """What a form's field says. Raises `Malformed`."""
    try:
        text = data.decode()
        if media_type != "application/json" and name not in _JSON:
            return text
        return json.loads(text) if text.strip() else ""
    except UnicodeDecodeError:
        raise Malformed("string_unicode", "The field is not UTF-8.", name) from None
    except (json.JSONDecodeError, RecursionError) as error:
        raise Malformed("json_invalid", f"JSON decode error: {error}", name) from None


def _enter(body: dict[str, Any], name: str, value: Any) -> None:
    """Adds a field to the object. Raises `Malformed` for one that is there."""
    into, key = body, name
    if line := _LINE.fullmatch(name):
        into, key = body.setdefault(line[1], {}), line[2]
    if not isinstance(into, dict) or key in into:
        raise Malformed("multipart_invalid", "The field is given twice.", name)
    into[key] = value


def _without_empty(query: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in query.items() if value != ""}


def _digest_of(said: Mapping[str, Any]) -> str:
    """Of all fields in one order, since a form's boundary and order change from one sending to the next."""
    return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()


def _token() -> str:
    return f"body:{secrets.token_hex(16)}"


def _long_strings(body: mmap.mmap) -> Iterator[tuple[int, int]]:
    """Where the long strings lie, without their quotes: everything from quote to quote is a string in JSON."""
    at = 0
    while (start := body.find(b'"', at)) != -1:
        end = _string_end(body, start + 1)
        if end - start > _LONG:
            yield start + 1, end
        at = end + 1


def _string_end(body: mmap.mmap, at: int) -> int:
    while (end := body.find(b'"', at)) != -1:
        slash = end
        while body[slash - 1] == 0x5C:
            slash -= 1
        if (end - slash) % 2 == 0:
            return end
        at = end + 1
    raise ValueError("a string is never closed")
