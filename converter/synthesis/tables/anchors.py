"""Which columns of a grid an expected column was copied from, and which rows it kept.

Goal-directed row relations start here, as in PATSQL (Takenouchi et al., VLDB 2021): columns that were copied tell which rows
remain, in what order and grouped by what, and conditions or sort keys are learned from that.
"""

from collections.abc import Iterator

from converter.synthesis.tables.goal import Goal
from converter.synthesis.tables.grid import Grid


def anchors(grid: Grid, goal: Goal) -> list[tuple[int, int]]:
    """Pairs (column of the grid, expected column) of which all expected cells occur in the grid's; at most one pair each."""
    pairs: list[tuple[int, int]] = []
    names = [name.casefold() for name in grid.names or ()]
    for at, target in enumerate(goal.expected.columns):
        wanted = set(target)
        if len(wanted) < 2 and len(target) > 1:
            continue
        fitting = [column for column, cells in enumerate(grid.columns) if wanted <= set(cells)]
        name = goal.names[at].casefold() if at < len(goal.names) else None
        fitting.sort(key=lambda column: (column >= len(names) or names[column] != name, abs(column - at)))
        if fitting:
            pairs.append((fitting[0], at))
    return pairs


def kept_rows(grid: Grid, goal: Goal) -> list[bool] | None:
    """Which rows of the grid the expected rows are, in order, by their anchored cells; None where they are not."""
    pairs = anchors(grid, goal)
    if not pairs:
        return None
    wanted: Iterator[tuple] = iter([tuple(row[target] for _, target in pairs) for row in goal.expected.rows])
    expected = next(wanted, None)
    kept = []
    for row in grid.rows:
        matches = expected is not None and tuple(row[column] for column, _ in pairs) == expected
        kept.append(matches)
        if matches:
            expected = next(wanted, None)
    return kept if expected is None else None


def in_order(grid: Grid, goal: Goal) -> bool:
    """Whether the grid begins with the expected rows, as far as anchored cells tell."""
    pairs = anchors(grid, goal)
    if not pairs or len(grid.rows) < len(goal.expected.rows):
        return False
    rows = zip(grid.rows, goal.expected.rows, strict=False)
    return all(row[column] == wanted[target] for row, wanted in rows for column, target in pairs)
