"""Objects that a request names where they lie: who may name which, and how they are read in the state that they had then.

A service that reads what a client names is a weapon in the wrong hands: a name is looked at here when a request comes, and
again whenever its object is read.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from jobs.errors import JobError
from jobs.location import OWN_FOLDERS, object_store
from jobs.objects import Listed, ObjectStore
from settings import Settings

SOURCE = "source.json"
"""A job's file that says where its input lies."""
ALL = "*"
"""What stands at the end of an address that means all objects under a prefix."""


class ReferenceRefused(JobError):
    """An object that this user may not name, or that is not as it is to be; `str(error)` follows the name of a field."""


class InputRefused(JobError):
    """A job's input that cannot be had from where it lies, so that the job fails; `title` is what the problem is called."""

    def __init__(self, title: str, detail: str) -> None:
        super().__init__(title, detail)
        self.title, self.detail = title, detail

    def __str__(self) -> str:
        return self.detail


class ReferenceTooLarge(JobError):
    """Something that a request names and that is larger than may be read."""


@dataclass(frozen=True)
class Bucket:
    """A bucket that a client named, and the store that reads it."""

    name: str
    store: ObjectStore

    def address(self, key: str) -> str:
        """The address of one of its objects."""
        return f"s3://{self.name}/{key}"


def named(address: str, user_id: str, settings: Settings) -> tuple[Bucket, str]:
    """The bucket, and the key in it, of `s3://bucket/key`. Raises `ReferenceRefused` for an object that is not to be named."""
    bucket, _, key = address[5:].partition("/")
    require_allowed(bucket, key, user_id, settings)
    return Bucket(bucket, object_store(settings.model_copy(update={"aws_bucket_name": bucket}))), key


def require_allowed(bucket: str, key: str, user_id: str, settings: Settings) -> None:
    """Raises `ReferenceRefused` for an object that this user may not name."""
    if settings.aws_bucket_name is not None and bucket == settings.aws_bucket_name:
        segments = key.split("/")
        # Some servers of S3's protocol resolve such a key as a path, and the prefix would say nothing.
        if {"", ".", ".."} & {*segments}:
            raise ReferenceRefused("names an object with an empty segment, . or .. in its key")
        # In the service's own bucket a user reads what is theirs, and what the operator has put beside it.
        if segments[0] in OWN_FOLDERS:
            if segments[:2] != ["files", user_id]:
                raise ReferenceRefused("names an object that is not this user's")
            return
    if bucket not in settings.allowed_buckets:
        raise ReferenceRefused(f"names the bucket {bucket[:63]!r}, which the operator has not allowed (ALLOWED_BUCKETS)")


def listed(address: str, user_id: str, settings: Settings, most: int) -> tuple[Bucket, list[Listed]]:
    """The objects that `s3://bucket/prefix/*` stands for, without those that end in `/`, each one that the user may name.

    Raises `ReferenceRefused`, also for none and for more than `most`; `StoreUnavailable`.
    """
    bucket, key = named(address, user_id, settings)
    prefix = key.removesuffix(ALL)
    if ALL in prefix or (prefix and not prefix.endswith("/")):
        raise ReferenceRefused("may have one * alone, as all that follows a prefix: s3://bucket/prefix/*")
    found: list[Listed] = []
    for one in _files(bucket.store.list(prefix)):
        require_allowed(bucket.name, one.key, user_id, settings)
        if len(found) == most:
            raise ReferenceRefused(f"names a prefix with more than {most} objects; at most {most} are converted in one job")
        found.append(one)
    if not found:
        raise ReferenceRefused("names a prefix without an object")
    return bucket, found


def _files(objects: Iterator[Listed]) -> Iterator[Listed]:
    # Consoles mark folders so.
    return (one for one in objects if not one.key.endswith("/"))
