"""The headings of a pivot: expressions whose values are names of expected columns, and the order in which these stand."""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from sqlglot import exp

from converter.learning import sql
from converter.learning.bank import Entry
from converter.learning.expressions.choices import Join
from converter.learning.kinds import Column
from converter.learning.nodes import Constant, Node
from converter.learning.steps.periods import periods
from converter.learning.steps.pivot_statements import Headings
from converter.learning.steps.plan import Plan
from converter.learning.steps.unfolding import Goal
from converter.learning.values import moments

MOST_FRAMED = 20
LEAST_CODED = 4
"""Of fewer headings a number rises with them by chance."""
_ORDINAL = re.compile(r"(.*?)(\d+)\Z")
_JOINTS = ((" (", ")"), (" ", ""), (" - ", ""), (", ", ""), ("_", ""), ("-", ""), ("/", ""), (": ", ""))


def headings(plan: Plan, goal: Goal) -> Iterator[Headings]:
    """Expressions of the rows whose values are the names of neighbouring expected columns."""
    names = list(goal.names)
    frame, bank = plan.frame, plan.bank
    nodes: list[Node] = [entry.node for entry in (*bank.texts, *bank.cased)]
    dated = [name for name in names if any(map(str.isdigit, name))][:1] or [name for name in names if in_calendar(name)][:3]
    for format in moments.output_formats(dated) if dated else ():
        nodes += [moments.written(format.format, entry.node.kind)(entry.node) for entry in bank.moments]
    nodes += periods(names, [entry.node for entry in bank.moments])
    for one in bank.texts[:12]:
        for other in bank.texts[:12]:
            if one is not other and len(set(other.values)) > 1:
                for between, after in _JOINTS:
                    if any(between in name and name.endswith(after) for name in names):
                        nodes.append(
                            Join([one.node, Constant(between), other.node, *([Constant(after)] if after else [])], 3.0)
                        )
    # What the input has numbered columns for is made of these: `Address line 1`, `Address line 2`.
    own = {match[2] for ref in frame.refs if (match := _ORDINAL.match(str(ref.key[-1])))}
    framed = [name for name in names if (match := _ORDINAL.match(name)) is None or match[2] not in own]
    nodes += _framed(framed, [*bank.texts[:MOST_FRAMED], *bank.cased[:MOST_FRAMED]])
    nodes += [entry.node for entry in bank.pieces if entry.node.cost < 3.0]
    seen: set[tuple[int, ...]] = set()
    for node in nodes:
        values = frame.values(node)
        found = list(dict.fromkeys(str(value) for value in values if value))
        places = tuple(at for at, name in enumerate(names) if name in set(found))
        if len(places) < 2 or len(places) < len(found) or places in seen or places != tuple(range(places[0], places[-1] + 1)):
            continue
        found_order = _heading_order(plan, node, values, [names[at] for at in places])
        if found_order is not None:
            seen.add(places)
            yield Headings(node, values, places, found_order[0])


def _framed(names: Sequence[str], entries: Sequence[Entry]) -> Iterator[Node]:
    """Columns whose values stand in the names between the same words: `Qty 10`, `10 pcs`, `price_10`."""
    for entry in entries:
        values = [str(value) for value in dict.fromkeys(entry.values) if value]
        if not 2 <= len(values) <= len(names):
            continue
        for name in names:
            at = name.find(values[0])
            if at < 0 or name == values[0]:
                continue
            before, after = name[:at], name[at + len(values[0]) :]
            if all(f"{before}{value}{after}" in names for value in values):
                parts = [Constant(before), entry.node, Constant(after)]
                yield Join([part for part in parts if not isinstance(part, Constant) or part.value], 3.0)
                break


def in_calendar(name: str) -> bool:
    """Whether it is the name of a month or a day of the week, such as there always are."""
    starts = {word[:3] for word in (*moments.MONTHS, *moments.DAYS)}
    return name.strip().isalpha() and name.strip().casefold()[:3] in starts and len(name.strip()) <= 9


def _heading_order(plan: Plan, node: Node, values: Column, ordered: Sequence[str]) -> tuple[exp.Expression | None] | None:
    """By what the headings are in their order: their place in the calendar, their names, their first rows, another column."""
    words = [name.strip().casefold()[:3] for name in ordered]
    for calendar in (moments.MONTHS, moments.DAYS):
        places = {name[:3]: at for at, name in enumerate(calendar)}
        if all(word in places and name.strip().isalpha() for word, name in zip(words, ordered, strict=True)) and len(words) > 1:
            if [places[word] for word in words] != sorted(places[word] for word in words):
                break
            listed = ", ".join(f"'{name[:3]}'" for name in places)
            return (sql.sql(f"min(list_position([{listed}], lower(left({{0}}, 3))))", node.sql()),)
    number = _in_order_of_number(plan, node, values, ordered)
    if number is not None:
        return (sql.sql("min({0})", number.sql()),)
    if list(ordered) == sorted(ordered):
        return (None,)
    rows: dict[str, list[int]] = {name: [] for name in ordered}
    for at, value in enumerate(values):
        if value in rows:
            rows[str(value)].append(at)
    for entry in (*plan.bank.moments, *plan.bank.numbers):
        if None not in entry.values and len(ordered) > 2:
            least = [min(entry.values[at] for at in rows[name]) for name in ordered]  # type: ignore[type-var]
            if all(one < other for one, other in pairwise(least)) and _is_read_from(entry.node, node):  # type: ignore[operator]
                return (sql.sql("min({0})", entry.node.sql()),)
    code = _code(plan, node, rows)
    if code is not None:
        return (sql.sql("min({0})", code.sql()),)
    if [rows[name][0] for name in ordered] == sorted(rows[name][0] for name in ordered):
        return (sql.sql("min(_row)"),)
    return None


def _in_order_of_number(plan: Plan, node: Node, values: Column, ordered: Sequence[str]) -> Node | None:
    """The number in the headings by which they rise, where they are of several lengths: as texts they stand otherwise."""
    if len({len(name) for name in ordered}) < 2:
        return None
    for entry in plan.bank.numbers:
        if entry.node.sources and entry.node.sources <= node.sources:
            of_name = dict(zip(values, entry.floats, strict=True))
            numbers = [of_name.get(name) for name in ordered]
            if None not in numbers and all(one < other for one, other in pairwise(numbers)):  # type: ignore[operator]
                return entry.node
    return None


def _code(plan: Plan, node: Node, rows: dict[str, list[int]]) -> Node | None:
    """The number of which each heading has one of its own, by which they rise: the code of a pay element, an account."""
    if len(rows) < LEAST_CODED:
        return None
    for entry in plan.bank.numbers:
        values = [{entry.values[at] for at in mine} for mine in rows.values()]
        if all(len(own) == 1 and None not in own for own in values) and not _is_read_from(entry.node, node):
            codes = [own.pop() for own in values]
            if all(one < other for one, other in pairwise(codes)):  # type: ignore[operator]
                return entry.node
    return None


def _is_read_from(node: Node, other: Node) -> bool:
    return bool(node.sources & other.sources)


def ordinals(goal: Goal) -> Iterator[tuple[str, tuple[int, ...]]]:
    """Columns named by a word and their number: `Med 1`, `Med 2`."""
    matches = [_ORDINAL.match(name) for name in goal.names]
    for prefix in dict.fromkeys(match[1] for match in matches if match and match[1]):
        places = [at for at, match in enumerate(matches) if match and match[1] == prefix]
        if [int(matches[at][2]) for at in places] == list(range(1, len(places) + 1)) and len(places) > 1:  # type: ignore[index]
            yield prefix, tuple(places)
