"""More rows out than in: UNPIVOT of a family of columns, families side by side, lists in cells.

A step gives a plan whose frame has the unfolded rows; filters, groups and sort orders follow on it as on any other.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from sqlglot import exp, parse_one

from converter.learning import sql
from converter.learning.alignment import Feature, features_of
from converter.learning.bank import Relation
from converter.learning.expressions.lists import are_signs, members_of
from converter.learning.expressions.predicates import is_filled
from converter.learning.kinds import Column
from converter.learning.nodes import ColumnRef, Node
from converter.learning.query import Table
from converter.learning.steps.families import Block, Family, blocks, families, family_of, named_in_part
from converter.learning.steps.plan import Plan
from converter.learning.values import moments

_UNPIVOT_COST = 1.5
_BLOCK_COST = 2.0
_LIST_COST = 2.0
_KEPT_COST = 0.4
_NO_PATTERN_COST = 0.3
LEAST_HIT = 0.9
MOST_ROWS = 20_000
MARKS = ("; ", ", ", " | ", " / ", "\n", ";", "|", ",", "/", " + ", "+", " & ", " > ", ">", " · ", "•", "~", " ")
_LIST_TABLE, _LONG_TABLE = "members", "long"


@dataclass(frozen=True)
class Goal:
    """The expected columns with the features of their cells."""

    columns: tuple[tuple[str | None, ...], ...]
    names: tuple[str, ...]
    features: tuple[tuple[frozenset[Feature], ...], ...]

    @classmethod
    def of(cls, columns: Sequence[Sequence[str | None]], names: Sequence[str]) -> "Goal":
        """The goal of an expected table's columns."""
        return cls(
            tuple(tuple(column) for column in columns),
            tuple(names),
            tuple(tuple(map(frozenset, features_of(column))) for column in columns),
        )

    @property
    def size(self) -> int:
        """How many rows are expected."""
        return len(self.columns[0]) if self.columns else 0

    def share(self, at: int, pool: frozenset[Feature]) -> float:
        """Which share of the filled cells of the expected column has a strong feature in common with the pool."""
        cells = [cell for cell in self.features[at] if cell]
        return sum(any(one[0] != "word" and one in pool for one in cell) for cell in cells) / len(cells) if cells else 0.0


def unfoldings(plan: Plan, goal: Goal) -> Iterator[Plan]:
    """Plans with more rows, each because an expected column shows what was unfolded."""
    if plan.frame.size * len(plan.frame.refs) > MOST_ROWS:
        return
    yield from _blocks(plan, goal)
    yield from _unpivots(plan, goal)
    yield from lists(plan, goal)


# Families of columns.


def _columns(plan: Plan) -> list[ColumnRef]:
    return [ref for ref in plan.frame.refs if isinstance(ref, ColumnRef)]


@lru_cache(maxsize=4096)
def _features(text: str) -> frozenset[Feature]:
    return frozenset().union(*features_of((text,)))


def _pool(texts: Sequence[object]) -> frozenset[Feature]:
    return frozenset().union(*(_features(str(text)) for text in set(texts) if text))


def _unpivots(plan: Plan, goal: Goal) -> Iterator[Plan]:
    refs = _columns(plan)
    names = [ref.name for ref in refs]
    cells = [plan.frame.values(ref) for ref in refs]
    found: dict[tuple[int, ...], tuple[Family, str]] = {}
    for at, target in enumerate(goal.names):
        hit = [place for place, name in enumerate(names) if any(one[0] != "word" for one in _features(name) & _heads(goal, at))]
        named = named_in_part(names, goal.columns[at])
        if named:
            found.setdefault(named, (family_of(names, named), target))
        if len(hit) >= 2 and goal.share(at, _pool([names[place] for place in hit])) >= LEAST_HIT:
            for places in _closures(hit, cells):
                found.setdefault(places, (family_of(names, places), target))
    for family in families(names):
        if 2 <= len(family.places) < len(names):
            found.setdefault(family.places, (family, ""))
    if not found:
        found = {places: (Family(places), "") for places in _valued(refs, cells, goal)}
    for family, target in found.values():
        yield from _unpivoted(plan, refs, family, target, goal)


def _heads(goal: Goal, at: int) -> frozenset[Feature]:
    return frozenset().union(*goal.features[at])


def _closures(hit: list[int], cells: list[Column]) -> Iterator[tuple[int, ...]]:
    """The columns whose names are expected; with those that stand between them."""
    span = tuple(range(hit[0], hit[-1] + 1))
    if len(span) <= 2 * len(hit):
        yield span
    if tuple(hit) != span:
        yield tuple(hit)


def _valued(refs: Sequence[ColumnRef], cells: Sequence[Column], goal: Goal) -> Iterator[tuple[int, ...]]:
    """Neighbouring columns that only together have the cells of an expected column."""
    pools = [_pool(column) for column in cells]
    for at in range(len(goal.names)):
        if len(set(goal.columns[at])) < 3 or any(goal.share(at, pool) >= LEAST_HIT for pool in pools):
            continue
        near = [
            place
            for place, pool in enumerate(pools)
            if pool and sum(bool(pool & cell) for cell in goal.features[at]) and _within(cells[place], goal, at)
        ]
        if len(near) >= 2 and goal.share(at, frozenset().union(*(pools[place] for place in near))) >= LEAST_HIT:
            yield tuple(near)


def _within(column: Column, goal: Goal, at: int) -> bool:
    heads = _heads(goal, at)
    filled = [str(cell) for cell in column if cell]
    return bool(filled) and sum(any(one[0] != "word" for one in _features(cell) & heads) for cell in filled) >= 0.6 * len(
        filled
    )


def _unpivoted(plan: Plan, refs: Sequence[ColumnRef], family: Family, target: str, goal: Goal) -> Iterator[Plan]:
    members = [refs[at] for at in family.places]
    fixed = [ref for at, ref in enumerate(refs) if at not in family.places]
    quoted = any(ref.quoted_blanks for ref in members)
    columns = [plan.frame.values(ref) for ref in members]
    total = plan.frame.size * len(members)
    filled = sum(value is not None for column in columns for value in column)
    taken = {ref.name.casefold() for ref in fixed} | {"_row"}
    name = _free(target or "name", taken)
    value = _free(_value_name(columns, goal, name), taken | {name.casefold()})
    choices = [True] if quoted else [False, True] if filled < total else [False]
    listed, cost = _listing(family, members, fixed, target)
    for keeps in choices:
        size = total if keeps else filled
        if size < goal.size or (size == plan.frame.size and size == goal.size and len(members) == 1):
            continue
        rows = [
            (at, place)
            for at in range(plan.frame.size)
            for place in range(len(members))
            if keeps or columns[place][at] is not None
        ]
        frame_columns: list[Column] = [tuple(plan.frame.values(ref)[at] for at, _ in rows) for ref in fixed]
        frame_columns.append(tuple(members[place].name for _, place in rows))
        frame_columns.append(tuple(columns[place][at] for at, place in rows))
        new_refs: list[Node] = [*fixed, ColumnRef(name), ColumnRef(value, quoted_blanks=quoted)]
        frame = Relation([*(ref.name for ref in fixed), name, value], frame_columns, new_refs)
        key, cell = sql.quoted(name), sql.quoted(value)
        if keeps:
            text = f"SELECT * FROM {plan.query.relation} UNPIVOT INCLUDE NULLS ({cell} FOR {key} IN ({listed}))"
        else:
            text = f"SELECT * FROM (UNPIVOT {plan.query.relation} ON {listed} INTO NAME {key} VALUE {cell})"
        tree = parse_one(text, dialect="duckdb")
        assert isinstance(tree, exp.Expression)
        table = Table(_LONG_TABLE, tree, renumbers=True)
        yield Plan(
            frame, plan.query.over(table), plan.cost + _UNPIVOT_COST + cost + _KEPT_COST * keeps, (*plan.steps, "unpivot")
        )


def _listing(family: Family, members: Sequence[ColumnRef], fixed: Sequence[ColumnRef], target: str) -> tuple[str, float]:
    """How the columns are named: by their pattern, as all that are not fixed, or one by one."""
    if family.pattern is not None and not any(re.search(family.pattern, ref.name) for ref in fixed):
        return f"COLUMNS({sql.literal(family.pattern).replace('{{', '{').replace('}}', '}')})", 0.0
    if target and len(members) >= 3 and len(fixed) <= 8 and _is_tail(members):
        return f"COLUMNS(* EXCLUDE ({', '.join([*(sql.quoted(ref.name) for ref in fixed), '_row'])}))", _NO_PATTERN_COST
    return ", ".join(sql.quoted(ref.name) for ref in members), _NO_PATTERN_COST


_CALENDAR = frozenset(name[:3] for name in (*moments.MONTHS, *moments.DAYS))


def _is_tail(members: Sequence[ColumnRef]) -> bool:
    """Whether all further columns may be meant: not for months and days, which are always the same."""
    return not all(ref.name.strip().casefold()[:3] in _CALENDAR for ref in members)


def _value_name(columns: Sequence[Column], goal: Goal, taken: str) -> str:
    pool = frozenset().union(*(_pool(column) for column in columns))
    for at, name in enumerate(goal.names):
        if (
            name != taken
            and goal.share(at, pool) >= LEAST_HIT
            and 2 * len({*filter(None, goal.columns[at])}) > goal.size
            and re.fullmatch(r"[\w ]+", name)
            and not name.startswith("column_")
        ):
            return name
    return "value"


def _free(wanted: str, taken: set[str]) -> str:
    name = re.sub(r"\W+", "_", wanted.strip()).strip("_").lower() or "value"
    if name[0].isdigit():
        name = f"n{name}"
    while name.casefold() in taken:
        name += "_2"
    return name


# Families side by side.


def _blocks(plan: Plan, goal: Goal) -> Iterator[Plan]:
    refs = _columns(plan)
    for block in blocks([ref.name for ref in refs]):
        if plan.frame.size * len(block.members) >= goal.size:
            yield from side_by_side(plan, refs, block, goal)


def side_by_side(plan: Plan, refs: Sequence[ColumnRef], block: Block, goal: Goal, *, labelled: bool = False) -> Iterator[Plan]:
    """Plans with a row for each member of the block; `labelled`: with a column that says which member, shown or not."""
    made = _side_by_side(plan, refs, block, goal, labelled)
    yield from (*_without_blank(made, len(block.fields), goal), made)


def _side_by_side(plan: Plan, refs: Sequence[ColumnRef], block: Block, goal: Goal, labelled: bool) -> Plan:
    inside = {at for _, places in block.fields for at in places if at is not None}
    fixed = [ref for at, ref in enumerate(refs) if at not in inside]
    taken = {ref.name.casefold() for ref in fixed} | {"_row"}
    labelled = labelled or any(goal.share(at, _pool(block.members)) >= LEAST_HIT for at in range(len(goal.names)))
    selected: list[exp.Expression] = (
        [sql.sql("unnest({0})", exp.Array(expressions=[sql.text(one) for one in block.members]))] if labelled else []
    )
    names: list[str] = []
    columns: list[Column] = [
        tuple(plan.frame.values(ref)[at] for at in range(plan.frame.size) for _ in block.members) for ref in fixed
    ]
    new_refs: list[Node] = list(fixed)
    if labelled:
        names.append(_free("member", taken))
        columns.append(tuple(member for _ in range(plan.frame.size) for member in block.members))
        new_refs.append(ColumnRef(names[0]))
    for field, places in block.fields:
        name = _free(field, taken | {one.casefold() for one in names})
        names.append(name)
        columns.append(
            tuple(
                plan.frame.values(refs[at])[row] if at is not None else None for row in range(plan.frame.size) for at in places
            )
        )
        new_refs.append(ColumnRef(name, quoted_blanks=any(refs[at].quoted_blanks for at in places if at is not None)))
        selected.append(
            sql.sql(
                "unnest({0})",
                exp.Array(expressions=[sql.column(refs[at].name) if at is not None else exp.Null() for at in places]),
            )
        )
    outputs = [
        exp.column("_row"),
        *(sql.column(ref.name) for ref in fixed),
        *(exp.alias_(tree, name) for tree, name in zip(selected, names, strict=True)),
    ]
    tree = exp.select(*outputs).from_(exp.to_identifier(plan.query.relation))
    frame = Relation([*(ref.name for ref in fixed), *names], columns, new_refs)
    return Plan(
        frame,
        plan.query.over(Table(_LONG_TABLE, tree, renumbers=True)),
        plan.cost + _BLOCK_COST,
        (*plan.steps, "unpivot side by side"),
    )


def _without_blank(made: Plan, count: int, goal: Goal) -> Iterator[Plan]:
    """The plan without the members that are not there: those whose first field that may be blank is."""
    fields = [ref for ref in made.frame.refs[-count:] if isinstance(ref, ColumnRef)]
    inner = [ref for ref in fields if None in made.frame.values(ref)]
    for ref in inner:
        kept = [at for at, value in enumerate(made.frame.values(ref)) if value is not None]
        if goal.size <= len(kept) < made.frame.size:
            yield Plan(
                made.frame.among(kept), made.query.filtered(is_filled(ref)), made.cost + _KEPT_COST, (*made.steps, "filter")
            )
            return


# Lists in cells.


def lists(plan: Plan, goal: Goal, *, depth: int = 2) -> Iterator[Plan]:
    """Plans in which a column's lists have a row for each member, those of columns beside it too where they are as long."""
    refs = _columns(plan)
    for at, ref in enumerate(refs):
        values = plan.frame.values(ref)
        filled = [str(value) for value in values if value]
        for mark in (*MARKS, "") if are_signs(filled) and sum(map(len, filled)) == goal.size else MARKS:
            if not any(mark in value for value in filled) or (mark and not _shows(filled, mark, goal)):
                continue
            beside = [
                other
                for place, other in enumerate(refs)
                if place > at
                and mark
                and _as_long(values, plan.frame.values(other), mark)
                and _shows([str(v) for v in plan.frame.values(other) if v], mark, goal)
            ]
            for keeps in (False, True):
                made = _unnested(plan, [ref, *beside], mark, keeps)
                if made is None:
                    continue
                if made.frame.size >= goal.size:
                    yield made
                elif depth > 1 and made.frame.size > plan.frame.size:
                    yield from lists(made, goal, depth=depth - 1)
            break


def _shows(filled: Sequence[str], mark: str, goal: Goal) -> bool:
    """Whether an expected column has the members rather than the whole texts."""
    split = [value for value in filled if mark in value]
    members = _pool([part.strip() for value in split for part in value.split(mark)])
    whole = _pool(split)
    strong = frozenset(one for one in members if one[0] != "word") - whole
    for at in range(len(goal.names)):
        hits = frozenset().union(*goal.features[at]) & strong
        if len(hits) >= min(2, len(strong)) and len(hits) >= 0.5 * len(strong):
            return True
        # Members of which a part is shown: their first words stand in cells that do not have the mark.
        words = frozenset(one for one in _pool(filled) if one[0] == "word")
        texts = [cell for cell in goal.columns[at] if cell]
        if len(mark.strip()) and texts and not any(mark in text for text in texts) and words:
            others = [text for text, cell in zip(goal.columns[at], goal.features[at], strict=True) if text and not words & cell]
            # A text of its own may stand where there is no list.
            shown = len(texts) - len(others) * (len(set(others)) > 1)
            # Whether a text is a list no cell says where its row is left out.
            says = frozenset().union(*goal.features[at]) & _pool(split) and len(set(texts)) >= min(3, len(split) + 1)
            if says and len(others) < len(texts) and shown >= LEAST_HIT * len(texts):
                return True
    return False


def _as_long(one: Column, other: Column, mark: str) -> bool:
    """Whether two columns have lists of the same lengths."""
    counts = [(str(a).count(mark) if a else -1, str(b).count(mark) if b else -1) for a, b in zip(one, other, strict=True)]
    return any(a > 0 for a, _ in counts) and all(a == b for a, b in counts)


def _unnested(plan: Plan, lists_: Sequence[ColumnRef], mark: str, keeps: bool) -> Plan | None:
    """The plan with a row for each member; a blank list has no row, or one with a blank where `keeps`."""
    parts = [[members_of(str(value), mark) if value else None for value in plan.frame.values(ref)] for ref in lists_]
    if keeps and all(part is not None for part in parts[0]):
        return None
    rows: list[tuple[int, int]] = []
    for at, members in enumerate(parts[0]):
        rows += [(at, place) for place in range(len(members))] if members else [(at, -1)] * keeps
    columns, refs = list[Column](), list[Node]()
    for ref in plan.frame.refs:
        if not isinstance(ref, ColumnRef):
            continue
        if ref in lists_:
            mine = parts[lists_.index(ref)]
            raw = [mine[at][place] if mine[at] and place >= 0 else None for at, place in rows]  # type: ignore[index]
            columns.append(tuple(value or None for value in raw))
            refs.append(ColumnRef(ref.name, quoted_blanks="" in raw))
        else:
            columns.append(tuple(plan.frame.values(ref)[at] for at, _ in rows))
            refs.append(ref)
    frame = Relation([ref.name for ref in refs if isinstance(ref, ColumnRef)], columns, refs)
    frame.copied = tuple(at for at, _ in rows)
    replaced = []
    for at, ref in enumerate(lists_):
        tree = sql.sql(f"string_split({{0}}, {sql.literal(mark)})", ref.sql())
        if keeps and at == 0:
            tree = sql.sql("coalesce({0}, [NULL])", tree)
        replaced.append(exp.alias_(sql.sql("unnest({0})", tree), sql.column(ref.name).this))
    tree = exp.select(exp.Star(**{"replace": replaced})).from_(exp.to_identifier(plan.query.relation))
    taken = {table.name for table in plan.query.tables}
    table = next(name for name in (_LIST_TABLE, f"{_LIST_TABLE}_2", f"{_LIST_TABLE}_3") if name not in taken)
    return Plan(
        frame,
        plan.query.over(Table(table, tree, renumbers=True)),
        plan.cost + _LIST_COST + 0.3 * (len(lists_) - 1) + _KEPT_COST * keeps,
        (*plan.steps, "unnest"),
    )
