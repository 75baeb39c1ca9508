"""Files that a request names and that are needed before it is answered: an example's, a preview's. Bounded and checked."""

from pathlib import Path

from api.problems import FieldRefused, TooLarge
from jobs.errors import ObjectMissing, StoreUnavailable
from jobs.references import ReferenceRefused, ReferenceTooLarge, named
from jobs.urls import Bounds, fetch
from settings import Settings


def fetch_object(field: str, value: str, user_id: str, settings: Settings, path: Path) -> None:
    """Writes what `s3://bucket/key` names to `path`. Raises `FieldRefused` and `TooLarge`."""
    try:
        bucket, key = named(value, user_id, settings)
        if bucket.store.size(key) > settings.max_upload_bytes:
            raise TooLarge(f"{field} is over the limit of {settings.max_upload_bytes} bytes")
        bucket.store.download(key, path)
    except ReferenceRefused as error:
        raise FieldRefused(field, str(error)) from None
    except ObjectMissing:
        raise FieldRefused(field, "names an object that is not there") from None
    except StoreUnavailable as error:
        raise FieldRefused(field, f"cannot be read: {error}") from error


def fetch_url(field: str, url: str, settings: Settings, path: Path) -> None:
    """Writes what a URL gives to `path`. Raises `FieldRefused` and `TooLarge`."""
    try:
        fetch(url, settings, path, Bounds(settings.max_upload_bytes, settings.fetch_seconds))
    except ReferenceTooLarge as error:
        raise TooLarge(f"{field} {error}") from None
    except ReferenceRefused as error:
        raise FieldRefused(field, str(error)) from error
