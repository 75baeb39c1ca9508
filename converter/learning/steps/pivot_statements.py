"""The SQL of pivots: first a cell for each row and heading, then PIVOT, whose columns come from the data."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlglot import exp, parse_one

from converter.learning import sql
from converter.learning.expressions.choices import is_typed
from converter.learning.kinds import Column, Kind
from converter.learning.nodes import Constant, Node, anew
from converter.learning.query import Query, named
from converter.learning.steps.grouping import Aggregate, Groups
from converter.learning.steps.plan import Plan
from converter.learning.steps.unfolding import Goal
from converter.learning.steps.windows import ROW_NUMBER, Window
from converter.learning.values.number_formats import NumberFormat, numeric_target

Ordering = Sequence[tuple[exp.Expression | None, str, bool]]
"""Sort keys: an expression that becomes a hidden column, or None for an output column; its name; whether it falls."""


@dataclass(frozen=True)
class Headings:
    """An expression of the rows whose values are the names of the expected columns at `places`."""

    node: Node
    values: Column
    places: tuple[int, ...]
    order: exp.Expression | None = None
    """By what the columns are ordered, an aggregate of each one's rows; None: by their names."""


@dataclass(frozen=True)
class PivotQuery(Query):
    """The statement of a pivot: `statement` is complete, whatever columns are asked for."""

    statement: exp.Expression | None = None

    def select(self, names: Sequence[str], outputs: Sequence[Node]) -> exp.Expression:
        """The statement."""
        assert self.statement is not None
        return self.statement.copy()


def side_by_side(
    grouped: Plan, prefix: str, names: Sequence[str], shown: Sequence[Node], value: Node, before: bool
) -> exp.Expression:
    """The SQL: how many columns there are is the size of the largest group."""
    frame = grouped.frame
    assert isinstance(frame, Groups)
    number = Window(ROW_NUMBER, None, frame.keys, order=frame.base.order)
    heading = sql.sql(f"{sql.literal(prefix)} || {{0}}", number.sql())
    first = exp.Window(this=sql.sql("min(_row)"), partition_by=[key.sql() for key in frame.keys])
    outputs = [*(named(node.sql(), name) for node, name in zip(shown, names, strict=True)), named(heading, "heading")]
    outputs += [named(value.sql(), "cell"), named(first, "first_row")]
    relation = exp.to_identifier(grouped.query.relation)
    select = exp.select(*outputs).from_(relation)
    sizes = exp.select(named(sql.sql("count(*)"), "size")).from_(relation.copy()).group_by(*(key.sql() for key in frame.keys))
    if grouped.query.where:
        select = select.where(*(node.sql() for node in grouped.query.where))
        sizes = sizes.where(*(node.sql() for node in grouped.query.where))
    listed = ", ".join(map(sql.quoted, names))
    text = sql.literal(prefix).replace("{{", "{").replace("}}", "}")
    places = f"SELECT unnest(range(1, max(size) + 1)) AS place FROM ({sizes.sql(dialect='duckdb')})"
    within = f"SELECT {text} || place FROM ({places}) ORDER BY place"
    star = f"* EXCLUDE ({listed}, first_row)"
    columns = f"{listed}, {star}" if before else f"{star}, {listed}"
    pivot = f"PIVOT cells ON heading IN ({within}) USING first(cell) GROUP BY {listed}, first_row"
    return _over_cells(f"SELECT {columns} FROM ({pivot}) ORDER BY first_row", select, grouped.query)


def pivoted(
    grouped: Plan,
    body: Goal,
    headings: Headings,
    keys: Sequence[int],
    shown: Sequence[Node],
    value: Node,
    default: str | None,
    beside: tuple[str, Node, NumberFormat] | None,
    ordering: Ordering,
    totals: bool,
    goal: Goal,
) -> exp.Expression:
    """The statement: `keys` are the places of the columns that stay, `shown` their expressions, `value` a cell's.

    `default` is what an empty cell has, `beside` the column of totals; `totals` says whether a row of totals stands below.
    """
    names = [body.names[at] for at in keys]
    key_trees = [node.sql() for node in shown]
    distinct = [
        tree for node, tree in zip(shown, key_trees, strict=True) if not isinstance(node, Constant) and not _is_over(node)
    ]
    heading = headings.node.sql()
    outputs: list[exp.Expr] = []
    last_row = [goal.columns[at][-1] for at in keys]
    for at, (name, tree) in enumerate(zip(names, key_trees, strict=True)):
        if totals:
            text = sql.text(last_row[at] or "") if last_row[at] else exp.Null()
            tree = sql.sql(
                "CASE WHEN grouping({1}) = 1 THEN {2} ELSE {0} END",
                exp.cast(tree, "VARCHAR") if last_row[at] else tree,
                distinct[0],
                text,
            )
        outputs.append(named(tree, name))
    outputs.append(named(heading, "heading"))
    cell = value.sql()
    if default is not None and numeric_target((default,)) is None:
        cell = sql.sql("CAST({0} AS VARCHAR)", cell)
    outputs.append(named(cell, "cell"))
    hidden: list[str] = []
    partition = [tree.copy() for tree in distinct]
    if beside is not None:
        name, number, format = beside
        window = exp.Window(this=sql.sql("sum({0})", number.sql()), partition_by=[tree.copy() for tree in partition])
        written = sql.sql(format.template(exact=number.exact), window)
        outputs.append(named(written, name))
    if totals:
        outputs.append(named(sql.sql("grouping({0})", distinct[0]), "is_total"))
        hidden.append("is_total")
    for hides, name, _ in ordering:
        if hides is not None:
            outputs.append(named(exp.Window(this=hides.copy(), partition_by=[one.copy() for one in partition]), name))
            hidden.append(name)
    select = exp.select(*outputs).from_(exp.to_identifier(grouped.query.relation))
    if grouped.query.where:
        select = select.where(*(node.sql() for node in grouped.query.where))
    if totals:
        listed = ", ".join(tree.sql(dialect="duckdb") for tree in distinct)
        inside = heading.sql(dialect="duckdb")
        group = parse_one(f"SELECT 1 GROUP BY GROUPING SETS (({listed}, {inside}), ({inside}))", dialect="duckdb").args["group"]
        select.set("group", group)
    else:
        select = select.group_by(*(tree.copy() for tree in distinct), heading.copy())
    kept = [*names, *([beside[0]] if beside is not None else [])]
    grouped_by = ", ".join(sql.quoted(name) for name in (*kept, *hidden))
    default_sql = (
        f"coalesce(first(cell), {sql.literal(default).replace('{{', '{').replace('}}', '}')})"
        if default is not None
        else "first(cell)"
    )
    if default is not None and numeric_target((default,)) is not None and (value.kind is not Kind.TEXT or is_typed(value)):
        default_sql = f"coalesce(first(cell), {default})"
    within = ""
    if headings.order is not None:
        where = select.args.get("where")
        source = exp.select(named(heading, "heading")).from_(_source(grouped.query))
        if where is not None:
            source = source.where(where.this.copy())
        source = source.group_by(heading.copy()).order_by(exp.Ordered(this=headings.order.copy()))
        within = f" IN ({source.sql(dialect='duckdb')})"
    star = f"* EXCLUDE ({grouped_by})"
    placed = sorted((goal.names.index(name), name) for name in kept)
    before = [name for at, name in placed if at < headings.places[0]]
    after = [name for at, name in placed if at > headings.places[0]]
    listed = ", ".join([*map(sql.quoted, before), star, *map(sql.quoted, after)])
    order = ", ".join(["is_total"] * totals + [f"{sql.quoted(name)}{' DESC' if down else ''}" for _, name, down in ordering])
    pivot = f"PIVOT cells ON heading{within} USING {default_sql} GROUP BY {grouped_by}"
    return _over_cells(f"SELECT {listed} FROM ({pivot}) ORDER BY {order}", select, grouped.query)


class Over(Node):
    """An aggregate over all cells of a key: made of those of each cell."""

    __slots__ = ("aggregate", "keys")

    def __init__(self, aggregate: Aggregate, keys: Sequence[Node]) -> None:
        super().__init__(aggregate.kind, (aggregate,), aggregate.cost, ("over", aggregate.key), exact=aggregate.exact)
        self.aggregate, self.keys = aggregate, tuple(keys)

    @classmethod
    def over(cls, node: Node, keys: Sequence[Node]) -> Node | None:
        """The expression with its aggregates over all cells of a key; None where one cannot be made of cells."""

        def leaf(one: Node) -> Node | None:
            return cls(one, keys) if isinstance(one, Aggregate) and one.function.name in _OF_CELLS else None

        return anew(node, leaf)

    def sql(self) -> exp.Expression:
        outer = sql.sql(f"{_OF_CELLS[self.aggregate.function.name]}({{0}})", self.aggregate.sql())
        return exp.Window(this=outer, partition_by=[key.sql() for key in self.keys])


_OF_CELLS = {
    "sum": "sum",
    "count": "sum",
    "count filled": "sum",
    "min": "min",
    "max": "max",
    "any": "bool_or",
    "all": "bool_and",
}


def _is_over(node: Node) -> bool:
    return isinstance(node, Over) or any(_is_over(part) for part in node.parts)


def _source(query: Query) -> exp.Expression:
    """What is selected from, where the tables before are not known: within the list of a pivot's headings."""
    relation = exp.to_identifier(query.relation)
    if not query.tables:
        return relation
    tree = exp.select("*").from_(relation)
    for table in query.tables:
        tree = tree.with_(exp.to_identifier(table.name), as_=table.sql(numbered=True))
    return tree.subquery()


def _over_cells(text: str, cells: exp.Select, query: Query) -> exp.Expression:
    tree = parse_one(text, dialect="duckdb")
    assert isinstance(tree, exp.Select)
    for table in query.tables:
        tree = tree.with_(exp.to_identifier(table.name), as_=table.sql(numbered=True))
    return tree.with_("cells", as_=cells)
