"""Sister columns: several output columns that one map makes of an input column each, such as the answers of a survey.

One column alone may show each answer once; together they show what every answer stands for, those too that a column lacks.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from converter.learning.bank import Bank, Entry, Relation
from converter.learning.expressions.choices import Lookup
from converter.learning.nodes import Constant, Node, constant_cost
from converter.learning.values import numbers

MOST_ENTRIES = 12
LEAST_MEMBERS = 2
_TIMES_SEEN = 1.5
"""So often, on the average, each of the map's values has to come."""
_COST = 2.0
Target = tuple[str | None, ...]
Map = dict[str, str]


@dataclass
class _Family:
    map: Map
    members: dict[int, Entry] = field(default_factory=dict)
    cells: int = 0

    @property
    def score(self) -> float:
        """How much more it explains than it says."""
        return self.cells - 2.0 * len(self.map)


def sisters(bank: Bank, expected: Sequence[Target]) -> dict[Target, Node]:
    """The columns of the best family, each with its map. A blank stays blank."""
    pairs: dict[int, list[tuple[Entry, Map]]] = {}
    # What is copied is not mapped: the names beside their keys are no map of these.
    copied = {entry.values for entry in bank.texts}
    for at, target in enumerate(expected):
        if target in copied:
            continue
        found = [(entry, map) for entry in bank.texts if (map := _map(entry, target)) is not None]
        if found:
            pairs[at] = found
    if len(pairs) < LEAST_MEMBERS:
        return {}
    families = [_grown(pairs, at, entry, map) for at, held in pairs.items() for entry, map in held]
    best = max(families, key=lambda one: (one.score, len(one.members)))
    if len(best.members) < LEAST_MEMBERS or best.cells < _TIMES_SEEN * len(best.map):
        return {}
    price = _COST + sum(0.5 * constant_cost(text) for text in best.map.values()) / len(best.members)
    ordered: dict[str, str | None] = {
        key: best.map[key] for key in sorted(best.map, key=lambda key: best.map[key], reverse=True)
    }
    return {
        expected[at]: Lookup(entry.node, ordered, Constant(None), price + entry.node.cost) for at, entry in best.members.items()
    }


def as_numbers(frame: Relation, nodes: Iterable[Node]) -> list[Entry]:
    """The columns as numbers, in the order of the columns that they are made of, where they are."""
    found = []
    for node in nodes:
        values = frame.values(node)
        reading = next(iter(numbers.readings(values)), None)  # type: ignore[arg-type]
        if reading is None:
            return []
        read = reading.function(node)
        made = frame.values(read)
        found.append(Entry(read, made, tuple(None if value is None else float(value) for value in made)))  # type: ignore[arg-type]
    return found


def _map(entry: Entry, target: Target) -> Map | None:
    """What the column's texts become, where each becomes one other text; blanks stay."""
    map: Map = {}
    for value, text in zip(entry.values, target, strict=True):
        if bool(value) != bool(text):
            return None
        if isinstance(value, str) and value and text and map.setdefault(value, text) != text:
            return None
    if not 1 < len(map) <= MOST_ENTRIES or all(key.casefold() == text.casefold() for key, text in map.items()):
        return None
    return map if len(set(map.values())) > 1 else None


def _grown(pairs: dict[int, list[tuple[Entry, Map]]], at: int, entry: Entry, map: Map) -> _Family:
    """The pair with the further ones that the same map makes."""
    family = _Family(dict(map), {at: entry}, _filled(entry))
    used = {entry.node}
    for other, held in pairs.items():
        if other == at:
            continue
        fitting = [
            (shared, entry, map)
            for entry, map in held
            if entry.node not in used and (shared := _shared(family.map, map)) is not None
        ]
        if not fitting:
            continue
        _, entry, map = max(fitting, key=lambda one: one[0])
        if len(family.map | map) > MOST_ENTRIES:
            continue
        family.map |= map
        family.members[other] = entry
        family.cells += _filled(entry)
        used.add(entry.node)
    return family


def _shared(known: Map, other: Map) -> int | None:
    """How many values both maps have; None where they have none, or contradict each other."""
    both = [key for key in other if key in known]
    return len(both) if both and all(known[key] == other[key] for key in both) else None


def _filled(entry: Entry) -> int:
    return sum(bool(value) for value in entry.values)
