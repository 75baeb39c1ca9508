"""Rows of totals in the output: below all rows, or below those of each group (subtotals).

The rows between are found as if they stood alone. What a row of totals says comes from their columns: sums, counts, averages,
the key with a word beside it.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from sqlglot import exp

from converter.learning import sql
from converter.learning.bank import Bank, Relation
from converter.learning.expressions.choices import Join
from converter.learning.marks import is_total
from converter.learning.nodes import ColumnRef, Constant, Node, is_blank
from converter.learning.programs import Outcome
from converter.learning.query import Query
from converter.learning.steps.grouping import AVERAGE, COUNT, MAXIMUM, MINIMUM, SUM, Aggregate, Groups, Key
from converter.learning.values.number_formats import numeric_target
from converter.table import Example, Row, Table

_BODY = "body"
_COST = 2.0


@dataclass(frozen=True)
class Layout:
    """Which expected rows are totals of a group, which one of all, and which are no totals."""

    body: tuple[int, ...]
    parts: tuple[tuple[int, tuple[int, ...]], ...]
    whole: int | None


@dataclass(frozen=True)
class Totals:
    """What the rows of totals of one level show: the keys of their groups, an expression for each column."""

    keys: tuple[Node, ...]
    shown: tuple[Node, ...]


@dataclass(frozen=True)
class TotalledQuery(Query):
    """A query whose rows are followed by rows of totals."""

    inner: Query | None = None
    levels: tuple[Totals, ...] = ()

    def select(self, names: Sequence[str], outputs: Sequence[Node]) -> exp.Expression:
        """The rows as a table, then these and their totals in order."""
        assert self.inner is not None
        inner = self.inner.select(names, outputs)
        tables = inner.args.get("with_")
        inner.set("with_", None)
        cells = [exp.alias_(exp.cast(sql.column(name), "VARCHAR"), sql.column(name).this) for name in names]
        number = exp.alias_(sql.sql("row_number() OVER ()"), "_row")
        body = exp.select(*cells, number).from_(exp.Subquery(this=inner, alias=exp.TableAlias(this=exp.to_identifier("data"))))
        lines = exp.select("*", exp.alias_(exp.Literal.number(0), "_level")).from_(_BODY)
        tree: exp.Expression = lines
        for level, totals in enumerate(self.levels, 1):
            shown = [
                exp.alias_(
                    exp.cast(node.sql(), "VARCHAR") if is_blank(node) else node.sql(),
                    sql.column(name).this,
                )
                for name, node in zip(names, totals.shown, strict=True)
            ]
            below = exp.select(
                *shown, exp.alias_(sql.sql("max(_row)"), "_row"), exp.alias_(exp.Literal.number(level), "_level")
            )
            below = below.from_(_BODY)
            if totals.keys:
                below = below.group_by(*(key.sql() for key in totals.keys))
            tree = exp.union(tree, below, distinct=False)
        whole = exp.select(*(sql.column(name) for name in names)).from_(
            exp.Subquery(this=tree, alias=exp.TableAlias(this=exp.to_identifier("lines")))
        )
        order = ["_level", "_row"] if len(self.levels) == 1 and not self.levels[0].keys else ["_row", "_level"]
        whole = whole.order_by(*(exp.Ordered(this=exp.column(name)) for name in order))
        if tables is not None:
            whole.set("with_", tables)
        return whole.with_(_BODY, as_=body)


def layout(rows: Sequence[Row], given: Sequence[Row]) -> Layout | None:
    """The rows of totals among the expected ones, where there are some that the input does not have."""
    marked = [at for at, row in enumerate(rows) if any(is_total(cell) for cell in row)]
    body = [at for at in range(len(rows)) if at not in marked]
    if not marked or len(body) < 2 or marked[-1] != len(rows) - 1 or marked[0] == 0:
        return None
    known = {cell for row in given for cell in row if cell}
    if all(any(is_total(cell) and cell in known for cell in rows[at]) for at in marked):
        return None
    if len(marked) == 1:
        return Layout(tuple(body), (), marked[0])
    whole = marked[-1] if marked[-2] == marked[-1] - 1 else None
    parts = []
    start = 0
    for at in marked[: -1 if whole is not None else None]:
        inside = tuple(range(start, at))
        if not inside:
            return None
        parts.append((at, inside))
        start = at + 1
    if len(parts) < 2 or start < (len(rows) - 1 if whole is not None else len(rows)):
        return None
    return Layout(tuple(body), tuple(parts), whole)


def totalled(query: Query, found: Layout, rows: Sequence[Row], names: Sequence[str]) -> Query | None:
    """The query of the body's rows with the rows of totals behind them; None where these are no totals of what is shown."""
    columns = [tuple(rows[at][place] or None for at in found.body) for place in range(len(names))]
    frame = Relation(names, columns, [ColumnRef(name) for name in names])
    bank = Bank(frame)
    place = {at: number for number, at in enumerate(found.body)}
    levels: list[Totals] = []
    if found.parts:
        groups = [[place[at] for at in inside] for _, inside in found.parts]
        key = _key(frame, groups)
        if key is None:
            return None
        level = _level(bank, Groups(bank, [key], groups), (key,), [rows[at] for at, _ in found.parts])
        if level is None:
            return None
        levels.append(level)
    if found.whole is not None:
        level = _level(bank, Groups(bank, [], [range(frame.size)]), (), [rows[found.whole]])
        if level is None:
            return None
        levels.append(level)
    return TotalledQuery(inner=query, levels=tuple(levels), row=None)


def _key(frame: Relation, groups: Sequence[Sequence[int]]) -> Node | None:
    """The column that is the same in each group's rows, and another in each group."""
    for ref in frame.refs:
        values = [{frame.values(ref)[at] for at in rows} for rows in groups]
        if all(len(one) == 1 and None not in one for one in values) and len(set(map(frozenset, values))) == len(groups):
            return ref
    return None


def _level(bank: Bank, groups: Groups, keys: tuple[Node, ...], rows: Sequence[Row]) -> Totals | None:
    shown: list[Node] = []
    counted = 0
    for at, ref in enumerate(bank.frame.refs):
        target = tuple(row[at] or None for row in rows)
        node = next((node for node in _candidates(bank, groups, ref, keys, target) if groups.values(node) == target), None)
        if node is None:
            return None
        counted += not isinstance(node, Constant) and any(part.aggregates for part in _all(node))
        shown.append(node)
    return Totals(keys, tuple(shown)) if counted else None


def _all(node: Node) -> Iterator[Node]:
    yield node
    for part in node.parts:
        yield from _all(part)


def _candidates(
    bank: Bank, groups: Groups, ref: Node, keys: tuple[Node, ...], target: tuple[str | None, ...]
) -> Iterator[Node]:
    """What a column of totals may show, the likeliest first."""
    if not any(target):
        yield Constant(None)
        return
    for key in keys:
        yield Key(key)
    column = bank.frame.values(ref)
    numeric = numeric_target(tuple(str(cell) if cell else None for cell in (*column, *target))) or numeric_target(target)
    own = numeric_target(target)
    entries = [entry for entry in bank.numbers if entry.node.parts and entry.node.parts[0] == ref]
    if own is not None and numeric is not None:
        formats = list(dict.fromkeys((*numeric.formats[:2], *own.formats[:2])))
        for function in (SUM, AVERAGE, MAXIMUM, MINIMUM):
            for entry in entries:
                for format in formats:
                    yield format.of(Aggregate(function, entry.node))
        for format in formats:
            yield format.of(Aggregate(COUNT))
    first = target[0]
    if first is not None and len(set(target)) == 1:
        yield Constant(first)
    for key in keys:
        word = str(groups.values(Key(key))[0])
        if first is not None and word and first.count(word) == 1:
            before, after = first.split(word)
            parts: list[Node] = [Constant(before)] if before else []
            parts.append(Key(key))
            parts += [Constant(after)] if after else []
            yield Join(parts, 2.0)


def with_totals(example: Example, search: Callable[[Example], Outcome]) -> Outcome:
    """Programs whose last rows are totals of those above, which are searched; none where it has no such rows."""
    expected = example.expected
    found = layout(expected.rows, example.input.rows)
    if found is None:
        return Outcome()
    body = Table(expected.columns, tuple(expected.rows[at] for at in found.body), expected.header)
    made = []
    outcome = search(Example(example.input, body))
    for program in outcome.programs:
        if "pivot" in program.plan.steps:
            # A pivot makes totals of its own: its columns come from the data.
            continue
        query = totalled(program.plan.query, found, expected.rows, program.names)
        if query is not None and program.heading is None:
            plan = replace(program.plan, query=query, cost=program.plan.cost + _COST)
            made.append(replace(program, plan=replace(plan, steps=(*plan.steps, "totals"))))
    return Outcome(made, attempts=outcome.attempts)
