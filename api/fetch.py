"""Files that a request names and the service fetches: objects and URLs. A weapon in the wrong hands, so bounded and checked."""

import ipaddress
import socket
import time
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import httpx

from api.problems import FieldRefused, TooLarge
from jobs.errors import ObjectMissing, StoreUnavailable
from jobs.location import object_store
from settings import Settings

_REDIRECTS = 5


def fetch_object(field: str, value: str, user_id: str, settings: Settings, path: Path) -> None:
    """Writes what `s3://bucket/key` names to `path`. Raises `FieldRefused` and `TooLarge`."""
    bucket, _, key = value[5:].partition("/")
    is_own = settings.aws_bucket_name is not None and bucket == settings.aws_bucket_name
    # In the service's own bucket a user reads what is theirs, nobody else's.
    if is_own and not key.startswith(f"files/{user_id}/"):
        raise FieldRefused(field, "names an object that is not this user's")
    if not is_own and bucket not in settings.allowed_buckets:
        raise FieldRefused(field, f"names the bucket {bucket[:63]!r}, which the operator has not allowed (ALLOWED_BUCKETS)")
    store = object_store(settings.model_copy(update={"aws_bucket_name": bucket}))
    try:
        if store.size(key) > settings.max_upload_bytes:
            raise TooLarge(f"{field} is over the limit of {settings.max_upload_bytes} bytes")
        store.download(key, path)
    except ObjectMissing:
        raise FieldRefused(field, "names an object that is not there") from None
    except StoreUnavailable as error:
        raise FieldRefused(field, f"cannot be read: {error}") from error


def fetch_url(field: str, url: str, settings: Settings, path: Path) -> None:
    """Writes what a URL gives to `path`, each hop from an address that was looked at: the name is not asked for again.

    Raises `FieldRefused` and `TooLarge`.
    """
    deadline = time.monotonic() + settings.fetch_seconds
    for _ in range(_REDIRECTS + 1):
        answer = _fetched(field, url, settings, deadline, path)
        if not answer.is_redirect:
            break
        url = urljoin(url, answer.headers["location"])
    else:
        raise FieldRefused(field, f"redirects more than {_REDIRECTS} times")
    if answer.status_code != 200:
        raise FieldRefused(field, f"cannot be fetched: the server answered {answer.status_code}")


def _fetched(field: str, url: str, settings: Settings, deadline: float, path: Path) -> httpx.Response:
    parts = urlsplit(url)
    try:
        port = parts.port or {"http": 80, "https": 443}[parts.scheme]
    except (ValueError, KeyError):
        raise FieldRefused(field, "is, or redirects to, something that is no http(s) URL") from None
    host = parts.hostname or ""
    if not host or parts.username is not None:
        raise FieldRefused(field, "must be a URL with a host and without a user name")
    address = _address(field, host, port, settings)
    target = httpx.URL(url).copy_with(host=address)
    headers = {"Host": host if parts.port is None else f"{host}:{port}", "Accept-Encoding": "identity"}
    size = 0
    try:
        with (
            httpx.Client(timeout=settings.fetch_seconds, trust_env=False) as client,
            client.stream("GET", target, headers=headers, extensions={"sni_hostname": host}) as answer,
            path.open("wb") as file,
        ):
            for piece in answer.iter_raw():
                size += len(piece)
                if size > settings.max_upload_bytes:
                    raise TooLarge(f"{field} is over the limit of {settings.max_upload_bytes} bytes")
                file.write(piece)
                if time.monotonic() > deadline:
                    raise FieldRefused(field, f"took longer than {settings.fetch_seconds:g} s to fetch")
            return answer
    except httpx.HTTPError as error:
        raise FieldRefused(field, f"cannot be fetched: {type(error).__name__}") from error


def _address(field: str, host: str, port: int, settings: Settings) -> str:
    """An address of the host to connect to. Raises `FieldRefused` where one of its addresses is not public."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise FieldRefused(field, f"names the host {host[:100]!r}, which cannot be found") from None
    addresses = [str(entry[4][0]) for entry in found]
    if host not in settings.allowed_url_hosts and not all(map(_is_public, addresses)):
        raise FieldRefused(field, "names a host that is not public; the operator may allow it (ALLOWED_URL_HOSTS)")
    return addresses[0]


def _is_public(text: str) -> bool:
    address = ipaddress.ip_address(text.partition("%")[0])
    mapped = getattr(address, "ipv4_mapped", None)
    address = mapped or address
    return address.is_global and not address.is_multicast
