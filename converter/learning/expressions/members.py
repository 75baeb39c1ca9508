"""A list's members each rewritten by one expression: `Bug (red), Front end (blue)` as `Bug Front_end`."""

from collections.abc import Sequence

from sqlglot import exp

from converter.learning import sql
from converter.learning.bank import Relation
from converter.learning.kinds import Column, Kind
from converter.learning.nodes import ColumnRef, Frame, Node

MEMBER = "member"
"""What a member is called within the expression that rewrites it."""
_COST = 1.5


def members_frame(members: Column) -> Relation:
    """The members as a frame of one column."""
    return Relation((MEMBER,), (members,), (ColumnRef(MEMBER),))


class EachMember(Node):
    """The members of a list, split at a mark, each as `inner` has it, with another mark in between."""

    __slots__ = ("inner", "mark", "other")
    is_composed = True

    def __init__(self, source: Node, inner: Node, mark: str, other: str) -> None:
        key = ("each member", mark, other, source.key, inner.key)
        super().__init__(Kind.TEXT, (source,), _COST + source.cost + inner.cost, key, exact=inner.exact)
        self.inner, self.mark, self.other = inner, mark, other

    def of(self, parts: Sequence[Node]) -> "EachMember":
        return EachMember(parts[0], self.inner, self.mark, self.other)

    def evaluate(self, frame: Frame) -> Column:
        rows = [value.split(self.mark) if isinstance(value, str) else None for value in frame.values(self.parts[0])]
        members = tuple(member or None for row in rows if row for member in row)
        made = iter(members_frame(members).values(self.inner) if members else ())
        joined = []
        for row in rows:
            texts = None if row is None else [text for text in (next(made) for _ in row) if isinstance(text, str)]
            joined.append(None if texts is None else self.other.join(texts))
        return tuple(joined)

    def sql(self) -> exp.Expression:
        split = f"string_split({{0}}, {sql.literal(self.mark)})"
        template = f"array_to_string(list_transform({split}, {MEMBER} -> {{1}}), {sql.literal(self.other)})"
        return sql.sql(template, self.parts[0].sql(), self.inner.sql(), own=True)
