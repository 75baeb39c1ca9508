"""Rows turned into columns: unfold, pivot."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar, Self

from converter.synthesis.tables.goal import Goal
from converter.synthesis.tables.grid import Grid, Source, filled, identifier, literal, unique_names
from converter.synthesis.tables.operator import Operator
from converter.table import Cell


@dataclass(frozen=True)
class Unfold(Operator):
    """One row for each group, a column for each key, under a header row of the keys (Potter's Wheel's unfold). Ragged."""

    title: ClassVar[str] = "unfolded"
    key: int
    value: int
    group: tuple[int, ...]

    @classmethod
    def propose(cls, grid: Grid, goal: Goal) -> Iterator[Self]:
        """Pairs of columns whose keys and values the goal has as cells."""
        if goal.headed or grid.is_ragged or grid.width < 2 or len(grid.rows) < 2:
            return
        shares = [sum(map(goal.wants, cells)) / max(1, sum(map(bool, cells))) for cells in grid.columns]
        for key in range(grid.width):
            for value in range(grid.width):
                if key != value and shares[key] > 0.5 and shares[value] > 0.5:
                    yield cls(key, value, tuple(at for at in range(grid.width) if at not in (key, value)))

    @property
    def cost(self) -> float:
        """One clear step."""
        return 1.0 + 0.05 * len(self.group)

    def apply(self, grid: Grid) -> Grid | None:
        """The header row and one row for each group; None where a key repeats in a group."""
        keys: dict[Cell, None] = {}
        groups: dict[tuple[Cell, ...], dict[Cell, Cell]] = {}
        for row in grid.rows:
            record = groups.setdefault(tuple(row[at] for at in self.group), {})
            if not row[self.key] or row[self.key] in record:
                return None
            keys[row[self.key]] = None
            record[row[self.key]] = row[self.value]
        if len(keys) < 2:
            return None
        header = [None] * len(self.group) + list(keys)
        return Grid(filled([header, *([*group, *map(cells.get, keys)] for group, cells in groups.items())]), None)

    def select(self, source: Source) -> str:
        """A list of the keys, and for each group a map from key to value."""
        key, value = source.cell(self.key), source.cell(self.value)
        group = ", ".join(source.cell(at) for at in self.group)
        grouped = f"{group}, " if group else ""
        by = f" GROUP BY {group}" if group else ""
        blanks = ", ".join(["NULL"] * len(self.group))
        return (
            f"SELECT list_concat(CAST([{blanks}] AS VARCHAR[]), keys) AS cells, CAST(0 AS BIGINT) AS _row FROM "
            f"{_keys(key, source)} UNION ALL "
            f"SELECT list_concat(CAST([{group}] AS VARCHAR[]), list_transform(keys, key -> by_key[key])) AS cells, _row FROM "
            f"(SELECT {grouped}map_from_entries(list(row({key}, {value}))) AS by_key, min(_row) AS _row "
            f"FROM {source.relation}{by}) CROSS JOIN {_keys(key, source)}"
        )


@dataclass(frozen=True)
class Pivot(Operator):
    """One row for each group, and a named column for each key that the expected header names."""

    title: ClassVar[str] = "pivoted"
    key: int
    value: int
    group: tuple[int, ...]
    keys: tuple[str, ...]

    @classmethod
    def propose(cls, grid: Grid, goal: Goal) -> Iterator[Self]:
        """Columns whose cells are names of the expected header."""
        if not goal.headed or grid.names is None or grid.width < 2:
            return
        for key, cells in enumerate(grid.columns):
            keys = tuple(name for name in goal.names if name in cells)
            if len(keys) < 2:
                continue
            for value in (at for at in range(grid.width) if at != key):
                others = tuple(at for at in range(grid.width) if at not in (key, value))
                wanted = tuple(at for at in others if any(map(goal.wants, grid.columns[at])))
                for group in dict.fromkeys((others, wanted)):
                    yield cls(key, value, group, keys)

    @property
    def cost(self) -> float:
        """Names that turn up as cells are strong evidence."""
        return 0.9 + 0.05 * len(self.group)

    def apply(self, grid: Grid) -> Grid | None:
        """One row for each group; None where a key repeats in a group."""
        assert grid.names is not None
        groups: dict[tuple[Cell, ...], dict[Cell, Cell]] = {}
        for row in grid.rows:
            record = groups.setdefault(tuple(row[at] for at in self.group), {})
            if row[self.key] in record:
                return None
            record[row[self.key]] = row[self.value]
        names = unique_names([*(grid.names[at] for at in self.group), *self.keys])
        return Grid(tuple((*group, *map(cells.get, self.keys)) for group, cells in groups.items()), names)

    def select(self, source: Source) -> str:
        """An aggregate with FILTER for each key."""
        group = ", ".join(source.cell(at) for at in self.group)
        assert source.names is not None
        names = unique_names([*(source.names[at] for at in self.group), *self.keys])[len(self.group) :]
        columns = ", ".join(
            f"first({source.cell(self.value)} ORDER BY _row) FILTER (WHERE {source.cell(self.key)} = {literal(key)}) "
            f"AS {identifier(name)}"
            for key, name in zip(self.keys, names, strict=True)
        )
        start = f"{group}, " if group else ""
        by = f" GROUP BY {group}" if group else ""
        return f"SELECT {start}{columns}, min(_row) AS _row FROM {source.relation}{by}"


def _keys(key: str, source: Source) -> str:
    """A relation of one row: the list of keys in the order of their first rows."""
    first = f"SELECT {key} AS key, min(_row) AS _row FROM {source.relation} GROUP BY {key}"
    return f"(SELECT list(key ORDER BY _row) AS keys FROM ({first}))"
