"""The reference's settings are the program's: no name is missing, none is made up, and defaults are true."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pydantic import AliasChoices

from settings import Settings

PAGE = (Path(__file__).parents[1] / "docs" / "reference" / "settings.md").read_text()
UNITS = {"MiB": 1 << 20, "GiB": 1 << 30}
FIELDS = Settings.model_fields


def table() -> Iterator[tuple[list[str], str]]:
    """Each line of the settings table: its names, and its defaults as they are written."""
    for line in PAGE.splitlines():
        if line.startswith("| `"):
            names, defaults, _ = line.strip("|").split("|", 2)
            yield re.findall(r"`([A-Z_]+)`", names), defaults.strip()


def names_of(field: str) -> list[str]:
    """The names under which a field is read from the environment."""
    alias = FIELDS[field].validation_alias
    return [str(choice) for choice in alias.choices] if isinstance(alias, AliasChoices) else [field.upper()]


def test_every_setting_is_in_the_table_and_nothing_else() -> None:
    written = sorted(name for names, _ in table() for name in names)

    assert written == sorted(name for field in FIELDS for name in names_of(field))


def simple_defaults() -> list[tuple[str, str]]:
    """Names with a default that the table gives as a plain value."""
    pairs = [
        (name, default.strip("`"))
        for names, defaults in table()
        for name, default in zip(names, defaults.split(", "), strict=False)
        if len(names) == len(defaults.split(", "))
    ]
    return [
        (name, default)
        for name, default in pairs
        if re.fullmatch(r"[\d.]+( [MG]iB)?|true|false|[A-Z]{4}|auto|text|data", default)
    ]


def test_most_of_the_table_can_be_checked() -> None:
    assert len(simple_defaults()) > len(FIELDS) / 2


@pytest.mark.parametrize(("name", "written"), simple_defaults())
def test_a_default_in_the_table_is_the_programs(name: str, written: str) -> None:
    default: Any = FIELDS[name.lower()].default

    size = re.fullmatch(r"(\d+) ([MG]iB)", written)
    if size is not None:
        assert default == int(size[1]) * UNITS[size[2]]
    elif isinstance(default, bool):
        assert written == str(default).lower()
    else:
        assert type(default)(written) == default
