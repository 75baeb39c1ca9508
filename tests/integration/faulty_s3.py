"""An S3 server that fails on demand: a proxy in front of another one, over HTTP like the real thing."""

import http.client
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit


class Fault(StrEnum):
    """What becomes of a request."""

    NONE = "none"
    UNAVAILABLE = "answered 503"
    SLOW = "answered late"
    LOST_REPLY = "carried out, and the reply lost"


class FaultyS3:
    """The proxy. `fault` is what happens to the requests of now; `left` bounds to how many."""

    def __init__(self, behind: str) -> None:
        self.fault, self.left = Fault.NONE, 0
        self.happened = 0
        self._lock = threading.Lock()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self, urlsplit(behind).netloc))
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}"

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    @contextmanager
    def failing(self, fault: Fault, times: int = 1 << 30) -> Iterator[None]:
        """Has the next requests fail so, until the end of the block."""
        self.fault, self.left, self.happened = fault, times, 0
        try:
            yield
        finally:
            self.fault = Fault.NONE

    def fate(self, method: str) -> Fault:
        """What becomes of this request. Only a write's reply is worth losing."""
        with self._lock:
            if self.left <= 0 or self.fault is Fault.NONE or (self.fault is Fault.LOST_REPLY and method != "PUT"):
                return Fault.NONE
            self.left -= 1
            self.happened += 1
            return self.fault


def _handler(proxy: FaultyS3, behind: str) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def forward(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            fate = proxy.fate(self.command)
            if fate is Fault.UNAVAILABLE:
                self.answer(503, [], b"<Error><Code>ServiceUnavailable</Code></Error>")
                return
            if fate is Fault.SLOW:
                time.sleep(1.0)
            connection = http.client.HTTPConnection(behind)
            connection.request(self.command, self.path, body, dict(self.headers))
            reply = connection.getresponse()
            content = reply.read()
            if fate is Fault.LOST_REPLY:
                self.close_connection = True
                return
            self.answer(reply.status, reply.getheaders(), content)

        do_GET = do_PUT = do_POST = do_DELETE = do_HEAD = forward

        def answer(self, status: int, headers: list[tuple[str, str]], body: bytes) -> None:
            self.send_response_only(status)
            for name, value in headers:
                if name.lower() not in ("connection", "transfer-encoding", "content-length"):
                    self.send_header(name, value)
            length = dict(headers).get("Content-Length", "0") if self.command == "HEAD" else str(len(body))
            self.send_header("Content-Length", length)
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    return Handler
