"""Costs that know how much of each weight is in them: forward-mode differentiation by dual numbers.

`install` puts such a number in place of every weight and of every other named number of `converter.learning`. What the search
then computes from them has the slope of its cost against each, and no code of the search knows of it. What goes through a
logarithm or the like has none: how many alternatives there are is taken as given.
"""

import importlib
import pkgutil
from collections.abc import Iterator
from types import ModuleType
from typing import Any

import converter.learning
from converter.learning import nodes

_APART = ("clock", "confidence", "doubt", "findings", "trace", "weights")
"""Modules whose numbers are no costs; the weights come first and by their bare names."""
OFFSET = "node "
"""Begins the name of what a kind of expression costs more or less than it says: none, until it is fitted."""


class Dual(float):
    """A number with its slopes against named numbers."""

    __slots__ = ("slopes",)
    slopes: dict[str, float]

    def __new__(cls, value: float, slopes: dict[str, float]) -> "Dual":
        """The number of this value."""
        made = super().__new__(cls, value)
        made.slopes = slopes
        return made

    def __add__(self, other: float) -> "Dual":
        return Dual(float(self) + float(other), _sum(self.slopes, slopes_of(other)))

    __radd__ = __add__

    def __neg__(self) -> "Dual":
        return self * -1.0

    def __sub__(self, other: float) -> "Dual":
        return Dual(float(self) - float(other), _sum(self.slopes, slopes_of(other), -1.0))

    def __rsub__(self, other: float) -> "Dual":
        return Dual(float(other) - float(self), _scaled(self.slopes, -1.0))

    def __mul__(self, other: float) -> "Dual":
        mine, theirs = float(self), float(other)
        own = _scaled(self.slopes, theirs)
        return Dual(mine * theirs, _sum(own, slopes_of(other), mine) if isinstance(other, Dual) else own)

    __rmul__ = __mul__

    def __truediv__(self, other: float) -> "Dual":
        mine, theirs = float(self), float(other)
        own = _scaled(self.slopes, 1 / theirs)
        return Dual(mine / theirs, _sum(own, slopes_of(other), -mine / theirs**2) if isinstance(other, Dual) else own)

    def __rtruediv__(self, other: float) -> "Dual":
        return Dual(float(other) / float(self), _scaled(self.slopes, -float(other) / float(self) ** 2))


def slopes_of(number: float) -> dict[str, float]:
    """The number's slopes; none of a plain one."""
    return number.slopes if isinstance(number, Dual) else {}


def _scaled(slopes: dict[str, float], by: float) -> dict[str, float]:
    return {name: by * slope for name, slope in slopes.items()}


def _sum(mine: dict[str, float], theirs: dict[str, float], by: float = 1.0) -> dict[str, float]:
    if not theirs:
        return mine
    made = dict(mine)
    for name, slope in theirs.items():
        made[name] = made.get(name, 0.0) + by * slope
    return made


def install() -> dict[str, float]:
    """Puts dual numbers in the weights' places, for good in this process, and gives their values by name."""
    found: dict[str, float] = {}
    # A number that another module imports is one number; those with a leading underscore are each module's own.
    shared: dict[tuple[str, float], Dual] = {}

    def dual(name: str, value: float) -> Dual:
        found[name] = value
        return Dual(value, {name: 1.0})

    for module in _modules():
        label = module.__name__.removeprefix("converter.learning.")
        prefix = "" if label == "weights" else f"{label}."
        for name, value in list(vars(module).items()):
            if isinstance(value, dict) and prefix == "":
                value.update({key: dual(f"{name}[{key}]", one) for key, one in value.items() if type(one) is float})
            if type(value) is not float or not name.isupper():
                continue
            known = shared.get((name, value))
            if known is None:
                known = dual(f"{prefix}{name}", value)
                if not name.startswith("_"):
                    shared[name, value] = known
            setattr(module, name, known)
    _offset()
    return found


def _modules() -> Iterator[ModuleType]:
    names = ["converter.learning.weights"]
    names += [one.name for one in pkgutil.walk_packages(converter.learning.__path__, "converter.learning.")]
    for name in dict.fromkeys(names):
        if name == "converter.learning.weights" or name.rpartition(".")[2] not in _APART:
            yield importlib.import_module(name)


def _offset() -> None:
    """Adds to each expression's cost a nought by the name of its kind: functions declare their costs one by one."""
    made = nodes.Node.__init__

    def init(self: nodes.Node, kind: Any, parts: Any, cost: float, key: tuple[Any, ...], **more: Any) -> None:
        made(self, kind, parts, cost + Dual(0.0, {f"{OFFSET}{key[0]}": 1.0}), key, **more)

    nodes.Node.__init__ = init  # type: ignore[method-assign]
