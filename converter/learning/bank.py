"""The bank: expressions over a frame's rows, enumerated once, smallest first, equal values kept once.

Conditions and branches, group keys, sort keys and output columns all take from the same bank, so nothing is proposed twice. A
frame's bank grows on demand: numbers of two columns are made only where a numeric column asks for them.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cached_property

from sqlglot import exp

from converter.learning.expressions import addresses, texts
from converter.learning.expressions import moments as dates
from converter.learning.expressions import numbers as arithmetic
from converter.learning.expressions.keyed import keyed
from converter.learning.kinds import Column, Kind
from converter.learning.marks import is_nothing
from converter.learning.nodes import ColumnRef, Node
from converter.learning.values import (
    coordinates,
    durations,
    hexadecimals,
    moment_mixes,
    moment_readings,
    moments,
    numbers,
    numerals,
)
from converter.learning.values.reading import Reading, filled
from converter.table import Table

MOST_NUMBERS = 26
"""So many numeric columns at most are combined by pairs."""


MOST_DEEP = 2
"""Of so few text columns all fields are looked at, however many there are in a text."""


CHEAPER = 0.31
"""Of equal values the first is kept unless another costs so much less: marks are longer by up to that that say more."""
LEAST_BESIDE_NOTHING = 1
"""A column has other texts beside the word for nothing, so many and one more at the least with it."""


class Relation:
    """A frame: named columns of values, all of one length. Blank texts are None.

    `origin` is the frame that its rows were taken from, with their places there; `order` says in SQL how its rows are ordered.
    `copied` says of which row before a step each row was made, where one has become several.
    `windows_before` says that its rows were chosen by a window, so that windows are computed before that (QUALIFY). `is_input`
    says that it is the file as it stands, in which rows can be looked up.
    """

    def __init__(self, names: Sequence[str], columns: Sequence[Column], refs: Sequence[Node] | None = None) -> None:
        self.names = tuple(names)
        self.columns = tuple(columns)
        self.size = len(columns[0]) if columns else 0
        self.refs: tuple[Node, ...] = tuple(refs) if refs is not None else tuple(ColumnRef(name) for name in names)
        self._sources = dict(zip(self.names, self.columns, strict=True))
        self._memo: dict[Node, Column] = {}
        self.origin: tuple[Relation, tuple[int, ...]] | None = None
        self.copied: tuple[int, ...] | None = None
        self.windows_before = False
        self.is_input = False
        self.order: tuple[exp.Expression, ...] = (exp.Ordered(this=exp.column("_row")),)

    is_grouped = False
    """Whether each row stands for a group of rows."""

    @property
    def likeness(self) -> tuple[object, ...]:
        """What the frame's expressions depend on: frames are alike where it is equal, however their rows were chosen."""
        origin = (self.origin[0].likeness, self.origin[1]) if self.origin is not None else None
        return (type(self), self.refs, self.columns, self.windows_before, self.is_input, origin)

    def source(self, name: str) -> Column:
        """The values of a column. Raises `KeyError` for one that is not there."""
        return self._sources[name]

    def values(self, node: Node) -> Column:
        """The node's values over the rows, computed once."""
        found = self._memo.get(node)
        if found is None:
            found = self._memo[node] = node.evaluate(self)
        return found

    def proposals(self, target: Sequence[str | None], name: str | None) -> Iterator[tuple[Node, float]]:
        """Expressions that only this kind of frame knows, proposed for a column, each with an extra cost."""
        return iter(())

    def conditions(self) -> Iterator[tuple[str, Node, int, float]]:
        """Conditions that only this kind of frame knows: kind, expression, rows (bits), extra cost."""
        return iter(())

    def combines(self, node: Node) -> bool:
        """Whether people compute with the number: not with every statistic of a group."""
        return True

    def given(self, rows: int) -> int:
        """How many rows these were before a step made several of one: what is said of these is said once."""
        copied = self.copied
        return rows.bit_count() if copied is None else len({one for at, one in enumerate(copied) if rows >> at & 1})

    def among(self, rows: Sequence[int]) -> "Relation":
        """The frame of some of the rows, in the order given. What was computed is kept where it looks at single rows."""
        picked = Relation(self.names, [tuple(column[at] for at in rows) for column in self.columns], self.refs)
        for node, column in self._memo.items():
            if not node.looks_around:
                picked._memo[node] = tuple(column[at] for at in rows)
        picked.origin, picked.order, picked.windows_before = (self, tuple(rows)), self.order, self.windows_before
        picked.copied = tuple(self.copied[at] for at in rows) if self.copied is not None else None
        return picked


def frame_of(table: Table) -> Relation:
    """The table as a frame: blanks are None."""
    columns: list[Column] = [tuple(cell or None for cell in table.column(at)) for at in range(table.width)]
    refs = [ColumnRef(name, quoted_blanks="" in table.column(at)) for at, name in enumerate(table.columns)]
    frame = Relation(table.columns, columns, refs)
    frame.is_input = True
    return frame


@dataclass(frozen=True)
class Entry:
    """An expression with its values, and as floats where it is a number."""

    node: Node
    values: Column
    floats: tuple[float | None, ...] = ()


def number_entry(node: Node, values: Column) -> Entry:
    """The entry of an expression whose values are numbers."""
    return Entry(node, values, tuple(None if value is None else float(value) for value in values))  # type: ignore[arg-type]


class Bank:
    """Expressions over one frame, by kind."""

    def __init__(self, frame: Relation) -> None:
        self.frame = frame
        self.twins: dict[Column, list[Node]] = {}
        """Expressions left out since another has the same values: on other rows they may have others."""
        self.sisters: list[Entry] = []
        """Numbers that one map makes of several columns, as the output shows them."""

    @cached_property
    def texts(self) -> list[Entry]:
        """The text columns that are filled somewhere."""
        found = [Entry(ref, self.frame.values(ref)) for ref in self.frame.refs if ref.kind is Kind.TEXT]
        return [entry for entry in found if any(entry.values)]

    @cached_property
    def pieces(self) -> list[Entry]:
        """Parts of the text columns; equal values once."""
        nodes = (
            piece
            for entry in self.texts
            for piece in (
                *addresses.pieces(entry.node, entry.values),
                *keyed(entry.node, entry.values),
                *texts.pieces(entry.node, entry.values, deep=len(self.texts) <= MOST_DEEP),
            )
        )
        return self._distinct(nodes, self.texts)

    @cached_property
    def said(self) -> list[Entry]:
        """Text columns in which a word stands for nothing, such as a dash, as blank there."""
        found = []
        for entry in self.texts:
            values = {value for value in entry.values if isinstance(value, str)}
            words = sorted(filter(is_nothing, values))
            if len(words) == 1 and len(values) > LEAST_BESIDE_NOTHING:
                node = texts.unless_said(words[0])(entry.node)
                found.append(Entry(node, self.frame.values(node)))
        return found

    @cached_property
    def cased(self) -> list[Entry]:
        """Text columns in other cases."""
        return self._distinct((case(entry.node) for entry in self.texts for case in texts.CASES), self.texts)

    def _distinct(self, nodes: Iterable[Node], known: Sequence[Entry] = ()) -> list[Entry]:
        seen = {entry.values for entry in known}
        found: dict[Column, Entry] = {}
        for node in nodes:
            values = self.frame.values(node)
            other = found.get(values)
            if other is not None and node.cost < other.node.cost - CHEAPER:
                found[values], node = Entry(node, values), other.node
            if other is not None or values in seen:
                self.twins.setdefault(values, []).append(node)
            elif any(values):
                found[values] = Entry(node, values)
        return list(found.values())

    @cached_property
    def _group(self) -> str:
        return numbers.group_mark([entry.values for entry in self.texts])  # type: ignore[misc]

    @cached_property
    def _columns_read(self) -> tuple[list[Entry], list[Entry], list[Entry]]:
        """The columns as numbers, as moments, and as spans in seconds."""
        found: tuple[list[Entry], list[Entry], list[Entry]] = ([], [], [])
        for ref in self.frame.refs:
            values = self.frame.values(ref)
            if ref.kind is Kind.NUMBER and any(value is not None for value in values):
                found[0].append(number_entry(ref, values))
            elif ref.kind.is_moment and any(values):
                found[1].append(Entry(ref, values))
        dated = moment_readings.of_file([entry.values for entry in self.texts])  # type: ignore[misc]
        for entry, moments_read in zip(self.texts, dated, strict=True):
            cells = entry.values
            for reading in numbers.readings(cells, group=self._group):  # type: ignore[arg-type]
                found[0].append(self._read(reading, entry))
                failed = numbers.failed_reading(found[0][-1].floats)
                if failed is not None:
                    found[0].append(self.made(arithmetic.unless(failed)(found[0][-1].node)))
            found[0].extend(self._read(reading, entry) for reading in numerals.readings(cells))  # type: ignore[arg-type]
            found[0].extend(self._read(reading, entry) for reading in hexadecimals.readings(cells))  # type: ignore[arg-type]
            found[0].extend(self._read(reading, entry) for reading in coordinates.readings(cells))  # type: ignore[arg-type]
            found[1].extend(self._read(reading, entry) for reading in moments_read)
            for reading in durations.readings(cells):  # type: ignore[arg-type]
                found[2].append(self._read(reading, entry))
        return found

    def _read(self, reading: Reading, entry: Entry) -> Entry:
        function = replace(reading.function, cost=reading.function.cost + reading.cost)
        node = function(entry.node)
        values = self.frame.values(node)
        return number_entry(node, values) if node.kind is Kind.NUMBER else Entry(node, values)

    @cached_property
    def numbers(self) -> list[Entry]:
        """Columns as numbers."""
        return self._columns_read[0]

    @cached_property
    def moments(self) -> list[Entry]:
        """Columns as dates and timestamps."""
        return self._columns_read[1]

    @cached_property
    def spans(self) -> list[Entry]:
        """Columns as seconds, and the seconds or days between two of the moments or times of day."""
        spans = self._columns_read[2]
        found = list(spans)
        for one in self.moments:
            for other in self.moments:
                if one is not other and not (one.node.parts and one.node.parts == other.node.parts):
                    between = dates.DAYS_BETWEEN if Kind.DATE in (one.node.kind, other.node.kind) else dates.SECONDS_BETWEEN
                    found.append(self.made(between(one.node, other.node)))
        for one in spans:
            for other in spans:
                if one is not other and one.node.parts != other.node.parts:
                    span = arithmetic.SUBTRACT(other.node, one.node)
                    entry = self.made(span)
                    found.append(entry)
                    if any(value is not None and value < 0 for value in entry.values):  # type: ignore[operator]
                        found.append(self.made(arithmetic.WITHIN_A_DAY(span)))
        return found

    @property
    def spans_read(self) -> list[Entry]:
        """Columns that are spans or times of day, as seconds."""
        return self._columns_read[2]

    @cached_property
    def clocks(self) -> list[Entry]:
        """Columns that are times of day, as moments of one day; and parts of columns that are dates or times."""
        found = []
        for entry in self.texts:
            cells = list(dict.fromkeys(filled(entry.values)))  # type: ignore[arg-type]
            for format in moment_mixes.clock_formats(cells)[:2]:
                found.append(self._read(Reading(moments.reader(format)), entry))
            if moment_mixes.are_hours(cells):
                found.append(self._read(Reading(moments.reader(moments.MomentFormat("%H")), 2.0), entry))
            compact = moment_mixes.compact_clock(cells)
            if compact is not None:
                found.append(self._read(Reading(compact, 1.0), entry))
        return found

    @cached_property
    def embedded_moments(self) -> list[Entry]:
        """Dates and times within texts that are more than that."""
        read = {entry.node.parts[0] for entry in (*self.moments, *self.clocks) if entry.node.parts}
        found: list[Entry] = []
        for entry in self.texts:
            found += [self._read(reading, entry) for reading in numerals.moment_readings(entry.values)]  # type: ignore[arg-type]
        seen = {entry.values for entry in found}
        for entry in self._distinct(
            piece for text in self.texts if text.node not in read for piece in texts.dated(text.node, text.values)
        ):
            for reading in [*moment_readings.readings(entry.values)][:2]:  # type: ignore[arg-type]
                made = self._read(reading, entry)
                if made.values not in seen:
                    seen.add(made.values)
                    found.append(made)
        return found

    @cached_property
    def extracted_numbers(self) -> list[Entry]:
        """Numbers within texts."""
        read = {entry.node.parts[0] for entry in self.numbers if entry.node.parts}
        found = []
        for entry in self.pieces:
            source = entry.node.parts[0] if entry.node.parts else entry.node
            if source in read:
                continue
            wide = texts.whole_number(entry.node)
            if wide is not None and self.frame.values(wide) == entry.values:
                entry = Entry(wide, entry.values)
            read_as = [*list(numbers.readings(entry.values))[:1], *coordinates.readings(entry.values)]  # type: ignore[arg-type]
            found += [self._read(reading, entry) for reading in read_as]
        return found

    def made(self, node: Node) -> Entry:
        """The number as an entry, with its values over the frame."""
        return number_entry(node, self.frame.values(node))

    @cached_property
    def zeroed(self) -> list[Entry]:
        """Number columns, those with blanks as zero there."""
        return [
            self.made(arithmetic.OR_ZERO(entry.node)) if any(value is None for value in entry.values) else entry
            for entry in self.numbers
        ]

    @cached_property
    def extracted_zeroed(self) -> list[Entry]:
        """Numbers within texts that some rows lack, as zero there."""
        lacking = [entry for entry in self.extracted_numbers if any(value is None for value in entry.values)]
        return [self.made(arithmetic.OR_ZERO(entry.node)) for entry in lacking]

    @cached_property
    def signed(self) -> list[Entry]:
        """Numbers negated, and without sign."""
        found = []
        for entry in self.numbers:
            found.append(self.made(arithmetic.NEGATE(entry.node)))
            if any(value is not None and value < 0 for value in entry.values):  # type: ignore[operator]
                found.append(self.made(arithmetic.ABSOLUTE(entry.node)))
        return found

    @cached_property
    def pairs(self) -> list[Entry]:
        """Sums, differences, products and ratios of two numbers."""
        return list(self._pairs())

    def _pairs(self) -> Iterator[Entry]:
        combined = [at for at, entry in enumerate(self.numbers) if self.frame.combines(entry.node)][:MOST_NUMBERS]
        base = [self.numbers[at] for at in combined]
        zeroed = [self.zeroed[at] for at in combined]
        spans = self.spans[:8]
        for at, one in enumerate(base):
            for other in range(at + 1, len(base)):
                if _source(one.node) == _source(base[other].node):
                    continue
                for function, swapped in _OPERATIONS:
                    pair = (base[other].node, one.node) if swapped else (one.node, base[other].node)
                    yield self.made(function(*pair))
                    blank_before, blank_after = zeroed[at] is not one, zeroed[other] is not base[other]
                    if (blank_before or blank_after) and function is not arithmetic.DIVIDE:
                        pair = (zeroed[other].node, zeroed[at].node) if swapped else (zeroed[at].node, zeroed[other].node)
                        yield self.made(function(*pair))
                        if function is arithmetic.SUBTRACT:
                            mixed = [(one.node, zeroed[other].node), (zeroed[at].node, base[other].node)]
                            yield from (
                                self.made(function(*(reversed(pair) if swapped else pair)))
                                for pair in mixed
                                if pair != (one.node, base[other].node)
                            )
            for span in spans:
                yield self.made(arithmetic.MULTIPLY(span.node, one.node))


def _source(node: Node) -> Node:
    return node.parts[0] if node.parts else node


_OPERATIONS = (
    (arithmetic.ADD, False),
    (arithmetic.SUBTRACT, False),
    (arithmetic.SUBTRACT, True),
    (arithmetic.MULTIPLY, False),
    (arithmetic.DIVIDE, False),
    (arithmetic.DIVIDE, True),
)
ZERO = Decimal(0)
