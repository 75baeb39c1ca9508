"""What a table operator is, and where the operators are found.

An operator is one class in `tables/operators/`: `propose` gives instances with parameters read off a grid and the goal, `apply`
carries one out in memory, `select` writes the same as SQL, `cost` says how unlikely it is that it is meant. The search knows no
operator by name; a new module in that package is all that it takes to add one.
"""

import importlib
import inspect
import pkgutil
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import ClassVar, Self

from converter.synthesis.tables import operators
from converter.synthesis.tables.goal import Goal
from converter.synthesis.tables.grid import Grid, Source


@dataclass(frozen=True)
class Operator:
    """One step that reshapes a grid."""

    title: ClassVar[str] = ""
    """The name of the step's relation in SQL."""
    scales: ClassVar[bool] = False
    """Whether proposing it for a grid of 100,000 rows takes no more than seconds."""
    keeps_rows: ClassVar[bool] = False
    """Whether each row stays where it is and comes from itself alone."""

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


@cache
def all_operators() -> tuple[type[Operator], ...]:
    """Every operator of the package `operators`, in the order of module and definition."""
    found: list[type[Operator]] = []
    for module in sorted(pkgutil.iter_modules(operators.__path__), key=lambda module: module.name):
        loaded = importlib.import_module(f"{operators.__name__}.{module.name}")
        found += [
            member
            for member in vars(loaded).values()
            if inspect.isclass(member) and issubclass(member, Operator) and member.__module__ == loaded.__name__
        ]
    return tuple(kind for kind in found if kind.title)
