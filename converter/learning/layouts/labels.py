"""Cells that say themselves what they are (`Math: 65`): a column for each label, under a header row of the labels."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar, Self

from converter.learning.layouts.conditions import WIDEST
from converter.learning.layouts.goal import Goal
from converter.learning.layouts.grid import Grid, Source, filled, literal
from converter.learning.layouts.step import Step
from converter.table import Cell, Row

MARKS = (": ", ":", " = ", "=")
DELIMITERS = ("", ", ", "; ", ",", ";", " | ", "|", " ")

Labelled = dict[str, str]


@dataclass(frozen=True)
class UnfoldLabels(Step):
    """One row for each row, the first columns kept, then a column for each label of the others. Ragged."""

    title: ClassVar[str] = "labelled"
    kept: int
    mark: str
    delimiter: str
    """What stands between the labelled texts of the one column that is not kept; empty where each has its own cell."""

    @classmethod
    def propose(cls, grid: Grid, goal: Goal) -> Iterator[Self]:
        """A mark that all texts after the first columns have, with labels and texts about it that are wanted."""
        if goal.headed or grid.is_ragged or grid.width > WIDEST:
            return
        for mark in MARKS:
            kept = next((at for at, cells in enumerate(grid.columns) if any(mark in (cell or "") for cell in cells)), None)
            if kept is None:
                continue
            for delimiter in DELIMITERS if kept == grid.width - 1 else DELIMITERS[:1]:
                step = cls(kept, mark, delimiter)
                rows = list(map(step.labelled, grid.rows))
                told = [pair for row in rows if row for pair in row.items()]
                if None in rows or len({label for label, _ in told}) < 2:
                    continue
                if all(goal.wants(part) for pair in told for part in pair if part):
                    yield step
                    return

    @property
    def cost(self) -> float:
        """One clear step."""
        return 1.3 + 0.2 * bool(self.delimiter)

    def labelled(self, row: Row) -> Labelled | None:
        """The row's texts by their labels, the first of each; None where one has no label."""
        texts = [
            text for cell in row[self.kept :] if cell for text in (cell.split(self.delimiter) if self.delimiter else [cell])
        ]
        if not all(text.find(self.mark) > 0 for text in texts):
            return None
        found: Labelled = {}
        for text in texts:
            found.setdefault(*text.split(self.mark, 1))
        return found

    def apply(self, grid: Grid) -> Grid | None:
        """The header row, and a row for each row."""
        made = [self.labelled(row) or {} for row in grid.rows]
        labels = list(dict.fromkeys(label for one in made for label in one))
        rows: list[tuple[Cell, ...]] = [((None,) * self.kept) + tuple(labels)]
        for row, one in zip(grid.rows, made, strict=True):
            rows.append(row[: self.kept] + tuple(one.get(label) or None for label in labels))
        return Grid(filled(rows), None)

    def select(self, source: Source) -> str:
        """The list of the labels, and for each row the texts that follow them."""
        assert source.names is not None
        places = range(self.kept, len(source.names))
        mark, cells = literal(self.mark), source.cells(places)
        if self.delimiter:
            cells = f"string_split({source.cell(self.kept)}, {literal(self.delimiter)})"
        labels = (
            "(SELECT list(label ORDER BY place) AS labels FROM "
            f"(SELECT split_part(cell, {mark}, 1) AS label, min((_row, place)) AS place FROM "
            f"(SELECT UNNEST({cells}) AS cell, generate_subscripts({cells}, 1) AS place, _row FROM {source.relation}) "
            f"WHERE contains(cell, {mark}) GROUP BY label))"
        )
        labelled = f"list_filter({cells}, cell -> starts_with(cell, concat(label, {mark})))[1]"
        texts = f"list_transform(labels, label -> substr({labelled}, len(label) + {len(self.mark) + 1}))"
        blanks = ", ".join(["NULL"] * self.kept)
        kept = source.cells(range(self.kept))
        return (
            f"SELECT list_concat(CAST([{blanks}] AS VARCHAR[]), labels) AS cells, CAST(0 AS BIGINT) AS _row FROM {labels} "
            f"UNION ALL SELECT list_concat(CAST({kept} AS VARCHAR[]), {texts}) AS cells, _row "
            f"FROM {source.relation} CROSS JOIN {labels}"
        )
