"""A SELECT in its parts, as a row program builds it up, and as SQL."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from sqlglot import exp

from converter.learning import sql
from converter.learning.expressions.choices import in_one_type
from converter.learning.kinds import Kind
from converter.learning.nodes import Apply, Node

ROW = "_row"


@dataclass(frozen=True)
class SortKey:
    """An expression to sort by."""

    node: Node
    descending: bool = False
    nulls_first: bool = False


@dataclass(frozen=True)
class Table:
    """A common table expression. Where its rows have to be told apart, `_row` is numbered anew.

    One that `shuffles` gives its rows in no order, so that the whole has to be sorted by `_row`.
    """

    name: str
    tree: exp.Expression
    renumbers: bool = False
    shuffles: bool = False

    def sql(self, *, numbered: bool) -> exp.Expression:
        """Its SELECT."""
        if not (self.renumbers and numbered):
            return self.tree.copy()
        rows = sql.sql("row_number() OVER ()")
        star = exp.Star(**{"replace": [exp.alias_(rows, ROW)]})
        return exp.select(star).from_(exp.Subquery(this=self.tree.copy()))


@dataclass(frozen=True)
class Query:
    """What stands beside the output columns of a SELECT: where its rows come from, which stay, how they are grouped and sorted.

    `relation` names what is selected from; `tables` are common table expressions before it. `row` says by which expression rows
    are in the order that they came in; None where there is nothing to sort.
    """

    relation: str = "input"
    tables: tuple["Table", ...] = ()
    where: tuple[Node, ...] = ()
    group: tuple[Node, ...] = ()
    having: tuple[Node, ...] = ()
    qualify: tuple[Node, ...] = ()
    order: tuple[SortKey, ...] = ()
    row: exp.Expression | None = field(default_factory=lambda: exp.column(ROW))
    limit: int | None = None
    totals: tuple[Node, ...] = ()

    def filtered(self, *conditions: Node) -> "Query":
        """The query with further conditions, each where it belongs."""
        plain = tuple(one for one in conditions if not one.looks_around)
        around = tuple(one for one in conditions if one.looks_around)
        if self.group:
            return replace(self, having=self.having + plain, qualify=self.qualify + around)
        return replace(self, where=self.where + plain, qualify=self.qualify + around)

    def asking(self, node: Node, instead: Node) -> "Query | None":
        """The query with one condition instead of another; None where that is not one of its own, or is asked elsewhere."""
        if node.looks_around != instead.looks_around:
            return None
        for name in ("where", "having", "qualify"):
            asked: tuple[Node, ...] = getattr(self, name)
            if instead in asked:
                return replace(self, **{name: tuple(node if one == instead else one for one in asked)})  # type: ignore[arg-type]
        return None

    def over(self, table: Table) -> "Query":
        """A query over a further table, which selects from what this one selects from."""
        return Query(table.name, (*self.tables, table))

    def grouped(self, *keys: Node) -> "Query":
        """The query with a row for each group of equal keys, in the order in which the groups begin."""
        return replace(self, group=keys, row=sql.sql("min(_row)"), order=())

    def rows(self) -> exp.Expression:
        """All columns of the rows, as a table for a further query."""
        tree = exp.select("*").from_(exp.to_identifier(self.relation))
        if self.where:
            tree = tree.where(*(_bracketed(node) for node in self.where))
        if self.qualify:
            tree.set("qualify", exp.Qualify(this=exp.and_(*(_bracketed(node) for node in self.qualify))))
        return tree

    def select(self, names: Sequence[str], outputs: Sequence[Node]) -> exp.Expression:
        """The whole statement, the outputs under their names."""
        trees = [self._in_order(node.sql()) for node in outputs]
        tree = exp.select(*(named(one, name) for name, one in zip(names, trees, strict=True))).from_(
            exp.to_identifier(self.relation), copy=False
        )
        if self.where:
            tree = tree.where(*(_bracketed(node) for node in self.where), copy=False)
        if self.group:
            keys = dict.fromkeys((*(inner for node in outputs for inner in _keys(node)), *self.group))
            tree = tree.group_by(*(node.sql() for node in keys), copy=False)
        if self.having:
            tree = tree.having(*(_bracketed(node) for node in self.having), copy=False)
        if self.qualify:
            tree.set("qualify", exp.Qualify(this=exp.and_(*(_bracketed(node) for node in self.qualify))))
        ordering = [*self._order(names, outputs)]
        looks_around = bool(self.qualify or self.group) or any(node.looks_around for node in (*outputs, *self.where))
        shuffled = any(table.shuffles for table in self.tables)
        if self.row is not None and (ordering or looks_around or shuffled):
            ordering.append(exp.Ordered(this=self.row.copy()))
        if ordering:
            tree = tree.order_by(*ordering, copy=False)
        tree = tree.limit(self.limit) if self.limit else tree
        tree, tables = staged(tree, self.relation)
        numbered = any(
            column.name == ROW for part in (tree, *(table.tree for table in tables)) for column in part.find_all(exp.Column)
        )
        for table in (*self.tables, *tables):
            tree = tree.with_(exp.to_identifier(table.name), as_=table.sql(numbered=numbered), copy=False)
        return tree

    def _in_order(self, tree: exp.Expression) -> exp.Expression:
        """The output with windows that go by the order in which the rows are sorted."""
        # A window cannot go by another one.
        keys = [key for key in self.order if not key.node.looks_around]
        if keys and self.row is not None:
            for window in tree.find_all(exp.Window):
                order = window.args.get("order")
                if order is not None and not window.meta.get("early") and order.expressions[-1].this == self.row:
                    order.set("expressions", [*order.expressions[:-1], *map(_ordered, keys), order.expressions[-1]])
        return tree

    def _order(self, names: Sequence[str], outputs: Sequence[Node]) -> list[exp.Expression]:
        aliases = {name.casefold() for name, node in zip(names, outputs, strict=True)}
        found: list[exp.Expression] = []
        for key in self.order:
            output = next((name for name, node in zip(names, outputs, strict=True) if _sorts_alike(node, key.node)), None)
            if output is not None:
                tree = sql.column(output)
            else:
                tree = key.node.sql()
                if not isinstance(tree, exp.Column):
                    for column in tree.find_all(exp.Column):
                        if column.name.casefold() in aliases and not column.table:
                            column.set("table", exp.to_identifier(self.relation))
                elif tree.name.casefold() in aliases:
                    tree.set("table", exp.to_identifier(self.relation))
            found.append(exp.Ordered(this=tree, desc=key.descending, nulls_first=key.nulls_first))
        return found


def _keys(node: Node) -> Iterator[Node]:
    """The grouping keys that the expression reads."""
    if node.is_key:
        yield node.parts[0]
        return
    for part in node.parts:
        if not node.aggregates:
            yield from _keys(part)


def _sorts_alike(output: Node, key: Node) -> bool:
    """Whether sorting by the output is sorting by the key: it is the key, or the key written in its own SQL type."""
    if output == key:
        return True
    if not isinstance(output, Apply) or not output.function.typed or output.function.name != "written":
        return False
    # A day no longer has the time by which the rows of that day are sorted.
    return output.parts[0] == key and output.function.parameters != ("%Y-%m-%d", Kind.TIMESTAMP)


def named(tree: exp.Expr, name: str) -> exp.Expr:
    """A copy of the tree under the name; a column of that name as it is."""
    if isinstance(tree, exp.Column) and tree.name == name:
        return tree.copy()
    return exp.alias_(tree.copy(), sql.column(name).this)


def _bracketed(node: Node) -> exp.Expression:
    tree = node.sql()
    return exp.paren(tree) if isinstance(tree, exp.Or) else tree


def _ordered(key: SortKey) -> exp.Ordered:
    return exp.Ordered(this=key.node.sql(), desc=key.descending, nulls_first=key.nulls_first)


def staged(tree: exp.Select, relation: str) -> tuple[exp.Select, list[Table]]:
    """The SELECT with windows that are computed over all rows, before any are left out or grouped, where that is so.

    Without groups the conditions go behind them (QUALIFY); else the windows become columns of a table before.
    """
    tables: list[Table] = []
    while True:
        windows = list(tree.find_all(exp.Window))
        early = [window for window in windows if window.meta.get("early")]
        if not early:
            return tree, tables
        nested = [window for window in early if window.find_ancestor(exp.Window)]
        where = tree.args.get("where")
        if not tree.args.get("group") and not nested and (where is None or len(early) == len(windows)):
            if where is not None:
                tree.set("where", None)
                qualify = tree.args.get("qualify")
                tree.set("qualify", exp.Qualify(this=exp.and_(where.this, qualify.this) if qualify else where.this))
            return tree, tables
        tree, table = _lifted(
            tree, relation, [window for window in early if not any(one is not window for one in window.find_all(exp.Window))]
        )
        tables.append(table)
        relation = table.name


def _lifted(tree: exp.Select, relation: str, windows: Sequence[exp.Window]) -> tuple[exp.Select, Table]:
    """The SELECT over a table that has the windows as columns."""
    columns: dict[str, exp.Expr] = {}
    names: dict[str, str] = {}
    for window in windows:
        text = window.sql(dialect="duckdb")
        if text not in names:
            wanted = window.meta.get("alias") or "around"
            name = next(name for name in (wanted, *(f"{wanted}_{at}" for at in range(2, 99))) if name not in columns)
            names[text] = name
            columns[name] = exp.alias_(window.copy(), name)
        window.replace(exp.column(names[text]))
    name = windows[0].meta.get("table") or "computed"
    table = Table(name, exp.select(exp.Star(), *columns.values()).from_(exp.to_identifier(relation)))
    tree = tree.from_(exp.to_identifier(name))
    for column in tree.find_all(exp.Column):
        if column.table == relation:
            column.set("table", exp.to_identifier(name))
    return tree, table


__all__ = ["ROW", "Query", "SortKey", "Table", "in_one_type", "named"]
