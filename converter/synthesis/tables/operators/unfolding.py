"""Rows turned into columns: unfold, pivot."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import permutations
from typing import ClassVar, Self

from converter.synthesis.tables.conditions import WIDEST, Blank, Condition, Equals
from converter.synthesis.tables.goal import Goal
from converter.synthesis.tables.grid import Grid, Source, filled, identifier, literal, unique_names
from converter.synthesis.tables.numbers import NumberFormat, reading_of
from converter.synthesis.tables.operator import Operator
from converter.synthesis.tables.operators.grouping import Aggregate, Group
from converter.synthesis.tables.operators.wrapping import are_fields
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
class UnfoldRecords(Operator):
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


@dataclass(frozen=True)
class Made:
    """One column of a pivoted table: its name, the key's text that its rows have, and the column of its values."""

    name: str
    key: str
    value: int


@dataclass(frozen=True)
class Pivot(Operator):
    """One row for each group, and a named column for each key (or key and value column) that the expected header names."""

    title: ClassVar[str] = "pivoted"
    key: int
    group: tuple[int, ...]
    made: tuple[Made, ...]
    total: Aggregate | None = None
    """What is written where a key comes back in a group: nothing but a single value without it."""
    default: str = ""

    @classmethod
    def propose(cls, grid: Grid, goal: Goal) -> Iterator[Self]:
        """Columns whose cells are names of the expected header, or parts of them beside other columns' names."""
        if not goal.headed or grid.names is None or grid.width < 2:
            return
        default = "0" if "0" in goal.cells else ""
        for key, cells in enumerate(grid.columns):
            texts = tuple(dict.fromkeys(cell for cell in cells if cell))
            for made in _makings(grid, goal, key, texts):
                values = {one.value for one in made}
                others = tuple(at for at in range(grid.width) if at != key and at not in values)
                wanted = tuple(at for at in others if any(map(goal.resembles, grid.columns[at])))
                for group in dict.fromkeys((others, wanted)):
                    counts = Counter(tuple(row[at] for at in (*group, key)) for row in grid.rows)
                    totals = _totals(grid, made) if max(counts.values()) > 1 else [None]
                    for total in totals:
                        yield cls(key, group, made, total)
                        if default:
                            yield cls(key, group, made, total, default)

    @property
    def cost(self) -> float:
        """Names that turn up as cells are strong evidence."""
        return 0.9 + 0.05 * len(self.group) + (0.2 if self.total is not None else 0.0) + (0.1 if self.default else 0.0)

    def apply(self, grid: Grid) -> Grid | None:
        """One row for each group; None where a key repeats in a group and no aggregate says what to do."""
        assert grid.names is not None
        groups: dict[tuple[Cell, ...], dict[Cell, list[int]]] = {}
        for place, row in enumerate(grid.rows):
            group = groups.setdefault(tuple(row[at] for at in self.group), {})
            group.setdefault(row[self.key], []).append(place)
        rows = []
        for key, by_key in groups.items():
            cells = [self._cell(grid, by_key.get(one.key, []), one) for one in self.made]
            rows.append((*key, *cells))
        return Grid(tuple(rows), self._names(grid.names))

    def select(self, source: Source) -> str:
        """An aggregate with FILTER for each key."""
        assert source.names is not None
        group = ", ".join(source.cell(at) for at in self.group)
        names = self._names(source.names)[len(self.group) :]
        columns = ", ".join(
            f"{self._sql(one, source)} AS {identifier(name)}" for one, name in zip(self.made, names, strict=True)
        )
        start = f"{group}, " if group else ""
        by = f" GROUP BY {group}" if group else ""
        return f"SELECT {start}{columns}, min(_row) AS _row FROM {source.relation}{by}"

    def _cell(self, grid: Grid, places: list[int], made: Made) -> Cell:
        if not places:
            return self.default or None
        if self.total is None:
            return grid.rows[places[0]][made.value] or self.default or None
        return replace(self.total, column=made.value).over(Group(grid, places)) or self.default or None

    def _sql(self, made: Made, source: Source) -> str:
        condition = f"{source.cell(self.key)} = {literal(made.key)}"
        if self.total is not None:
            value = replace(self.total, column=made.value).sql(source, condition)
        else:
            value = f"first({source.cell(made.value)} ORDER BY _row) FILTER (WHERE {condition})"
        if not self.default or (self.total is not None and self.total.function == "count"):
            return value
        return f"coalesce({value}, {literal(self.default)})"

    def _names(self, names: tuple[str, ...]) -> tuple[str, ...]:
        return unique_names([*(names[at] for at in self.group), *(one.name for one in self.made)])


def _makings(grid: Grid, goal: Goal, key: int, texts: tuple[str, ...]) -> Iterator[tuple[Made, ...]]:
    """The ways in which expected names tell texts of the key column, and which column's values stand under them."""
    plain = {text.casefold(): text for text in texts}
    named = [(name, plain[name.casefold()]) for name in goal.names if name.casefold() in plain]
    if len(named) >= 2:
        for value in (at for at in range(grid.width) if at != key):
            yield tuple(Made(name, text, value) for name, text in named)
    columns = {name.casefold(): at for at, name in enumerate(grid.names or ()) if at != key}
    both: list[Made] = []
    for name in goal.names:
        for mark in _MARKS:
            one, _, other = name.casefold().partition(mark)
            if one in plain and other in columns:
                both.append(Made(name, plain[one], columns[other]))
            elif other in plain and one in columns:
                both.append(Made(name, plain[other], columns[one]))
    if len({one.value for one in both}) > 1 and len({one.key for one in both}) > 1:
        yield tuple(both)


_MARKS = ("_", " ", "-", ".", "/", ": ", " - ")


def _totals(grid: Grid, made: tuple[Made, ...]) -> list[Aggregate | None]:
    """What may be made of several values: their sum, or their number, or the text of all."""
    column = made[0].value
    reading = reading_of(grid.columns[column])
    found: list[Aggregate | None] = []
    if reading is not None:
        style = NumberFormat(None)
        found = [Aggregate(function, column, reading, style) for function in ("sum", "max", "min", "avg")]
    return [*found, Aggregate("count", column), Aggregate("joined", column, separator=", ")]


def _keys(key: str, source: Source) -> str:
    """A relation of one row: the list of keys in the order of their first rows."""
    is_key = f"coalesce({key}, '') <> ''"
    first = f"SELECT {key} AS key, min(_row) AS _row FROM {source.relation} WHERE {is_key} GROUP BY {key}"
    return f"(SELECT list(key ORDER BY _row) AS keys FROM ({first}))"
