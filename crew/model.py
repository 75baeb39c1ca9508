"""Which language model the crew asks, and how patiently.

CrewAI's `LLM` speaks to OpenAI, to any OpenAI-compatible server (Ollama, vLLM) by `base_url`, and to its other
providers by the model's name ("anthropic/…"). Nothing here imports CrewAI before a model is made.
"""

import os
import tempfile
from functools import cache
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, SecretStr

from crew.errors import NoModel

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

    def require_usable(self) -> None:
        """Raises `NoModel`, which says what to set, unless a model can be asked."""
        if self.base_url is not None and self.name is None:
            raise NoModel(f"OPENAI_BASE_URL is set, but no model is named: {_WHAT_TO_SET}")
        if self.base_url is None and self.api_key is None and not self._is_other_provider:
            raise NoModel(f"no language model is configured: {_WHAT_TO_SET}")

    def cost(self, prompt_tokens: int, completion_tokens: int) -> float | None:
        """Dollars, where the price is known."""
        if self.price_per_million is None:
            return None
        read, written = self.price_per_million
        return round((prompt_tokens * read + completion_tokens * written) / 1e6, 6)

    def redacted(self, text: str) -> str:
        """The text without the key, should a server have echoed it."""
        secret = self.api_key.get_secret_value() if self.api_key else ""
        return text.replace(secret, "[key]") if secret else text

    def client(self, answer: type[BaseModel] | None) -> Any:
        """A CrewAI `LLM` of its own for one agent, as a shared one would count tokens twice.

        `answer` asks for structured output. Raises `NoModel`.
        """
        self.require_usable()
        options: dict[str, Any] = {"timeout": self.seconds_per_call, "max_retries": self.retries}
        if self.temperature is not None:
            options["temperature"] = self.temperature
        if answer is not None:
            options["response_format"] = answer
        if self.api_key is not None or not self._is_other_provider:
            # A server of one's own often asks for no key, while the client insists on one.
            options["api_key"] = self.api_key.get_secret_value() if self.api_key else "none"
        if self.base_url is not None:
            options |= {"base_url": self.base_url, "custom_openai": True}
        try:
            return crewai().LLM(model=self.name or DEFAULT_MODEL, **options)
        except (ImportError, ValueError) as error:
            raise NoModel(f"model {self.name!r} cannot be used: {self.redacted(str(error))}") from error

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
        CREWAI_STORAGE_DIR=_storage().name,
    )
    import crewai as module

    return module


@cache
def _storage() -> tempfile.TemporaryDirectory[str]:
    # Held for as long as the process lives, and removed with it.
    return tempfile.TemporaryDirectory(prefix="crewai-", dir=Path(tempfile.gettempdir()))
