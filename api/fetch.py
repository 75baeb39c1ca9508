"""Files that a request names and the service fetches: objects and URLs. A weapon in the wrong hands, so bounded and checked."""

import asyncio
import time
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import httpx

from api.problems import FieldRefused, TooLarge
from jobs.addresses import HostUnknown, NotPublic, address_of
from jobs.errors import ObjectMissing, StoreUnavailable
from jobs.references import ReferenceRefused, named
from settings import Settings

_REDIRECTS = 5


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
    """Writes what a URL gives to `path`, each hop from an address that was looked at: the name is not asked for again.

    Raises `FieldRefused` and `TooLarge`.
    """
    deadline = time.monotonic() + settings.fetch_seconds
    for _ in range(_REDIRECTS + 1):
        answer = _fetched(field, url, settings, deadline, path)
        if not answer.is_redirect:
            break
        url = _joined(field, url, answer.headers["location"])
    else:
        raise FieldRefused(field, f"redirects more than {_REDIRECTS} times")
    if answer.status_code != 200:
        raise FieldRefused(field, f"cannot be fetched: the server answered {answer.status_code}")


def _joined(field: str, url: str, location: str) -> str:
    try:
        return urljoin(url, location)
    except ValueError:
        raise FieldRefused(field, "redirects to something that is no URL") from None


def _fetched(field: str, url: str, settings: Settings, deadline: float, path: Path) -> httpx.Response:
    try:
        parts = urlsplit(url)
        port = parts.port or {"http": 80, "https": 443}[parts.scheme]
        host = parts.hostname or ""
    except (ValueError, KeyError):
        raise FieldRefused(field, "is, or redirects to, something that is no http(s) URL") from None
    if not host or parts.username is not None:
        raise FieldRefused(field, "must be a URL with a host and without a user name")
    address = _address(field, host, port, settings)
    name = f"[{host}]" if ":" in host else host
    headers = {"Host": name if parts.port is None else f"{name}:{port}", "Accept-Encoding": "identity"}
    try:
        request = httpx.Request(
            "GET", httpx.URL(url).copy_with(host=address), headers=headers, extensions={"sni_hostname": host}
        )
        # A loop of its own, for a deadline over all of it: a server that sends a byte now and then never meets a time-out.
        return asyncio.run(_received(field, request, settings, deadline, path))
    except TimeoutError:
        raise FieldRefused(field, f"took longer than {settings.fetch_seconds:g} s to fetch") from None
    except (httpx.HTTPError, httpx.InvalidURL, UnicodeError) as error:
        raise FieldRefused(field, f"cannot be fetched: {type(error).__name__}") from error


async def _received(field: str, request: httpx.Request, settings: Settings, deadline: float, path: Path) -> httpx.Response:
    size = 0
    async with (
        asyncio.timeout(max(0.0, deadline - time.monotonic())),
        httpx.AsyncClient(timeout=settings.fetch_seconds, trust_env=False) as client,
    ):
        answer = await client.send(request, stream=True)
        try:
            with path.open("wb") as file:
                async for piece in answer.aiter_raw():
                    size += len(piece)
                    if size > settings.max_upload_bytes:
                        raise TooLarge(f"{field} is over the limit of {settings.max_upload_bytes} bytes")
                    file.write(piece)
        finally:
            await answer.aclose()
        return answer


def _address(field: str, host: str, port: int, settings: Settings) -> str:
    """An address of the host to connect to. Raises `FieldRefused` where one of its addresses is not public."""
    try:
        return address_of(host, port, settings.allowed_url_hosts)
    except HostUnknown:
        raise FieldRefused(field, f"names the host {host[:100]!r}, which cannot be found") from None
    except NotPublic:
        raise FieldRefused(field, "names a host that is not public; the operator may allow it (ALLOWED_URL_HOSTS)") from None
