"""What a URL gives: fetched over as many connections as it takes, each to an address that was looked at."""

import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from jobs import urls
from jobs.references import ReferenceRefused, ReferenceTooLarge
from jobs.urls import Bounds, Received, fetch, look_at
from settings import Settings

CONTENT = bytes(range(256)) * 4000
BOUNDS = Bounds(10 << 20, 10)


@dataclass
class Server:
    """Serves one file; breaks off where it is told to, and keeps what it was asked."""

    breaks: list[int] = field(default_factory=list)
    etag: str = '"1"'
    content: bytes = CONTENT
    knows_ranges: bool = True
    asked: list[str | None] = field(default_factory=list)
    url: str = ""

    def answer(self, handler: BaseHTTPRequestHandler) -> None:
        asked = handler.headers["Range"]
        self.asked.append(asked)
        start = 0
        if asked and self.knows_ranges and handler.headers["If-Range"] == self.etag:
            start = int(asked.removeprefix("bytes=").rstrip("-"))
            handler.send_response(206)
            handler.send_header("Content-Range", f"bytes {start}-{len(self.content) - 1}/{len(self.content)}")
        else:
            handler.send_response(200)
        handler.send_header("Content-Length", str(len(self.content) - start))
        handler.send_header("ETag", self.etag)
        handler.end_headers()
        end = self.breaks.pop(0) if self.breaks else len(self.content)
        handler.wfile.write(self.content[start:end])
        handler.wfile.flush()
        if end < len(self.content):
            handler.connection.shutdown(socket.SHUT_RDWR)


@pytest.fixture
def server() -> Iterator[Server]:
    served = Server()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            served.answer(self)

        def log_message(self, format: str, *args: object) -> None:
            """Says nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as listening:
        thread = threading.Thread(target=listening.serve_forever)
        thread.start()
        served.url = f"http://localhost:{listening.server_port}/x.csv"
        yield served
        listening.shutdown()
        thread.join()


@pytest.fixture
def settings(monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.setattr(urls, "_PAUSE_SECONDS", 0)
    return Settings(allowed_url_hosts=("localhost",), _env_file=None)


def test_where_a_connection_breaks_the_rest_is_asked_for(server: Server, settings: Settings, tmp_path: Path) -> None:
    server.breaks = [300_000, 700_000]
    told: list[Received] = []

    got = fetch(server.url, settings, tmp_path / "x", BOUNDS, resumes=True, told=told.append)

    assert (tmp_path / "x").read_bytes() == CONTENT
    assert got == Received(len(CONTENT), len(CONTENT), '"1"')
    assert server.asked == [None, "bytes=300000-", "bytes=700000-"]
    assert [one.size for one in told] == sorted(one.size for one in told)


@pytest.mark.parametrize("etag", ['"1"', 'W/"1"'])
def test_a_server_without_ranges_is_asked_for_all_again(server: Server, settings: Settings, tmp_path: Path, etag: str) -> None:
    server.breaks, server.knows_ranges, server.etag = [300_000], False, etag

    fetch(server.url, settings, tmp_path / "x", BOUNDS, resumes=True)

    assert (tmp_path / "x").read_bytes() == CONTENT


def test_a_file_that_changes_between_two_connections_is_fetched_from_its_beginning(
    server: Server, settings: Settings, tmp_path: Path
) -> None:
    server.breaks = [300_000]
    changed = b"b" * len(CONTENT)

    def told(_: Received) -> None:
        server.etag, server.content = '"2"', changed

    got = fetch(server.url, settings, tmp_path / "x", BOUNDS, resumes=True, told=told)

    assert (tmp_path / "x").read_bytes() == changed
    assert got.etag == '"2"'


def test_one_that_has_another_state_than_the_wanted_is_refused(server: Server, settings: Settings, tmp_path: Path) -> None:
    with pytest.raises(ReferenceRefused, match="has changed"):
        fetch(server.url, settings, tmp_path / "x", BOUNDS, etag='"0"')


def test_a_server_that_breaks_off_and_brings_nothing_is_given_up(server: Server, settings: Settings, tmp_path: Path) -> None:
    server.breaks = [300_000] * 20

    with pytest.raises(ReferenceRefused, match="cannot be fetched"):
        fetch(server.url, settings, tmp_path / "x", BOUNDS, resumes=True)

    assert len(server.asked) < 10


def test_a_file_over_the_limit_is_refused_before_it_is_read(server: Server, settings: Settings, tmp_path: Path) -> None:
    with pytest.raises(ReferenceTooLarge):
        fetch(server.url, settings, tmp_path / "x", Bounds(1000, 10))

    assert (tmp_path / "x").read_bytes() == b""


def test_each_connection_goes_to_an_address_that_was_looked_at(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A name that leads to the internet when it is looked at, and into the private network at the next connection."""
    monkeypatch.setattr(urls, "_PAUSE_SECONDS", 0)
    settings = Settings(_env_file=None)
    found = iter(["93.184.216.34", "127.0.0.1"])
    asked: list[str] = []

    def resolved(host: str, port: int, **_: object) -> list[tuple[object, ...]]:
        asked.append(host)
        return [(None, None, None, "", (next(found), port))]

    monkeypatch.setattr(socket, "getaddrinfo", resolved)
    look_at(server.url.replace("localhost", "rebinding.example"), settings)

    with pytest.raises(ReferenceRefused, match="not public"):
        fetch(server.url.replace("localhost", "rebinding.example"), settings, tmp_path / "x", BOUNDS, resumes=True)

    assert asked == ["rebinding.example"] * 2
    assert server.asked == []


@pytest.mark.parametrize(
    "url",
    ["http://127.0.0.1/x", "http://[::1]/x", "http://user@example.org/", "ftp://example.org/", "http://:80/", "http://x:0/"],
)
def test_a_url_that_leads_nowhere_or_inside_is_refused_when_it_is_looked_at(url: str) -> None:
    with pytest.raises(ReferenceRefused):
        look_at(url, Settings(_env_file=None))
