"""What the bytes of a whole CSV file say about its lines and quotes, found at the speed of memory.

DuckDB reads most files as `dialect` does, much faster. Some it silently reads otherwise: it drops spaces beside quotes and
an empty cell too many at a row's end, and passes over blank lines. `is_plain` finds those, by searching and counting in
whole chunks; what is plainly broken (a ragged row, a quote never closed) DuckDB reports by itself.
"""

from codecs import BOM_UTF8
from pathlib import Path

_CHUNK = 1 << 20
# Quotes closer than this, on the average, are looked at in one pass over the text and not one by one.
_DENSE_QUOTES = 32


def is_plain(path: Path, delimiter: str, width: int, *, blank_lines: bool) -> bool:
    """Whether an engine that is told `delimiter` and a width of `width` cells reads this file as we do.

    `blank_lines` says whether a blank line below the first is passed over, so that it does no harm.
    """
    scan = _Scan(delimiter.encode(), width, blank_lines and width > 1)
    with path.open("rb") as file:
        if file.read(len(BOM_UTF8)) != BOM_UTF8:
            file.seek(0)
        while chunk := file.read(_CHUNK):
            # A line end is not cut in two.
            if not scan.add(chunk + file.read(1) if chunk.endswith(b"\r") else chunk):
                return False
    return scan.ends_well()


class _Scan:
    """Looks at the text outside of quoted cells, whole lines of it at a time; a quoted cell is some quotes in it."""

    def __init__(self, delimiter: bytes, width: int, blank_lines: bool) -> None:
        self._delimiter, self._width, self._blank_lines = delimiter, width, blank_lines
        self._inside = False
        # The line that the chunks so far have begun, without what is quoted in it; None before the first chunk.
        self._begun: bytes | None = None
        self._line_end = b""
        self._borders = {b"", delimiter, b"\r", b"\n", b'"'}
        # Every byte that is neither quote nor border is an x: one beside a quote is a quote where none should be.
        self._kinds = bytes(byte if bytes([byte]) in self._borders else ord("x") for byte in range(256))

    def add(self, chunk: bytes) -> bool:
        """Takes in the next chunk; False where an engine may read it otherwise."""
        if b"\0" in chunk or (self._begun is None and chunk.startswith((b"\r", b"\n"))):
            return False
        begun = self._begun or b""
        outside = self._outside(chunk, begun[-1:])
        if outside is None:
            return False
        text = begun + outside
        end = text.rfind(b"\n") + 1
        self._begun = text[end:]
        return not end or self._are_regular(text, end)

    def ends_well(self) -> bool:
        """Whether the last line is as regular as those before it, and no quote is open."""
        last = self._begun or b""
        if self._inside or b"\r" in last:
            return False
        text = last + (self._line_end or b"\n")
        return not last or self._are_regular(text, len(text))

    def _outside(self, chunk: bytes, before: bytes) -> bytes | None:
        """The bytes outside of quoted cells, or None where a quote stands beside other text; `before` is the byte before."""
        if b'"' not in chunk:
            outside = b"" if self._inside else chunk
            return outside if before != b'"' or outside[:1] in self._borders else None
        parts = chunk.split(b'"')
        texts = parts[self._inside :: 2]
        self._inside ^= len(parts) % 2 == 0
        outside = b'"'.join(texts) + b'"' * self._inside
        if len(parts) * _DENSE_QUOTES > len(chunk):
            kinds = (before + outside).translate(self._kinds)
            return None if b'x"' in kinds or b'"x' in kinds else outside
        ends = {text[-1:] for text in (texts if self._inside else texts[:-1])}
        starts = {text[:1] for text in texts[1:]}
        if not texts[0] and ends:
            ends.add(before)
        if before == b'"':
            starts.add(texts[0][:1])
        return outside if ends | starts <= self._borders else None

    def _are_regular(self, text: bytes, end: int) -> bool:
        """Whether the lines of text[:end] end alike and have no more delimiters than rows of the width."""
        line_end = b"\r\n" if b"\r" in text else b"\n"
        self._line_end = self._line_end or line_end
        if line_end != self._line_end:
            return False
        feeds = text.count(b"\n", 0, end) if line_end == b"\r\n" else 0
        if feeds and not feeds == text.count(b"\r", 0, end) == text.count(b"\r\n", 0, end):
            return False
        # The engine counts each row's cells, but for an empty one at the end.
        may_have_too_many = text.find(self._delimiter + line_end, 0, end) >= 0
        if not may_have_too_many and self._blank_lines:
            return True
        lines = text[:end].replace(b"\r\n", b"\n") if feeds else text[:end]
        if b"\n\n" in lines or lines.startswith(b"\n"):
            if not self._blank_lines:
                return False
            lines = _without_blank_lines(lines)
        return lines.count(self._delimiter) == lines.count(b"\n") * (self._width - 1)


def _without_blank_lines(lines: bytes) -> bytes:
    while b"\n\n" in lines:
        lines = lines.replace(b"\n\n", b"\n")
    return lines.removeprefix(b"\n")
