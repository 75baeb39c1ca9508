"""What proposals know of the output column that is asked for."""

from collections.abc import Sequence
from typing import Protocol

from converter.learning.bank import Bank
from converter.learning.nodes import Node
from converter.learning.values.number_formats import NumberFormat, NumericTarget


class Goal(Protocol):
    """One output column: its cells over the rows of the bank's frame (None where blank), and which are to be explained."""

    bank: Bank
    name: str | None
    target: tuple[str | None, ...]
    size: int
    filled: int
    cells: list[str]

    @property
    def places(self) -> list[int]:
        """The rows that are filled and asked for."""
        ...

    @property
    def numeric(self) -> NumericTarget | None:
        """The column as numbers."""
        ...

    def written(self, node: Node, format: NumberFormat) -> Node:
        """The number as the column writes it."""
        ...

    siblings: Sequence[str]
    """The cells of columns that are likely written as this one is."""
    is_part: bool
    """Whether the column is only a part of an output column's cells."""

    def part(self, cells: Sequence[str | None], siblings: Sequence[str]) -> Sequence[tuple[Node, float]]:
        """The best few expressions for a part of this column's cells, with their costs."""
        ...
