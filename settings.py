"""Every setting, once: from the environment or `.env`, with defaults that work on a laptop."""

import os
import secrets
from pathlib import Path
from typing import Literal

from pydantic import AliasChoices, Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

MOST_SLOTS = 32
"""Workflows at once on one node, at most."""

_SLOT_BYTES = 512 << 20


class Settings(BaseSettings):
    """What an operator may set. Secrets are `SecretStr`, so that printing settings shows none."""

    model_config = SettingsConfigDict(
        env_file=".env", env_file_encoding="utf-8", extra="ignore", populate_by_name=True, frozen=True
    )

    data_dir: Path = Field(Path("data"), description="Where jobs and files lie when no bucket is set.")
    api_key: SecretStr | None = Field(
        None,
        validation_alias=AliasChoices("FASTAPI_AND_WEP_APP_SECRET_KEY", "API_KEY"),
        description="The key that clients send as X-API-KEY; made at the first start when not set.",
    )
    host: str = "127.0.0.1"
    port: int = Field(8000, ge=0, le=65535)
    dashboard_host: str = "127.0.0.1"
    dashboard_port: int = Field(8265, ge=0, le=65535)
    monitoring: bool = Field(False, description="Whether Prometheus, and Grafana where it is installed, are started too.")
    prometheus_port: int = Field(9090, ge=1, le=65535)
    grafana_port: int = Field(3000, ge=1, le=65535)
    alertmanager: str | None = Field(None, description="The host:port of an Alertmanager that Prometheus tells of alerts.")
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"] = "INFO"
    log_format: Literal["text", "json"] = "text"

    server: str | None = Field(
        None, validation_alias=AliasChoices("CSV_CONVERTER_SERVER"), description="The service that the command line asks."
    )
    server_key: SecretStr | None = Field(
        None, validation_alias=AliasChoices("CSV_CONVERTER_KEY"), description="The key of that service to ask it with."
    )
    server_user: str | None = Field(
        None,
        validation_alias=AliasChoices("CSV_CONVERTER_USER"),
        description="Whose jobs these are; the login name's if not set.",
    )

    openai_api_key: SecretStr | None = None
    openai_model: str | None = None
    openai_temperature: float | None = Field(None, ge=0, le=2)
    openai_base_url: str | None = None
    anthropic_api_key: SecretStr | None = Field(None, description="For OPENAI_MODEL=anthropic/….")
    anthropic_base_url: str | None = None
    gemini_api_key: SecretStr | None = Field(None, description="For OPENAI_MODEL=gemini/….")
    azure_api_key: SecretStr | None = Field(None, description="For OPENAI_MODEL=azure/….")
    azure_endpoint: str | None = None
    ollama_host: str | None = Field(None, description="Where Ollama listens, for OPENAI_MODEL=ollama/….")
    model_call_seconds: float = Field(180, gt=0, description="How long one answer of the model may take.")
    model_retries: int = Field(4, ge=0, description="Retries of a call after 429, 5xx and broken connections.")
    model_input_price: float | None = Field(None, ge=0, description="Dollars for a million tokens read, for the report.")
    model_output_price: float | None = Field(None, ge=0, description="Dollars for a million tokens written.")
    learn_mode: Literal["auto", "synthesis", "crew"] = Field("auto", description="For requests that name no mode.")
    crew_rounds: int = Field(5, ge=1, le=20, description="Programs that the crew may try for a job.")
    crew_seconds: float = Field(1500, gt=0, description="How long the crew may work on a job, within its deadline.")
    crew_tokens: int = Field(300_000, ge=1000, description="Tokens that the crew may use for a job.")
    crew_dollars: float | None = Field(None, gt=0, description="Dollars that the crew may use for a job.")
    sure_confidence: float = Field(0.95, ge=0, le=1, description="From when on synthesis answers alone in mode auto.")
    answers_dir: Path | None = Field(None, description="A folder that keeps a model's answers, for the same question again.")

    aws_access_key_id: SecretStr | None = None
    aws_secret_access_key: SecretStr | None = None
    aws_bucket_name: str | None = None
    aws_endpoint_url: str | None = None
    aws_region: str | None = None
    aws_secret_name: str | None = Field(None, description="A secret of AWS Secrets Manager: a JSON object of further settings.")

    documentation: Literal["open", "key", "off"] = Field(
        "open", description="Who may see /docs and the page /app: anybody, whoever has a key (as the password), or nobody."
    )

    max_upload_bytes: int = Field(100 << 20, ge=1024, description="The largest file in a request.")
    max_reference_bytes: int = Field(
        10 << 30, ge=1024, description="The largest file that an inference is given as s3:// or a URL; read by its workers."
    )
    uploads_per_key: int = Field(16, ge=1, description="Bodies with one key that are taken at once; more wait their turn.")
    upload_idle_seconds: float = Field(15, gt=0, description="How long a body may bring nothing, before it is given up.")
    upload_bytes_per_second: int = Field(1024, ge=1, description="How fast a body has to come, on the average.")
    waits: int = Field(2000, ge=1, description="Requests that wait for jobs at once, on a replica.")
    waits_per_key: int = Field(200, ge=1, description="Those of them with one key.")
    spool_bytes: int = Field(4 << 30, ge=1 << 20, description="What all bodies on their way in may take on disk together.")
    disk_reserve_bytes: int = Field(1 << 30, ge=0, description="Free disk space that nothing new is begun below.")
    allowed_url_hosts: tuple[str, ...] = Field((), description="Hosts to fetch from though they are not public.")
    allowed_buckets: tuple[str, ...] = Field(
        (), description="Buckets that s3:// may name; the service's own too, to have all in it but others' files named."
    )
    fetch_seconds: float = Field(60, gt=0, description="How long fetching a client's URL may take; of a large one more.")

    webhook_seconds: float = Field(15, gt=0, description="How long a webhook's receiver may take to answer.")
    webhook_retry_seconds: float = Field(5, gt=0, description="After how long one is first tried again; then ever longer.")
    webhook_give_up_seconds: float = Field(86_400, gt=0, description="For how long it is tried.")

    user_jobs: int | None = Field(None, ge=1, description="Jobs that a user may have stored; a further one is answered 429.")
    user_bytes: int | None = Field(None, ge=1, description="What a user's files may take; more is answered 429, or 413.")
    retention_days: float | None = Field(None, gt=0, description="Jobs are deleted so long after their end or last use.")
    retention_jobs: int | None = Field(None, ge=1, description="A user's older jobs beyond so many are deleted.")
    retention_bytes: int | None = Field(None, ge=1, description="A user's older jobs whose files are beyond this are deleted.")
    retention_seconds: float = Field(3600, gt=0, description="How often it is looked for jobs that are to be deleted.")
    audit_days: int | None = Field(365, ge=1, description="How long lines of the audit log are kept.")

    cluster_slots: int | None = Field(
        None, ge=1, description="Slots that the cluster may have at most, with all nodes that its autoscaler may start."
    )
    slots_per_node: int | None = Field(None, ge=1, le=MOST_SLOTS)
    job_seconds: float = Field(300, gt=0, description="How long one run of a converter may take.")
    previews: int = Field(2, ge=1, description="Previews and corrections that are worked on at once; more are answered 503.")
    preview_seconds: float = Field(1.6, gt=0, description="How long a preview may take, the file's upload apart.")
    learn_seconds: float = Field(45, gt=0, description="How long synthesis may search.")
    output_bytes: int = Field(10 << 30, ge=1 << 20, description="How large the output of one run of a converter may be.")
    converter_memory_bytes: int = Field(2 << 30, ge=256 << 20)
    split_bytes: int = Field(256 << 20, ge=1, description="Larger inputs are split over slots where the converter allows it.")
    part_bytes: int = Field(64 << 20, ge=1, description="How large a part of a split input is.")
    train_deadline_seconds: int = Field(1800, ge=1, description="How long a training may run, unless it says otherwise.")
    inference_deadline_seconds: int = Field(3600, ge=1, description="How long an inference may run, unless it says otherwise.")
    warm_workers: bool = Field(True, description="Whether a node's workers are started before they are needed.")
    max_attempts: int = Field(3, ge=1)
    max_waiting: int = Field(100_000, ge=1, description="Jobs that may wait in all; more are answered 429.")
    max_waiting_per_user: int = Field(10_000, ge=1, description="Jobs of one user that may wait; more are answered 429.")
    store_patience_seconds: float = Field(120, ge=0, description="How long a workflow waits for a store that is away.")
    rescan_seconds: float = Field(30, gt=0, description="How often the queue looks for open jobs that it was not told of.")
    allow_unsandboxed: bool = False

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """The secret comes last: what stands in the environment or in `.env` wins over it."""
        given = dotenv_settings() | env_settings() | init_settings()
        sources = (init_settings, env_settings, dotenv_settings)
        if not given.get("aws_secret_name"):
            return sources
        from pydantic_settings import AWSSecretsManagerSettingsSource

        region = given.get("aws_region")
        return (*sources, AWSSecretsManagerSettingsSource(cls, given["aws_secret_name"], region, case_sensitive=False))

    @field_validator("log_level", mode="before")
    @classmethod
    def _upper(cls, value: object) -> object:
        return value.upper() if isinstance(value, str) else value

    @field_validator("*", mode="before")
    @classmethod
    def _blank_is_unset(cls, value: object, info: object) -> object:
        # A line `NAME=` in .env means that the setting is not set.
        field = cls.model_fields[info.field_name]  # type: ignore[attr-defined]
        return field.get_default() if value == "" else value

    @property
    def slots(self) -> int:
        """Workflows at once on this machine: one a core, two where memory allows, never more than 32."""
        if self.slots_per_node is not None:
            return self.slots_per_node
        memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
        return max(1, min(2 * (os.cpu_count() or 1), memory // _SLOT_BYTES, MOST_SLOTS))

    def deadline_seconds(self, kind: str) -> int:
        """How long a job of this kind may run, unless it says otherwise."""
        return self.train_deadline_seconds if kind == "train" else self.inference_deadline_seconds

    @property
    def has_model(self) -> bool:
        """Whether a language model is configured: a key of OpenAI's, a server of one's own, or another provider's model."""
        return self.openai_api_key is not None or self.openai_base_url is not None or "/" in (self.openai_model or "")

    @property
    def key_path(self) -> Path:
        """Where the service keeps the key that it makes for itself."""
        return self.data_dir / "api_key"

    def with_api_key(self) -> "Settings":
        """These settings with a key: the one set, the one kept, or a new one kept in a file that only its owner can read."""
        if self.api_key is not None:
            return self
        self.data_dir.mkdir(parents=True, exist_ok=True)
        try:
            opened = os.open(self.key_path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            key = self.key_path.read_text().strip()
        else:
            key = secrets.token_urlsafe(32)
            with os.fdopen(opened, "w") as file:
                file.write(key + "\n")
                file.flush()
                os.fsync(file.fileno())
        if not key:
            raise ValueError(f"{self.key_path} is empty; delete it, or set FASTAPI_AND_WEP_APP_SECRET_KEY")
        return self.model_copy(update={"api_key": SecretStr(key)})
