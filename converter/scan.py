"""What the bytes of a whole CSV file say about its lines and quotes, found at the speed of memory.

DuckDB reads most files as `dialect` does, much faster. Some it silently reads otherwise: it drops spaces beside quotes and
an empty cell too many at a row's end, and passes over blank lines. `is_plain` finds those, by counting and searching in
whole chunks; what is plainly broken (a ragged row, a quote never closed) DuckDB reports by itself.
"""

from codecs import BOM_UTF8
from pathlib import Path

_CHUNK = 1 << 20


def is_plain(path: Path, delimiter: str, width: int, *, blank_lines: bool) -> bool:
    """Whether an engine that is told `delimiter` and a width of `width` cells reads this file as we do.

    `blank_lines` says whether a blank line below the first is passed over, so that it does no harm.
    """
    scan = _Scan(delimiter)
    with path.open("rb") as file:
        if file.read(len(BOM_UTF8)) != BOM_UTF8:
            file.seek(0)
        while chunk := file.read(_CHUNK):
            # A line end is not cut in two.
            if not scan.add(chunk + file.read(1) if chunk.endswith(b"\r") else chunk):
                return False
    return scan.is_regular(width, blank_lines and width > 1)


class _Scan:
    """Counts over the text outside of quoted cells. A quoted cell counts as its quotes alone, however often it is cut."""

    def __init__(self, delimiter: str) -> None:
        self._delimiter = delimiter.encode()
        self._inside = False
        # What stands before the next chunk.
        self._last = b""
        self._delimiters = self._feeds = self._returns = self._pairs = self._blanks = 0
        # Every byte that is neither quote nor border is an x: one beside a quote is a quote where none should be.
        borders = self._delimiter + b'\r\n"'
        self._kinds = bytes(byte if byte in borders else ord("x") for byte in range(256))

    def add(self, chunk: bytes) -> bool:
        """Takes in the next chunk; False where it is odd by itself."""
        if b"\0" in chunk or (not self._last and chunk.startswith((b"\r", b"\n"))):
            return False
        outside = self._outside(chunk)
        seam = self._last + outside
        if b'"' in seam:
            kinds = seam.translate(self._kinds)
            if b'x"' in kinds or b'"x' in kinds:
                return False
        self._delimiters += outside.count(self._delimiter)
        self._feeds += outside.count(b"\n")
        if b"\r" in seam:
            self._returns += outside.count(b"\r")
            self._pairs += seam.count(b"\r\n")
            self._blanks += _blank_lines(seam.replace(b"\r\n", b"\n"))
        else:
            self._blanks += _blank_lines(seam)
        self._last = seam[-1:]
        return True

    def is_regular(self, width: int, blank_lines: bool) -> bool:
        """Whether all lines end alike and there are as many delimiters as rows of `width` cells have."""
        one_line_end = self._returns == self._pairs and self._pairs in (0, self._feeds)
        lines = self._feeds + (self._last not in b"\r\n") - self._blanks
        is_full = self._delimiters == lines * (width - 1)
        return one_line_end and is_full and not self._inside and (blank_lines or not self._blanks)

    def _outside(self, chunk: bytes) -> bytes:
        """The bytes outside of quoted cells. In a cell's place stands one quote, or none where the last chunk gave it."""
        if b'"' not in chunk:
            return b"" if self._inside else chunk
        parts = chunk.split(b'"')
        outside = b'"'.join(parts[self._inside :: 2])
        self._inside ^= len(parts) % 2 == 0
        return outside + b'"' if self._inside and len(parts) > 1 else outside


def _blank_lines(text: bytes) -> int:
    blanks = 0
    while b"\n\n" in text:
        shorter = text.replace(b"\n\n", b"\n")
        blanks += len(text) - len(shorter)
        text = shorter
    return blanks
