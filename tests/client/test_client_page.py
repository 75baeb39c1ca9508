"""What a person imports from the client, and the page that says so."""

import re
from pathlib import Path

import client
from client.calls import Calls

PAGE = (Path(__file__).parents[2] / "docs" / "reference" / "client.md").read_text()


def test_everything_that_can_be_imported_is_there_and_on_its_page() -> None:
    assert [name for name in client.__all__ if not hasattr(client, name)] == []
    assert [name for name in client.__all__ if not re.search(rf"\b{name}\b", PAGE)] == []


def test_every_call_is_on_its_page() -> None:
    calls = [name for name in vars(Calls) if not name.startswith("_")]

    assert [name for name in calls if f"`{name}(" not in PAGE] == []
