"""A plan: a frame whose rows stand one for one against the expected rows, and the query that makes them."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from converter.learning.bank import Bank, Relation
from converter.learning.nodes import Node
from converter.learning.query import Query


@dataclass(frozen=True)
class Plan:
    """`frame` has a row for each expected row, in order; `steps` say in words how it came about."""

    frame: Relation
    query: Query
    cost: float = 0.0
    steps: tuple[str, ...] = ()
    unsorted: "Unsorted | None" = None
    bank: Bank = field(compare=False, default=None)  # type: ignore[assignment]

    def __post_init__(self) -> None:
        if self.bank is None:
            object.__setattr__(self, "bank", Bank(self.frame))

    def reordered(self, rows: Sequence[int]) -> "Plan":
        """The plan with its rows in another order, whose sort keys are to be found once the columns are known."""
        pending = Unsorted(self.bank, tuple(rows))
        return Plan(self.frame.among(rows), self.query, self.cost, (*self.steps, "sort"), pending)


@dataclass(frozen=True)
class Unsorted:
    """The frame as it was before sorting, and its rows in the order wanted."""

    bank: Bank
    rows: tuple[int, ...]


Texts = Sequence[str | None]
__all__ = ["Node", "Plan", "Texts"]
