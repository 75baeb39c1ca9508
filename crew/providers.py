"""CrewAI's providers by name: which key each wants, as the operator set it, and what is handed to its client.

A model is named `provider/model`. Without a provider, or with `openai/`, it is OpenAI's, or that of OPENAI_BASE_URL.
"""

from dataclasses import dataclass

from settings import Settings


@dataclass(frozen=True)
class Provider:
    """A provider's name, the setting that has its key (none where it asks for none), and the package that its client is in."""

    name: str
    key: str | None
    needs: tuple[str, ...]
    package: str | None


PROVIDERS = {
    one.name: one
    for one in (
        Provider("anthropic", "ANTHROPIC_API_KEY", ("ANTHROPIC_API_KEY",), "anthropic"),
        Provider("gemini", "GEMINI_API_KEY", ("GEMINI_API_KEY",), "google-genai"),
        Provider("azure", "AZURE_API_KEY", ("AZURE_API_KEY", "AZURE_ENDPOINT"), "azure-ai-inference"),
        Provider("bedrock", None, (), None),
        Provider("ollama", None, (), None),
    )
}


def provider_of(model: str | None, base_url: str | None) -> Provider | None:
    """The provider that a model's name begins with, of those known here; none for OpenAI, a server of one's own, or another."""
    name, slash, _ = (model or "").partition("/")
    return PROVIDERS.get(name) if slash and base_url is None else None


def missing(provider: Provider, settings: Settings) -> list[str]:
    """The settings without which the provider cannot be asked."""
    return [name for name in provider.needs if getattr(settings, name.lower()) is None]


def options(provider: Provider, settings: Settings) -> dict[str, str]:
    """What the provider's client is told beside the key; nothing of it is a secret."""
    if provider.name == "azure" and settings.azure_endpoint:
        return {"endpoint": settings.azure_endpoint}
    if provider.name == "anthropic" and settings.anthropic_base_url:
        return {"base_url": settings.anthropic_base_url}
    if provider.name == "ollama" and settings.ollama_host:
        return {"base_url": settings.ollama_host}
    if provider.name == "bedrock" and settings.aws_region:
        return {"region_name": settings.aws_region}
    return {}
