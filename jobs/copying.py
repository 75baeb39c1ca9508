"""A copy of a store that can be put back: for a backup, or to move from a folder to a bucket.

It may be made while the service runs. Records are copied before files, since whatever a record names was written before it; and
a record that is open gets its marker from itself, since the store's own may be gone by the time that it is looked for.
"""

import tempfile
from dataclasses import dataclass
from pathlib import Path

from jobs.errors import BackupRefused, ObjectMissing
from jobs.location import OWN_FOLDERS
from jobs.objects import Listed, ObjectStore
from jobs.open_job import PREFIX, OpenJob
from jobs.record import JobRecord

_RECORDS, _FILES = "jobs/", "files/"
# A probe is nobody's, and markers follow from the records.
_OTHERS = sorted(f"{name}/" for name in OWN_FOLDERS - {"jobs", "files", "open", "probe"})


@dataclass(frozen=True)
class Copied:
    """What a copy took: objects looked at, those of them that had to be written, and what was taken away since it is gone."""

    objects: int
    written: int
    deleted: int


def mirror(source: ObjectStore, target: ObjectStore) -> Copied:
    """Makes `target` hold what `source` does, writing only what differs. Raises `StoreUnavailable`."""
    copying = _Copying(source, target)
    for prefix in _OTHERS:
        copying.objects(prefix)
    copying.records()
    copying.files()
    for prefix in (_RECORDS, _FILES, *_OTHERS):
        copying.delete_gone(prefix)
    return Copied(copying.looked_at, copying.written, copying.deleted)


def restore(source: ObjectStore, target: ObjectStore) -> Copied:
    """Fills a store that has no jobs yet. Raises `BackupRefused` where it has, or where the source has none."""
    if _any(target, _RECORDS) or _any(target, _FILES):
        raise BackupRefused("there are jobs in the store already; a backup is put into an empty one only")
    if not _any(source, _RECORDS):
        raise BackupRefused("there are no jobs in the backup; is it the right folder?")
    return mirror(source, target)


def _any(store: ObjectStore, prefix: str) -> bool:
    return next(store.list(prefix), None) is not None


class _Copying:
    """One run over both stores."""

    def __init__(self, source: ObjectStore, target: ObjectStore) -> None:
        self._source, self._target = source, target
        self.looked_at = self.written = self.deleted = 0
        self._changed: set[str] = set()

    def objects(self, prefix: str) -> None:
        """Small objects, which are compared by their bytes."""
        for item in self._source.list(prefix):
            self._put(item)

    def records(self) -> None:
        """The records, and a marker for each that is open."""
        wanted = set()
        for item in self._source.list(_RECORDS):
            data, is_new = self._put(item)
            if is_new:
                self._changed.add(_folder_of_record(item.key))
            record = _parsed(data)
            if record is not None and not record.status.is_final:
                wanted.add(OpenJob.of(record).marker)
        here = {item.key for item in self._target.list(PREFIX)}
        for marker in wanted - here:
            self._target.put(marker, b"")
        for marker in here - wanted:
            self._target.delete(marker)

    def files(self) -> None:
        """Files, of any size; those whose record is as it was, and whose size is the same, are there already."""
        here = {item.key: item.size for item in self._target.list(_FILES)}
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder, "file")
            for item in self._source.list(_FILES):
                self.looked_at += 1
                if here.get(item.key) == item.size and _folder_of_file(item.key) not in self._changed:
                    continue
                try:
                    self._source.download(item.key, path)
                except ObjectMissing:
                    continue  # Deleted meanwhile.
                self._target.upload(item.key, path)
                self.written += 1

    def delete_gone(self, prefix: str) -> None:
        """Takes away from the target what the source has no more."""
        there = {item.key for item in self._source.list(prefix)}
        for item in list(self._target.list(prefix)):
            if item.key not in there:
                self._target.delete(item.key)
                self.deleted += 1

    def _put(self, item: Listed) -> tuple[bytes, bool]:
        """The object's bytes, and whether the target had others."""
        self.looked_at += 1
        try:
            data = self._source.get(item.key).data
        except ObjectMissing:
            return b"", False
        try:
            if self._target.get(item.key).data == data:
                return data, False
        except ObjectMissing:
            pass
        self._target.put(item.key, data)
        self.written += 1
        return data, True


def _parsed(data: bytes) -> JobRecord | None:
    """None for a record that is damaged: it is copied as it is."""
    try:
        return JobRecord.model_validate_json(data)
    except ValueError:
        return None


def _folder_of_record(key: str) -> str:
    """`ada/1` of `jobs/ada/1.json` and `jobs/ada/named/1.json`."""
    user_id, *_, name = key.removeprefix(_RECORDS).split("/")
    return f"{user_id}/{name.removesuffix('.json')}"


def _folder_of_file(key: str) -> str:
    """`ada/1` of `files/ada/1/input.csv`."""
    return "/".join(key.removeprefix(_FILES).split("/")[:2])
