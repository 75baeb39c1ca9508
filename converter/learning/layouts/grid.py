"""The grid that table operators work on, and how its cells are written in SQL.

A grid with names has one SQL column each; a grid without (*ragged*) is one column `cells` of type `VARCHAR[]`, whose length may
differ from row to row. In Python both are rows of equal width filled with None. Empty text counts as missing.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from converter.table import Cell, Row, Table, column_names


@dataclass(frozen=True)
class Grid:
    """Rows of cells of equal width; `names` are the SQL columns, or None where the grid is ragged."""

    rows: tuple[Row, ...]
    names: tuple[str, ...] | None
    is_open: bool = False
    """Whether these are all columns of a file without header: the next one may have more."""

    @property
    def width(self) -> int:
        """The number of columns, filled up to the longest row."""
        return len(self.names) if self.names is not None else max((len(row) for row in self.rows), default=0)

    @property
    def is_ragged(self) -> bool:
        """Whether the rows are lists of cells instead of named columns."""
        return self.names is None

    @cached_property
    def columns(self) -> tuple[tuple[Cell, ...], ...]:
        """The cells column by column."""
        return tuple(zip(*self.rows, strict=True)) if self.rows else ()

    @cached_property
    def trimmed(self) -> tuple[Row, ...]:
        """The rows without the empty cells at their ends: what two ragged tables are compared by."""
        return tuple(trim(row) for row in self.rows)

    def with_rows(self, rows: tuple[Row, ...]) -> "Grid":
        """Other rows under the same columns."""
        return Grid(rows, self.names, self.is_open)


@dataclass(frozen=True)
class Source:
    """The relation that a step reads, as the step's SQL names it."""

    relation: str
    names: tuple[str, ...] | None
    is_open: bool = False

    def cell(self, index: int) -> str:
        """The SQL of the cell at `index`."""
        return identifier(self.names[index]) if self.names is not None else f"cells[{index + 1}]"

    def cells(self, indices: Iterable[int] | None = None) -> str:
        """The SQL of a list of cells; of all cells without `indices`."""
        if indices is None:
            if self.names is None:
                return "cells"
            indices = range(len(self.names))
        return f"[{', '.join(self.cell(index) for index in indices)}]"

    @property
    def all_cells(self) -> str:
        """The SQL of a list of all cells, however many an open source has; for a SELECT list only."""
        return "[*COLUMNS(* EXCLUDE (_row))]" if self.is_open else self.cells()

    def columns(self, replaced: dict[int, str] | None = None, without: Sequence[int] = ()) -> str:
        """The SELECT list of all columns, some of them replaced by an expression. For grids with names."""
        assert self.names is not None
        replaced = replaced or {}
        kept = [index for index in range(len(self.names)) if index not in without]
        return ", ".join(
            f"{replaced[index]} AS {self.cell(index)}" if index in replaced else self.cell(index) for index in kept
        )

    @property
    def position(self) -> str:
        """The SQL of a row's position from 1; `_row` itself has gaps after rows were dropped."""
        return "_row" if self.relation == "input" else "row_number() OVER (ORDER BY _row)"


def grid_of(table: Table) -> Grid:
    """The table's rows as a grid, with missing for empty text."""
    rows = tuple(tuple(cell or None for cell in row) for row in table.rows)
    return Grid(rows, table.columns, is_open=table.header is None)


def filled(rows: Iterable[Sequence[Cell]]) -> tuple[Row, ...]:
    """Rows of equal width: short ones are filled up with None."""
    given = [tuple(row) for row in rows]
    width = max((len(row) for row in given), default=0)
    return tuple(row + (None,) * (width - len(row)) for row in given)


def trim(row: Row) -> Row:
    """The row without the empty cells at its end."""
    end = len(row)
    while end and not row[end - 1]:
        end -= 1
    return row[:end]


def unique_names(names: Iterable[str]) -> tuple[str, ...]:
    """The names as columns that SQL can tell apart."""
    wanted = tuple(names)
    return column_names(wanted, len(wanted))


def identifier(name: str) -> str:
    """The name as an SQL identifier; the printer drops the quotes where they are not needed."""
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    """The text as an SQL literal."""
    return "'" + text.replace("'", "''") + "'"
