"""What is sent with a request that makes a job: its files, and which converter is meant."""

import os
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

from client.files import File, Watcher
from client.models import Job, Named
from client.steps import Request

GRACE_SECONDS = 30.0
"""What comes after what the service has waited for."""


def format_of(to: str | os.PathLike[str]) -> dict[str, str]:
    """The field that says how an output of this name is written; none for a plain CSV."""
    name = os.fspath(to).lower()
    return next(({"output_format": one} for one in ("csv.gz", "xlsx") if name.endswith(f".{one}")), {})


def chosen(converter: Job | str | Named | bytes) -> dict[str, Any]:
    """The fields that name a converter, or hold it."""
    if isinstance(converter, bytes):
        return {"converter_sql": converter.decode()}
    if isinstance(converter, Named):
        return {"converter": converter.name, "version": converter.version}
    return {"job_id": id_of(converter)}


def id_of(job: Job | str) -> str:
    """The id of a job, or of what is one already."""
    return job.job_id if isinstance(job, Job) else job


def posted(
    path: str,
    fields: Mapping[str, Any],
    files: Mapping[str, File | str | Sequence[File | str]],
    headers: Mapping[str, str] = MappingProxyType({}),
    held: int = 0,
    watcher: Watcher | None = None,
) -> Request:
    """A request with files as they are; all that is sent with it makes it repeatable, or it changes nothing."""
    sent = {name: one for name, one in files.items() if not isinstance(one, str) and not _are_addresses(one)}
    addresses = {name: one for name, one in files.items() if name not in sent}
    told = {name: value for name, value in {**fields, **addresses}.items() if value is not None}
    return Request(
        "POST", path, headers=headers, fields=told, files=sent, silence_seconds=held + GRACE_SECONDS, watcher=watcher
    )


def _are_addresses(files: File | Sequence[File | str]) -> bool:
    return not isinstance(files, File) and all(isinstance(one, str) for one in files)
