"""Rows turned into columns: unfold, pivot."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import permutations
from typing import ClassVar, Self

from converter.learning.layouts.conditions import WIDEST, Blank, Condition, Equals
from converter.learning.layouts.goal import Goal
from converter.learning.layouts.grid import Grid, Source, filled
from converter.learning.layouts.step import Step
from converter.learning.layouts.wrapping import are_fields
from converter.table import Cell


@dataclass(frozen=True)
class Unfold(Step):
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
class UnfoldRecords(Step):
    """Records of keys and values, one pair a row and some keys missing: a row for each record, a column for each key. Ragged.

    A record begins at the key that the first row has, or with the first row and after a blank one.
    """

    title: ClassVar[str] = "unfolded"
    key: int
    value: int
    starts: Condition
    headed: bool
    is_single: bool = False

    @classmethod
    def propose(cls, grid: Grid, goal: Goal) -> Iterator[Self]:
        """Pairs of columns whose keys come back, and whose values are wanted, in as many records as rows are expected.

        A single record has values that look all different.
        """
        if goal.headed or grid.is_ragged or not 2 <= grid.width <= WIDEST or len(grid.rows) < 3:
            return
        shares = [sum(map(goal.wants, cells)) / max(1, sum(map(bool, cells))) for cells in grid.columns]
        for key, value in permutations(range(grid.width), 2):
            keys = grid.columns[key]
            if shares[value] <= 0.5 or not keys[0] or len(set(filter(None, keys))) < 2:
                continue
            for starts in (Blank(), Equals(key, keys[0])):
                for headed in (True, False):
                    records = sum(map(starts.holds, grid.rows)) + isinstance(starts, Blank)
                    is_single = records == 1 and isinstance(starts, Equals) and len(set(keys)) == len(keys)
                    if is_single and not (grid.width == 2 and _are_labels(keys) and are_fields(grid, value)):
                        continue
                    is_told = records > 1 or is_single
                    if is_told and records + headed == len(goal.expected.rows) and (shares[key] > 0.5 or not headed):
                        yield cls(key, value, starts, headed, is_single)

    @property
    def cost(self) -> float:
        """A little more than `Unfold`; a single record is likelier than a table that is transposed."""
        return 1.2 + 0.2 * (not self.headed) - 0.3 * self.is_single

    def apply(self, grid: Grid) -> Grid | None:
        """The header row, if there is one, and a row for each record; None where a key comes twice in one."""
        records: list[dict[Cell, Cell]] = [{}]
        for row in grid.rows:
            if self.starts.holds(row) and records[-1]:
                records.append({})
            if row[self.key]:
                if row[self.key] in records[-1]:
                    return None
                records[-1][row[self.key]] = row[self.value]
        keys = list(dict.fromkeys(key for record in records for key in record))
        rows = [tuple(map(record.get, keys)) for record in records if record]
        return Grid(filled([keys, *rows] if self.headed else rows), None)

    def select(self, source: Source) -> str:
        """Records are numbered by counting the starts so far; each one's values are looked up in its list of keys."""
        key, value = source.cell(self.key), source.cell(self.value)
        is_pair = f"coalesce({key}, '') <> ''"
        header = f"SELECT keys AS cells, CAST(0 AS BIGINT) AS _row FROM {_keys(key, source)} UNION ALL " if self.headed else ""
        return (
            f"{header}SELECT list_transform(keys, key -> record_values[list_position(record_keys, key)]) AS cells, _row FROM "
            f"(SELECT list({key} ORDER BY _row) AS record_keys, list({value} ORDER BY _row) AS record_values, "
            f"min(_row) AS _row FROM (SELECT *, count(*) FILTER (WHERE {self.starts.sql(source)}) OVER (ORDER BY _row) "
            f"AS _record FROM {source.relation}) WHERE {is_pair} GROUP BY _record) CROSS JOIN {_keys(key, source)}"
        )


def _are_labels(cells: Sequence[Cell]) -> bool:
    """Whether the cells are words alone."""
    return all(cell and not any(map(str.isdigit, cell)) for cell in cells)


def _keys(key: str, source: Source) -> str:
    """A relation of one row: the list of keys in the order of their first rows."""
    is_key = f"coalesce({key}, '') <> ''"
    first = f"SELECT {key} AS key, min(_row) AS _row FROM {source.relation} WHERE {is_key} GROUP BY {key}"
    return f"(SELECT list(key ORDER BY _row) AS keys FROM ({first}))"
