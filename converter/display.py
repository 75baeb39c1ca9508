"""What a command tells: plain lines, one JSON object for machines, and on a terminal tables and a bar.

Rich, which draws the latter, is imported where something is drawn.
"""

import json
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, TextIO

from converter.comparison import Comparison
from converter.table import Row
from converter.telling import visible

_PATIENCE_SECONDS = 1.0
"""What ends sooner shows no bar."""


@dataclass(frozen=True)
class Sheet:
    """The first rows of a file as they are shown: its name, its heading if it has one, and rows of cells."""

    title: str
    header: Row | None
    rows: Sequence[Row]


@dataclass(frozen=True)
class Display:
    """Where a command's words go: `out`, which is standard error where standard output takes the result itself."""

    out: TextIO
    as_json: bool

    @property
    def is_terminal(self) -> bool:
        """Whether a person looks at it."""
        return not self.as_json and self.out.isatty()

    def line(self, text: str) -> None:
        """A line for people."""
        if not self.as_json:
            print(visible(text), file=self.out)

    def note(self, text: str) -> None:
        """A line on standard error of what a person should know beside; machines find it in the result."""
        if not self.as_json:
            print(visible(text), file=sys.stderr)

    def result(self, result: dict[str, Any]) -> None:
        """The whole as one JSON object, for machines."""
        if self.as_json:
            print(json.dumps(result, ensure_ascii=False), file=self.out)

    def side_by_side(self, left: Sheet | None, right: Sheet | None) -> None:
        """Two files' first rows, on a terminal."""
        if self.is_terminal and left is not None and right is not None:
            from converter import terminal

            terminal.show_side_by_side(self.out, left, right)

    def comparison(self, comparison: Comparison) -> None:
        """How far two files are equal; on a terminal the cells that differ as a table."""
        if self.is_terminal and comparison.differences:
            from converter import terminal

            terminal.show_differences(self.out, comparison)
            self.line("\n".join(comparison.summary()))
        else:
            self.line(comparison.describe())

    @contextmanager
    def working(self, label: Callable[[], str], share: Callable[[], float | None] = lambda: None) -> Iterator[None]:
        """Shows on a terminal's standard error that a long block is at work: its `label`, and the `share` that is done."""
        if self.as_json or not sys.stderr.isatty():
            yield
            return
        ended = threading.Event()
        bar = threading.Thread(target=_show_bar, args=(label, share, ended), name="bar", daemon=True)
        bar.start()
        try:
            yield
        finally:
            ended.set()
            bar.join()


def _show_bar(label: Callable[[], str], share: Callable[[], float | None], ended: threading.Event) -> None:
    if not ended.wait(_PATIENCE_SECONDS):
        from converter import terminal

        terminal.show_bar(label, share, ended)
