"""What stands in a group's row of the greatest or least number or date, or of the second: winners, runners-up, the latest."""

from collections.abc import Iterator, Sequence
from itertools import product

from sqlglot import exp

from converter.learning import sql
from converter.learning.expressions.numbers import SUBTRACT
from converter.learning.kinds import Column, Value
from converter.learning.nodes import Frame, Node
from converter.learning.steps.grouping import FIRST, LAST, MAXIMUM, MINIMUM, SUM, Aggregate, Groups
from converter.learning.steps.windows import PERCENT_CHANGE, PERCENT_OF
from converter.learning.values import moments
from converter.learning.values.number_formats import numeric_target

MOST_KEYS = 6
_SECOND_COST = 1.5
_TIED = 0.5


class Extreme(Node):
    """The argument in the row of each group whose key is the greatest, or the least; or the second of these."""

    __slots__ = ("argument", "by", "least", "place")
    aggregates = True

    def __init__(self, argument: Node, by: Node, *, least: bool = False, place: int = 1) -> None:
        own = argument == by
        cost = 1.2 + argument.cost + (0.0 if own else by.cost) + 0.3 * least + _SECOND_COST * (place > 1)
        super().__init__(argument.kind, (argument, by), cost, ("extreme", least, place, argument.key, by.key))
        self.argument, self.by, self.least, self.place = argument, by, least, place

    def evaluate(self, frame: Frame) -> Column:
        if not isinstance(frame, Groups):
            raise TypeError("an extreme is taken over groups")
        values, keys = frame.base.values(self.argument), frame.base.values(self.by)
        found: list[Value] = []
        for rows in frame.groups:
            filled = [at for at in rows if values[at] is not None and keys[at] is not None]
            ordered = sorted(filled, key=lambda at: keys[at], reverse=not self.least)  # type: ignore[arg-type,return-value]
            found.append(values[ordered[self.place - 1]] if len(ordered) >= self.place else None)
        return tuple(found)

    def sql(self) -> exp.Expression:
        name = "min" if self.least else "max"
        arguments = [self.by.sql()] if self.argument == self.by else [self.argument.sql(), self.by.sql()]
        slots = ", ".join(f"{{{at}}}" for at in range(len(arguments)))
        function = name if self.argument == self.by else f"arg_{name}"
        many = f", {self.place})[{self.place}]" if self.place > 1 else ")"
        return sql.sql(f"{function}({slots}{many}", *arguments)

    @property
    def looks_around(self) -> bool:
        return False


def extremes(groups: Groups, target: Sequence[str | None]) -> Iterator[tuple[Node, float]]:
    """Texts of the group's row of the greatest or least number or date, of the second; and how far the first is from it."""
    below = groups.bank_below
    if max(map(len, groups.groups)) < 2 or not any(target):
        return
    wanted = tuple(text or None for text in target)
    yield from _texts(groups).get(wanted, ())
    yield from _dates(groups, wanted)
    numeric = numeric_target(tuple(target))
    for entry in below.numbers[:MOST_KEYS] if numeric is not None and numeric.formats else ():
        first, last = (Aggregate(function, entry.node) for function in (FIRST, LAST))
        greatest, least_, total = (Aggregate(function, entry.node) for function in (MAXIMUM, MINIMUM, SUM))
        for node in (
            SUBTRACT(greatest, least_), SUBTRACT(last, first), PERCENT_CHANGE(last, first), PERCENT_OF(greatest, total)
        ):  # fmt: skip
            yield numeric.formats[0].of(node), -entry.node.cost  # type: ignore[union-attr]
        for least in (False, True):
            second = Extreme(entry.node, entry.node, least=least, place=2)
            first = Aggregate(MINIMUM if least else MAXIMUM, entry.node)
            pair = (second, first) if least else (first, second)
            yield numeric.formats[0].of(second), 0.0  # type: ignore[union-attr]
            # The second's number is not said twice.
            yield numeric.formats[0].of(SUBTRACT(*pair)), -entry.node.cost  # type: ignore[union-attr]


def _texts(groups: Groups) -> dict[Column, list[tuple[Node, float]]]:
    """Such texts by their values, each with an extra cost; made once for all columns."""
    found: dict[Column, list[tuple[Node, float]]] | None = groups.__dict__.get("_extremes")
    if found is not None:
        return found
    found = groups.__dict__["_extremes"] = {}
    below = groups.bank_below
    for entry in [entry for entry in (*below.numbers, *below.moments) if len(set(entry.values)) > 1][:MOST_KEYS]:
        tied = _TIED * _is_tied(groups, entry.values)
        for least in (False, True):
            for place in (1, 2):
                for text in below.texts:
                    extreme = Extreme(text.node, entry.node, least=least, place=place)
                    found.setdefault(groups.values(extreme), []).append((extreme, tied))
    return found


def _dates(groups: Groups, wanted: Sequence[str | None]) -> Iterator[tuple[Node, float]]:
    """The same of dates and times in the row of the greatest or least number, as the column writes them."""
    cells = [text for text in dict.fromkeys(wanted) if text]
    below = groups.bank_below
    keys = [entry for entry in below.numbers if len(set(entry.values)) > 1][:MOST_KEYS]
    for format in moments.output_formats(cells[:12])[:2] if keys else ():
        for dated, entry in product(below.moments[:MOST_KEYS], keys):
            for least in (False, True):
                extreme = Extreme(dated.node, entry.node, least=least)
                written = moments.written(format.format, extreme.kind)(extreme)
                if groups.values(written) == wanted:
                    yield written, format.cost + _TIED * _is_tied(groups, entry.values)


def _is_tied(groups: Groups, values: Column) -> bool:
    return any(len({values[at] for at in rows}) < len(rows) for rows in groups.groups)
