"""How deep a statement is nested, found by one pass over its characters, before any parser may be asked.

DuckDB's parser takes gigabytes for brackets nested some thousand deep: 8 KB of them 2.6 GB, before anything of it is refused.
"""

import re

DEEPEST = 100
"""Brackets and CASEs within one another, at most. What people write has ten."""

# What stands in quotes and comments opens nothing. An end that is missing is the text's, so that each character is met once.
_TOKEN = re.compile(
    r"""'[^']*(?:'|\Z)|"[^"]*(?:"|\Z)|--[^\n]*|/\*.*?(?:\*/|\Z)|[()\[\]{}]|\b(?:case|end)\b""", re.DOTALL | re.I
)
_BARE_TOKEN = re.compile(r"[()\[\]{}]|\b(?:case|end)\b", re.I)
# With these, quotes may end elsewhere than they seem to.
_OTHER_QUOTES = re.compile(r"\$|\be'", re.I)


def depth(statement: str) -> int:
    """How many brackets and CASEs stand within one another, at most; never fewer than a parser would meet."""
    token = _BARE_TOKEN if _OTHER_QUOTES.search(statement) else _TOKEN
    deepest = open_ones = 0
    for found in token.finditer(statement):
        word = found[0].lower()
        if word in "([{" or word == "case":
            open_ones += 1
            deepest = max(deepest, open_ones)
        elif word in ")]}" or word == "end":
            # What was closed too often is a mistake that the parser tells; it must not make room for more.
            open_ones = max(0, open_ones - 1)
    return deepest
