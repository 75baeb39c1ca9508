"""Which language model the crew asks, and how patiently.

CrewAI's `LLM` speaks to OpenAI, to any OpenAI-compatible server (Ollama, vLLM) by `base_url`, and to its other
providers by the model's name ("anthropic/…"). Nothing here imports CrewAI before a model is made.
"""

import ctypes
import gc
import inspect
import logging
import os
import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import cache
from typing import Any, Self

from pydantic import BaseModel, ConfigDict, Field, SecretStr

from crew.errors import NoModel
from crew.providers import PROVIDERS, missing, options, provider_of
from settings import Settings

DEFAULT_MODEL = "gpt-4.1-mini"
"""OpenAI's model when none is named: strong at SQL for its price."""

_WHAT_TO_SET = (
    "set OPENAI_API_KEY (and OPENAI_MODEL), or OPENAI_BASE_URL and OPENAI_MODEL for a server of your own such as Ollama or vLLM"
)


class ModelSettings(BaseModel):
    """How to reach a model. Printing it shows no secret."""

    model_config = ConfigDict(frozen=True)

    api_key: SecretStr | None = None
    name: str | None = Field(None, description="The model; 'provider/name' for CrewAI's other providers.")
    temperature: float | None = Field(None, ge=0, le=2)
    base_url: str | None = None
    seconds_per_call: float = Field(180, gt=0)
    retries: int = Field(4, ge=0, description="After 429, 5xx and broken connections, with backoff and jitter.")
    price_per_million: tuple[float, float] | None = Field(None, description="Dollars for input and output tokens.")
    options: tuple[tuple[str, str], ...] = Field((), description="What a provider's client is told beside the key.")
    missing: tuple[str, ...] = Field((), description="Settings that the model's provider needs and that are not set.")

    @classmethod
    def of(cls, settings: Settings) -> Self:
        """What the operator set."""
        read, written = settings.model_input_price, settings.model_output_price
        provider = provider_of(settings.openai_model, settings.openai_base_url)
        key = settings.openai_api_key
        if provider is not None:
            key = getattr(settings, provider.key.lower()) if provider.key else None
        return cls(
            api_key=key,
            options=tuple(options(provider, settings).items()) if provider else (),
            missing=tuple(missing(provider, settings)) if provider else (),
            name=settings.openai_model,
            temperature=settings.openai_temperature,
            base_url=settings.openai_base_url,
            seconds_per_call=settings.model_call_seconds,
            retries=settings.model_retries,
            price_per_million=None if read is None or written is None else (read, written),
        )

    def require_usable(self) -> None:
        """Raises `NoModel`, which says what to set, unless a model can be asked."""
        if self.base_url is not None and self.name is None:
            raise NoModel(f"OPENAI_BASE_URL is set, but no model is named: {_WHAT_TO_SET}")
        if self.missing:
            raise NoModel(f"OPENAI_MODEL={self.name} needs {' and '.join(self.missing)}, which is not set")
        if self.base_url is None and self.api_key is None and not self._is_other_provider:
            raise NoModel(f"no language model is configured: {_WHAT_TO_SET}")

    @property
    def label(self) -> str:
        """The model's name, for a report."""
        return self.name or DEFAULT_MODEL

    @property
    def place(self) -> str:
        """Where the model is asked, for an error: a URL without a password, or the model's name."""
        if self.base_url is None:
            return self.label
        return re.sub(r"//[^/@]*@", "//", self.base_url)

    def cost(self, prompt_tokens: int, completion_tokens: int) -> float | None:
        """Dollars, where the price is known: as the operator set it, or as CrewAI's catalogue has OpenAI's own models."""
        prices = self.price_per_million
        if prices is None and self.base_url is None:
            prices = _listed_price(self.label.removeprefix("openai/"))
        if prices is None:
            return None
        read, written = prices
        return round((prompt_tokens * read + completion_tokens * written) / 1e6, 6)

    def redacted(self, text: str) -> str:
        """The text without the key, should a server have echoed it."""
        secret = self.api_key.get_secret_value() if self.api_key else ""
        return text.replace(secret, "[key]") if secret else text

    def client(self, answer: type[BaseModel] | None, seconds: float) -> Any:
        """A CrewAI `LLM` that waits so many seconds for an answer; `answer` asks for structured output.

        It does not retry by itself: whoever asks does, and looks between two tries whether the job still stands. Raises
        `NoModel`.
        """
        self.require_usable()
        told: dict[str, Any] = {"timeout": seconds, "max_retries": 0, **dict(self.options)}
        if self.temperature is not None:
            told["temperature"] = self.temperature
        if answer is not None:
            told["response_format"] = answer
        if self.api_key is not None or not self._is_other_provider:
            # A server of one's own often asks for no key, while the client insists on one.
            told["api_key"] = self.api_key.get_secret_value() if self.api_key else "none"
        if self.base_url is not None:
            told |= {"base_url": self.base_url, "custom_openai": True}
        try:
            return crewai().LLM(model=self.label, **told)
        except (ImportError, ValueError) as error:
            known = PROVIDERS.get((self.name or "").partition("/")[0])
            needed = f"; install {known.package}" if known and known.package and isinstance(error, ImportError) else ""
            raise NoModel(f"model {self.name!r} cannot be used: {self.redacted(str(error))}{needed}") from error

    @property
    def _is_other_provider(self) -> bool:
        provider, slash, _ = (self.name or "").partition("/")
        return bool(slash) and provider != "openai" and self.base_url is None


@cache
def crewai() -> Any:
    """The module `crewai`, imported at its first use, as that takes seconds.

    It reads its environment while it is imported: it is to send no telemetry, ask no question about tracing, and keep
    its database in a folder that no other process shares.
    """
    os.environ.update(
        CREWAI_DISABLE_TELEMETRY="true",
        OTEL_SDK_DISABLED="true",
        CREWAI_TRACING_ENABLED="false",
        CREWAI_STORAGE_DIR=_scratch().name,
    )
    with _home_in(_scratch().name):
        import crewai as module
    _silence()
    _trim()
    return module


def _trim() -> None:
    """Gives back to the system what was needed for the import alone, some 50 MiB; the C library would keep it."""
    gc.collect()
    # glibc alone has it.
    with suppress(AttributeError):
        ctypes.CDLL(None).malloc_trim(0)


def _silence() -> None:
    """Has CrewAI and the clients below it write nothing: this package's own log lines say what happened, without secrets.

    They print warnings about their own events, log each call, at DEBUG the whole prompt, and in an error whatever a
    server said, which may be the key.
    """
    from crewai.events import event_context
    from crewai.events.event_listener import event_listener

    event_listener.formatter.verbose = False
    # The process's default: the public setter reaches no further than one thread's context.
    default = event_context._default_config
    default.mismatch_behavior = default.empty_pop_behavior = event_context.MismatchBehavior.SILENT
    for name in ("crewai", "crewai_core", "httpx", "httpcore", "openai", "anthropic", "azure", "botocore", "google_genai"):
        logging.getLogger(name).setLevel(logging.CRITICAL)
    # CrewAI logs through the root logger too.
    logging.getLogger().addFilter(_is_not_crewais)


def _is_not_crewais(record: logging.LogRecord) -> bool:
    return "/crewai/" not in record.pathname


@cache
def single_request() -> Any:
    """The class that carries out an agent's task: one question, one request, and the answer as the model gave it.

    CrewAI's own looks for calls of tools in the answer. A cell that has "Action:" in it, quoted in an answer, would have it
    ask up to 25 times more, past the job's budget; and its state machine costs more than all the rest of a task. CrewAI
    also asks again after a 429, for as late as the server says: what it wraps in these tries is called without them.
    """
    from crewai.agents.agent_executor import AgentExecutor
    from crewai.agents.parser import AgentFinish

    class SingleRequest(AgentExecutor):
        def kickoff(self, *_: Any, **__: Any) -> None:
            call = inspect.unwrap(type(self.llm).call)
            said = call(self.llm, list(self.state.messages), from_task=self.task, from_agent=self.agent)
            # Some providers' clients give the structured answer as the object that was asked for.
            text = said.model_dump_json() if isinstance(said, BaseModel) else said
            self.state.current_answer = AgentFinish(thought="", output=text, text=text)

    return SingleRequest


@cache
def _scratch() -> tempfile.TemporaryDirectory[str]:
    # Held for as long as the process lives, and removed with it.
    return tempfile.TemporaryDirectory(prefix="crewai-")


@contextmanager
def _home_in(folder: str) -> Iterator[None]:
    """Another home folder for a moment: CrewAI makes a key and a settings folder below it when it is imported."""
    before = os.environ.get("HOME")
    os.environ["HOME"] = folder
    try:
        yield
    finally:
        if before is None:
            del os.environ["HOME"]
        else:
            os.environ["HOME"] = before


@cache
def _listed_price(model: str) -> tuple[float, float] | None:
    """Dollars for a million tokens read and written, from the price list that CrewAI brings along."""
    import json
    from importlib.resources import files

    crewai()
    listed = files("crewai.llms").joinpath("litellm_catalog", "model_prices_and_context_window.json")
    entry = json.loads(listed.read_text(encoding="utf-8")).get(model, {})
    prices = entry.get("input_cost_per_token"), entry.get("output_cost_per_token")
    return None if None in prices else (prices[0] * 1e6, prices[1] * 1e6)
