"""Output columns that together are the text of one column: split off together, by one pattern or at fixed places.

One rule for all the parts says more than the likeliest rule for each (predictive splitting, Raza & Gulwani, AAAI 2017).
"""

from collections.abc import Iterator, Sequence

from converter.learning.bank import Bank
from converter.learning.expressions.patterns import extracted
from converter.learning.kinds import Kind
from converter.learning.nodes import Function, Node
from converter.learning.shapes import MOST_ROWS, shape
from converter.learning.splitting.coverage import Coverage, coverages, delimited
from converter.learning.splitting.pattern import Pattern, Segment, pattern_of
from converter.learning.splitting.widths import are_padded, width_pattern, widths

Column = Sequence[str | None]
WHOLE_COST = -2.5
"""What a column costs that is split off where the columns are all of the text; less than any rule of its own."""
PARTS_COST = 1.2
BY_PLACE_COST = 0.5
MOST_SHAPES_TRIED = 2000


def splits(bank: Bank, expected: Sequence[Column]) -> dict[int, tuple[Node, float]]:
    """For output columns, by their places: the part of a column's text that they are, and what it costs."""
    found: dict[int, tuple[Node, float]] = {}
    if len(expected) < 2 or any(len(column) != bank.frame.size for column in expected):
        return found
    sources = [tuple(str(value) if value else None for value in entry.values) for entry in bank.texts]
    for coverage, base in _coverages(sources, expected):
        columns = [segment.column for segment in coverage.segments if segment.column is not None]
        if any(column in found for column in columns):
            continue
        source = bank.texts[coverage.source]
        aligned = widths(coverage.segments) if are_padded(coverage.segments) else None
        for way, cost in _ways(coverage, aligned):
            nodes = {at: function(source.node) for at, function in way.items()}
            if all(_gives(bank, node, expected[at]) for at, node in nodes.items()):
                found.update({at: (node, base + cost / len(columns)) for at, node in nodes.items()})
                break
    return found


def _coverages(sources: Sequence[Column], expected: Sequence[Column]) -> Iterator[tuple[Coverage, float]]:
    for coverage in coverages(sources, expected):
        yield coverage, WHOLE_COST
    for coverage in delimited(sources, expected):
        yield coverage, PARTS_COST


def _gives(bank: Bank, node: Node, column: Column) -> bool:
    return all((value or None) == (cell or None) for value, cell in zip(bank.frame.values(node), column, strict=True))


def _places(coverage: Coverage, aligned: Sequence[int]) -> dict[int, Function]:
    """Each column as the characters from one place to another."""
    found, start = {}, 1
    for segment, width in zip(coverage.segments, (*aligned, None), strict=True):
        if segment.column is not None:
            found[segment.column] = _characters(start, width)
        start += width or 0
    return found


def _characters(start: int, width: int | None) -> Function:
    end = None if width is None else start + width - 1
    shown = f"{start}:{'' if end is None else end}"
    return Function("characters", Kind.TEXT, f"{{0}}[{shown}]", lambda text: text[start - 1 : end], 1.0, (start, end))


def _ways(coverage: Coverage, aligned: Sequence[int] | None) -> Iterator[tuple[dict[int, Function], float]]:
    """The columns by place where they are aligned, by a pattern of widths (it leaves short texts out), by any pattern."""
    if aligned:
        yield _places(coverage, aligned), BY_PLACE_COST * len(coverage.segments)
        yield _groups(pattern := width_pattern(coverage.segments, aligned)), pattern.cost
    found = pattern_of(_sampled(coverage.segments), coverage.others[:MOST_ROWS])
    if found:
        yield _groups(found), found.cost


def _groups(pattern: Pattern) -> dict[int, Function]:
    """Each column by the pattern with a group for it alone: the engine tells nine groups apart at most by number."""
    found = {}
    shown = _without_outside([element.pattern for element in pattern.elements], pattern.columns)
    for column in (one for one in pattern.columns if one is not None):
        parts = zip(shown, pattern.columns, strict=True)
        inner = "".join(f"({element})" if of == column else _ungrouped(element) for element, of in parts)
        found[column] = extracted(f"{'(?s)' if pattern.is_multiline else ''}^{inner}$", 1.0, 1)
    return found


def _without_outside(elements: list[str], columns: Sequence[int | None]) -> list[str]:
    """The elements; where a part is enclosed in marks after another one, `Ann /Moor/`, the space goes with what lacks."""
    marks = [element.replace("\\", "") for element in elements]
    if [column is None for column in columns] == [False, True, False, True] and marks[1] + marks[3] in _ENCLOSING:
        return [elements[0], f" ?{elements[1].strip(' ')}", *elements[2:]]
    return elements


_ENCLOSING = (" //", " ()", " []", " <>", " {}", ' ""')


def _ungrouped(pattern: str) -> str:
    return f"(?:{pattern})" if "|" in pattern.replace("\\|", "") else pattern


def _sampled(segments: tuple[Segment, ...]) -> list[Segment]:
    """The segments for the first row of each shape, and others until there are enough."""
    rows = list(dict.fromkeys(zip(*(segment.texts for segment in segments), strict=True)))
    firsts: dict[tuple[str, ...], tuple[str, ...]] = {}
    for row in rows[:MOST_SHAPES_TRIED]:
        firsts.setdefault(tuple(map(shape, row)), row)
    chosen = list(dict.fromkeys((*list(firsts.values())[:MOST_ROWS], *rows)))[:MOST_ROWS]
    texts = list(zip(*chosen, strict=True))
    return [Segment(segment.column, cells) for segment, cells in zip(segments, texts, strict=True)]
