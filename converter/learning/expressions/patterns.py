"""What a pattern matches in a text. Patterns mean the same in Python and in RE2; `\\pL` is a letter of any language."""

import re
import unicodedata
from functools import lru_cache

from converter.learning.kinds import Kind
from converter.learning.nodes import Function
from converter.learning.sql import literal

MOST_KEPT = 4096
"""So many patterns, and functions with their parameters, are kept: every column asks for the same ones."""
_LETTER = r"[^\W\d_]"


@lru_cache(maxsize=MOST_KEPT)
def compiled(pattern: str) -> re.Pattern[str]:
    """The pattern in Python."""
    return re.compile(_CLASS.sub(_in_python, pattern))


# A class in brackets with a letter of any language in it, or such a letter by itself.
_CLASS = re.compile(r"\[(\^?)((?:\\.|[^\]\\])*)\]|\\pL|\\p\{L[ul]\}")
_PROPERTIES = re.compile(r"\\pL|\\p\{L[ul]\}")


def _in_python(match: re.Match[str]) -> str:
    """The same class as Python writes it; capitals are told by the ranges of Unicode's Latin, Greek and Cyrillic."""
    whole = match[0]
    properties = _PROPERTIES.findall(whole)
    if not properties:
        return whole
    letters = "|".join(_SPELLED[one] for one in dict.fromkeys(properties))
    if not whole.startswith("["):
        return f"(?:{letters})"
    rest = _PROPERTIES.sub("", match[2])
    if match[1]:
        return f"(?:(?!{letters}){f'[^{rest}]' if rest else '.'})"
    return f"(?:{letters}{f'|[{rest}]' if rest else ''})"


def _ranges(kind: str) -> str:
    """All letters of the kind (Lu, Ll) in the first planes that the world writes in, as a class."""
    found = [character for character in map(chr, range(0x41, 0x590)) if unicodedata.category(character) == kind]
    return "[" + "".join(map(re.escape, found)) + "]"


_SPELLED = {r"\pL": _LETTER, r"\p{Lu}": _ranges("Lu"), r"\p{Ll}": _ranges("Ll")}


@lru_cache(maxsize=MOST_KEPT)
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


@lru_cache(maxsize=MOST_KEPT)
def substituted(pattern: str, other: str, cost: float) -> Function:
    """The text with something else in place of all that the pattern matches; `\\1` is its first group."""
    search = compiled(pattern)
    template = f"regexp_replace({{0}}, {literal(pattern)}, {literal(other)}, 'g')"
    return Function("substituted", Kind.TEXT, template, lambda text: search.sub(other, text), cost, (pattern, other))


@lru_cache(maxsize=MOST_KEPT)
def all_matches(pattern: str, mark: str, cost: float) -> Function:
    """All that the pattern matches, with a mark in between."""
    search = compiled(pattern)
    template = f"array_to_string(regexp_extract_all({{0}}, {literal(pattern)}), {literal(mark)})"
    return Function("all matches", Kind.TEXT, template, lambda text: mark.join(search.findall(text)), cost, (pattern, mark))


@lru_cache(maxsize=MOST_KEPT)
def found_at(pattern: str, place: int, cost: float, group: int = 0) -> Function:
    """The match of that number, or its group, from 1, or from the end where negative; empty where there are fewer."""
    search = compiled(pattern)

    def compute(text: str) -> str:
        found = search.findall(text)
        at = place - 1 if place > 0 else place
        return found[at] if -len(found) <= at < len(found) else ""

    suffix = f", {group}" if group else ""
    template = f"regexp_extract_all({{0}}, {literal(pattern)}{suffix})[{place}]"
    return Function("match", Kind.TEXT, template, compute, cost, (pattern, place, group))


def escaped(text: str) -> str:
    """The text as a pattern that matches it alone, in both."""
    return re.sub(r"([\\.^$|?*+()\[\]{}])", r"\\\1", text)
