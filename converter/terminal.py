"""Tables and bars on a terminal, drawn by Rich. Colours and widths are the terminal's (NO_COLOR is heeded)."""

import sys
import threading
from collections.abc import Callable
from typing import TextIO

from rich.console import Console, RenderableType
from rich.measure import Measurement
from rich.progress import BarColumn, Progress, SpinnerColumn, TaskProgressColumn, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text

from converter.comparison import Comparison
from converter.display import Sheet
from converter.table import Cell
from converter.telling import visible

_COLUMNS_SHOWN = 8
_REFRESH_SECONDS = 0.2
_GAP = 3


def show_side_by_side(out: TextIO, left: Sheet, right: Sheet) -> None:
    """The sheets beside each other, or where the terminal is too narrow one below the other."""
    console = _console(out)
    tables = [_sheet(left, "cyan"), _sheet(right, "green")]
    widths = [Measurement.get(console, console.options, table).maximum for table in tables]
    if sum(widths) + _GAP <= console.width:
        grid = Table.grid(padding=(0, _GAP, 0, 0))
        grid.add_row(*tables)
        console.print(grid)
    else:
        for table in tables:
            console.print(table)


def show_differences(out: TextIO, comparison: Comparison) -> None:
    """A line a cell that differs: where, what is expected, what is there."""
    table = _table("the first cells that differ", "red")
    for name in ("row", "column", "expected", "found"):
        table.add_column(name, overflow="ellipsis", no_wrap=True, justify="right" if name == "row" else "left")
    for one in comparison.differences:
        expected, found = _cell(one.expected, "green"), _cell(one.actual, "red")
        table.add_row(Text(str(one.row)), Text(visible(one.column)), expected, found)
    _console(out).print(table)


def show_bar(label: Callable[[], str], share: Callable[[], float | None], ended: threading.Event) -> None:
    """A bar on standard error until `ended` is set; without a share that is known, one that only moves."""
    columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeElapsedColumn())
    with Progress(*columns, console=_console(sys.stderr), transient=True) as progress:
        task = progress.add_task(label(), total=None)
        while not ended.wait(_REFRESH_SECONDS):
            done = share()
            progress.update(task, description=label(), total=None if done is None else 1.0, completed=done or 0.0)


def _console(out: TextIO) -> Console:
    # Cells are data: no markup, no emoji, nothing that looks like a number gets a colour.
    return Console(file=out, markup=False, emoji=False, highlight=False)


def _sheet(sheet: Sheet, colour: str) -> RenderableType:
    table = _table(sheet.title, colour)
    width = max([len(row) for row in sheet.rows] + [len(sheet.header or ())])
    shown = min(width, _COLUMNS_SHOWN)
    for position in range(shown):
        name = sheet.header[position] if sheet.header and position < len(sheet.header) else None
        table.add_column(_cell(name, f"bold {colour}"), overflow="ellipsis", no_wrap=True)
    if width > shown:
        table.add_column(Text(f"… {width - shown} more"))
    for row in sheet.rows:
        cells = (*row, *(None,) * width)[:shown]
        table.add_row(*(_cell(cell, "") for cell in cells))
    return table


def _table(title: str, colour: str) -> Table:
    return Table(title=Text(visible(title)), title_justify="left", title_style=colour, border_style="dim")


def _cell(cell: Cell, style: str) -> Text:
    return Text(visible(cell or "").replace("\n", "⏎").replace("\t", "⇥"), style=style)
