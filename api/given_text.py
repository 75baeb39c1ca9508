"""Files as a request gives them, in pieces: strings of a JSON body and fields of a form, and bytes as they are."""

import codecs
import json
import mmap
import os
import re
from collections.abc import Iterator
from typing import IO

_PIECE = 1 << 18
_LONGEST_ESCAPE = len(r"\ud83d\ude00")
# The longest prefix that cuts no escape and no pair of surrogates in two.
_WHOLE_ESCAPES = re.compile(rb"(?:[^\\]|\\u[dD][89abAB]..\\u....|\\u(?![dD][89abAB])....|\\[^u])*+", re.DOTALL)


class BrokenText(ValueError):
    """What stands between two quotes is no JSON string."""


class GivenText:
    """A string of a request's body, in pieces."""

    def __init__(self, pieces: "str | LongString | Written") -> None:
        self._source = pieces

    def head(self, length: int = 4096) -> str:
        """Its first characters."""
        return next(iter(self.pieces()), "")[:length]

    def pieces(self) -> Iterator[str]:
        """Its text from the start. Raises `BrokenText` where it is no JSON string."""
        return iter((self._source,)) if isinstance(self._source, str) else self._source.pieces()


class LongString:
    """A JSON string in a mapped body, between its quotes."""

    def __init__(self, body: mmap.mmap, start: int, end: int) -> None:
        self._body, self._start, self._end = body, start, end

    def pieces(self) -> Iterator[str]:
        """The text, escapes resolved."""
        decoder = codecs.getincrementaldecoder("utf-8")()
        rest, at = b"", self._start
        while at < self._end:
            raw = rest + self._body[at : min(at + _PIECE, self._end)]
            at = min(at + _PIECE, self._end)
            cut = len(raw) if at == self._end or b"\\" not in raw else _WHOLE_ESCAPES.match(raw).end()  # type: ignore[union-attr]
            text, rest = decoder.decode(raw[:cut], final=at == self._end), raw[cut:]
            if len(rest) > _LONGEST_ESCAPE:
                raise BrokenText("it has half a surrogate pair")
            if "\\" in text or not text.isprintable():
                text = _unescaped(text)
            yield text


class Written:
    """Bytes of a body on disk, as they were sent."""

    def __init__(self, file: IO[bytes], start: int, end: int) -> None:
        self._file, self._start, self._end = file, start, end

    def pieces(self) -> Iterator[str]:
        """The text that they are in UTF-8. Raises `UnicodeError`."""
        decoder = codecs.getincrementaldecoder("utf-8")()
        for piece in self.bytes():
            yield decoder.decode(piece)
        yield decoder.decode(b"", final=True)

    def bytes(self) -> Iterator[bytes]:
        """The bytes themselves."""
        for at in range(self._start, self._end, _PIECE):
            # Read and not mapped: what is mapped counts as the process's memory.
            yield os.pread(self._file.fileno(), min(_PIECE, self._end - at), at)


class GivenBytes(GivenText):
    """A file that was sent as it is, and what its client calls it."""

    def __init__(self, written: Written, name: str | None) -> None:
        super().__init__(written)
        self.written, self.name = written, name


def _unescaped(text: str) -> str:
    try:
        return str(json.loads(f'"{text}"'))
    except json.JSONDecodeError as error:
        raise BrokenText(error.msg) from None
