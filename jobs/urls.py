"""What a URL gives, written to a file: each hop from an address that was looked at, within bounds of size and time.

A connection that breaks is made again, and the rest is asked for where the server can give it (RFC 9110, Range and If-Range).
Each time the name is looked up and its addresses are looked at anew, and the connection goes to the one that was looked at.
"""

import asyncio
import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO
from urllib.parse import SplitResult, urljoin, urlsplit

import httpx

from jobs.addresses import HostUnknown, NotPublic, address_of
from jobs.references import ReferenceRefused, ReferenceTooLarge
from settings import Settings

_REDIRECTS = 5
# One that breaks off so often in a row, and brings nothing in between, is given up.
_BREAKS_BORNE = 5
_PAUSE_SECONDS = 0.5
_CONTENT_RANGE = re.compile(r"bytes (\d+)-\d+/(\d+|\*)")


@dataclass(frozen=True)
class Bounds:
    """How large it may be, for how long nothing may come, and how long all of it may take.

    Where `least_rate` is given, bytes a second, so much more time is given as what has come allows.
    """

    bytes: int
    seconds: float
    least_rate: float | None = None

    def due(self, began: float, received: int) -> float:
        """Until when, by the monotonic clock, the next bytes have to be there."""
        return began + self.seconds + (received / self.least_rate if self.least_rate is not None else 0.0)


@dataclass(frozen=True)
class Received:
    """How much there is, of how much, and what the server calls this state of it; None where it says neither."""

    size: int
    total: int | None
    etag: str | None


def look_at(url: str, settings: Settings) -> None:
    """Raises `ReferenceRefused` for a URL that is none, or whose host is not public or cannot be found."""
    _address(_parts(url), settings)


def fetch(
    url: str,
    settings: Settings,
    path: Path,
    bounds: Bounds,
    *,
    etag: str | None = None,
    told: Callable[[Received], None] = lambda _: None,
    resumes: bool = False,
) -> Received:
    """Writes what the URL gives to `path`; `told` hears how much there is as it comes.

    With an `etag` it has to be the state that is called so. Blocks. Raises `ReferenceRefused` and `ReferenceTooLarge`.
    """
    with path.open("wb") as file:
        fetching = _Fetching(url, settings, file, bounds, etag, told)
        breaks, before = 0, -1
        while True:
            try:
                # A loop of its own, for a deadline over all of it: a server that sends a byte now and then meets no time-out.
                return asyncio.run(fetching.once())
            except TimeoutError:
                raise ReferenceRefused(f"took longer than {bounds.seconds:g} s to fetch") from None
            except (httpx.InvalidURL, UnicodeError) as error:
                raise ReferenceRefused(f"cannot be fetched: {type(error).__name__}") from error
            except httpx.HTTPError as error:
                breaks = breaks + 1 if fetching.size <= before else 1
                if not resumes or breaks > _BREAKS_BORNE:
                    raise ReferenceRefused(f"cannot be fetched: {type(error).__name__}") from error
                before = fetching.size
                time.sleep(_PAUSE_SECONDS * breaks)


class _Fetching:
    """One file on its way, over as many connections as it takes."""

    def __init__(
        self,
        url: str,
        settings: Settings,
        file: BinaryIO,
        bounds: Bounds,
        etag: str | None,
        told: Callable[[Received], None],
    ) -> None:
        self._url, self._settings, self._file, self._bounds = url, settings, file, bounds
        self._wanted, self._told = etag, told
        self._state: str | None = None
        self._began = time.monotonic()
        self.size = 0

    async def once(self) -> Received:
        """All that is missing, over one connection. Raises `httpx.HTTPError` where that breaks, `TimeoutError`."""
        url = self._url
        for _ in range(_REDIRECTS + 1):
            async with asyncio.timeout(max(0.0, self._bounds.due(self._began, self.size) - time.monotonic())) as limit:
                async with httpx.AsyncClient(timeout=self._bounds.seconds, trust_env=False) as client:
                    answer = await client.send(self._request(url), stream=True)
                    try:
                        if not answer.is_redirect:
                            return await self._received(answer, limit)
                    finally:
                        await answer.aclose()
            url = _joined(url, answer.headers["location"])
        raise ReferenceRefused(f"redirects more than {_REDIRECTS} times")

    def _request(self, url: str) -> httpx.Request:
        parts = _parts(url)
        host = parts.hostname or ""
        address = _address(parts, self._settings)
        name = f"[{host}]" if ":" in host else host
        headers = {"Host": name if parts.port is None else f"{name}:{parts.port}", "Accept-Encoding": "identity"}
        if self.size and self._state is not None:
            headers |= {"Range": f"bytes={self.size}-", "If-Range": self._state}
        at_address = httpx.URL(url).copy_with(host=address)
        return httpx.Request("GET", at_address, headers=headers, extensions={"sni_hostname": host})

    async def _received(self, answer: httpx.Response, limit: asyncio.Timeout) -> Received:
        total = self._begin(answer)
        async for piece in answer.aiter_raw():
            self.size += len(piece)
            self._require_room(self.size)
            self._file.write(piece)
            limit.reschedule(asyncio.get_running_loop().time() + self._bounds.due(self._began, self.size) - time.monotonic())
            self._told(Received(self.size, total, self._state))
        if total is not None and self.size < total:
            raise httpx.RemoteProtocolError("the body ended before its end")
        return Received(self.size, total, self._state)

    def _begin(self, answer: httpx.Response) -> int | None:
        """Where what follows belongs, and how much there is in all. Raises `ReferenceRefused` and `ReferenceTooLarge`."""
        if answer.status_code not in (200, 206):
            raise ReferenceRefused(f"cannot be fetched: the server answered {answer.status_code}")
        state = answer.headers.get("etag")
        if self._wanted is not None and state != self._wanted:
            raise ReferenceRefused("has changed since it was first fetched; submit it again")
        part = _CONTENT_RANGE.fullmatch(answer.headers.get("content-range", ""))
        if answer.status_code == 206:
            if part is None or int(part[1]) != self.size:
                raise ReferenceRefused("cannot be fetched: the server answered with another range")
            total = int(part[2]) if part[2] != "*" else None
        else:
            length = answer.headers.get("content-length", "")
            total = int(length) if length.isdigit() else None
            # From its beginning, since the server cannot give the rest, or has another state of it.
            self._file.seek(0)
            self._file.truncate()
            self.size = 0
        # A weak one may stand for other bytes.
        self._state = state if state and not state.startswith("W/") else None
        self._require_room(total or 0)
        return total

    def _require_room(self, size: int) -> None:
        if size > self._bounds.bytes:
            raise ReferenceTooLarge(f"is over the limit of {self._bounds.bytes} bytes")


def _parts(url: str) -> SplitResult:
    try:
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or parts.port == 0:
            raise ValueError
    except ValueError:
        raise ReferenceRefused("is, or redirects to, something that is no http(s) URL") from None
    if not parts.hostname or parts.username is not None:
        raise ReferenceRefused("must be a URL with a host and without a user name")
    return parts


def _joined(url: str, location: str) -> str:
    try:
        return urljoin(url, location)
    except ValueError:
        raise ReferenceRefused("redirects to something that is no URL") from None


def _address(parts: SplitResult, settings: Settings) -> str:
    """An address of the host to connect to. Raises `ReferenceRefused` where one of its addresses is not public."""
    host = parts.hostname or ""
    try:
        return address_of(host, parts.port or {"http": 80, "https": 443}[parts.scheme], settings.allowed_url_hosts)
    except HostUnknown:
        raise ReferenceRefused(f"names the host {host[:100]!r}, which cannot be found") from None
    except NotPublic:
        raise ReferenceRefused("names a host that is not public; the operator may allow it (ALLOWED_URL_HOSTS)") from None
