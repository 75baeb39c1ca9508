"""CrewAI's providers by name: the request that leaves, against a local server that speaks each one's protocol."""

import importlib.util
import json
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self

import pytest

from crew.agents import Agents, Budget
from crew.errors import ModelFailed, NoModel
from crew.model import ModelSettings
from crew.plan import Plan
from settings import Settings

pytestmark = [pytest.mark.integration, pytest.mark.filterwarnings("ignore::DeprecationWarning")]

ANSWER = json.dumps({"columns": [], "rows": ["kept as they are"], "ambiguous": []})
USAGE = {"input": 11, "output": 7}
PARTS = dict.fromkeys(("example", "synthesis", "history", "open"), "") | {"instructions": "Zebras first."}


def _anthropic(text: str) -> dict[str, Any]:
    content = [{"type": "text", "text": text}]
    told = {"id": "m", "type": "message", "role": "assistant", "model": "m", "stop_reason": "end_turn"}
    return told | {"content": content, "usage": {"input_tokens": 11, "output_tokens": 7}}


def _bedrock(text: str) -> dict[str, Any]:
    message = {"role": "assistant", "content": [{"text": text}]}
    usage = {"inputTokens": 11, "outputTokens": 7, "totalTokens": 18}
    return {"output": {"message": message}, "stopReason": "end_turn", "usage": usage}


def _gemini(text: str) -> dict[str, Any]:
    candidate = {"content": {"role": "model", "parts": [{"text": text}]}, "finishReason": "STOP"}
    usage = {"promptTokenCount": 11, "candidatesTokenCount": 7, "totalTokenCount": 18}
    return {"candidates": [candidate], "usageMetadata": usage}


def _openai(text: str) -> dict[str, Any]:
    choice = {"index": 0, "message": {"role": "assistant", "content": text}, "finish_reason": "stop"}
    usage = {"prompt_tokens": 11, "completion_tokens": 7, "total_tokens": 18}
    return {"id": "c", "object": "chat.completion", "created": 0, "model": "m", "choices": [choice], "usage": usage}


PROTOCOLS = {"/messages": _anthropic, "/converse": _bedrock, ":generateContent": _gemini, "/chat/completions": _openai}


@dataclass
class Providers:
    """A server that answers in the protocol of the path that it is asked under; it keeps what was sent."""

    status: int = 200
    text: str = ANSWER
    sent: list[tuple[str, dict[str, str], str]] = field(default_factory=list)

    def __enter__(self) -> Self:
        this = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
                this.sent.append((self.path, {name.lower(): value for name, value in self.headers.items()}, body))
                protocol = next(made for part, made in PROTOCOLS.items() if part in self.path)
                encoded = json.dumps(protocol(this.text) if this.status == 200 else {"message": "no"}).encode()
                self.send_response(this.status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(encoded)))
                self.end_headers()
                self.wfile.write(encoded)

            def log_message(self, *_: Any) -> None:
                """Says nothing."""

        self._http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self._http.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._http.shutdown()
        self._http.server_close()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._http.server_address[1]}"


@pytest.fixture
def providers(monkeypatch: pytest.MonkeyPatch) -> Iterator[Providers]:
    with Providers() as server:
        # Where a client has no setting of its own for it.
        monkeypatch.setenv("AWS_ENDPOINT_URL_BEDROCK_RUNTIME", server.url)
        monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIA")
        monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "sk-secret")
        monkeypatch.setenv("GOOGLE_GEMINI_BASE_URL", server.url)
        yield server


def settings_of(name: str, url: str) -> Settings:
    given: dict[str, Any] = {
        "anthropic": {"openai_model": "anthropic/claude-sonnet-4-5", "anthropic_api_key": "sk-a", "anthropic_base_url": url},
        "azure": {"openai_model": "azure/gpt-4o", "azure_api_key": "sk-z", "azure_endpoint": url},
        "bedrock": {"openai_model": "bedrock/anthropic.claude-3-5-sonnet-20241022-v2:0", "aws_region": "eu-west-1"},
        "ollama": {"openai_model": "ollama/llama3.1", "ollama_host": url},
        "gemini": {"openai_model": "gemini/gemini-2.5-pro", "gemini_api_key": "sk-g"},
    }
    return Settings(_env_file=None, **given[name])  # type: ignore[call-arg]


def agents_of(name: str, url: str) -> Agents:
    model = ModelSettings.of(settings_of(name, url)).model_copy(update={"retries": 0})
    return Agents(model, Budget(1_000_000, time.monotonic() + 60))


needs_gemini = pytest.mark.skipif(
    importlib.util.find_spec("google") is None or importlib.util.find_spec("google.genai") is None,
    reason="google-genai wants older websockets than Ray Serve brings; see docs/explanation/crew.md",
)


@pytest.mark.parametrize(
    ("name", "path", "header", "key"),
    [
        ("anthropic", "/v1/messages", "x-api-key", "sk-a"),
        ("azure", "/chat/completions?api-version=", "api-key", "sk-z"),
        ("bedrock", "/model/anthropic.claude", "authorization", "AWS4-HMAC-SHA256 Credential=AKIA/"),
        ("ollama", "/v1/chat/completions", "authorization", "Bearer ollama"),
        pytest.param("gemini", "/v1beta/models/gemini-2.5-pro:", "x-goog-api-key", "sk-g", marks=needs_gemini),
    ],
)
def test_each_provider_is_asked_in_its_own_protocol_with_its_own_key(
    providers: Providers, name: str, path: str, header: str, key: str
) -> None:
    agents = agents_of(name, providers.url)

    plan = agents.ask("plan", PARTS, Plan)

    ((sent_path, headers, body),) = providers.sent
    assert plan.rows == ["kept as they are"]
    assert sent_path.startswith(path)
    assert headers[header].startswith(key)
    assert "Zebras first." in body
    assert "You are the Planner" in body
    assert (agents.account.prompt_tokens, agents.account.completion_tokens) == (USAGE["input"], USAGE["output"])


@pytest.mark.parametrize("name", ["anthropic", "azure", "ollama"])
def test_a_refused_key_is_told_with_the_status_and_without_the_key(providers: Providers, name: str) -> None:
    providers.status = 401

    with pytest.raises(ModelFailed, match="401") as failed:
        agents_of(name, providers.url).ask("plan", PARTS, Plan)

    assert "sk-" not in str(failed.value)


@pytest.mark.parametrize(
    ("model", "wanted"),
    [
        ("anthropic/claude-sonnet-4-5", "ANTHROPIC_API_KEY"),
        ("azure/gpt-4o", "AZURE_API_KEY and AZURE_ENDPOINT"),
        ("gemini/gemini-2.5-pro", "GEMINI_API_KEY"),
    ],
)
def test_a_provider_without_its_key_says_what_to_set(model: str, wanted: str) -> None:
    settings = Settings(_env_file=None, openai_model=model)  # type: ignore[call-arg]

    with pytest.raises(NoModel, match=wanted):
        ModelSettings.of(settings).require_usable()
