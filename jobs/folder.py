"""A local folder as an object store, with the guarantees of S3's conditional writes.

Objects appear by `link(2)` or `os.replace` of a synced temporary file, so each is there whole or not at all; writers of
one key exclude each other by a lock on one of a fixed number of lock files.
"""

import fcntl
import hashlib
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, suppress
from functools import cache
from pathlib import Path
from typing import BinaryIO
from urllib.parse import quote

from jobs.directory import Directory, Span
from jobs.errors import ObjectMissing, PreconditionFailed, StoreUnavailable
from jobs.objects import Listed, Stored, Write

_LOCKS = 64
_CHUNK = 1 << 20
# Syncs of one process at once: those of many requests, which wait and do no work.
_SYNCS = 32
# No write takes so long.
_ABANDONED_SECONDS = 86_400
# What stands in names of files as it is; "." is left out, so that no segment can be "." or "..".
_PLAIN = "@-_ ()+,="


class FolderStore:
    """Objects as files below `root`/objects, each key segment one folder level."""

    def __init__(self, root: Path) -> None:
        """Makes the folders that it needs. Raises `StoreUnavailable` where it cannot."""
        self._objects, self._temporary, self._locks = root / "objects", root / "temporary", root / "locks"
        self._directory = Directory()
        with _errors(str(root)):
            for folder in (self._objects, self._temporary, self._locks):
                folder.mkdir(parents=True, exist_ok=True)
            _sweep(self._temporary)

    def get(self, key: str) -> Stored:
        with _errors(key):
            data = self._path(key).read_bytes()
        return Stored(data, hashlib.sha256(data).hexdigest())

    def put(
        self, key: str, data: bytes, *, if_match: str | None = None, if_absent: bool = False, is_lasting: bool = True
    ) -> str:
        with _errors(key), self._reserved() as temporary:
            temporary.write_bytes(data)
            self._keep(key, temporary, if_match, if_absent, is_lasting=is_lasting)
        return hashlib.sha256(data).hexdigest()

    def put_all(self, contents: Mapping[str, bytes | Path], then: Write | None = None) -> str:
        last = {} if then is None else {then.key: then.data}
        with ExitStack() as written:
            temporary = {}
            for key, content in (*contents.items(), *last.items()):
                with _errors(key):
                    temporary[key] = written.enter_context(self._reserved())
                    if isinstance(content, Path):
                        shutil.copyfile(content, temporary[key])
                    else:
                        temporary[key].write_bytes(content)
            # What is empty has nothing that could be missing from it.
            _at_once(_sync_file, {key: path for key, path in temporary.items() if path.stat().st_size})
            for key in contents:
                with _errors(key):
                    self._place(key, temporary[key], None, False)
            if then is not None:
                with _errors(then.key):
                    self._place(then.key, temporary[then.key], then.if_match, then.if_absent)
            _at_once(_sync_folder, {key: self._path(key).parent for key in temporary})
        return "" if then is None else hashlib.sha256(then.data).hexdigest()

    def delete(self, key: str, *, is_lasting: bool = True) -> None:
        path = self._path(key)
        # A folder of other keys' is no object of this one.
        with _errors(key), suppress(FileNotFoundError, NotADirectoryError, IsADirectoryError):
            with self._lock(key):
                path.unlink()
            if is_lasting:
                _sync_folder(path.parent)

    def list(self, prefix: str, *, after: str = "", before: str | None = None) -> Iterator[Listed]:
        folder, _, _ = prefix.rpartition("/")
        start = self._path(folder) if folder else self._objects
        with _errors(prefix):
            for line in self._directory.lines(start, f"{folder}/" if folder else "", Span(after, before)):
                if line.key.startswith(prefix):
                    yield line

    def upload(self, key: str, path: Path) -> str:
        with _errors(key), self._reserved() as temporary:
            shutil.copyfile(path, temporary)
            self._keep(key, temporary)
            return _file_etag(self._path(key))

    def download(self, key: str, path: Path) -> None:
        with _errors(key):
            shutil.copyfile(self._path(key), path)

    def stream(
        self, key: str, chunk: int = _CHUNK, *, start: int = 0, end: int | None = None, etag: str | None = None
    ) -> Iterator[bytes]:
        with _errors(key):
            file = self._path(key).open("rb")
        if etag is not None and hashlib.file_digest(file, "sha256").hexdigest() != etag:
            file.close()
            raise PreconditionFailed(f"{key} has changed")
        return _chunks(file, chunk, start, end)

    def join(self, key: str, keys: Sequence[str]) -> str:
        with _errors(key), self._reserved() as temporary:
            with temporary.open("wb") as whole:
                for one in keys:
                    with _errors(one), self._path(one).open("rb") as part:
                        shutil.copyfileobj(part, whole, _CHUNK)
            self._keep(key, temporary)
            return _file_etag(self._path(key))

    def size(self, key: str) -> int:
        with _errors(key):
            return self._path(key).stat().st_size

    def head(self, key: str) -> Listed:
        with _errors(key):
            path = self._path(key)
            return Listed(key, _file_etag(path), path.stat().st_size)

    def link(self, key: str, seconds: int, name: str) -> str | None:
        return None

    def _path(self, key: str) -> Path:
        return self._objects.joinpath(*map(_segment, key.split("/")))

    def _keep(
        self, key: str, temporary: Path, if_match: str | None = None, if_absent: bool = False, *, is_lasting: bool = True
    ) -> None:
        """Syncs a file, gives it its name, and syncs that where it is to last."""
        _sync_file(temporary)
        self._place(key, temporary, if_match, if_absent)
        if is_lasting:
            _sync_folder(self._path(key).parent)

    def _place(self, key: str, temporary: Path, if_match: str | None, if_absent: bool) -> None:
        """Gives a synced file its name; the folder is the caller's to sync, no lock held: others need not wait for it."""
        path = self._path(key)
        path.parent.mkdir(parents=True, exist_ok=True)
        with self._lock(key):
            if if_absent:
                try:
                    os.link(temporary, path)
                except FileExistsError:
                    raise PreconditionFailed(f"{key} is there already") from None
            else:
                if if_match is not None and (not path.exists() or _file_etag(path) != if_match):
                    raise PreconditionFailed(f"{key} has changed")
                os.replace(temporary, path)

    @contextmanager
    def _reserved(self) -> Iterator[Path]:
        opened, name = tempfile.mkstemp(dir=self._temporary)
        os.close(opened)
        try:
            yield Path(name)
        finally:
            Path(name).unlink(missing_ok=True)

    @contextmanager
    def _lock(self, key: str) -> Iterator[None]:
        number = int.from_bytes(hashlib.sha256(key.encode()).digest()[:4]) % _LOCKS
        with (self._locks / str(number)).open("wb") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield


def _sweep(temporary: Path) -> None:
    """Deletes what writers left that were killed in the middle of a write."""
    for path in temporary.iterdir():
        with suppress(FileNotFoundError):  # Another process sweeps too.
            if time.time() - path.stat().st_mtime > _ABANDONED_SECONDS:
                path.unlink()


def _segment(text: str) -> str:
    if not text:
        raise StoreUnavailable("a key must not have an empty segment")
    encoded = quote(text, safe=_PLAIN)
    return encoded.replace(".", "%2E") if text in (".", "..") else encoded


def _file_etag(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _chunks(file: BinaryIO, size: int, start: int, end: int | None) -> Iterator[bytes]:
    with file:
        file.seek(start)
        left = sys.maxsize if end is None else end - start
        while chunk := file.read(min(size, left)):
            left -= len(chunk)
            yield chunk


def _at_once(sync: Callable[[Path], None], paths: Mapping[str, Path]) -> None:
    """Syncs all, each for its key: of syncs that come together a file system makes one, 5 ms where one by one they take 40."""

    def synced(one: tuple[Path, str]) -> None:
        path, key = one
        with _errors(key):
            sync(path)

    distinct = list({path: key for key, path in paths.items()}.items())
    running = [_syncs().submit(synced, one) for one in distinct[1:]]
    for mine in distinct[:1]:
        synced(mine)
    for one in running:
        one.result()


@cache
def _syncs() -> ThreadPoolExecutor:
    # Kept: a thread takes longer to start than a sync that comes together with others.
    return ThreadPoolExecutor(_SYNCS, thread_name_prefix="sync")


def _sync_file(path: Path) -> None:
    with path.open("rb") as file:
        os.fsync(file.fileno())


def _sync_folder(path: Path) -> None:
    opened = os.open(path, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)


@contextmanager
def _errors(key: str) -> Iterator[None]:
    try:
        yield
    except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
        raise ObjectMissing(f"no object {key}") from None
    except OSError as error:
        raise StoreUnavailable(f"the folder store failed at {key}: {error.strerror}") from error
