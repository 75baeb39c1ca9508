"""How sure a program is: the share of probability of the programs that agree with it, calibrated on cases.

A program's score is a negative log-probability, so programs that fit the example compete by their scores. Those that give the
same on changed rows are one; what others give elsewhere is doubt. `tools/fit_confidence.py` holds these features against what
came true on the open cases and writes `confidence.json`.
"""

import json
import math
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from converter.learning.agreement import deciders
from converter.learning.bank import Bank, Relation
from converter.learning.columns import Candidate
from converter.learning.expressions.choices import Case, Coalesce, Join, Lookup
from converter.learning.kinds import Column
from converter.learning.maps import MOST_CATEGORIES
from converter.learning.nodes import Constant, Node
from converter.learning.steps.grouping import Groups
from converter.learning.steps.layouts import LayoutQuery
from converter.learning.steps.plan import Filter, Plan
from converter.learning.variants import of_groups, values_on, variants

FEATURES = (
    "bias", "columns", "filters", "dearest", "choices", "deciders", "excess", "length", "plan", "singles", "rows",
    "reshaped", "rival", "width",
)  # fmt: skip
_WEIGHTS = Path(__file__).with_name("confidence.json")
_PLAIN_COLUMN, _UNDOUBTED, _PLAIN_CONFIDENCE = 2.0, 0.9, 0.96
"""Rows as they stand whose columns are copied or written otherwise, without rivals: a prior, the cases have too few."""
_COMPUTED = 20.0
"""By so much (nats of cost) what is computed after cells were moved about is e times less sure; a prior."""
_WIDENED = 2.0
"""What is told is less sure than what the cases say, since others are not of their kinds: on 44 that nobody had looked at, 2 of
11 answers at 90 % were wrong, and none of 6 so widened. Whether a program is offered does not hang on it."""
_LEAST_DIFFERENCE = 3.0
"""A rival that differs on a third of the changed rows counts in full."""
_SELDOM = 0.1
"""Conditions that part on fewer of the changed rows are one."""
_DATA = frozenset(":@_\\")
"""Marks that labels for what is missing do not have."""


@dataclass(frozen=True)
class Doubt:
    """The confidence of a whole program, as it decides and as it is told, and of its columns, with the features behind it."""

    confidence: float
    told: float
    columns: tuple[float, ...]
    features: dict[str, float]


def doubt(plan: Plan, columns: Sequence[Sequence[Candidate]], *, rival: float | None) -> Doubt:
    """How sure the first candidate of each column, over the plan's rows, is meant.

    `rival` is how much dearer the next program is.
    """
    frame = _changed(plan.frame)
    shares = tuple(_share(candidates, frame) for candidates in columns)
    best = [candidates[0] for candidates in columns]
    features = {
        "bias": 1.0,
        "columns": sum(math.log(max(share, 1e-3)) for share in shares),
        "filters": float(sum(map(_has_near_rival, plan.filters))),
        "dearest": max((cost for one in best for cost in _costs(one)), default=0.0) / 10,
        # One map that serves several columns is chosen once.
        "choices": len({_choice(one.node) for one in best if isinstance(one.node, Case | Lookup) and not _is_known(one.node)})
        / 3,
        "deciders": len({found for one in best if (found := deciders(one.node)) and not _is_known(one.node)}) / 3,
        "excess": sum(_excess(one, plan.frame) for one in best) / 20,
        "length": sum(max(0.0, cost - 2.0) for one in best for cost in _costs(one)) / 20,
        "plan": plan.cost / 5,
        "singles": sum(_singles(one.node, plan.frame) for one in best),
        "rows": math.log(max(1, plan.frame.size)),
        "reshaped": float(bool(plan.steps)),
        "rival": math.log(1 / (1 + math.exp(-rival))) if rival is not None else 0.0,
        "width": math.log(len(best) or 1),
    }
    sure, told = probability(features), probability(features, _WIDENED)
    if not plan.steps and all(one.cost <= _PLAIN_COLUMN for one in best) and all(share >= _UNDOUBTED for share in shares):
        sure, told = max(sure, _PLAIN_CONFIDENCE), max(told, _PLAIN_CONFIDENCE)
    if isinstance(plan.query, LayoutQuery):
        sure = told = succession(plan.frame.size) * math.exp(
            -sum(max(0.0, one.cost - _PLAIN_COLUMN) for one in best) / _COMPUTED
        )
    return Doubt(sure, told, shares, features)


def _costs(candidate: Candidate) -> list[float]:
    """The costs of what may be wrong of a candidate, each by itself: of a text of several parts these, as if they were columns.

    The words between them stand in every row, so that nobody doubts them.
    """
    node = candidate.node
    if not isinstance(node, Join):
        return [candidate.cost]
    return [min(part.cost, _PLAIN_COLUMN) if isinstance(part, Constant) else part.cost for part in node.parts]


def succession(rows: int) -> float:
    """How likely a further row is of a kind that the rows have shown, by Laplace's rule of succession.

    Few texts of free form say little of the forms that others have, however well a program fits them.
    """
    return (rows + 1) / (rows + 2)


def probability(features: dict[str, float], widened: float = 1.0) -> float:
    """The calibrated probability that a further file comes out right; the log of its odds divided by `widened`."""
    score = sum(value for _, value in weighed(features)) / widened
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, score))))


def weighed(features: dict[str, float]) -> list[tuple[str, float]]:
    """Each feature's part in the score of which the probability is the logistic function."""
    return [(name, weight * features[name]) for name, weight in _weights().items()]


@cache
def _weights() -> dict[str, float]:
    return {name: float(weight) for name, weight in json.loads(_WEIGHTS.read_text(encoding="utf-8"))["weights"].items()}


def _changed(frame: Relation) -> Relation | None:
    """Rows that could come, at the same stage of the program; None where none can be made."""
    try:
        if isinstance(frame, Groups):
            base, groups = of_groups(frame.base, frame.groups)
            return Groups(Bank(base), frame.keys, groups)
        return variants(frame)
    except (TypeError, ValueError, ArithmeticError, KeyError, IndexError):
        return None


def _share(candidates: Sequence[Candidate], frame: Relation | None) -> float:
    """The share of probability of the candidates that do as the first one does, on changed rows."""
    if len(candidates) < 2:
        return 1.0
    first = _told(candidates[0].node, frame)
    total, against = 1.0, 0.0
    for one in candidates[1:]:
        weight = math.exp(-min(20.0, one.cost - candidates[0].cost))
        total += weight
        against += weight * _difference(first, _told(one.node, frame))
    return 1.0 - against / total


def _has_near_rival(asked: Filter) -> bool:
    """Whether another condition that keeps the same rows is about as likely, and keeps others of changed rows."""
    near = asked.near
    frame = _changed(asked.frame) if near else None
    told = _told(asked.conditions[0].node, frame)
    return any(_difference(told, _told(one.node, frame)) > _SELDOM for one in near)


def _told(node: Node, frame: Relation | None) -> Column | None:
    return values_on(node, frame) if frame is not None else None


def _difference(one: Column | None, other: Column | None) -> float:
    if one is None or other is None:
        return 1.0
    differing = sum((mine or None) != (theirs or None) for mine, theirs in zip(one, other, strict=True))
    return min(1.0, _LEAST_DIFFERENCE * differing / max(1, len(one)))


def says_by_heart(nodes: Sequence[Node]) -> bool:
    """Whether some choice has a text of its own for rows that it tells apart by what the example has.

    A label for what is missing is none, but a default with figures or marks of data in it is such a text.
    """
    return any(_says_by_heart(node) for node in nodes)


def _says_by_heart(node: Node) -> bool:
    if isinstance(node, Coalesce):
        last = node.parts[-1]
        return isinstance(last, Constant) and any(one.isdigit() or one in _DATA for one in str(last.value))
    if isinstance(node, Case):
        return any(isinstance(one, Constant) and one.value for one in (*(made for _, made in node.branches), node.default))
    return isinstance(node, Lookup) and not _is_known(node)


def repeats_values(nodes: Sequence[Node]) -> bool:
    """Whether a map's texts are mostly their values, written otherwise: they are computed, and a further value has its own."""
    maps = [node.map for node in nodes if isinstance(node, Lookup) and not _is_known(node)]
    return any(2 * sum(_repeats(value, text) for value, text in map.items()) > len(map) for map in maps)


def _repeats(value: str, text: str | None) -> bool:
    """Whether the text is the value in another case, or has its figures."""
    figures = re.findall("[0-9]+", value)
    is_same = value.casefold() == (text or "").casefold() and any(map(str.isalpha, value))
    return is_same or (bool(figures) and not value.isdecimal() and figures == re.findall("[0-9]+", text or ""))


def has_choices(nodes: Sequence[Node]) -> bool:
    """Whether some expression tells rows apart by what the example has; a fixed default for what is missing is no choice."""
    return any(_is_choice(node) for node in nodes)


def _is_choice(node: Node) -> bool:
    if isinstance(node, Coalesce):
        return not isinstance(node.parts[-1], Constant)
    return isinstance(node, Case | Lookup) and not _is_known(node)


def _choice(node: Node) -> object:
    return tuple(sorted(node.map.items(), key=str)) if isinstance(node, Lookup) else node


def _is_known(node: Node) -> bool:
    """Whether it is a relation that everybody knows, as that of countries and their codes: no example gives such a map."""
    return isinstance(node, Lookup) and len(node.map) > MOST_CATEGORIES


def _excess(candidate: Candidate, frame: Relation) -> float:
    """By how much a choice costs more than saying which rows are alike: so far the rows do not speak for it (in nats)."""
    node = candidate.node
    if isinstance(node, Case):
        flags = [frame.values(condition) for condition, _ in node.branches]
        told: list[object] = [next((at for at, one in enumerate(row) if one), None) for row in zip(*flags, strict=True)]
    elif isinstance(node, Lookup) and not _is_known(node):
        told = [node.map.get(str(value or ""), node.default) for value in frame.values(node.source)]
    else:
        return 0.0
    counts = Counter(told)
    entropy = math.lgamma(len(told) + 1) - sum(math.lgamma(count + 1) for count in counts.values())
    return max(0.0, candidate.cost - entropy)


def _singles(node: Node, frame: Relation) -> float:
    """Of a map, the share of rows whose value came once.

    As likely has the next row a value that never came (Good and Turing).
    """
    if not isinstance(node, Lookup) or _is_known(node) or frame.size == 0:
        return 0.0
    values = frame.values(node.source)
    counts: dict[object, int] = {}
    for value in values:
        counts[value] = counts.get(value, 0) + 1
    return sum(count == 1 for count in counts.values()) / frame.size
