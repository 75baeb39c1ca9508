"""What a text operator is, and where the operators are found.

An operator is one class in `operators/` that proposes terms for an example: programs whose texts are parts of the expected
cells, or all of them. It works from the output backwards where it can (the witness functions of FlashMeta, Polozov and
Gulwani 2015). The search names no operator; a new module in that package is all that it takes to add one.
"""

import importlib
import inspect
import pkgutil
from collections.abc import Iterator
from functools import cache

from converter.synthesis import operators
from converter.synthesis.sheet import Sheet
from converter.synthesis.term import Term


class Operator:
    """A way to make a part of a cell."""

    @classmethod
    def propose(cls, sheet: Sheet, target: tuple[str, ...]) -> Iterator[Term]:
        """Terms whose text may be a part of the target's text in every row, likelier ones cheaper."""
        raise NotImplementedError


class Transformation:
    """A last step over the whole of a cell, taken back from the expected text.

    `undo` gives simpler targets, each with the class's instance that leads from there to the target.
    """

    @classmethod
    def undo(cls, target: tuple[str, ...]) -> "Iterator[tuple[tuple[str, ...], Transformation]]":
        """Targets before the step and the step itself."""
        raise NotImplementedError

    def over(self, term: Term) -> Term:
        """The term with the step applied to it."""
        raise NotImplementedError


@cache
def all_operators() -> tuple[type[Operator], ...]:
    """Every operator of the package, in the order of module and definition."""
    return tuple(member for member in _members() if issubclass(member, Operator))


@cache
def all_transformations() -> tuple[type[Transformation], ...]:
    """Every transformation of the package, in the order of module and definition."""
    return tuple(member for member in _members() if issubclass(member, Transformation))


@cache
def _members() -> tuple[type, ...]:
    found: list[type] = []
    for module in sorted(pkgutil.iter_modules(operators.__path__), key=lambda module: module.name):
        loaded = importlib.import_module(f"{operators.__name__}.{module.name}")
        found += [one for one in vars(loaded).values() if inspect.isclass(one) and one.__module__ == loaded.__name__]
    return tuple(found)
