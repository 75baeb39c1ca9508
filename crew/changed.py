"""An example's rows, changed as rows of its kind can be, so that programs which all fit the example show where they differ."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from converter.changed import variations
from converter.conversion import run_table
from converter.errors import ConverterError, SandboxUnavailable
from converter.manifest import Converter
from converter.sandbox import Limits
from converter.table import Cell, Row, Table

MOST_SHOWN = 6
"""Rows on which programs differ that are shown to anybody, at most."""

_BASE_ROWS = 40
_CHANGES = 24
_OUTCOME_ROWS = 3
_SECONDS = 10.0


@dataclass(frozen=True)
class Change:
    """The input with one row changed: where, what stands there now, and in which column it is new."""

    position: int
    row: Row
    column: str
    table: Table


@dataclass(frozen=True)
class Difference:
    """A changed row on which programs differ, and what each makes of it: rows that not all of them give, or why it fails."""

    change: Change
    outcomes: tuple[str | tuple[Row, ...], ...]


def differences(programs: Sequence[Converter], given: Table, limits: Limits, *, unsandboxed: bool = False) -> list[Difference]:
    """Where the programs part on rows of the input `given`, changed; `MOST_SHOWN` at most, none where they always agree.

    Raises `SandboxUnavailable`.
    """
    if len(programs) < 2:
        return []
    runs = _Runs(programs, replace(limits, seconds=min(limits.seconds, _SECONDS)), unsandboxed)
    base = replace(given, rows=given.rows[:_BASE_ROWS])
    changes = list(_changes(base))
    # All at once first: programs that agree on that need no more runs.
    together = replace(base, rows=(*base.rows, *(one.row for one in changes)))
    if not runs.differ(together):
        return []
    found = (Difference(change, _apart(outcomes)) for change in changes if (outcomes := runs.differ(change.table)))
    return [one for one, _ in zip(found, range(MOST_SHOWN), strict=False)]


@dataclass(frozen=True)
class _Runs:
    programs: Sequence[Converter]
    limits: Limits
    unsandboxed: bool

    def differ(self, table: Table) -> list[Table | str]:
        """What each program makes of the table, or nothing where it is the same."""
        outcomes = [self._outcome(program, table) for program in self.programs]
        return outcomes if len({_said(one) for one in outcomes}) > 1 else []

    def _outcome(self, program: Converter, table: Table) -> Table | str:
        try:
            # Checks are no part of what a program makes.
            bare = replace(program, checks=())
            return run_table(bare, table, limits=self.limits, allow_unsandboxed=self.unsandboxed)
        except SandboxUnavailable:
            raise
        except ConverterError as error:
            return str(error)


def _said(outcome: Table | str) -> object:
    """What is compared: cells as their readers see them; one failure is as good as another."""
    if isinstance(outcome, str):
        return None
    return outcome.header, tuple(tuple(cell or "" for cell in row) for row in outcome.rows)


def _apart(outcomes: Sequence[Table | str]) -> tuple[str | tuple[Row, ...], ...]:
    made = [set(one.rows) for one in outcomes if isinstance(one, Table)]
    shared = set.intersection(*made) if made else set()
    return tuple(
        one if isinstance(one, str) else tuple(row for row in one.rows if row not in shared)[:_OUTCOME_ROWS] for one in outcomes
    )


def _changes(table: Table) -> Iterator[Change]:
    """One changed cell each, column by column in turns, the likeliest kinds of change first."""
    kinds = [list(_of_column(table, at)) for at in range(table.width)]
    count = 0
    for turn in range(max(map(len, kinds), default=0)):
        for at, changes in enumerate(kinds):
            if turn < len(changes) and count < _CHANGES:
                count += 1
                position, cell = changes[turn]
                row = (*table.rows[position][:at], cell, *table.rows[position][at + 1 :])
                rows = (*table.rows[:position], row, *table.rows[position + 1 :])
                yield Change(position, row, table.columns[at], replace(table, rows=rows))


def _of_column(table: Table, at: int) -> Iterator[tuple[int, Cell]]:
    """Positions and new cells: another row's, a variation of the row's own, a blank."""
    cells = table.column(at)
    count = len(cells)
    for step in (1, count // 2):
        # In another row each time, so that combinations are new that a rule should know nothing of.
        position = (at + step) % count if count else 0
        other = cells[(position + 1 + step) % count] if count else None
        if count and other != cells[position]:
            yield position, other
    told = set(cells)
    for position in (at % count, (at + 1) % count) if count else ():
        for cell in variations(cells[position] or "", cells[(position + 1) % count] or ""):
            if cell not in told:
                told.add(cell)
                yield position, cell
    if count:
        yield (at + 2) % count, None
