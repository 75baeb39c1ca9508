"""A receiver of webhooks as they are in the wild: it fails, hangs, breaks connections off, and comes back."""

import json
import random
import threading
from collections import Counter
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from actors.courier import signature

# Of ten messages, so many it takes, and of so many each of these comes.
_WELL, _FAILING, _HANGING, _BREAKING = range(4)
_MOODS = (_WELL, _FAILING, _HANGING, _BREAKING)
_WEIGHTS = (5, 2, 2, 1)


class Receiver:
    """Listens at `url`; keeps which jobs' messages it has taken, until it is closed."""

    def __init__(self) -> None:
        self.taken: list[tuple[dict[str, str], str]] = []
        self.moods: Counter[int] = Counter()
        self.is_back, self._closed = threading.Event(), threading.Event()
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"])).decode()
                mood = _WELL if receiver.is_back.is_set() else random.choices(_MOODS, _WEIGHTS)[0]
                receiver.moods[mood] += 1
                if mood == _HANGING:
                    receiver._closed.wait(30)
                if mood in (_HANGING, _BREAKING):
                    self.close_connection = True
                    return
                if mood == _WELL:
                    receiver.taken.append(({name.lower(): value for name, value in self.headers.items()}, body))
                self.send_response(204 if mood == _WELL else random.choice((500, 502, 429, 404)))
                self.end_headers()

            def log_message(self, *_: Any) -> None:
                """Quiet."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.url = f"http://localhost:{self._server.server_port}/hooks"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def told(self) -> Counter[str]:
        """The jobs whose ends it has taken, and how often."""
        return Counter(json.loads(body)["data"]["job_id"] for _, body in list(self.taken))

    def forged(self, secret: str) -> int:
        """How many of the messages are not signed with the secret."""
        return sum(
            headers["webhook-signature"] != signature(secret, headers["webhook-id"], int(headers["webhook-timestamp"]), body)
            for headers, body in self.taken
        )

    @property
    def refusals(self) -> int:
        """How many messages it did not take."""
        return sum(self.moods.values()) - self.moods[_WELL]

    def close(self) -> None:
        """Ends it."""
        self._closed.set()
        self._server.shutdown()
        self._server.server_close()
