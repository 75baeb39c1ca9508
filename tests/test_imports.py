"""An import never points up the list of packages, and each outside library stays where it belongs."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
# Each may import those behind it, and itself. `logs` and `settings` are below all, except for what is pure.
PACKAGES = ("cli", "client", "serve_app", "api", "actors", "crew", "jobs", "converter", "logs", "settings")
FOREIGN = {
    "client": {*PACKAGES[2:], "ray", "fastapi", "starlette", "crewai", "duckdb", "boto3"},
    "api": {"ray", "crewai", "crew", "actors"},
    "actors": {"fastapi", "starlette"},
    "crew": {"ray", "fastapi", "starlette"},
    "jobs": {"ray", "fastapi", "starlette", "crewai", "converter"},
    "converter": {"ray", "fastapi", "starlette", "crewai", "openai", "boto3", "httpx", "logs", "settings"},
}
SOURCES = [
    path for name in PACKAGES for path in ((ROOT / name).rglob("*.py") if (ROOT / name).is_dir() else [ROOT / f"{name}.py"])
]


@pytest.mark.parametrize("package", PACKAGES)
def test_an_import_never_points_up(package: str) -> None:
    above = set(PACKAGES[: PACKAGES.index(package)])

    assert not [one for one in imports_of(package) if one[1] in above]


@pytest.mark.parametrize("package", FOREIGN)
def test_a_package_keeps_out_what_is_not_its_part(package: str) -> None:
    assert not [one for one in imports_of(package) if one[1] in FOREIGN[package]]


def imports_of(package: str) -> Iterator[tuple[str, str]]:
    """Where (`api/records.py:3`) which top-level package is imported, also within functions."""
    for path in SOURCES:
        name = path.relative_to(ROOT)
        if name.parts[0].removesuffix(".py") != package:
            continue
        for node in ast.walk(ast.parse(path.read_text())):
            for module in _modules(node):
                yield f"{name}:{node.lineno}", module.partition(".")[0]  # type: ignore[attr-defined]


def _modules(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
        return [node.module]
    return []
