"""Headings in two lines: the first names groups of columns, the second the columns of each group.

A row becomes one for each group that has cells in it: `Class | Cakes, - | Raffle, -` over `| Sold, EUR | Sold, EUR` gives the
columns Class, the group's name, Sold, EUR. A further file may have other groups and more of them.
"""

import re
from collections.abc import Iterator, Sequence

from sqlglot import exp, parse_one

from converter.learning import sql
from converter.learning.bank import Relation
from converter.learning.kinds import Column
from converter.learning.nodes import ColumnRef
from converter.learning.query import Table
from converter.learning.steps.plan import Plan
from converter.learning.steps.unfolding import Goal

_COST = 2.0
_UNNAMED = r"column_\d+"
"""How a column is called whose heading is blank: it belongs to the group before."""
LEAST_GROUPS = 2
LEAST_FIELDS = 2
MOST_FIELDS = 12


def two_lines(plan: Plan, goal: Goal) -> Iterator[Plan]:
    """The plan with a row for each group of columns, where the frame's first row is the second line of its heading."""
    refs = [ref for ref in plan.frame.refs if isinstance(ref, ColumnRef)]
    if plan.query.tables or plan.frame.size < 3 or len(refs) < 1 + LEAST_GROUPS * LEAST_FIELDS:
        return
    second = [plan.frame.values(ref)[0] for ref in refs]
    start = next((at for at, text in enumerate(second) if text is not None), 0)
    groups = _groups([ref.name for ref in refs], second, start) if start else {}
    fields = list(dict.fromkeys(str(second[at]) for places in groups.values() for at in places))
    fixed = refs[:start]
    taken = {ref.name.casefold() for ref in fixed} | {"_row", "place", "field", "cell", "heading"}
    if (
        len(groups) < LEAST_GROUPS
        or not LEAST_FIELDS <= len(fields) <= MOST_FIELDS
        or {one.casefold() for one in fields} & taken
    ):
        return
    rows = [
        (at, name)
        for at in range(1, plan.frame.size)
        for name, places in groups.items()
        if any(plan.frame.values(refs[place])[at] is not None for place in places)
    ]
    if len(rows) < goal.size:
        return
    columns: list[Column] = [tuple(plan.frame.values(ref)[at] for at, _ in rows) for ref in fixed]
    columns.append(tuple(name for _, name in rows))
    for field in fields:
        place_of = {name: place for name, places in groups.items() for place in places if second[place] == field}
        columns.append(tuple(plan.frame.values(refs[place_of[name]])[at] if name in place_of else None for at, name in rows))
    label = next(
        one for one in ("column_group", "column_group_2") if one not in {name.casefold() for name in (*taken, *fields)}
    )
    names = [*(ref.name for ref in fixed), label, *fields]
    frame = Relation(names, columns, [*fixed, ColumnRef(label), *map(ColumnRef, fields)])
    yield Plan(frame, plan.query.over(_table(fixed, label, fields)), plan.cost + _COST, (*plan.steps, "two lines"))


def _groups(names: Sequence[str], second: Sequence[object], start: int) -> dict[str, list[int]]:
    """The places of each group's columns; none where the lines are no heading: each field once a group, every column named."""
    groups: dict[str, list[int]] = {}
    current = ""
    for at in range(start, len(names)):
        if second[at] is None:
            return {}
        if not re.fullmatch(_UNNAMED, names[at]):
            current = names[at]
        if not current or second[at] in [second[place] for place in groups.get(current, ())]:
            return {}
        groups.setdefault(current, []).append(at)
    # Without a column under the name of another there are no groups.
    return groups if any(len(places) > 1 for places in groups.values()) else {}


def _table(fixed: Sequence[ColumnRef], label: str, fields: Sequence[str]) -> Table:
    keys = ", ".join(sql.quoted(ref.name) for ref in fixed)
    cells = ",\n".join(
        f"max(CASE WHEN field = {exp.Literal.string(field).sql(dialect='duckdb')} THEN cell END) AS {sql.quoted(field)}"
        for field in fields
    )
    text = f"""
        WITH cells AS (
          SELECT *, row_number() OVER () AS place
          FROM (UNPIVOT input ON COLUMNS(* EXCLUDE ({keys}, _row)) INTO NAME heading VALUE cell)
        ), lines AS (
          SELECT heading, place, cell AS field,
            last_value(CASE WHEN NOT regexp_full_match(heading, '{_UNNAMED}') THEN heading END IGNORE NULLS)
              OVER (ORDER BY place) AS {sql.quoted(label)}
          FROM cells WHERE _row = (SELECT min(_row) FROM input)
        )
        SELECT row_number() OVER (ORDER BY _row, min(lines.place)) AS _row, {keys}, {sql.quoted(label)}, {cells}
        FROM cells JOIN lines USING (heading)
        WHERE _row > (SELECT min(_row) FROM input)
        GROUP BY cells._row, {keys}, {sql.quoted(label)}
    """
    tree = parse_one(text, dialect="duckdb")
    assert isinstance(tree, exp.Expression)
    return Table("grouped_columns", tree, shuffles=True)
