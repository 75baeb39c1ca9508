"""`ops/Caddyfile`: Debian's Caddy takes it, and what stands behind it is reached by TLS, events at once."""

import os
import socket
import ssl
import subprocess
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.debian import needs
from tests.integration.service import eventually, free_port

pytestmark = [pytest.mark.integration, needs("caddy", "caddy")]
CADDYFILE = Path(__file__).parents[2] / "ops" / "Caddyfile"


class Events:
    """A service that sends one event and the next only when the first has arrived."""

    def __init__(self) -> None:
        self.arrived = threading.Event()
        arrived = self.arrived

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self.send_response(200)
                self.send_header("Content-Type", "text/event-stream")
                self.end_headers()
                self.wfile.write(b"data: queued\n\n")
                self.wfile.flush()
                if arrived.wait(20):
                    self.wfile.write(b"data: ended\n\n")

            def log_message(self, *_: Any) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()


@pytest.fixture
def events() -> Iterator[Events]:
    made = Events()
    yield made
    made.server.shutdown()


@pytest.fixture
def caddy(tmp_path: Path, events: Events) -> Iterator[str]:
    """The Caddyfile as it stands, for a name whose certificate Caddy signs itself, on a port of its own."""
    port = free_port()
    text = CADDYFILE.read_text().replace("admin off", f"admin off\n\tskip_install_trust\n\thttp_port {free_port()}")
    assert "skip_install_trust" in text
    (tmp_path / "Caddyfile").write_text(text)
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(tmp_path),
        "DOMAIN": f"https://localhost:{port}",
        "SERVICE": f"127.0.0.1:{events.server.server_port}",
    }
    with (tmp_path / "log").open("wb") as log:
        process = subprocess.Popen(
            ["caddy", "run", "--config", tmp_path / "Caddyfile"], env=environment, cwd=tmp_path, stdout=log, stderr=log
        )
    eventually(lambda: _accepts(port), 30)
    yield f"https://localhost:{port}"
    process.terminate()
    process.wait(10)


def _accepts(port: int) -> bool:
    try:
        socket.create_connection(("localhost", port), 1).close()
    except OSError:
        return False
    return True


def _authority(tmp_path: Path) -> ssl.SSLContext:
    (root,) = eventually(lambda: list(tmp_path.rglob("authorities/local/root.crt")), 30)
    return ssl.create_default_context(cafile=str(root))


def test_an_event_comes_through_before_the_next_is_sent(caddy: str, events: Events, tmp_path: Path) -> None:
    with httpx.Client(verify=_authority(tmp_path), timeout=20) as client, client.stream("GET", f"{caddy}/events") as answer:
        lines = answer.iter_lines()
        first = next(lines)
        events.arrived.set()
        rest = [line for line in lines if line]

    assert first == "data: queued"
    assert rest == ["data: ended"]
    assert answer.headers["Strict-Transport-Security"] == "max-age=31536000"


def test_caddy_takes_the_file_as_it_stands(tmp_path: Path) -> None:
    environment = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), "DOMAIN": "converter.example.com"}

    done = subprocess.run(
        ["caddy", "validate", "--adapter", "caddyfile", "--config", CADDYFILE], env=environment, capture_output=True, text=True
    )

    assert done.returncode == 0, done.stderr
