"""Small examples cut from a large one, so that the search looks at some rows and the engine at all of them.

An excerpt has rows of the input and the expected rows that come from them. Which these are depends on how the tables relate,
and that is what is to be learned; so several cuts are made, and a program counts only if it holds for the whole.
"""

from collections import Counter
from collections.abc import Iterator, Sequence

from converter.learning.shapes import shape
from converter.table import Cell, Example, Row, Table

LARGE = 1000
"""Rows of an example from which on it is learned from excerpts: of so many the search may see too few in its time."""
_SIZES = (48, 240)
"""Rows of an excerpt; the larger one where the smaller misled."""
SCALED = 2000
"""Rows of an input from which on a search of all of them is soon over, since few operators take part in it."""
MOST_PAIRS = 3
MOST_PER_VALUE = 20


def is_large(example: Example) -> bool:
    """Whether the example is learned from excerpts."""
    return max(len(example.input.rows), len(example.expected.rows)) > LARGE


def says_much_in_little(example: Example) -> bool:
    """Whether the expected rows are so few that most are rather made from groups of rows too large for an excerpt."""
    rows = len(example.input.rows)
    return rows > SCALED and rows > MOST_PER_VALUE * len(example.expected.rows)


def excerpts(example: Example) -> Iterator[Example]:
    """Cuts of the example, small ones first, each another guess at which rows belong together."""
    rows, wanted = example.input.rows, example.expected.rows
    pairs = _key_pairs(example)
    for size in _SIZES:
        if len(rows) == len(wanted):
            places = _spread(rows, wanted, size)
            yield _cut(example, [rows[at] for at in places], [wanted[at] for at in places])
            yield _cut(example, rows[:size], wanted[:size])
        elif len(wanted) % len(rows) == 0 and len(wanted) // len(rows) < size // 4:
            times = len(wanted) // len(rows)
            yield _cut(example, rows[: size // times], wanted[: size // times * times])
        elif len(rows) % len(wanted) == 0 and len(rows) // len(wanted) < size // 4:
            times = len(rows) // len(wanted)
            yield _cut(example, rows[: size // times * times], wanted[: size // times])
        for column, at in pairs:
            cut = _by_values(example, column, at, size)
            if cut is not None:
                yield cut


def _cut(example: Example, rows: Sequence[Row], wanted: Sequence[Row]) -> Example:
    given, expected = example.input, example.expected
    return Example(Table(given.columns, tuple(rows), given.header), Table(expected.columns, tuple(wanted), expected.header))


def _spread(rows: Sequence[Row], wanted: Sequence[Row], size: int) -> list[int]:
    """Places all over the tables: half of them rows of shapes that no row before has, the others at equal distances."""
    step = max(1, len(rows) // (size // 2))
    chosen = set(range(0, len(rows), step))
    seen: set[tuple[str, ...]] = set()
    for at, (row, other) in enumerate(zip(rows, wanted, strict=True)):
        if len(chosen) >= size:
            break
        look = tuple(map(shape, (*row, *other)))
        if look not in seen:
            seen.add(look)
            chosen.add(at)
    return sorted(chosen)


def _key_pairs(example: Example) -> list[tuple[int, int]]:
    """Pairs (input column, expected column) of which all expected cells are cells of the input; telling ones first."""
    given, expected = example.input, example.expected
    inside = [set(given.column(column)) for column in range(given.width)]
    found = []
    for at in range(expected.width):
        target = set(expected.column(at))
        if len(target) < 2:
            continue
        name = expected.columns[at].casefold()
        for column, cells in enumerate(inside):
            if target <= cells:
                found.append((given.columns[column].casefold() != name, -len(cells), column, at))
    return [(column, at) for _, _, column, at in sorted(found)][:MOST_PAIRS]


def _by_values(example: Example, column: int, at: int, size: int) -> Example | None:
    """All rows that have one of some values in a column, and the expected rows that have one of them."""
    given, expected = example.input.column(column), example.expected.column(at)
    counts, known = Counter(given), set(expected)
    chosen: dict[Cell, None] = {}
    taken = {True: 0, False: 0}
    for value in given[:: max(1, len(given) // (20 * size))]:
        is_kept = value in known
        if value not in chosen and counts[value] <= MOST_PER_VALUE and taken[is_kept] < size // 2:
            chosen[value] = None
            taken[is_kept] += counts[value]
    if not taken[True]:
        return None
    rows = [row for row, value in zip(example.input.rows, given, strict=True) if value in chosen]
    wanted = [row for row, value in zip(example.expected.rows, expected, strict=True) if value in chosen]
    return _cut(example, rows, wanted)
