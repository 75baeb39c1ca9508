"""What tells one deployment of the service from another: its code and its settings."""

import hashlib
from collections.abc import Sequence
from functools import cache
from pathlib import Path

from settings import Settings

_ROOT = Path(__file__).parents[1]
PACKAGES = ("actors", "converter", "crew", "jobs")


def release_of(settings: Settings) -> str:
    """The name of this code with these settings; secrets count, and cannot be read from it."""
    secrets = [value.get_secret_value() if value else "" for value in (settings.openai_api_key, settings.aws_secret_access_key)]
    told = "\0".join((_code(), settings.model_dump_json(), *secrets))
    return hashlib.sha256(told.encode()).hexdigest()[:16]


def files_of(root: Path, packages: Sequence[str], suffixes: Sequence[str] = (".py",)) -> list[Path]:
    """The modules beside the packages below `root`, and the packages' own files of these kinds."""
    own = (path for name in packages for path in (root / name).rglob("*") if path.suffix in suffixes)
    return sorted([*root.glob("*.py"), *own])


@cache
def _code() -> str:
    digest = hashlib.sha256()
    for path in files_of(_ROOT, PACKAGES):
        digest.update(path.read_bytes())
    return digest.hexdigest()
