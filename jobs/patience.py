"""An object store that is tried again while it is unavailable: for work that is too dear to be thrown away."""

import logging
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TypeVar

from jobs.backoff import delay
from jobs.errors import StoreUnavailable
from jobs.objects import Listed, ObjectStore, Stored, Write

log = logging.getLogger(__name__)
_T = TypeVar("_T")
_FIRST, _MOST = 0.2, 10.0


class PatientStore:
    """The store behind it, each call tried again for up to `seconds`; then `StoreUnavailable` as from the store itself.

    A conditional write whose reply was lost may be tried again: stores know their own bytes (`S3Store.put`).
    """

    def __init__(self, behind: ObjectStore, seconds: float) -> None:
        self._behind, self._seconds = behind, seconds

    def get(self, key: str) -> Stored:
        return self._tried(lambda: self._behind.get(key))

    def put(
        self, key: str, data: bytes, *, if_match: str | None = None, if_absent: bool = False, is_lasting: bool = True
    ) -> str:
        return self._tried(lambda: self._behind.put(key, data, if_match=if_match, if_absent=if_absent, is_lasting=is_lasting))

    def put_all(self, contents: Mapping[str, bytes | Path], then: Write | None = None) -> str:
        return self._tried(lambda: self._behind.put_all(contents, then))

    def delete(self, key: str, *, is_lasting: bool = True) -> None:
        self._tried(lambda: self._behind.delete(key, is_lasting=is_lasting))

    def list(self, prefix: str, *, after: str = "", before: str | None = None) -> Iterator[Listed]:
        return iter(self._tried(lambda: [*self._behind.list(prefix, after=after, before=before)]))

    def upload(self, key: str, path: Path) -> str:
        return self._tried(lambda: self._behind.upload(key, path))

    def download(self, key: str, path: Path) -> None:
        self._tried(lambda: self._behind.download(key, path))

    def stream(
        self, key: str, chunk: int = 1 << 20, *, start: int = 0, end: int | None = None, etag: str | None = None
    ) -> Iterator[bytes]:
        return self._tried(lambda: self._behind.stream(key, chunk, start=start, end=end, etag=etag))

    def join(self, key: str, keys: Sequence[str]) -> str:
        return self._tried(lambda: self._behind.join(key, keys))

    def size(self, key: str) -> int:
        return self._tried(lambda: self._behind.size(key))

    def head(self, key: str) -> Listed:
        return self._tried(lambda: self._behind.head(key))

    def link(self, key: str, seconds: int, name: str) -> str | None:
        return self._behind.link(key, seconds, name)

    def _tried(self, call: Callable[[], _T]) -> _T:
        deadline, failures = time.monotonic() + self._seconds, 0
        while True:
            try:
                return call()
            except StoreUnavailable as error:
                failures += 1
                pause = delay(failures, first=_FIRST, most=_MOST)
                if time.monotonic() + pause > deadline:
                    raise
                log.warning("trying again in %.1f s: %s", pause, error)
                time.sleep(pause)
