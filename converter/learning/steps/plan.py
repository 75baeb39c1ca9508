"""A plan: a frame whose rows stand one for one against the expected rows, and the query that makes them."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

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
    bank: Bank = field(compare=False, default=None)  # type: ignore[assignment]

    def __post_init__(self) -> None:
        if self.bank is None:
            object.__setattr__(self, "bank", Bank(self.frame))

    def then(self, frame: Relation, query: Query, cost: float, step: str) -> "Plan":
        """The plan with one more step."""
        return Plan(frame, query, self.cost + cost, (*self.steps, step))

    def costing(self, cost: float) -> "Plan":
        """The plan at an extra cost."""
        return replace(self, cost=self.cost + cost)


Texts = Sequence[str | None]
__all__ = ["Node", "Plan", "Texts"]
