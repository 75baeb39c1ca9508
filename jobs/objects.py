"""What every object store offers: whole objects under keys, and conditional writes that one of many wins."""

import secrets
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple, Protocol

from jobs.errors import PreconditionFailed, UnsafeStore


@dataclass(frozen=True)
class Stored:
    """An object's bytes and the ETag that they had."""

    data: bytes
    etag: str


class Listed(NamedTuple):
    """One line of a listing."""

    key: str
    etag: str
    size: int


@dataclass(frozen=True)
class Write:
    """A small object to be written, where its condition holds: as long as it has this ETag, or where there is none."""

    key: str
    data: bytes
    if_match: str | None = None
    if_absent: bool = False


class ObjectStore(Protocol):
    """A folder or a bucket. An object is there whole or not at all; all calls block.

    Errors: `ObjectMissing`, `PreconditionFailed`, and `StoreUnavailable` where the store does not do what was asked.
    """

    def get(self, key: str) -> Stored:
        """A small object."""
        ...

    def put(
        self, key: str, data: bytes, *, if_match: str | None = None, if_absent: bool = False, is_lasting: bool = True
    ) -> str:
        """Writes a small object; gives its ETag. With a condition, only where it holds.

        What is not lasting may be undone by the sudden death of the machine: there is then what was there before, whole.
        """
        ...

    def put_all(self, contents: Mapping[str, bytes | Path], then: Write | None = None) -> str:
        """Writes several objects, of any size where they are files, in no order; when it returns, all of them are there.

        `then` appears only when all others are there; gives its ETag, "" without one. Where its condition does not hold, the
        others stay.
        """
        ...

    def delete(self, key: str, *, is_lasting: bool = True) -> None:
        """Deletes an object; none there is no error. Where it is not lasting, the machine's sudden death may bring it back."""
        ...

    def list(self, prefix: str, *, after: str = "", before: str | None = None) -> Iterator[Listed]:
        """Objects whose keys begin with `prefix`, in the keys' order, those behind `after` and before `before`."""
        ...

    def upload(self, key: str, path: Path) -> str:
        """Writes an object of any size from a file; gives its ETag."""
        ...

    def download(self, key: str, path: Path) -> None:
        """Writes an object of any size to a file."""
        ...

    def stream(
        self, key: str, chunk: int = 1 << 20, *, start: int = 0, end: int | None = None, etag: str | None = None
    ) -> Iterator[bytes]:
        """An object of any size, or its bytes from `start` up to `end`, in pieces; with `etag`, only of that state of it.

        Raises `ObjectMissing` and `PreconditionFailed` at once.
        """
        ...

    def join(self, key: str, keys: Sequence[str]) -> str:
        """Writes an object of any size that is those under `keys`, one after the other; gives its ETag."""
        ...

    def size(self, key: str) -> int:
        """An object's size in bytes."""
        ...

    def head(self, key: str) -> Listed:
        """An object's ETag and size."""
        ...

    def link(self, key: str, seconds: int, name: str) -> str | None:
        """An address at which anybody gets the object for so long, as a file of this name; None where there is none."""
        ...


def probe(store: ObjectStore) -> None:
    """Tries conditional writes on a key of its own. Raises `UnsafeStore` where the store ignores them."""
    key = f"probe/{secrets.token_hex(8)}"
    try:
        first = store.put(key, b"1", if_absent=True)
        _refuses(store, key, "If-None-Match: *", if_absent=True)
        store.put(key, b"2", if_match=first)
        _refuses(store, key, "If-Match with an old ETag", if_match=first)
    finally:
        store.delete(key)


def _refuses(store: ObjectStore, key: str, condition: str, *, if_match: str | None = None, if_absent: bool = False) -> None:
    try:
        store.put(key, b"3", if_match=if_match, if_absent=if_absent)
    except PreconditionFailed:
        return
    raise UnsafeStore(
        f"the object store ignores conditional writes ({condition} overwrote an object), so jobs would be lost silently; "
        "use AWS S3 or a compatible server that honours them"
    )
