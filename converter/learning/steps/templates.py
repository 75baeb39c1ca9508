"""Templates: one row into several lines, each with its own constants, columns and signs; lines that a condition leaves out."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import combinations

from sqlglot import exp, parse_one

from converter.learning import clock, sql
from converter.learning.alignment import Alignment
from converter.learning.bank import Bank, Relation
from converter.learning.conditions import Conditions
from converter.learning.expressions.choices import in_one_type
from converter.learning.expressions.predicates import is_filled
from converter.learning.expressions.texts import split_from
from converter.learning.kinds import Column, Kind
from converter.learning.nodes import ColumnRef, Frame, Function, Node, is_blank
from converter.learning.query import Table
from converter.learning.steps.families import families
from converter.learning.steps.plan import Plan
from converter.learning.steps.selection import filters_for
from converter.learning.steps.unfolding import Goal

_COST = 3.0
_LINE_COST = 0.5
_MOST_MEMBERS = 2
"""Two lines may show what stands before and behind a mark; as the members of a list more are unfolded."""
_USUAL = 3.0
"""A line is there where an amount is, or a state says so: conditions that cost no more."""
MOST_LINES = 8
MOST_CELLS = 100_000
_SECONDS = 2.0


@dataclass(frozen=True)
class _Layout:
    """For each kept row of the frame its expected rows by line number."""

    rows: tuple[int, ...]
    lines: tuple[dict[int, int], ...]
    count: int


def templates(plan: Plan, goal: Goal) -> Iterator[Plan]:
    """Plans in which a row becomes several lines."""
    if goal.size < 4 or plan.frame.size * goal.size > MOST_CELLS or "template" in plan.steps:
        return
    for layout in _layouts(plan, goal):
        kept = list(layout.rows)
        filters: list[tuple[tuple[Node, ...], float]] = [((), 0.0)]
        if len(kept) < plan.frame.size:
            plain = [one for one in filters_for(plan.bank, kept) if not one.node.looks_around]
            filters = [((one.node,), one.cost) for one in plain[:2]]
        base = Bank(plan.frame.among(kept)) if len(kept) < plan.frame.size else plan.bank
        own = own_cells_filled(base, layout.lines, layout.count, goal)
        dropped = (own, 0.0) if own else _dropped(base, layout)
        if dropped is None:
            continue
        lacking, doubt = dropped
        for conditions, cost in filters:
            yield _laid_out(plan, base, layout, (*conditions, *lacking), cost + _COST + doubt)


def _laid_out(plan: Plan, base: Bank, layout: _Layout, conditions: Sequence[Node], cost: float) -> Plan:
    numbers = ", ".join(map(str, range(1, layout.count + 1)))
    tree = parse_one(f"SELECT *, unnest([{numbers}]) AS line FROM {plan.query.relation}", dialect="duckdb")
    pairs = [(at, line) for at, lines in enumerate(layout.lines) for line in sorted(lines)]
    query = plan.query.over(Table("lines", tree, renumbers=True)).filtered(*conditions)  # type: ignore[arg-type]
    return Plan(LineFrame(base, pairs), query, plan.cost + cost, (*plan.steps, "template"))


# Which expected rows are lines of which row.


def _layouts(plan: Plan, goal: Goal) -> Iterator[_Layout]:
    size, wanted = plan.frame.size, goal.size
    scores = Alignment(plan.bank, goal.columns).scores
    if wanted % size == 0 and 2 <= wanted // size <= MOST_LINES:
        count = wanted // size
        blocks = [list(range(at * count, (at + 1) * count)) for at in range(size)]
        if all(_is_of(at, [scores[row] for row in block]) for at, block in enumerate(blocks)):
            yield _Layout(tuple(range(size)), tuple(dict(enumerate(block, 1)) for block in blocks), count)
            return
    owners = _owners(scores, size)
    if owners is None:
        return
    blocks_of: dict[int, list[int]] = {}
    for row, owner in enumerate(owners):
        blocks_of.setdefault(owner, []).append(row)
    longest = max(map(len, blocks_of.values()))
    if not 2 <= longest <= MOST_LINES or len(blocks_of) < 2:
        return
    rows = tuple(blocks_of)
    if len({len(block) for block in blocks_of.values()}) == 1:
        yield _Layout(rows, tuple(dict(enumerate(blocks_of[row], 1)) for row in rows), longest)
        return
    for column in goal.columns:
        numbered = _numbered([[column[row] for row in blocks_of[at]] for at in rows])
        if numbered is not None:
            lines, count = numbered
            if count <= MOST_LINES:
                yield _Layout(
                    rows,
                    tuple(dict(zip(numbers, blocks_of[at], strict=True)) for numbers, at in zip(lines, rows, strict=True)),
                    count,
                )
                return
    yield _Layout(rows, tuple(_by_likeness([blocks_of[at] for at in rows], longest, goal)), longest)


def _by_likeness(blocks: Sequence[Sequence[int]], count: int, goal: Goal) -> Iterator[dict[int, int]]:
    """The expected rows of each block by line number: a block that lacks lines has those that its cells are most like.

    Cells are alike that are blank in the same columns, and that say what the line says of other rows. The first lines are taken
    where several are as like.
    """
    full = [block for block in blocks if len(block) == count]
    said = [[{column[block[at]] for block in full} for column in goal.columns] for at in range(count)]

    def likeness(row: int, at: int) -> int:
        cells = [(column[row], texts) for column, texts in zip(goal.columns, said[at], strict=True)]
        return sum((cell in texts) + (cell is not None and texts != {None}) for cell, texts in cells)

    for block in blocks:
        chosen = max(
            combinations(range(count), len(block)),
            key=lambda places, block=block: sum(map(likeness, block, places)),  # type: ignore[misc]
        )
        yield {at + 1: row for at, row in zip(chosen, block, strict=True)}


def _is_of(at: int, hits: Sequence[dict[int, float]]) -> bool:
    """Whether the lines may be those of the row: one shares something with it, none more with others."""
    return any(at in found for found in hits) and all(found.get(at, 0.0) == max(found.values(), default=0.0) for found in hits)


def _owners(scores: Sequence[dict[int, float]], size: int) -> list[int] | None:
    """The row that each expected row comes from, never an earlier one than the expected row before, of most score together."""
    low = float("-inf")
    best = [0.0] * size
    back: list[list[int]] = []
    for row, hits in enumerate(scores):
        following, trace = [low] * size, [0] * size
        running, at_best = low, 0
        for at in range(size):
            if best[at] > running:
                running, at_best = best[at], at
            # A line that shares nothing goes with the row of the line before.
            gain = hits.get(at, low) if hits else (0.0 if row else low)
            if gain > low:
                source, value = (at, best[at]) if not hits else (at_best, running)
                following[at], trace[at] = value + gain, source
        best = following
        back.append(trace)
    end = max(range(size), key=lambda at: best[at])
    if best[end] == low:
        return None
    owners = [end]
    for trace in reversed(back[1:]):
        owners.append(trace[owners[-1]])
    return owners[::-1]


def _numbered(blocks: Sequence[Sequence[str | None]]) -> tuple[list[list[int]], int] | None:
    """Each block's cells as numbers of lines, where the same few texts come in the same order in all blocks."""
    longest: Sequence[str | None] = max(blocks, key=len)
    order = list(longest)
    if len(set(order)) < len(order):
        return None
    for block in blocks:
        if any(text not in order for text in block):
            return None
        places = [order.index(text) + 1 for text in block]
        if places != sorted(set(places)):
            return None
    counts = Counter(text for block in blocks for text in block)
    if min(counts.values()) < 1 or len(order) < 2:
        return None
    return [[order.index(text) + 1 for text in block] for block in blocks], len(order)


def _dropped(base: Bank, layout: _Layout) -> tuple[tuple[Node, ...], float] | None:
    """Conditions that leave lines out, with what they cost beyond those that are usual; None where a line's absence has no
    reason in its row.
    """
    found, doubt = [], 0.0
    line = ColumnRef("line", kind=Kind.NUMBER)
    for number in range(1, layout.count + 1):
        present = sum(1 << at for at, lines in enumerate(layout.lines) if number in lines)
        if present == (1 << len(layout.lines)) - 1:
            continue
        held = Conditions.shared(base).of(present)
        if not held:
            return None
        found.append(_unless(line, number, held[0].node))
        doubt += max(0.0, held[0].cost - _USUAL)
    return tuple(found), doubt


def own_cells_filled(base: Bank, lines: Sequence[dict[int, int]], count: int, goal: Goal) -> tuple[Node, ...] | None:
    """The condition that a line's own cell is filled, where that says of all rows which lines they have, not all of them all.

    A line's own cell is that of the column of which it shows the cells, another one for each line.
    """
    if all(len(one) == count for one in lines):
        return None
    refs = [ref for ref in base.frame.refs if isinstance(ref, ColumnRef)]
    numbers = range(1, count + 1)
    for target in goal.columns:
        own: dict[int, Node] = {}
        for number in numbers:
            shown = {at: target[one[number]] for at, one in enumerate(lines) if number in one}
            for ref in refs:
                cells = base.frame.values(ref)
                present = {at for at, cell in enumerate(cells) if cell is not None}
                if present == set(shown) and ref not in own.values() and all(_says(cells[at], shown[at]) for at in shown):
                    own[number] = ref
                    break
            else:
                break
        if len(own) == count:
            return (is_filled(ByLine(ColumnRef("line", kind=Kind.NUMBER), own, 1.0)),)
    return None


def _says(cell: object, shown: str | None) -> bool:
    """Whether the text shows the cell: its figures, or its letters."""
    figures, others = ("".join(filter(str.isdigit, str(text or ""))).strip("0") for text in (cell, shown))
    return figures == others if figures else str(cell).casefold() in (shown or "").casefold()


def _unless(line: Node, number: int, condition: Node) -> Node:
    template = f"({{0}} <> {number} OR {{1}})"
    return Function("line or", Kind.BOOLEAN, template, lambda at, held: at != number or bool(held), 1.0, (number,), total=True)(
        line, condition
    )


# The frame of the lines.


class LineFrame(Relation):
    """A frame with a row for each line of the base's rows."""

    def __init__(self, base: Bank, pairs: Sequence[tuple[int, int]]) -> None:
        self.below, self.pairs = base, tuple(pairs)
        self.line = ColumnRef("line", kind=Kind.NUMBER)
        refs = [ref for ref in base.frame.refs if isinstance(ref, ColumnRef)]
        columns: list[Column] = [tuple(base.frame.values(ref)[at] for at, _ in pairs) for ref in refs]
        columns.append(tuple(Decimal(line) for _, line in pairs))
        super().__init__([*(ref.name for ref in refs), "line"], columns, [*refs, self.line])
        self._banks: dict[int, Bank] = {}

    @property
    def likeness(self) -> tuple[object, ...]:
        """What the frame's expressions depend on."""
        return (*super().likeness, self.below.frame.likeness, self.pairs)

    def among(self, rows: Sequence[int]) -> "LineFrame":
        """Some of the lines, in the order given."""
        picked = LineFrame(self.below, [self.pairs[at] for at in rows])
        picked.origin = (self, tuple(rows))
        return picked

    def proposals(self, target: Sequence[str | None], name: str | None) -> Iterator[tuple[Node, float]]:
        """A choice by the line, each line's cells explained over the rows below."""
        from converter.learning.explanation import Workspace, explain

        deadline = clock.now() + _SECONDS
        chosen: dict[int, Node] = {}
        spent = 0.0
        for line in sorted({line for _, line in self.pairs}):
            places = [at for at, (_, own) in enumerate(self.pairs) if own == line]
            cells = tuple(target[at] for at in places)
            shared = next(
                (node for node in chosen.values() if tuple(self.values(node)[at] or None for at in places) == cells), None
            )
            if shared is not None:
                chosen[line] = shared
                continue
            if line not in self._banks:
                self._banks[line] = Bank(self.below.frame.among([self.pairs[at][0] for at in places]))
            found = explain(Workspace(self._banks[line], deadline), cells, name, depth=0)
            if not found or found[0].node.looks_around:
                return
            chosen[line] = found[0].node
            spent += found[0].cost
        if self._reads_family(list(chosen.values())) or _reads_list(list(chosen.values())):
            return
        if len(set(chosen.values())) > 1:
            yield ByLine(self.line, chosen, 1.0 + 0.5 * max(spent, 0.0) + _LINE_COST * len(chosen)), 0.0

    def _reads_family(self, nodes: Sequence[Node]) -> bool:
        """Whether each line reads a column of its own out of a family: these are unfolded, another file may have others."""
        read = [node.sources for node in nodes if node.sources]
        if len(set(read)) < 2:
            return False
        for family in families(self.names):
            members = {self.names[at] for at in family.places}
            if family.pattern is not None and len(set(read)) == len(read) and all(len(one & members) == 1 for one in read):
                return True
        return False


def _reads_list(nodes: Sequence[Node]) -> bool:
    """Whether each line, of three and more, reads another member of one list: these are unfolded, another row may have more."""
    members = [{found: one for one in node.within() if (found := split_from(one)) is not None} for node in nodes]
    lists = set.intersection(*map(set, members)) if len(nodes) > _MOST_MEMBERS else set()
    return any(len({held[one] for held in members}) == len(nodes) for one in lists)


class ByLine(Node):
    """The expression of the line's number."""

    __slots__ = ("choices", "line")

    def __init__(self, line: Node, choices: dict[int, Node], cost: float) -> None:
        parts = (line, *choices.values())
        super().__init__(Kind.TEXT, parts, cost, ("by line", tuple(choices), *(part.key for part in parts)))
        self.line, self.choices = line, dict(choices)

    def evaluate(self, frame: Frame) -> Column:
        columns = {line: frame.values(node) for line, node in self.choices.items()}
        return tuple(columns[int(line)][at] for at, line in enumerate(frame.values(self.line)))  # type: ignore[arg-type]

    def sql(self) -> exp.Expression:
        results = in_one_type(list(self.choices.values()))
        common, count = Counter(self.choices.values()).most_common(1)[0]
        others = count > 1
        tree = exp.Case(this=self.line.sql())
        for (line, node), result in zip(self.choices.items(), results, strict=True):
            if others and node == common:
                continue
            if not is_blank(node):
                tree = tree.when(exp.Literal.number(line), result)
            elif others and not is_blank(common):
                tree = tree.when(exp.Literal.number(line), exp.Null())
        if others and not is_blank(common):
            tree = tree.else_(results[list(self.choices.values()).index(common)])
        return tree


__all__ = ["ByLine", "LineFrame", "sql", "templates"]
