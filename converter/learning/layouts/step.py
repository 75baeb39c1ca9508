"""What a step over grids is.

One class a step: `propose` gives instances with parameters read off a grid and the goal, `apply` carries one out in memory,
`select` writes the same as SQL, `cost` says how unlikely it is that it is meant. `exploration` lists them.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar, Self

from converter.learning.layouts.goal import Goal
from converter.learning.layouts.grid import Grid, Source


@dataclass(frozen=True)
class Step:
    """One step that reshapes a grid."""

    title: ClassVar[str] = ""
    """The name of the step's relation in SQL."""

    @classmethod
    def propose(cls, grid: Grid, goal: Goal) -> Iterator[Self]:
        """Instances that may bring `grid` nearer to the goal."""
        raise NotImplementedError

    @property
    def cost(self) -> float:
        """The instance's description length, roughly: the higher, the less likely meant."""
        raise NotImplementedError

    def apply(self, grid: Grid) -> Grid | None:
        """The grid after the step; None where the step makes no sense for it."""
        raise NotImplementedError

    def reads_lists(self, source: Source) -> bool:
        """Whether `select` is to be given a relation of each row's `cells` as one list, however many they are."""
        return False

    def select(self, source: Source) -> str:
        """The step as a DuckDB SELECT that gives the same columns as `apply` and `_row`, by which the result is ordered."""
        raise NotImplementedError
