"""Which row of a grid each expected row comes from, as far as the cells tell.

Goal-directed row relations start here, as in PATSQL (Takenouchi et al., VLDB 2021): columns that were copied tell which rows
remain, in what order and grouped by what, and conditions or sort keys are learned from that. Where no column was copied as it
is, the words that rows share tell.
"""

from collections import Counter, defaultdict
from collections.abc import Hashable, Iterator, Sequence

from converter.synthesis.tables.goal import Goal, words_in
from converter.synthesis.tables.grid import Grid
from converter.table import Row

MOST_SHARING = 200
"""A cell that more rows than this have in common tells nothing about where a row comes from."""

LEAST_SHARE = 0.8
"""Of rows that stand alike, so many have a word in common, if any rows have."""

LEAST_KEYS = 8
"""So many cells of a key do not turn up in a column of the output by chance."""

Places = tuple[int, ...]


def anchors(grid: Grid, goal: Goal) -> list[tuple[int, int]]:
    """Pairs (column of the grid, expected column) of which all expected cells occur in the grid's; at most one pair each."""
    return grid.memo(("anchors", goal), lambda: list(_anchors(grid, goal)))


def _anchors(grid: Grid, goal: Goal) -> Iterator[tuple[int, int]]:
    names = [name.casefold() for name in grid.names or ()]
    inside = [set(cells) for cells in grid.columns]
    for at, target in enumerate(goal.expected.columns):
        wanted = set(target)
        if len(wanted) < 2 and len(target) > 1:
            continue
        fitting = [column for column, cells in enumerate(inside) if wanted <= cells]
        name = goal.names[at].casefold() if at < len(goal.names) else None
        fitting.sort(key=lambda column: (column >= len(names) or names[column] != name, abs(column - at)))
        if fitting:
            yield fitting[0], at


def keys(grid: Grid, goal: Goal) -> frozenset[int]:
    """Expected columns whose cells are a key's of the grid: rows that are meant have it as it is. Few cells agree by chance."""
    if len(goal.expected.rows) < LEAST_KEYS:
        return frozenset()
    return frozenset(at for column, at in anchors(grid, goal) if len(set(grid.columns[column])) == len(grid.rows))


def places(grid: Grid, goal: Goal) -> Places | None:
    """For each expected row its row in the grid, each another one; None where the cells do not tell."""
    return grid.memo(("places", goal), lambda: _places(grid, goal))


def in_order(grid: Grid, goal: Goal) -> bool:
    """Whether the grid begins with the expected rows, as far as its cells tell."""
    return places(grid, goal) == tuple(range(len(goal.expected.rows)))


def stand_alike(grid: Grid, goal: Goal) -> bool:
    """Whether the grid's rows stand one for one against the expected ones, or nothing tells that they do not."""
    if len(grid.rows) != len(goal.expected.rows):
        return False
    found = places(grid, goal)
    if found is not None:
        return found == tuple(range(len(grid.rows)))
    mine, theirs = [set(_words(row)) for row in grid.rows], [set(_words(row)) for row in goal.expected.rows]
    if not set().union(*mine) & set().union(*theirs):
        return True
    return sum(bool(one & other) for one, other in zip(mine, theirs, strict=True)) >= LEAST_SHARE * len(mine)


def is_reordered(grid: Grid, goal: Goal) -> bool:
    """Whether a column has all expected cells of one, but in another order."""
    if len(grid.rows) != len(goal.expected.rows):
        return False
    pairs = ((grid.columns[column], goal.expected.columns[at]) for column, at in anchors(grid, goal))
    return any(mine != theirs and Counter(mine) == Counter(theirs) for mine, theirs in pairs)


def _places(grid: Grid, goal: Goal) -> Places | None:
    if not grid.rows or len(grid.rows) < len(goal.expected.rows):
        return None
    pairs = anchors(grid, goal)
    if pairs:
        mine: list[list[Hashable]] = [[(at, row[column]) for column, at in pairs if row[column]] for row in grid.rows]
        theirs: list[list[Hashable]] = [[(at, row[at]) for _, at in pairs if row[at]] for row in goal.expected.rows]
        found = _matched(mine, theirs)
        if found is not None:
            return found
    return _matched([_words(row) for row in grid.rows], [_words(row) for row in goal.expected.rows])


def _words(row: Row) -> list[Hashable]:
    return [word for cell in row if cell for word in words_in(cell)]


def _matched(mine: Sequence[Sequence[Hashable]], theirs: Sequence[Sequence[Hashable]]) -> Places | None:
    """Each of their rows with the unused one of mine that shares most with it; rare features count more."""
    having: dict[Hashable, list[int]] = defaultdict(list)
    for at, features in enumerate(mine):
        for feature in set(features):
            having[feature].append(at)
    used: set[int] = set()
    found: list[int] = []
    before = -1
    for features in theirs:
        scores: Counter[int] = Counter()
        for feature in set(features):
            sharing = having.get(feature, ())
            if len(sharing) <= MOST_SHARING:
                for at in sharing:
                    scores[at] += 1.0 / len(sharing)  # type: ignore[assignment]
        best = _best(scores, used, before)
        if best is None:
            return None
        used.add(best)
        found.append(best)
        before = best
    return tuple(found)


def _best(scores: Counter[int], used: set[int], before: int) -> int | None:
    """The row of the highest score: among equals an unused one, after the row before if there is one."""
    if not scores:
        return None
    highest = max(scores.values())
    equals = sorted(at for at, score in scores.items() if score > highest - 1e-9 and at not in used)
    return next((at for at in equals if at > before), equals[0] if equals else None)
