"""A plan: a frame whose rows stand one for one against the expected rows, and the query that makes them."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from converter.learning.bank import Bank, Relation
from converter.learning.conditions import Condition
from converter.learning.nodes import Node
from converter.learning.query import Query

NEAR = 1.5
"""Of 161 filters of the open cases 34 of the 61 were right that had a rival so near (nats), and 75 of the other 100."""


@dataclass(frozen=True)
class Plan:
    """`frame` has a row for each expected row, in order; `steps` say in words how it came about."""

    frame: Relation
    query: Query
    cost: float = 0.0
    steps: tuple[str, ...] = ()
    unsorted: "Unsorted | None" = None
    bank: Bank = field(compare=False, default=None)  # type: ignore[assignment]
    filters: tuple["Filter", ...] = field(compare=False, default=())

    def __post_init__(self) -> None:
        if self.bank is None:
            object.__setattr__(self, "bank", Bank(self.frame))

    def asking(self, node: Node, cost: float, rivals: Sequence[Condition]) -> tuple["Filter", ...]:
        """The plan's filters with one more: the condition asked, at its cost, and its rivals."""
        asked = Condition(node, 0, cost, "asked")
        return (*self.filters, Filter(self.frame, (asked, *(one for one in rivals if one.node != node))))

    def reordered(self, rows: Sequence[int]) -> "Plan":
        """The plan with its rows in another order, whose sort keys are to be found once the columns are known."""
        pending = Unsorted(self.bank, tuple(rows))
        return Plan(self.frame.among(rows), self.query, self.cost, (*self.steps, "sort"), pending, filters=self.filters)


@dataclass(frozen=True)
class Filter:
    """Why rows stay: conditions that keep the same of the frame's rows, first the one that is asked, then its rivals."""

    frame: Relation
    conditions: tuple[Condition, ...]

    @property
    def near(self) -> list[Condition]:
        """The rivals that are about as likely."""
        first, *rivals = self.conditions
        return [one for one in rivals if one.cost < first.cost + NEAR]


@dataclass(frozen=True)
class Unsorted:
    """The frame as it was before sorting, and its rows in the order wanted."""

    bank: Bank
    rows: tuple[int, ...]


Texts = Sequence[str | None]
__all__ = ["Node", "Plan", "Texts"]
