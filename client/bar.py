"""How far a call is, on a terminal. Rich, which draws it, is imported where there is one."""

import sys
from types import TracebackType
from typing import Any, Self, TextIO

from client.models import Progress


class Bar:
    """What calls take as `progress`: a bar on standard error where that is a terminal, otherwise nothing.

    with Bar() as bar:
        service.train("input.csv", "expected.csv", progress=bar)
    """

    def __init__(self, out: TextIO | None = None) -> None:
        self._out = out or sys.stderr
        self._drawn: Any = None
        self._task: Any = None

    def __enter__(self) -> Self:
        if self._out.isatty():
            from rich.console import Console
            from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

            columns = (SpinnerColumn(), TextColumn("{task.description}", markup=False), BarColumn(), TimeElapsedColumn())
            self._drawn = Progress(*columns, console=Console(file=self._out), transient=True)
            self._task = self._drawn.add_task("", total=None)
            self._drawn.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if self._drawn is not None:
            self._drawn.stop()
            self._drawn = None

    def __call__(self, progress: Progress) -> None:
        """Shows it."""
        if self._drawn is not None:
            told = {"total": progress.total, "completed": progress.done}
            self._drawn.update(self._task, description=str(progress), **told)
