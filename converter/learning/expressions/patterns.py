"""What a pattern matches in a text. Patterns mean the same in Python and in RE2; `\\pL` is a letter of any language."""

import re
from functools import lru_cache

from converter.learning.kinds import Kind
from converter.learning.nodes import Function
from converter.learning.sql import literal

_CLASSES = ((r"\p{Lu}", "A-ZÀ-ÖØ-ÞŠŽŁŚŻŹĆŃÇĞİŞ"), (r"\pL", r"^\W\d_"))


@lru_cache(maxsize=4096)
def compiled(pattern: str) -> re.Pattern[str]:
    """The pattern in Python."""
    for ours, python in _CLASSES:
        pattern = pattern.replace(ours, f"[{python}]")
    return re.compile(pattern)


def extracted(pattern: str, cost: float, group: int = 0) -> Function:
    """What the pattern matches first, or its group; empty where nothing matches."""
    search = compiled(pattern).search

    def compute(text: str) -> str:
        match = search(text)
        return (match[group] or "") if match else ""

    suffix = f", {group}" if group else ""
    return Function(
        "extracted", Kind.TEXT, f"regexp_extract({{0}}, {literal(pattern)}{suffix})", compute, cost, (pattern, group)
    )


def substituted(pattern: str, other: str, cost: float) -> Function:
    """The text with something else in place of all that the pattern matches; `\\1` is its first group."""
    search = compiled(pattern)
    template = f"regexp_replace({{0}}, {literal(pattern)}, {literal(other)}, 'g')"
    return Function("substituted", Kind.TEXT, template, lambda text: search.sub(other, text), cost, (pattern, other))


def all_matches(pattern: str, mark: str, cost: float) -> Function:
    """All that the pattern matches, with a mark in between."""
    search = compiled(pattern)
    template = f"array_to_string(regexp_extract_all({{0}}, {literal(pattern)}), {literal(mark)})"
    return Function("all matches", Kind.TEXT, template, lambda text: mark.join(search.findall(text)), cost, (pattern, mark))


def escaped(text: str) -> str:
    """The text as a pattern that matches it alone, in both."""
    return re.sub(r"([\\.^$|?*+()\[\]{}])", r"\\\1", text)
