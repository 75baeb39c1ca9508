"""Output columns: an expression over the rows, its heading, and what of it the rows of an example show."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from random import Random
from typing import Any

from bench.composed.columns import Column, Kind, Notation, Row, Rows
from bench.composed.conditions import Condition

Value = Callable[[Rows, int], Any]


@dataclass(frozen=True)
class Output:
    """An output column. `text` gives the cell of a row (all rows, its number) and `exact` the number that it writes, if any.

    `branch` says which way a row takes where there are several, `condition` the one that decides between two.
    """

    kind: str
    heading: str
    uses: tuple[Column, ...]
    text: Callable[[Rows, int], str]
    exact: Value | None = None
    notation: Notation | None = None
    branch: Callable[[Row], Any] | None = None
    condition: Condition | None = None

    def features(self, rows: Rows, at: int) -> set[str]:
        """What the row shows of the column: of the notations that it reads and writes."""
        shown = set().union(*(column.features(rows[at][column.name]) for column in self.uses)) if self.uses else set()
        if self.exact is not None and self.notation is not None:
            value = self.exact(rows, at)
            shown |= {f"written {one}" for one in self.notation.features(value)} if value is not None else set()
        return shown

    def way(self, rows: Rows, at: int) -> Any:
        """The branch that the row takes, None where there is but one."""
        return self.branch(rows[at]) if self.branch is not None else None


Maker = Callable[[Random, Sequence[Column]], Output | None]


def named(chance: Random, column: Column) -> str:
    """The column's heading or another that says the same."""
    return chance.choice(column.others) if column.others and chance.random() < 0.5 else column.name


def one_of(chance: Random, columns: Sequence[Column], *kinds: Kind) -> Column | None:
    """A column of one of these kinds."""
    found = [one for one in columns if one.kind in kinds]
    return chance.choice(found) if found else None


def of_text(kind: str, heading: str, column: Column, said: Callable[[Any], str], **others: Any) -> Output:
    """An output that rewrites one column's value; a blank stays blank."""
    name = column.name
    return Output(kind, heading, (column,), lambda rows, at: "" if rows[at][name] is None else said(rows[at][name]), **others)


def of_number(kind: str, heading: str, uses: Sequence[Column], exact: Value, notation: Notation, **others: Any) -> Output:
    """An output that writes a number, None as a blank."""

    def text(rows: Rows, at: int) -> str:
        value = exact(rows, at)
        return "" if value is None else notation.write(value)

    return Output(kind, heading, tuple(uses), text, exact, notation, **others)


def computed(uses: Sequence[Column], rule: Callable[..., Decimal]) -> Value:
    """What the rule makes of a row's values of these columns; None where one is blank."""

    def exact(rows: Rows, at: int) -> Decimal | None:
        values = [rows[at][one.name] for one in uses]
        return None if None in values else rule(*values)

    return exact


def result_notation(chance: Random, decimals: int) -> Notation:
    """How a computed number is written: plainly, at times with a decimal comma."""
    return Notation(decimals, ",") if decimals and chance.random() < 0.1 else Notation(decimals)


def copy(chance: Random, columns: Sequence[Column]) -> Output | None:
    """A column as it is, under its heading or another."""
    column = chance.choice(list(columns))
    heading = named(chance, column)
    return Output("copy" if heading == column.name else "renamed", heading, (column,), _copied(column))


def _copied(column: Column) -> Callable[[Rows, int], str]:
    return lambda rows, at: column.write(rows[at][column.name])


def copied(column: Column, heading: str | None = None) -> Output:
    """This column as it is."""
    return Output("copy", heading or column.name, (column,), _copied(column))
