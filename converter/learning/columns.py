"""Candidates for one output column: expressions, each with the rows that it explains.

Proposals are made from what the column's texts can be (a number in a format, a date in a format, a span of time, a text of
parts), over the rows that are filled. What explains only some rows is kept too: decisions put such candidates together.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from converter.learning import atoms, weights
from converter.learning.around import Around
from converter.learning.atoms import alike
from converter.learning.bank import Bank, Entry
from converter.learning.concatenation import iso_year, spelled
from converter.learning.expressions import moments as dates
from converter.learning.expressions import numbers as arithmetic
from converter.learning.expressions import texts
from converter.learning.expressions.flags import flag_lists
from converter.learning.expressions.predicates import bits
from converter.learning.faults import contained
from converter.learning.kinds import Kind
from converter.learning.names import name_cost, rank_cost, says_rank
from converter.learning.nodes import Apply, Constant, Node, text_of
from converter.learning.proposals import (
    amounts,
    assembled,
    bins,
    combined,
    cuts,
    directions,
    encoded,
    knowledge,
    named_bands,
    percentages,
    positions,
    rewriting,
    spans,
    wrapped,
)
from converter.learning.proposals import dates as date_proposals
from converter.learning.proposals import lists as list_proposals
from converter.learning.proposals import parts as parts_proposals
from converter.learning.proposals.blanked import but_for_a_word
from converter.learning.proposals.closeness import digits, near
from converter.learning.proposals.filled import joined_filled
from converter.learning.proposals.keys import of_key_named
from converter.learning.proposals.labelled import labelled
from converter.learning.proposals.later import later_by_amounts
from converter.learning.proposals.named import first_named
from converter.learning.proposals.phones import phones
from converter.learning.proposals.quotients import whole_quotients
from converter.learning.values import durations, moments
from converter.learning.values.number_formats import NumberFormat, NumericTarget, numeric_target

MOST_PARTS_KEPT = 6
Target = tuple[str | None, ...]
_EARLY_COST = 0.4
_COUNTED_COST = 1.5
"""A number of a group is rather counted than always the same."""
_TOTAL_COST = 5.0
"""One row of totals has no number that is always the same."""


@dataclass(frozen=True)
class Candidate:
    """An expression and the rows (bits) whose expected cells it gives."""

    node: Node
    cost: float
    rows: int


class ColumnSearch:
    """The candidates for one output column over a bank's frame. `rows` restricts what has to be explained."""

    def __init__(
        self,
        bank: Bank,
        target: Target,
        name: str | None = None,
        *,
        rows: int | None = None,
        siblings: Sequence[str] = (),
        inner: bool = False,
    ) -> None:
        self.bank, self.name = bank, name
        self.target: Target = tuple(text or None for text in target)
        self.size = len(target)
        self.full = (1 << self.size) - 1
        self.wanted = self.full if rows is None else rows
        self.blank = bits([text is None for text in self.target]) & self.wanted
        self.filled = self.wanted & ~self.blank
        self.cells = [text for at, text in enumerate(self.target) if text is not None and self.wanted >> at & 1]
        self.places = [at for at, text in enumerate(self.target) if text is not None and self.wanted >> at & 1]
        self.found: dict[Node, Candidate] = {}
        self._folded = [text.casefold() if text else None for text in self.target]
        self.siblings, self.is_part = siblings, inner or bool(siblings)
        self._has_near = False
        self._is_region = rows is not None
        """Only some rows are asked for; what gives them as it stands is known from the search for all rows."""

    def part(self, cells: Sequence[str | None], siblings: Sequence[str]) -> Sequence[tuple[Node, float]]:
        """The best few expressions for a part of this column's cells, with their costs."""
        inner = ColumnSearch(self.bank, tuple(cells), self.name, siblings=siblings)
        if any(map(str.isdigit, "".join(inner.cells))):
            inner._offer_all(date_proposals.far(inner))
        found = [(one.node, one.cost) for one in inner.candidates() if one.rows & inner.filled == inner.filled]
        return found[:MOST_PARTS_KEPT]

    def candidates(self) -> list[Candidate]:
        """All candidates, the cheapest first; simple ones first, others only where these do not explain all filled rows."""
        self.near()
        if not self._is_explained(9.0):
            self._offer_all(self._far())
        return sorted(self.found.values(), key=lambda one: one.cost)

    def near(self) -> list[Candidate]:
        """The candidates that are found fast, the cheapest first."""
        if not self._has_near:
            self._has_near = True
            self._offer_all(self._simple())
            if not self._is_explained(6.5):
                self._offer_all(self._composed())
            far = not self._is_explained(9.0) or (says_rank(self.name) and not self._is_explained(3.0))
            if not self.is_part and self.wanted == self.full:
                self._offer_all(self._around() if far else self._looked_up() if self.blank else ())
        return sorted(self.found.values(), key=lambda one: one.cost)

    def read(self) -> list[Candidate]:
        """The candidates that are found fast and read something, even where a constant gives all."""
        found = [one for one in self.near() if not isinstance(one.node, Constant)]
        if not any(one.rows & self.filled == self.filled for one in found):
            self._offer_all(self._composed())
            found = [one for one in self.near() if not isinstance(one.node, Constant)]
        return found

    def _is_explained(self, cost: float) -> bool:
        return any(one.rows & self.filled == self.filled and one.cost < cost for one in self.found.values())

    def _offer_all(self, proposals: Iterable[tuple[Node, float]]) -> None:
        with contained("proposals"):
            for node, extra in proposals:
                self.offer(node, extra)

    def offer(self, node: Node, extra: float = 0.0) -> None:
        """Takes the expression as a candidate if it explains a filled row, in another case of letters if it lacks just that."""
        if node in self.found:
            return
        rows = self._explained(node)
        if not rows & self.filled and node.kind is Kind.TEXT and not isinstance(node, Constant):
            cased = self._in_case(node)
            if cased is not None:
                node, rows = cased, self._explained(cased)
        if not rows & self.filled and not (rows == self.blank and isinstance(node, Constant)):
            return
        cost = node.cost + extra + name_cost(self.name, node)
        self.found[node] = Candidate(node, cost, rows)
        if self.blank and rows == self.filled and isinstance(node, Apply) and node.parts and node.parts[0].kind is Kind.NUMBER:
            values = self.bank.frame.values(node.parts[0])
            if all(values[at] == 0 for at in range(self.size) if self.blank >> at & 1):
                # What is nought is left blank.
                self.offer(node.function(arithmetic.NOT_ZERO(node.parts[0]), *node.parts[1:]), extra)

    def _in_case(self, node: Node) -> Node | None:
        """The text in other case, where that is all that it differs in."""
        if isinstance(node, Apply) and node.function.name in texts.CASE_NAMES:
            return None
        values, folded = self.bank.frame.values(node), self._folded
        for at in self.places:
            value = values[at]
            if isinstance(value, str) and value.casefold() == folded[at]:
                cased = [case(node) for case in texts.CASES]
                return max(cased, key=lambda one: (self._explained(one) & self.filled).bit_count())
        return None

    def _explained(self, node: Node) -> int:
        values = self.bank.frame.values(node)
        return bits([(value or None) == text for value, text in zip(values, self.target, strict=True)])

    # What is simple.

    def _simple(self) -> Iterator[tuple[Node, float]]:
        yield Constant(None), 0.0
        counted = _COUNTED_COST if self.numeric is not None and self.bank.frame.is_grouped else 0.0
        counted += _TOTAL_COST if counted and self.size == 1 else 0.0
        for text in dict.fromkeys(self.cells):
            yield Constant(text), counted
        yield from () if self._is_region else self._as_they_are()
        if not self._is_region:
            yield from self.bank.frame.proposals(self.target, self.name)
            yield from self._referring()
        yield from () if self.is_part else positions.positions(self)
        yield from of_key_named(self)
        yield from labelled(self)
        yield from phones(self)
        yield from parts_proposals.first_filled(self)
        yield from first_named(self)
        yield from named_bands.of_rows(self)
        yield from list_proposals.simple(self)
        yield from date_proposals.simple(self)
        yield from self._numbers(self._plain_numbers)
        yield from self._spans()

    def _referring(self) -> Iterator[tuple[Node, float]]:
        """How many rows name each row."""
        if self.numeric is not None and self.bank.frame.is_input:
            from converter.learning.steps.lookups import referring

            yield from self._numbers(referring(self.bank))

    def _as_they_are(self) -> Iterator[tuple[Node, float]]:
        for entry in (*self.bank.texts, *self.bank.said, *self.bank.cased):
            yield entry.node, 0.0
        yield from () if self.is_part else but_for_a_word(self)
        yield from cuts.pieces(self)

    @cached_property
    def _plain_numbers(self) -> list[Entry]:
        return [*self.bank.numbers, *self.bank.zeroed, *self.bank.signed]

    @cached_property
    def numeric(self) -> NumericTarget | None:
        """The column as numbers."""
        if not self.cells:
            return None
        found = numeric_target(tuple(text if self.wanted >> at & 1 else None for at, text in enumerate(self.target)))
        return found if found is not None and found.formats else None

    def _numbers(self, entries: Sequence[Entry]) -> Iterator[tuple[Node, float]]:
        numeric = self.numeric
        if numeric is None:
            return
        few = len({value for value in numeric.values if value is not None}) < combined.LEAST_TOLD
        for format in numeric.formats:
            for entry in near(entries, numeric, format):
                if few and format.places == 0 and any(value is not None and value % 1 for value in entry.values):  # type: ignore[operator]
                    continue  # Rounded hard enough, any numbers become yes and no.
                yield (
                    self.written(entry.node, format),
                    self._roundness(entry, format) + rank_cost(self.name, entry.node, self.size),
                )

    def written(self, node: Node, format: NumberFormat) -> Node:
        return format.of(node)

    def _roundness(self, entry: Entry, format: NumberFormat) -> float:
        """What it costs that a whole number is rounded where no row shows it: its own text keeps what a further row has."""
        keeps = format.group and format.places is None
        if keeps or format.places or format.most or format.significant or not entry.node.parts:
            return 0.0
        given = next((one.values for one in self.bank.texts if one.node == text_of(entry.node)), None)
        if given is None:
            return 0.0
        alike = all(isinstance(given[at], str) and digits(given[at]) == digits(self.target[at]) for at in self.places)
        return weights.NOT_SHOWN if alike else 0.0

    def _spans(self) -> Iterator[tuple[Node, float]]:
        if not self.bank.spans and not self.bank.numbers:
            return
        made = spans.made(self.bank) if durations.writers(self.cells) else []
        yield from spans.written(self, [*self.bank.spans, *self.bank.numbers, *made])
        yield from self._numbers(self.bank.spans)
        yield from combined.scaled(self, self.bank.spans)
        yield from combined.whole_units(self, self.bank.spans)

    # What is composed of two.

    def _composed(self) -> Iterator[tuple[Node, float]]:
        if self.numeric is not None:
            extracted = [*self.bank.extracted_numbers, *(self.bank.extracted_zeroed if 0 in self.numeric.values else ())]
            yield from self._numbers(extracted)
            yield from directions.signed_by_word(self)
            yield from combined.scaled(self, [*self.bank.numbers, *extracted], widely=True)
            yield from amounts.stepped(self)
            yield from amounts.in_units(self)
            yield from percentages.percentages(self)
            yield from combined.sums(self)
            yield from combined.shares(self)
            yield from combined.over_columns(self)
            yield from combined.filled_columns(self)
            yield from self._numbers(self.bank.pairs)
            if self._is_explained(6.5):
                return  # That texts put together give these numbers too is chance.
        yield from bins.bins(self)
        yield from assembled.assembled(self)
        yield from knowledge.known(self)
        yield from rewriting.rewritten(self)
        yield from wrapped.between_constants(self)
        yield from wrapped.filled_up(self)
        yield from wrapped.of_one_row(self)
        yield from list_proposals.rewritten(self)
        yield from encoded.all_found(self)
        yield from parts_proposals.parts_of(self)
        parts = encoded.parts(self.bank, self.cells, self.places)
        yield from ((entry.node, 0.0) for entry in parts)
        bare = atoms.unspaced(self.bank, self.cells)
        written = [
            *atoms.optional_parts(self.bank, self.cells, bare),
            *atoms.padded_numbers(self.bank, self.cells),
            *atoms.named_months(self.bank, self.cells),
            *atoms.listed(self.bank, self.cells),
            *(positions.within_texts(self.bank, self.target) if self.wanted == self.full else ()),
        ]
        # Of equal values the first is kept: the plainest.
        yield from self._joined([*atoms.of(self.bank), *bare, *parts, *written])

    def _joined(self, atoms: Sequence[Entry], rows: int | None = None) -> Iterator[tuple[Node, float]]:
        wanted = self.filled if rows is None else rows
        at = [place for place in range(self.size) if wanted >> place & 1]
        if not at:
            return
        targets = [self.target[place] or "" for place in at]
        if max(map(len, targets)) > 400:
            return
        picked: dict[object, tuple[float, Entry]] = {}
        place, target = at[0], targets[0]
        for entry in atoms:
            value = entry.values[place]
            if not isinstance(value, str) or value not in target:
                continue
            values = tuple(entry.values[place] for place in at)
            cost = entry.node.cost + 0.5 * name_cost(self.name, entry.node)
            # A part of a date is dearer by itself than the same figures of the text, but not where the date is read anyway.
            key = (values, bool(entry.node.parts) and entry.node.parts[0].kind.is_moment)
            if key not in picked or cost < picked[key][0]:
                picked[key] = cost, Entry(entry.node, values)
        for node in spelled([entry for _, entry in picked.values()], targets, [cost for cost, _ in picked.values()]):
            # That all times of an example are of the morning is chance.
            halves = any(isinstance(part, Constant) and _HALF_DAY(str(part.value)) for part in node.parts)
            yield alike(self.bank, node), weights.HALF_OF_THE_DAY * halves
            yield from ((one, -0.1) for one in iso_year(node))
        if rows is None:
            yield from joined_filled(self)
            yield from ((node, 0.0) for node in flag_lists(self.bank, self.target))

    # What is far.

    def _far(self) -> Iterator[tuple[Node, float]]:
        if self.numeric is not None:
            yield from amounts.clamped(self)
            yield from combined.scaled(self, self.bank.pairs)
            yield from self._numbers(combined.triples(self.bank))
            yield from combined.weighted(self)
            yield from whole_quotients(self)
            yield from combined.scaled(self, combined.differences(self.bank))
        yield from amounts.degrees(self)
        yield from date_proposals.far(self)
        yield from date_proposals.counted(self)
        yield from later_by_amounts(self)
        if not self.is_part and not self._is_region and not self._is_explained(9.0):
            yield from parts_proposals.in_segments(self)
        inner = [] if self._is_region else [entry for entry in (*self.bank.texts, *self.bank.pieces) if self._reaches(entry)]
        for entry in inner[:8]:
            for node in texts.pieces(entry.node, entry.values):
                yield node, 0.5
                for case in texts.CASES:
                    yield case(node), 0.5

    # What other rows give.

    def _looked_up(self) -> Iterator[tuple[Node, float]]:
        from converter.learning.steps.lookups import looked_up

        return looked_up(self.bank, self.target)

    def _around(self) -> Iterator[tuple[Node, float]]:
        from converter.learning.steps.moving import averages

        yield from self._looked_up()
        for around in Around.all(self.bank):
            extra = _EARLY_COST * around.early
            for entry in around.texts:
                yield entry.node, extra
            for format in (moments.output_formats(list(dict.fromkeys(self.cells))[:12]) if self.cells else [])[:4]:
                for entry in around.moments:
                    yield moments.written(format.format, entry.node.kind)(entry.node), extra + format.cost
            for entry in around.moments:
                for part in dates.WRITTEN_PARTS:
                    yield part(entry.node), extra + 0.5
            if self.numeric is not None:
                yield from self._numbers([*around.numbers, *around.spans])
                yield from combined.scaled(self, [*around.spans, *around.neighbours])
            yield from spans.written(self, [*around.spans, *around.numbers])
        yield from averages(self)

    def _reaches(self, entry: Entry) -> bool:
        """Whether the filled cells are parts of the entry's texts."""
        pairs = [
            (value, text)
            for at, (value, text) in enumerate(zip(entry.values, self.target, strict=True))
            if self.filled >> at & 1
        ]
        return all(isinstance(value, str) and text.casefold() in value.casefold() for value, text in pairs)  # type: ignore[union-attr]


_HALF_DAY = re.compile(r"(?i)(.*[^a-z])?[ap]\.?m\b\.?").match
