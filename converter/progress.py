"""How far a run is, for whoever waits for it."""

from typing import Protocol


class _Reader(Protocol):
    @property
    def bytes_read(self) -> int | None: ...


class Progress:
    """The share of its input that a run has read. Another thread may look at it."""

    def __init__(self) -> None:
        self._reader: _Reader | None = None
        self._size = 0

    def follow(self, reader: _Reader, size: int) -> None:
        """Has the share be that of `size` bytes which the reader has read."""
        self._reader, self._size = reader, size

    def share(self) -> float | None:
        """From 0 to 1; None where it is not known. A file that is read twice stays at 1 the second time."""
        read = self._reader.bytes_read if self._reader is not None else None
        return None if read is None else min(1.0, read / max(1, self._size))
