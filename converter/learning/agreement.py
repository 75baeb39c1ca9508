"""Columns chosen together: sister columns are made in the same way, and one condition that serves several is paid for once."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from converter.learning import weights
from converter.learning.bank import Relation
from converter.learning.columns import Candidate
from converter.learning.expressions.choices import Case, Coalesce, Lookup
from converter.learning.expressions.flags import tells_truth
from converter.learning.expressions.texts import split_from
from converter.learning.kinds import Kind
from converter.learning.maps import LEAST_RELABELLED, MOST_CATEGORIES
from converter.learning.nodes import Apply, ColumnRef, Constant, Node, anew, is_blank
from converter.learning.proposals.named_bands import rule_of
from converter.learning.steps.grouping import FIRST, LAST, Aggregate, AggregateFunction, Key
from converter.learning.values.number_formats import NumberFormat

Part = tuple[object, ...]
_RULE = 3.0
"""So much dearer a column may be for being made as its sisters are."""
_FUNCTION = 0.5
"""The same of what is made of a group's rows."""


def agreed(frame: Relation, columns: Sequence[tuple[Candidate, ...]]) -> tuple[tuple[Candidate, ...], ...]:
    """The columns' candidates, reordered so that the first ones share their conditions where that makes the whole likelier."""
    columns = _by_one_function(_as_sisters(frame, _by_one_rule(columns)))
    used = [[_parts(frame, one.node) for one in candidates] for candidates in columns]
    asking = [[deciders(one.node) for one in candidates] for candidates in columns]
    # A column that says yes for `Y` says so by itself, however others are decided.
    # What a single expression gives is no choice, whatever others ask.
    said = [
        bool(candidates) and (_says_alike(candidates[0].node) or not _chooses(candidates[0].node)) for candidates in columns
    ]
    chosen = [0] * len(columns)
    for _ in range(2):
        for at, candidates in enumerate(columns):
            if len(candidates) < 2 or said[at]:
                continue
            picked = [(used[place][one], asking[place][one]) for place, one in enumerate(chosen) if place != at and used[place]]
            parts = {part for held, _ in picked for part in held}
            asked = {name for _, held in picked for name in held}
            stood_in = {
                one for place, held in enumerate(columns) if place != at and held for one in _stood_in(held[chosen[place]].node)
            }
            relabelled = {
                name
                for place, held in enumerate(columns)
                if place != at and held
                for name in _relabels(held[chosen[place]].node)
            }
            shown = {
                one for place, held in enumerate(columns) if place != at and held for one in _places(held[chosen[place]].node)
            }
            prices = [
                one.cost
                - weights.SHARED * sum(cost for part, cost in used[at][place].items() if part in parts)
                - weights.SHARED_DECIDER * bool(asking[at][place] and asking[at][place] <= asked)
                - weights.RELABELLED_DECIDER * bool(asking[at][place] and asking[at][place] <= relabelled)
                - weights.STOOD_IN * bool(_moved_by(one.node) & stood_in)
                - weights.PLACE_SHOWN * bool(_chooses(one.node) and _places(one.node) & shown)
                for place, one in enumerate(candidates)
            ]
            chosen[at] = min(range(len(candidates)), key=lambda place: prices[place])
    made = tuple(_first(candidates, picked) if candidates else () for candidates, picked in zip(columns, chosen, strict=True))
    return _parted(made)


def _parted(columns: tuple[tuple[Candidate, ...], ...]) -> tuple[tuple[Candidate, ...], ...]:
    """The columns, those that are the same in every row taken from the text from which others are split off with them."""
    split = [found for held in columns if held and (found := split_from(held[0].node)) is not None]
    common = set(split)
    result = list(columns)
    for at, held in enumerate(columns):
        if held and isinstance(held[0].node, Constant) and held[0].node.value:
            place = next((place for place, one in enumerate(held) if split_from(one.node) in common), None)
            if place is not None:
                result[at] = _first(held, place)
    return tuple(result)


def _by_one_rule(columns: Sequence[tuple[Candidate, ...]]) -> Sequence[tuple[Candidate, ...]]:
    """The columns, those of which each has what lies within a stretch by one rule, where one serves them all."""
    rules = [{rule_of(one.node): one for one in reversed(held) if one.cost <= held[0].cost + _RULE} for held in columns]
    places = [at for at, held in enumerate(columns) if held and rule_of(held[0].node) is not None]
    if len(places) < 2:
        return columns
    common = set.intersection(*(set(rules[at]) for at in places)) - {None}
    if not common:
        return columns
    rule = min(common, key=lambda one: (sum(rules[at][one].cost for at in places), str(one)))
    return [held if at not in places else _first(held, held.index(rules[at][rule])) for at, held in enumerate(columns)]


def _as_sisters(frame: Relation, columns: Sequence[tuple[Candidate, ...]]) -> Sequence[tuple[Candidate, ...]]:
    """The columns, those that only copy a number made as a sister is made whose number has to be computed: of groups that
    happen to have one such row each the sum is the number itself.
    """
    columns = [
        (replace(held[0], node=node), *held[1:]) if held and (node := _in_digits(frame, held[0].node, columns)) else held
        for held in columns
    ]
    numbers = [held[0] for held in columns if held and _is_number(held[0].node) and len(held[0].node.sources) == 1]
    result = list(columns)
    for at, held in enumerate(columns):
        copied = _copied(held[0].node) if held else None
        if copied is None:
            continue
        for one in numbers:
            if one.node.sources & copied.sources:
                continue
            node = of_other(one.node, copied)
            if node is not None and frame.values(node) == frame.values(held[0].node):
                result[at] = (replace(held[0], node=node), *held)
                break
    return result


def _by_one_function(columns: Sequence[tuple[Candidate, ...]]) -> Sequence[tuple[Candidate, ...]]:
    """The columns, those that several functions of a group's rows give as likely made by the one that a sister's cells ask."""
    options = [
        {
            made: at
            for at, one in reversed([*enumerate(held)])
            if one.cost <= held[0].cost + _FUNCTION and (made := _function(one.node))
        }
        for held in columns
    ]
    asked = {next(iter(found)) for found in options if len(found) == 1}
    return [
        _first(held, min(found[one] for one in asked & set(found)))
        if len(found) > 1 and _function(held[0].node) not in asked and asked & set(found)
        else held
        for held, found in zip(columns, options, strict=True)
    ]


def _function(node: Node) -> AggregateFunction | None:
    """The function of all of a group's rows of which a number is written."""
    if isinstance(node, Aggregate):
        return node.function if node.condition is None else None
    return _function(node.parts[0]) if len(node.parts) == 1 else None


def _in_digits(frame: Relation, node: Node, columns: Sequence[tuple[Candidate, ...]]) -> Node | None:
    """A number of some rows with as many decimals as a sister column writes it, of other rows, where that gives it too."""
    if not isinstance(node, Aggregate) or node.condition is None or _decimals(node) is not None:
        return None
    for one in (held[0].node for held in columns if held):
        if isinstance(one, Aggregate) and one.condition is not None and one.function is node.function and _decimals(one):
            made = Aggregate(one.function, one.argument, node.condition)
            if one.sources == node.sources and frame.values(made) == frame.values(node):
                return made
    return None


def _decimals(node: Aggregate) -> int | None:
    """With how many decimals a number is written before it is taken of a group's rows; None where that is left open."""
    written = node.argument
    if not isinstance(written, Apply) or not isinstance(format := next(iter(written.function.parameters), None), NumberFormat):
        return None
    return format.places


def _is_number(node: Node) -> bool:
    """Whether it writes a number that is made of a group's rows, and not of one of them."""
    if isinstance(node, Aggregate):
        return node.function not in (FIRST, LAST)
    return node.key[0] != "window" and len(node.parts) == 1 and _is_number(node.parts[0])


def _copied(node: Node) -> Node | None:
    """The text column of which an expression is a copy of one row's cell."""
    if isinstance(node, Aggregate) and node.function in (FIRST, LAST) and node.condition is None:
        node = node.argument or node
    elif isinstance(node, Key):
        node = node.inner
    return node if isinstance(node, ColumnRef) and node.kind is Kind.TEXT else None


def of_other(node: Node, column: Node) -> Node | None:
    """The expression of one column made of another; None where it is of a form that is not."""

    def leaf(one: Node) -> Node | None:
        if isinstance(one, Aggregate) and one.condition is None and one.argument is not None:
            argument = of_other(one.argument, column)
            return Aggregate(one.function, argument) if argument is not None else None
        return column if isinstance(one, ColumnRef) else None

    return anew(node, leaf)


def deciders(node: Node) -> frozenset[str]:
    """The columns of which a choice asks what they have; that something stands in for a blank one tells no rows apart."""
    if isinstance(node, Lookup):
        return frozenset() if [*node.map] == [""] else node.source.sources
    if isinstance(node, Case):
        # Each member of a list is a question of its own.
        asked = [one for one, _ in node.branches if not (isinstance(one, Apply) and one.function.name == "has member")]
        asked = [one for one in asked if one.key[0] not in ("is blank", "is filled") or one.parts[0] not in node.parts]
        return frozenset().union(*(condition.sources for condition in asked))
    return frozenset()


def _chooses(node: Node) -> bool:
    """Whether it tells rows apart."""
    return isinstance(node, Case | Lookup)


def _says_alike(node: Node) -> bool:
    """Whether it is a map of yes and no to yes and no, as other words have it."""
    return isinstance(node, Lookup) and isinstance(node.source, ColumnRef) and tells_truth(node.map)


def _stood_in(node: Node) -> list[tuple[Node, Node]]:
    """The column that another one stands in for where it is blank, and that one."""
    return list(pairwise(node.parts)) if isinstance(node, Coalesce) else []


def _moved_by(node: Node) -> set[tuple[Node, Node]]:
    """What the column shows where another is filled, with that other one: what did not have to stand in for it."""
    if not isinstance(node, Case) or len(node.branches) != 1 or not is_blank(node.default):
        return set()
    condition, shown = node.branches[0]
    is_presence = isinstance(condition, Apply) and condition.function.name == "is filled"
    return {(condition.parts[0], shown)} if is_presence else set()


def _places(node: Node) -> set[Node]:
    """What the expression computes of the rows around: a row's place in its group, what came before it."""
    return {one for one in node.within() if one.looks_around and not one.is_composed and one.kind is Kind.NUMBER}


def _relabels(node: Node) -> frozenset[str]:
    """The column whose values it says in other words, several at least."""
    return (
        node.source.sources
        if isinstance(node, Lookup) and LEAST_RELABELLED <= len(node.map) <= MOST_CATEGORIES
        else frozenset()
    )


def _first(candidates: tuple[Candidate, ...], picked: int) -> tuple[Candidate, ...]:
    if picked == 0:
        return candidates
    best = candidates[picked]
    # It costs no more than what it is preferred to.
    return (replace(best, cost=min(best.cost, candidates[0].cost)), *candidates[:picked], *candidates[picked + 1 :])


def _parts(frame: Relation, node: Node) -> dict[Part, float]:
    """What a choice decides by, with its cost: the rows that its conditions tell apart and the columns that they read."""
    if isinstance(node, Lookup):
        return {("map", node.source.key): weights.MAPPING}
    if not isinstance(node, Case):
        return {}
    found: dict[Part, float] = {}
    for condition, _ in node.branches:
        flags = [bool(value) for value in frame.values(condition)]
        told = min(tuple(flags), tuple(not flag for flag in flags))
        found[("case", condition.sources, told)] = 3.0
    return found
