"""The files of jobs as objects of the store: where they lie, how they are written and taken away.

files/{user_id}/{job_id}/NAME             what was given
files/{user_id}/{job_id}/attempts/ID/NAME what an attempt made; the record says which one won
files/{user_id}/{job_id}/parts/NAME       pieces of work, kept for the attempts that follow
"""

from collections.abc import Mapping, Set
from pathlib import Path

from jobs.objects import ObjectStore
from jobs.record import JobRecord

Content = bytes | Path | tuple[str, ...]
"""What a file is made of: bytes, a local file, or objects of the store one after the other."""


def put_files(objects: ObjectStore, folder: str, files: Mapping[str, Content]) -> dict[str, str]:
    """Writes files into a folder of the store; gives their keys by name."""
    keys, left = joined(objects, folder, files)
    objects.put_all(left)
    return keys


def joined(objects: ObjectStore, folder: str, files: Mapping[str, Content]) -> tuple[dict[str, str], dict[str, bytes | Path]]:
    """Writes those files that are made of the store's own objects; gives the keys of all by name, and what is left by key."""
    keys = {name: f"{folder}{name}" for name in files}
    left: dict[str, bytes | Path] = {}
    for name, content in files.items():
        if isinstance(content, tuple):
            objects.join(keys[name], content)
        else:
            left[keys[name]] = content
    return keys, left


def delete_all(objects: ObjectStore, prefix: str, keep: Set[str] = frozenset()) -> None:
    """Deletes what lies under a prefix, but for these keys."""
    for item in list(objects.list(prefix)):
        if item.key not in keep:
            objects.delete(item.key)


def folder_of(record: JobRecord) -> str:
    """Where a job's files lie."""
    return f"files/{record.user_id}/{record.job_id}/"


def parts_of(record: JobRecord) -> str:
    """Where the kept pieces of a job's work lie."""
    return f"{folder_of(record)}parts/"
