"""Texts made of parts: the cheapest sequence of expressions and constants that spells every row's text.

All rows are walked through at once (the intersection of FlashFill's graphs, Gulwani, POPL 2011, made lazily): a state is a
position in each row's text, an edge an expression whose values stand there, or a constant that stands there in all rows.
"""

import heapq
import itertools
import re
from collections.abc import Sequence
from functools import lru_cache

from converter.learning import weights
from converter.learning.bank import Entry
from converter.learning.expressions.choices import Join
from converter.learning.expressions.moments import part_written
from converter.learning.nodes import Apply, Constant, Node, constant_cost

MOST_STATES = 350
WALKED_ROWS = 8
"""So many rows are walked; what is found is held against the others."""
PART_COST = 0.4
SHARED = 0.8
"""So much of a value's cost is spared where it is used again."""
LEAST_PART = 0.3
MOST_FOUND = 3
_ENDS_IN_NUMBER, _GOES_ON_AS_NUMBER = re.compile(r"[0-9][.,]?\Z").search, re.compile(r"[.,]?[0-9]").match


def spelled(atoms: Sequence[Entry], targets: Sequence[str], costs: Sequence[float], *, most: int = MOST_FOUND) -> list[Node]:
    """Expressions that spell the targets, the cheapest first. Atoms have a value for each target; blanks spell nothing."""
    walked = min(len(targets), WALKED_ROWS)
    ends = tuple(len(target) for target in targets[:walked])
    usable = [
        (atom, cost)
        for atom, cost in zip(atoms, costs, strict=True)
        if any(atom.values)
        and all(isinstance(value, str) and value in target for value, target in zip(atom.values, targets, strict=True))
    ]
    usable.sort(key=lambda pair: pair[1])
    first = [atom.values[0] for atom, _ in usable]
    fixed = {str(value) for value in first if len(set(targets)) > 1 and _names(str(value))} & _always_given(usable)
    start = (0,) * walked
    ticket = itertools.count()
    queue: list[tuple[float, int, tuple[int, ...], tuple[Node, ...]]] = [(0.0, next(ticket), start, ())]
    done: dict[tuple[int, ...], int] = {}
    found: list[Node] = []
    while queue and len(done) < MOST_STATES and len(found) < most:
        cost, _, places, parts = heapq.heappop(queue)
        if done.get(places, 0) >= (2 if places == ends else 1):
            continue
        if places == ends:
            if not all(isinstance(part, Constant) for part in parts):
                found.append(joined(parts, cost))
            continue
        done[places] = done.get(places, 0) + 1
        for (atom, price), beginning in zip(usable, first, strict=True):
            if not targets[0].startswith(beginning, places[0]):  # type: ignore[arg-type]
                continue
            values = atom.values
            following = _after(values, targets, places)
            if following is not None and done.get(following, 0) < 2:
                spent = cost + PART_COST + max(min(price, LEAST_PART), price - shared_cost(atom.node, parts))
                if parts and isinstance(parts[-1], Constant) and beginning[:1].isdigit():  # type: ignore[index,union-attr]
                    spent += weights.NUMBER_PARTED * (_ENDS_IN_NUMBER(str(parts[-1].value)) is not None)
                heapq.heappush(queue, (spent, next(ticket), following, (*parts, atom.node)))
        if not parts or not isinstance(parts[-1], Constant):
            for text in _constants(targets, places):
                following = tuple(place + len(text) for place in places)
                price = constant_cost(text) + weights.GIVEN_CONSTANT * any(value in text for value in fixed)
                is_behind = places[0] > 0 and targets[0][places[0] - 1].isdigit()
                price += weights.NUMBER_PARTED * (is_behind and _GOES_ON_AS_NUMBER(text) is not None)
                heapq.heappush(queue, (cost + price, next(ticket), following, (*parts, Constant(text))))
    return found


def _names(text: str) -> bool:
    """Whether the text is a name with a letter and more, no mark and no mere number."""
    return len(text) > 1 and text[0].isalnum() and text[-1].isalnum() and any(map(str.isalpha, text))


def _always_given(atoms: Sequence[tuple[Entry, float]]) -> set[str]:
    """What some atom gives in every row."""
    return {str(atom.values[0]) for atom, _ in atoms if len(set(atom.values)) == 1}


def shared_cost(node: Node, parts: Sequence[Node]) -> float:
    """What need not be paid again since parts before are made from the same value, which is no news."""
    if not node.parts or not node.parts[0].parts:
        return 0.0
    known = frozenset[Node]().union(*map(_values_of, parts))
    return SHARED * max((one.cost for one in _values_of(node) & known), default=0.0)


@lru_cache(maxsize=20_000)
def _values_of(node: Node) -> frozenset[Node]:
    """The node and all that it is made from, columns and constants apart."""
    found: frozenset[Node] = frozenset((node,)) if node.parts else frozenset()
    return found.union(*map(_values_of, node.parts))


def joined(parts: Sequence[Node], cost: float) -> Node:
    """The parts one after the other; parts of one date in a row are written by one format."""
    merged: list[Node] = []
    for part in parts:
        merged.append(part)
        while len(merged) > 1:
            together = _one_format(merged[-2], merged[-1]) or (
                _one_format(merged[-3], merged[-2], merged[-1])
                if len(merged) > 2 and isinstance(merged[-2], Constant)
                else None
            )
            if together is None:
                break
            del merged[-(3 if isinstance(merged[-2], Constant) else 2) :]
            merged.append(together)
    return merged[0] if len(merged) == 1 else Join(merged, cost)


def _one_format(*parts: Node) -> Node | None:
    """The parts as one format of one moment, where they are that; `parts` are two, or two with a constant between them."""
    first, last = parts[0], parts[-1]
    start, end = _format(first), _format(last)
    if start is None or end is None or first.parts[0] != last.parts[0]:
        return None
    between = str(parts[1].value).replace("%", "%%") if isinstance(parts[1], Constant) else ""
    return part_written(start + between + end)(first.parts[0])


def iso_year(node: Node) -> list[Node]:
    """The same with the year that an ISO week is of, where it writes a week and a year."""
    format = _format(node)
    if format is None or "%V" not in format or "%Y" not in format:
        return []
    return [part_written(format.replace("%Y", "%G"))(node.parts[0])]


def _format(node: Node) -> str | None:
    """The format in which the node writes a moment, if that is what it does."""
    if (
        isinstance(node, Apply)
        and node.function.name == "written"
        and node.parts[0].kind.is_moment
        and isinstance(node.function.parameters[0], str)
    ):
        return node.function.parameters[0]
    return None


def _after(values: Sequence[object], targets: Sequence[str], places: tuple[int, ...]) -> tuple[int, ...] | None:
    following = []
    for place, target, value in zip(places, targets, values, strict=False):
        if not target.startswith(value, place):  # type: ignore[arg-type]
            return None
        following.append(place + len(value))  # type: ignore[arg-type]
    return tuple(following) if following != list(places) else None


def _constants(targets: Sequence[str], places: tuple[int, ...]) -> list[str]:
    """What stands in all rows from the places on, up to each end of a word or a run of marks."""
    rests = [target[place:] for target, place in zip(targets, places, strict=False)]
    shared = rests[0]
    for rest in rests[1:]:
        size = 0
        for mine, theirs in zip(shared, rest, strict=False):
            if mine != theirs:
                break
            size += 1
        shared = shared[:size]
    if not shared:
        return []
    cuts = {len(shared)}
    for at in range(1, len(shared)):
        if shared[at - 1].isalnum() != shared[at].isalnum() or shared[at].isspace() != shared[at - 1].isspace():
            cuts.add(at)
    return [shared[:cut] for cut in sorted(cuts)]
