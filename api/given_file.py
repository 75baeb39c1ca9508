"""What a file string in a request is, and its bytes. One rule, in this order:

1. it begins with `data:`, `s3://` or `http(s)://`: a data URI, an object, a URL;
2. it has a line break, or a comma and is no base64: the CSV's own text;
3. it is base64: the file's bytes;
4. anything else is refused.
"""

import base64
import binascii
import ipaddress
import re
import socket
import time
from urllib.parse import unquote_to_bytes, urljoin, urlsplit

import httpx

from api.problems import FieldRefused, TooLarge
from jobs.errors import ObjectMissing, StoreUnavailable
from jobs.location import object_store
from settings import Settings

_FORMS = "a data URI (data:text/csv;base64,…), base64, s3://bucket/key, an http(s) URL, or the CSV's own text"
_BASE64 = re.compile(r"[A-Za-z0-9+/]+={0,2}")
_TYPES = {"", "text/csv", "text/plain", "application/csv", "application/vnd.ms-excel", "application/octet-stream"}
_REDIRECTS = 5


def read_given_file(field: str, value: str, user_id: str, settings: Settings) -> bytes:
    """The bytes that the string stands for. Blocks.

    Raises `FieldRefused`, which names the field and what is wrong, and `TooLarge`.
    """
    content = _content(field, value, user_id, settings)
    if len(content) > settings.max_upload_bytes:
        raise TooLarge(f"{field} has {len(content)} bytes; at most {settings.max_upload_bytes} are allowed")
    return content


def _content(field: str, value: str, user_id: str, settings: Settings) -> bytes:
    scheme = value[:8].lower()
    if scheme.startswith("data:"):
        return _from_data_uri(field, value)
    if scheme.startswith("s3://"):
        return _from_s3(field, value, user_id, settings)
    if scheme.startswith(("http://", "https://")):
        return _from_url(field, value, settings)
    compact = "".join(value.split())
    is_base64 = len(compact) % 4 == 0 and _BASE64.fullmatch(compact) is not None
    if "," in value or (("\n" in value or "\r" in value) and not (is_base64 and _is_wrapped_base64(value))):
        return value.encode()
    if is_base64:
        return _decoded(field, compact)
    raise FieldRefused(field, f"is no file; give {_FORMS}")


def _is_wrapped_base64(value: str) -> bool:
    """Base64 as mail wraps it: lines of one length of 60 characters or more, but the last."""
    lines = value.split()
    return len(lines) > 1 and len({len(line) for line in lines[:-1]}) == 1 and len(lines[0]) >= 60


def _decoded(field: str, text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise FieldRefused(field, f"is broken base64; give {_FORMS}") from None


def _from_data_uri(field: str, value: str) -> bytes:
    head, comma, body = value[5:].partition(",")
    media_type, *parameters = head.split(";")
    if not comma:
        raise FieldRefused(field, "is a data URI without a comma; it must be data:text/csv;base64,…")
    if media_type.strip().lower() not in _TYPES:
        raise FieldRefused(field, f"is a data URI of type {media_type[:60]!r}; a CSV is text/csv")
    if "base64" in [parameter.strip().lower() for parameter in parameters]:
        return _decoded(field, "".join(body.split()))
    return unquote_to_bytes(body)


def _from_s3(field: str, value: str, user_id: str, settings: Settings) -> bytes:
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
        return store.get(key).data
    except ObjectMissing:
        raise FieldRefused(field, "names an object that is not there") from None
    except StoreUnavailable as error:
        raise FieldRefused(field, f"cannot be read: {error}") from error


def _from_url(field: str, url: str, settings: Settings) -> bytes:
    """Fetches a URL, each hop from an address that was looked at: the name is not asked for a second time."""
    deadline = time.monotonic() + settings.fetch_seconds
    for _ in range(_REDIRECTS + 1):
        answer, content = _fetched(field, url, settings, deadline)
        if not answer.is_redirect:
            break
        url = urljoin(url, answer.headers["location"])
    else:
        raise FieldRefused(field, f"redirects more than {_REDIRECTS} times")
    if answer.status_code != 200:
        raise FieldRefused(field, f"cannot be fetched: the server answered {answer.status_code}")
    return content


def _fetched(field: str, url: str, settings: Settings, deadline: float) -> tuple[httpx.Response, bytes]:
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
    content = bytearray()
    try:
        with (
            httpx.Client(timeout=settings.fetch_seconds, trust_env=False) as client,
            client.stream("GET", target, headers=headers, extensions={"sni_hostname": host}) as answer,
        ):
            for piece in answer.iter_raw():
                content += piece
                if len(content) > settings.max_upload_bytes:
                    raise TooLarge(f"{field} is over the limit of {settings.max_upload_bytes} bytes")
                if time.monotonic() > deadline:
                    raise FieldRefused(field, f"took longer than {settings.fetch_seconds:g} s to fetch")
            return answer, bytes(content)
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
