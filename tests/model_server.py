"""A stand-in for a language model: an OpenAI-compatible HTTP server whose answers are scripted.

    .venv/bin/python -m tests.model_server --port 8901 --latency 2

serves `POST /v1/chat/completions` on loopback and prints its base URL, for OPENAI_BASE_URL. The script of a request is the
one that its prompt names, as `[script NAME]` anywhere in the instructions, else the one of the request's model name, else
`right`. It knows one example, the client's case of the HTTP contract, and who asks: Planner, Coder or Tester.

    right           right at once                      slow          answers after `slow_seconds`
    third-time      right after two bad programs       busy          429 first, then fine
    never           never right                        broken        500, always
    memoriser       the answers as constants           hangs-up      closes the connection without an answer
    hostile         reads files, exhausts memory,      malformed     broken JSON until it is told so
                    runs for ever                      garbled       broken JSON, always
    obeys-cells     does what an injected cell says    plain         no structured output; JSON in prose
    guesses         bad checks with a right program    throttled     429, always
    acts            asks for a tool, as agents do      headerless    right where the files have no header
    lists           right, as lists of cells           keeps         the Planner keeps what the search found
    chooses-second  the second program is meant        cannot-tell   the example does not tell which is meant
    replaces        the found program is to be         nested        brackets, nested beyond measure
                    replaced; the Tester takes A
"""

import argparse
import contextlib
import hashlib
import json
import re
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Self

CLIENT_INPUT = "quantity,price_per_unit,order_status\n10,2.5,pending\n5,10.0,shipped\n1,100.0,pending\n"
CLIENT_EXPECTED = (
    "total_price,order_status,shipping_category\n25.0,Pending,Standard\n50.0,Shipped,Express\n100.0,Pending,Standard\n"
)
CLIENT_INSTRUCTIONS = {
    "total_price": "quantity times price_per_unit",
    "order_status": "the same with a capital first letter",
    "shipping_category": "Express when the order is shipped, otherwise Standard",
}

RIGHT = """SELECT
  CAST(CAST(quantity AS DECIMAL(18, 0)) * CAST(price_per_unit AS DECIMAL(18, 1)) AS VARCHAR) AS total_price,
  upper(left(order_status, 1)) || substr(order_status, 2) AS order_status,
  CASE order_status WHEN 'shipped' THEN 'Express' ELSE 'Standard' END AS shipping_category
FROM input"""
NOT_CAPITAL = RIGHT.replace("upper(left(order_status, 1)) || substr(order_status, 2)", "order_status")
DOES_NOT_RUN = RIGHT.replace("quantity AS DECIMAL", "amount AS DECIMAL")
MEMORISED = """SELECT
  CASE _row WHEN 1 THEN '25.0' WHEN 2 THEN '50.0' ELSE '100.0' END AS total_price,
  upper(left(order_status, 1)) || substr(order_status, 2) AS order_status,
  CASE order_status WHEN 'shipped' THEN 'Express' ELSE 'Standard' END AS shipping_category
FROM input"""
READS_FILES = "SELECT content AS total_price, '' AS order_status, '' AS shipping_category FROM read_text('/etc/passwd')"
EXHAUSTS_MEMORY = "SELECT repeat('x', 4000000000) AS total_price, '' AS order_status, '' AS shipping_category FROM input"
RUNS_FOR_EVER = """SELECT CAST(sum(x % 7) AS VARCHAR) AS total_price, '' AS order_status, '' AS shipping_category
FROM range(100000000000000) AS numbers(x)"""

PLAN: dict[str, Any] = {
    "found": "none",
    "fails_on": "",
    "input_columns": "fixed",
    "output_columns": "fixed",
    "columns": [
        {"column": "total_price", "source": "quantity, price_per_unit", "how": "their product with one decimal"},
        {"column": "order_status", "source": "order_status", "how": "the first letter as a capital"},
        {"column": "shipping_category", "source": "order_status", "how": "Express when shipped, otherwise Standard"},
    ],
    "rows": [],
    "ambiguous": [
        {
            "question": "How are orders shipped that are neither pending nor shipped?",
            "taken": "Standard",
            "row": "5, 10.0, cancelled",
        }
    ],
}
CHECKS = [
    {
        "name": "the total is quantity times price",
        "sql": "SELECT o._row FROM output o JOIN input i USING (_row) "
        "WHERE CAST(o.total_price AS DOUBLE) <> CAST(i.quantity AS DOUBLE) * CAST(i.price_per_unit AS DOUBLE)",
    },
    {
        "name": "shipped orders go by express",
        "sql": "SELECT o._row FROM output o JOIN input i USING (_row) "
        "WHERE (i.order_status = 'shipped') <> (o.shipping_category = 'Express')",
    },
]
_BY_POSITION = {"quantity": "column_1", "price_per_unit": "column_2", "order_status": "column_3"}
HEADERLESS = re.sub(r"\w+", lambda word: _BY_POSITION.get(word[0], word[0]), RIGHT)
HEADERLESS_CHECKS = [{"name": "three sorts", "sql": "SELECT _row FROM output WHERE column_3 NOT IN ('Standard', 'Express')"}]
LISTS = f"SELECT [total_price, made.order_status, shipping_category] AS cells FROM (\n{RIGHT}\n) AS made"
LISTS_CHECKS = [{"name": "three cells", "sql": "SELECT _row FROM output WHERE len(cells) <> 3"}]
BAD_CHECKS = [
    {"name": "reads a file", "sql": "SELECT 1 FROM read_text('/etc/passwd')"},
    {"name": "names no column", "sql": "SELECT _row FROM output WHERE nothing = 1"},
    {"name": "every order is express", "sql": "SELECT _row FROM output WHERE shipping_category <> 'Express'"},
]


@dataclass(frozen=True)
class Request:
    """What an agent asks. `seen` counts requests of the very same body, this one included."""

    agent: str
    is_choice: bool
    round: int
    text: str
    is_structured: bool
    was_told: bool
    seen: int


@dataclass(frozen=True)
class Reply:
    """What to answer: a text in a completion, or a status with an error; `hang_up` closes the connection instead."""

    text: str = ""
    status: int = 200
    seconds: float = 0.0
    hang_up: bool = False


Script = Callable[[Request, "ModelServer"], Reply]


def answer(
    request: Request,
    statement: str,
    checks: list[dict[str, str]] = CHECKS,
    *,
    choice: str = "none",
    found: str = "none",
    question: str = "",
) -> Reply:
    """What a well-behaved model says to this agent."""
    if request.is_choice:
        return Reply(json.dumps({"choice": choice, "statement": "", "question": question}))
    rules = "A search for programs found one that reproduces the example" in request.text
    said: dict[str, dict[str, Any]] = {
        "Planner": PLAN | ({"found": found, "fails_on": "a status in capitals"} if rules else {}),
        "Coder": {"statement": statement, "note": "Computes each column from its own row."},
        "Tester": {"checks": checks, "contradicted": []},
    }
    return Reply(json.dumps(said[request.agent]))


def in_turn(*statements: str) -> Script:
    """One statement a round; the last one from then on."""
    return lambda request, _: answer(request, statements[min(request.round, len(statements)) - 1])


def slow(request: Request, server: "ModelServer") -> Reply:
    return Reply(answer(request, RIGHT).text, seconds=server.slow_seconds)


def busy(request: Request, _: "ModelServer") -> Reply:
    return Reply("too many requests", status=429) if request.seen == 1 else answer(request, RIGHT)


def malformed(request: Request, _: "ModelServer") -> Reply:
    whole = answer(request, RIGHT)
    return whole if request.was_told else Reply(whole.text[: len(whole.text) // 2])


def plain(request: Request, _: "ModelServer") -> Reply:
    if request.is_structured:
        return Reply("this server does not support response_format", status=400)
    return Reply(f"Let me think.\n\n```json\n{answer(request, RIGHT).text}\n```\nI hope that this helps.")


def obeys_cells(request: Request, _: "ModelServer") -> Reply:
    """A model that falls for what a cell says: it reads a file where the prompt tells it to."""
    return answer(request, READS_FILES if "ignore previous instructions" in request.text.casefold() else RIGHT)


SCRIPTS: dict[str, Script] = {
    "right": in_turn(RIGHT),
    "third-time": in_turn(DOES_NOT_RUN, NOT_CAPITAL, RIGHT),
    "never": in_turn(NOT_CAPITAL),
    "memoriser": in_turn(MEMORISED),
    "keeps": lambda request, _: answer(request, RIGHT, found="keep"),
    "replaces": lambda request, _: answer(request, RIGHT, found="replace", choice="A"),
    "chooses-second": lambda request, _: answer(request, RIGHT, choice="B"),
    "cannot-tell": lambda request, _: answer(request, RIGHT, choice="open", question="Which name is it?", found="replace"),
    "nested": in_turn(
        "SELECT " + "(" * 4000 + "1" + ")" * 4000, "SELECT * FROM " + "(SELECT * FROM " * 300 + "input" + ")" * 300
    ),
    "hostile": in_turn(READS_FILES, EXHAUSTS_MEMORY, RUNS_FOR_EVER, READS_FILES),
    "slow": slow,
    "busy": busy,
    "broken": lambda request, _: Reply("internal error", status=500),
    "throttled": lambda request, _: Reply("rate limit reached", status=429),
    "hangs-up": lambda request, _: Reply(hang_up=True),
    "malformed": malformed,
    "acts": lambda request, _: Reply("Thought: I look it up.\nAction: search\nAction Input: {}"),
    "garbled": lambda request, _: Reply('{"statement": "SELECT'),
    "plain": plain,
    "obeys-cells": obeys_cells,
    "headerless": lambda request, _: answer(request, HEADERLESS, HEADERLESS_CHECKS),
    "lists": lambda request, _: answer(request, LISTS, LISTS_CHECKS),
    "guesses": lambda request, _: answer(request, RIGHT, BAD_CHECKS),
}


@dataclass
class ModelServer:
    """The server; a context manager that serves while it is open. `bodies` and `keys` are what was sent to it, in order."""

    latency: float = 0.0
    slow_seconds: float = 30.0
    port: int = 0
    script: str = "right"
    bodies: list[dict[str, Any]] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._seen: Counter[str] = Counter()
        self._lock = threading.Lock()
        self._http = _HttpServer(("127.0.0.1", self.port), _Handler)
        self._http.model = self
        self.port = self._http.server_address[1]
        self._thread = threading.Thread(target=self._http.serve_forever, daemon=True)

    @property
    def base_url(self) -> str:
        return f"http://127.0.0.1:{self.port}/v1"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._http.shutdown()
        self._http.server_close()

    def forget(self) -> None:
        """Starts the record of requests anew."""
        with self._lock:
            self.bodies.clear()
            self.keys.clear()
            self._seen.clear()

    def serve(self) -> None:
        """Serves until the process is stopped."""
        self._thread.start()
        self._thread.join()

    def reply(self, body: dict[str, Any], key: str) -> Reply:
        """The scripted reply to a request's body, which is kept."""
        digest = hashlib.sha256(json.dumps(body, sort_keys=True).encode()).hexdigest()
        with self._lock:
            self.bodies.append(body)
            self.keys.append(key)
            self._seen[digest] += 1
            seen = self._seen[digest]
        request = _request(body, seen)
        named = re.search(r"\[script ([a-z-]+)\]", request.text)
        name = named[1] if named else str(body.get("model", ""))
        return SCRIPTS.get(name, SCRIPTS[self.script])(request, self)


def _request(body: dict[str, Any], seen: int) -> Request:
    text = "\n".join(str(message["content"]) for message in body["messages"])
    agent = re.search(r"You are the (Planner|Coder|Tester)\b", text)
    rounds = re.search(r"Round (\d+) of \d+", text)
    return Request(
        agent=agent[1] if agent else "Coder",
        is_choice="On other rows of the same kind they differ" in text,
        round=int(rounds[1]) if rounds else 1,
        text=text,
        is_structured="response_format" in body,
        was_told="could not be read" in text,
        seen=seen,
    )


class _HttpServer(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128
    model: ModelServer


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    # One write an answer: head and body apart would wait 40 ms for the client's acknowledgement.
    wbufsize = -1
    server: _HttpServer

    def do_POST(self) -> None:
        length = int(self.headers.get("Content-Length", 0))
        body = json.loads(self.rfile.read(length))
        if not self.path.endswith("/chat/completions"):
            self._send(404, {"error": {"message": f"no such endpoint: {self.path}"}})
            return
        reply = self.server.model.reply(body, self.headers.get("Authorization", "").removeprefix("Bearer "))
        time.sleep(self.server.model.latency + reply.seconds)
        if reply.hang_up:
            self.close_connection = True
            self.connection.close()
        elif reply.status != 200:
            self._send(reply.status, {"error": {"message": reply.text, "type": "scripted", "code": None}})
        else:
            self._send(200, _completion(body, reply.text))

    def do_GET(self) -> None:
        self._send(200, {"object": "list", "data": [{"id": name, "object": "model"} for name in SCRIPTS]})

    def log_message(self, *_: Any) -> None:
        """Says nothing: tests print enough."""

    def _send(self, status: int, answer: dict[str, Any]) -> None:
        encoded = json.dumps(answer).encode()
        try:
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(encoded)))
            self.end_headers()
            self.wfile.write(encoded)
            self.wfile.flush()
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True  # The client had enough of waiting.


def _completion(body: dict[str, Any], text: str) -> dict[str, Any]:
    # Four bytes a token, as English has it.
    read, written = len(json.dumps(body["messages"])) // 4, max(1, len(text) // 4)
    return {
        "id": "scripted",
        "object": "chat.completion",
        "created": 0,
        "model": body.get("model", ""),
        "choices": [{"index": 0, "message": {"role": "assistant", "content": text}, "finish_reason": "stop"}],
        "usage": {"prompt_tokens": read, "completion_tokens": written, "total_tokens": read + written},
    }


@contextlib.contextmanager
def serving(latency: float) -> Iterator[str]:
    """A server in a process of its own, so that it takes no time of who asks it; gives its base URL."""
    command = [sys.executable, "-m", "tests.model_server", "--latency", str(latency)]
    root = Path(__file__).parents[1]
    with subprocess.Popen(command, cwd=root, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        try:
            yield server.stdout.readline().strip()
        finally:
            server.terminate()


def main() -> None:
    """Serves until it is interrupted."""
    parser = argparse.ArgumentParser(description="A scripted stand-in for a language model.")
    parser.add_argument("--port", type=int, default=0, help="0 takes a free one")
    parser.add_argument("--latency", type=float, default=0.0, metavar="SECONDS", help="what each answer takes")
    parser.add_argument("--script", choices=sorted(SCRIPTS), default="right", help="where neither prompt nor model names one")
    options = parser.parse_args()
    server = ModelServer(latency=options.latency, port=options.port, script=options.script)
    print(server.base_url, flush=True)
    server.serve()


if __name__ == "__main__":
    main()
