"""Kinds of conversions, each as an example, a further file and what is wanted of it: `kinds/*.txt`."""

from pathlib import Path

import pytest

from converter.learning.printing import printed
from tests.converter.learning.learned import learned, table, turned

KINDS = sorted(Path(__file__).with_name("kinds").glob("*.txt"))


def blocks() -> list[tuple[str, list[str]]]:
    """Name, input, expected table, further input, wanted table: parted by `->`, `>>` and `=>` on lines of their own."""
    found = []
    for path in KINDS:
        for block in path.read_text(encoding="utf-8").split("\n# "):
            name, _, body = block.lstrip("# ").partition("\n")
            parts = [body]
            for mark in ("->", ">>", "=>"):
                parts[-1:] = parts[-1].split(f"\n{mark}\n", 1)
            found.append((f"{path.stem}: {name}", parts))
    return found


@pytest.mark.parametrize(("name", "parts"), blocks(), ids=lambda one: one if isinstance(one, str) else "")
def test_what_is_learned_from_an_example_gives_what_is_wanted_of_a_further_file(name: str, parts: list[str]) -> None:
    given, expected, further, wanted = map(table, parts)
    program = learned(given, expected)
    assert program is not None, name
    text = printed(program.query())
    for source, made in ((given, expected), (further, wanted)):
        assert turned(text, source) == [made.header, *made.rows], text
