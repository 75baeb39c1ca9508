"""Choices: CASE over conditions, CASE over a column's values, the first that is filled."""

from collections.abc import Sequence

from sqlglot import exp

from converter.learning import sql
from converter.learning.kinds import Column, Kind
from converter.learning.nodes import Apply, ColumnRef, Frame, Node, is_blank


def _as_text(node: Node) -> exp.Expression:
    tree = node.sql()
    if isinstance(node, Apply) and node.function.typed:
        return sql.sql("CAST({0} AS VARCHAR)", tree)
    return tree


def is_typed(node: Node) -> bool:
    """Whether the node's SQL has a type of its own, or is NULL, which takes any."""
    return (isinstance(node, Apply) and node.function.typed) or is_blank(node)


def in_one_type(nodes: Sequence[Node]) -> list[exp.Expression]:
    """The nodes' SQL, cast to text where they are of several types."""
    kinds = {
        node.function.template.rpartition(" AS ")[2] if isinstance(node, Apply) and node.function.typed else ""
        for node in nodes
        if not is_blank(node)
    }
    return [node.sql() for node in nodes] if len(kinds) <= 1 else [_as_text(node) for node in nodes]


class Case(Node):
    """The result of the first condition that holds, else the default."""

    __slots__ = ("branches", "default")
    is_composed = True

    def __init__(self, branches: Sequence[tuple[Node, Node]], default: Node, cost: float) -> None:
        parts = (*(part for branch in branches for part in branch), default)
        super().__init__(Kind.TEXT, parts, cost, ("case", *(part.key for part in parts)))
        self.branches, self.default = tuple(branches), default

    def of(self, parts: Sequence[Node]) -> "Case":
        made = Case(list(zip(parts[:-1:2], parts[1::2], strict=True)), parts[-1], self.cost)
        made.kind = self.kind
        return made

    def evaluate(self, frame: Frame) -> Column:
        result = list(frame.values(self.default))
        for condition, value in reversed(self.branches):
            flags, values = frame.values(condition), frame.values(value)
            result = [new if flag else old for flag, new, old in zip(flags, values, result, strict=True)]
        return tuple(result)

    def sql(self) -> exp.Expression:
        results = in_one_type([*(value for _, value in self.branches), self.default])
        tree = exp.Case()
        for (condition, _), result in zip(self.branches, results, strict=False):
            tree = tree.when(condition.sql(), result)
        if not is_blank(self.default):
            tree = tree.else_(results[-1])
        return tree


class Lookup(Node):
    """The text that a map has for the source's text; else the default."""

    __slots__ = ("default", "map", "source")
    is_composed = True

    def __init__(self, source: Node, map: dict[str, str | None], default: Node, cost: float) -> None:
        key = ("lookup", source.key, tuple(map.items()), default.key)
        super().__init__(Kind.TEXT, (source, default), cost, key)
        self.source, self.map, self.default = source, dict(map), default

    def of(self, parts: Sequence[Node]) -> "Lookup":
        return Lookup(parts[0], self.map, parts[1], self.cost)

    def evaluate(self, frame: Frame) -> Column:
        return tuple(
            self.map.get(value, other) if value is not None else self.map.get("", other)  # type: ignore[arg-type]
            for value, other in zip(frame.values(self.source), frame.values(self.default), strict=True)
        )

    def sql(self) -> exp.Expression:
        source = self.source.sql()
        tree = exp.Case() if "" in self.map else exp.Case(this=source)
        by_result: dict[str | None, list[str]] = {}
        for key, result in self.map.items():
            by_result.setdefault(result, []).append(key)
        if "" in self.map:
            for result, keys in by_result.items():
                filled = [key for key in keys if key]
                # What is computed may be an empty text where it is blank.
                absent = "{0} IS NULL" if isinstance(self.source, ColumnRef) else "coalesce({0}, '') = ''"
                condition: exp.Expr | None = sql.sql(absent, source) if "" in keys else None
                if filled:
                    equal = source.copy().isin(*filled) if len(filled) > 1 else source.copy().eq(exp.Literal.string(filled[0]))
                    condition = equal if condition is None else exp.or_(condition, equal)
                tree = tree.when(exp.and_(condition), exp.Null() if result is None else exp.Literal.string(result))
        else:
            for key, result in self.map.items():
                tree = tree.when(exp.Literal.string(key), exp.Null() if result is None else exp.Literal.string(result))
        if not is_blank(self.default):
            tree = tree.else_(_as_text(self.default))
        return tree


class Coalesce(Node):
    """The first of the texts that is filled."""

    __slots__ = ()
    is_composed = True

    def __init__(self, parts: Sequence[Node], cost: float) -> None:
        super().__init__(parts[0].kind, tuple(parts), cost, ("coalesce", *(part.key for part in parts)))

    def of(self, parts: Sequence[Node]) -> "Coalesce":
        return Coalesce(parts, self.cost)

    def evaluate(self, frame: Frame) -> Column:
        columns = [frame.values(part) for part in self.parts]
        return tuple(next((value for value in row if value not in (None, "")), None) for row in zip(*columns, strict=True))

    def sql(self) -> exp.Expression:
        trees = in_one_type(self.parts)
        first = [_or_null(node, tree) for node, tree in zip(self.parts[:-1], trees, strict=False)]
        return exp.Coalesce(this=first[0], expressions=[*first[1:], trees[-1]])


# Texts made so are never empty where what they are made from is not.
_NEVER_EMPTY = frozenset(
    (
        "written",
        "unless said",
        "upper",
        "lower",
        "capitalized",
        "first upper",
        "title",
        "padded",
        "quarter",
        "am or pm",
        "or zero",
    )
)


def _or_null(node: Node, tree: exp.Expression) -> exp.Expression:
    """The tree, NULL where it is an empty text, as parts of texts are that are not there."""
    may_be_empty = isinstance(node, JoinFilled) or (
        isinstance(node, Apply)
        and node.kind is Kind.TEXT
        and not node.function.typed
        and node.function.name not in _NEVER_EMPTY
    )
    inner = node
    while isinstance(inner, Apply) and inner.function.name in ("upper", "lower", "capitalized", "title"):
        inner = inner.parts[0]
        may_be_empty = may_be_empty or (
            isinstance(inner, Apply)
            and inner.kind is Kind.TEXT
            and not inner.function.typed
            and inner.function.name not in _NEVER_EMPTY
        )
    return sql.sql("nullif({0}, '')", tree) if may_be_empty else tree


class Join(Node):
    """Texts and constants one after the other: blank where a part is."""

    __slots__ = ()
    is_composed = True

    def __init__(self, parts: Sequence[Node], cost: float) -> None:
        super().__init__(Kind.TEXT, tuple(parts), cost, ("join", *(part.key for part in parts)))

    def of(self, parts: Sequence[Node]) -> "Join":
        return Join(parts, self.cost)

    def evaluate(self, frame: Frame) -> Column:
        columns = [frame.values(part) for part in self.parts]
        return tuple(None if None in row else "".join(row) for row in zip(*columns, strict=True))

    def sql(self) -> exp.Expression:
        tree = _as_text(self.parts[0])
        for part in self.parts[1:]:
            tree = sql.sql("{0} || {1}", tree, _as_text(part))
        return tree


class JoinFilled(Node):
    """The texts that are filled with a mark between them; blank where none is."""

    __slots__ = ("mark",)
    is_composed = True

    def __init__(self, mark: str, parts: Sequence[Node], cost: float) -> None:
        super().__init__(Kind.TEXT, tuple(parts), cost, ("join filled", mark, *(part.key for part in parts)))
        self.mark = mark

    def of(self, parts: Sequence[Node]) -> "JoinFilled":
        return JoinFilled(self.mark, parts, self.cost)

    def evaluate(self, frame: Frame) -> Column:
        columns = [frame.values(part) for part in self.parts]
        return tuple(self.mark.join(value for value in row if value) or None for row in zip(*columns, strict=True))

    def sql(self) -> exp.Expression:
        return exp.Anonymous(
            this="concat_ws", expressions=[exp.Literal.string(self.mark), *(_as_text(part) for part in self.parts)]
        )
