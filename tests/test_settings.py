import json
import stat
from pathlib import Path
from typing import Any

import boto3
import pytest
from pydantic import ValidationError

from settings import MOST_SLOTS, Settings


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    for name in ("FASTAPI_AND_WEP_APP_SECRET_KEY", "API_KEY", "OPENAI_API_KEY", "LOG_LEVEL"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path


@pytest.mark.parametrize("name", ["FASTAPI_AND_WEP_APP_SECRET_KEY", "API_KEY"])
def test_the_key_is_read_under_both_names(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setenv(name, "k")

    key = Settings().api_key
    assert key is not None
    assert key.get_secret_value() == "k"


def test_a_missing_key_is_made_once_for_its_owner_only() -> None:
    first, second = Settings().with_api_key(), Settings().with_api_key()

    assert first.api_key == second.api_key
    assert stat.S_IMODE(first.key_path.stat().st_mode) == 0o600


def test_secrets_do_not_show(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-secret")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "aws-secret")

    shown = repr(Settings()).replace("aws_secret_access_key", "").replace("aws_secret_name", "")
    assert "secret" not in shown


def test_an_env_file_is_read_and_blank_lines_mean_unset(folder: Path) -> None:
    (folder / ".env").write_text("OPENAI_API_KEY=\nLOG_LEVEL=debug\n")

    assert Settings().log_level == "DEBUG"
    assert not Settings().has_model


def test_a_wrong_value_names_its_setting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOG_LEVEL", "loud")

    with pytest.raises(ValidationError, match="log_level"):
        Settings()


def test_slots_are_never_more_than_a_node_may_have() -> None:
    assert 1 <= Settings().slots <= MOST_SLOTS


@pytest.fixture
def secrets(s3_endpoint: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Any:
    """AWS Secrets Manager, as moto serves it."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("AWS_ENDPOINT_URL_SECRETS_MANAGER", s3_endpoint)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "a")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "b")
    monkeypatch.setenv("AWS_REGION", "eu-west-1")
    for name in ("API_KEY", "FASTAPI_AND_WEP_APP_SECRET_KEY", "OPENAI_API_KEY", "OPENAI_MODEL"):
        monkeypatch.delenv(name, raising=False)
    return boto3.client("secretsmanager", region_name="eu-west-1")


def test_keys_come_from_a_secret_and_the_environment_wins(secrets: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    text = {
        "FASTAPI_AND_WEP_APP_SECRET_KEY": "from-aws",
        "OPENAI_API_KEY": "sk-aws",
        "OPENAI_MODEL": "gpt-aws",
        "LEARN_SECONDS": 7,
    }
    secrets.create_secret(Name="converter-settings", SecretString=json.dumps(text))
    monkeypatch.setenv("AWS_SECRET_NAME", "converter-settings")
    monkeypatch.setenv("OPENAI_MODEL", "gpt-here")

    settings = Settings()

    assert settings.api_key is not None
    assert settings.api_key.get_secret_value() == "from-aws"
    assert settings.openai_api_key is not None
    assert settings.openai_api_key.get_secret_value() == "sk-aws"
    assert (settings.openai_model, settings.learn_seconds) == ("gpt-here", 7)
    assert "from-aws" not in repr(settings)


def test_without_a_secret_named_aws_is_not_asked(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("AWS_SECRET_NAME", raising=False)
    monkeypatch.setattr("boto3.client", None)

    assert Settings().aws_secret_name is None
