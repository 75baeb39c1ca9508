"""What everybody knows: countries, currencies, languages, states, months, elements and the like, as relations.

They stand in `relations.json`, which `tools/relations.py` makes from the libraries that keep them.
"""

import json
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

Fact = tuple[str, ...]
"""The ways to write one thing in one attribute, the usual one first; none where it has no such name."""

PATH = Path(__file__).with_suffix(".json")
_OF_NUMBERS = ("months", "weekdays", "cardinals", "spelling", "greek", "statuses", "colours")


@dataclass(frozen=True)
class Relation:
    """Things with their attributes: `rows` hold a `Fact` for each attribute."""

    attributes: tuple[str, ...]
    rows: tuple[tuple[Fact, ...], ...]

    @cached_property
    def _indices(self) -> dict[tuple[int, int], dict[str, str]]:
        return {}

    def mapping(self, key: int, value: int) -> dict[str, str]:
        """From the texts of one attribute to the usual text of another; the first of several things of one name counts."""
        known = self._indices
        if (key, value) not in known:
            pairs: dict[str, str] = {}
            usual = [(row[key][0], row[value][0]) for row in self.rows if row[key] and row[value]]
            others = [(text, row[value][0]) for row in self.rows if row[value] for text in row[key][1:]]
            for text, told in (*usual, *others):
                pairs.setdefault(text, told)
            known[key, value] = pairs
        return known[key, value]

    @cached_property
    def texts(self) -> tuple[frozenset[str], ...]:
        """All texts of each attribute in lower case."""
        return tuple(frozenset(text.lower() for row in self.rows for text in row[at]) for at in range(len(self.attributes)))


@cache
def relations() -> dict[str, Relation]:
    """All relations by name."""
    stored = json.loads(PATH.read_text(encoding="utf-8"))
    return {name: _relation(**table) for name, table in stored.items()}


@cache
def relations_of_numbers() -> tuple[Relation, ...]:
    """Those in which a number is more than an official code: numbers stand for so much that few say what is meant."""
    return tuple(relations()[name] for name in _OF_NUMBERS)


def _relation(attributes: list[str], rows: list[list[list[str]]]) -> Relation:
    return Relation(tuple(attributes), tuple(tuple(map(tuple, row)) for row in rows))
