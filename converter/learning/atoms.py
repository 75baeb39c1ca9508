"""What a text may be made of: columns, their parts and cases, parts of dates, written numbers. Made once for a bank."""

import re
from collections.abc import Iterator, Sequence

from converter.learning.bank import Bank, Entry
from converter.learning.expressions import moments as dates
from converter.learning.expressions import texts
from converter.learning.expressions.choices import Join
from converter.learning.kinds import Kind
from converter.learning.nodes import Apply, Function, Node
from converter.learning.sql import literal
from converter.learning.steps.grouping import Groups, TextList
from converter.learning.values import month_names
from converter.learning.values.number_formats import NumberFormat

_MOST_PIECE_COST = 3.0
_NAMES = ("%b", "%B", "%a", "%A", "%p")
_DIRECTIVES = tuple(dates.part_written(directive) for directive in dates.DIRECTIVES)
_OPTIONAL = (
    (" ", ""), (", ", ""), ("; ", ""), ("-", ""), ("", " "), ("", ", "), (" (", ")"), (" - ", ""), ("/", ""), ("", "-"),
    (". ", ""), ("", "; "), ("", ". "), (" ", "."),
    ("(", ")"), (": ", ""), ("#", ""), (" #", ""), ("", "/"), (" / ", ""),
)  # fmt: skip

_JOINTS = (" and ", " & ", ", ", "; ", " / ", "/", " + ", "+", " und ", " et ", " y ", " e ", " og ", " ja ", " en ")
"""What stands between the texts of a list that is a part of a text."""
_SIDES = (("N", "S"), ("E", "W"), ("CR", "DR"), ("Cr", "Dr"))
"""How it is written on which side of nought a number is, instead of a sign."""


def side(above: str, below: str) -> Function:
    """On which side of nought a number is."""
    template = f"CASE WHEN {{0}} < 0 THEN {literal(below)} ELSE {literal(above)} END"
    return Function("side", Kind.TEXT, template, lambda number: below if number < 0 else above, 1.5, (above, below))


def of(bank: Bank) -> list[Entry]:
    """The atoms of the bank's frame, equal values once."""
    found: list[Entry] | None = bank.__dict__.get("_atoms")
    if found is None:
        seen, found = set(), []
        for node in _nodes(bank):
            values = bank.frame.values(node)
            key = (values, bool(node.parts) and node.parts[0].kind.is_moment)
            if key not in seen and any(values):
                seen.add(key)
                found.append(Entry(node, values))
        bank.__dict__["_atoms"] = found
    return found


def _nodes(bank: Bank) -> Iterator[Node]:
    for entry in (*bank.texts, *bank.pieces, *bank.cased):
        yield entry.node
    # Equal values are kept once: digits are rather padded than read as hours.
    for entry in (*bank.texts, *bank.pieces):
        filled = [value for value in entry.values if isinstance(value, str) and value]
        if filled and all(value.isdigit() and len(value) <= 2 for value in filled) and min(map(len, filled)) == 1:
            yield texts.TWO_DIGITS(entry.node)
    for entry in (*bank.moments, *bank.clocks):
        for part in (dates.AM_PM, *_DIRECTIVES, *dates.WRITTEN_PARTS, dates.QUARTER):
            node = part(entry.node)
            yield node
            if part is dates.AM_PM:
                yield dates.ORDINAL_DAY(entry.node)
            if part.parameters and part.parameters[0] in _NAMES:
                yield texts.LOWER(node)
                yield texts.UPPER(node)
    for entry in bank.texts:
        for initial in texts.initials(entry.node, entry.values):
            yield from (initial, texts.LOWER(initial), texts.UPPER(initial))
    for entry in bank.pieces:
        if entry.node.cost <= _MOST_PIECE_COST:
            yield from (case(entry.node) for case in (texts.UPPER, texts.LOWER, texts.CAPITALIZED))
    for entry in bank.numbers:
        for places in (0, 2):
            yield NumberFormat(places).function(exact=entry.node.exact)(entry.node)
        if any(value is not None and value < 0 for value in entry.floats):
            yield from (side(*pair)(entry.node) for pair in _SIDES)


def listed(bank: Bank, cells: Sequence[str]) -> list[Entry]:
    """Lists of a column's texts of each group with a mark between that the cells have: `Ann and Bob` before a name."""
    groups = bank.frame
    if not isinstance(groups, Groups) or max(map(len, groups.groups)) < 2:
        return []
    texts_ = [entry for entry in groups.bank_below.texts if not groups.is_constant(entry.values)]
    marks = [mark for mark in _JOINTS if any(mark in cell for cell in cells)]
    nodes = [TextList(entry.node, mark) for entry in texts_ for mark in marks]
    return [Entry(node, groups.values(node)) for node in nodes]


def unspaced(bank: Bank, cells: Sequence[str]) -> list[Entry]:
    """Columns without the spaces in their texts, where the cells have them so: the words of a code."""
    joined = "\n".join(cells)
    found = []
    for entry in (*bank.texts, *bank.cased):
        spaced = {value for value in entry.values if isinstance(value, str) and " " in value}
        if spaced and any(value.replace(" ", "") in joined for value in spaced):
            node = texts.removed(" ")(entry.node)
            found.append(Entry(node, bank.frame.values(node)))
    return found


def alike(bank: Bank, node: Node) -> Node:
    """The texts put together, those of one kind alike: words of one code without spaces, figures of one text in two digits."""
    if not isinstance(node, Join):
        return node
    cased = {one.parts[0].key[0] for part in node.parts for one in part.within() if _is_unspaced(one) and one.parts[0].parts}
    filled_up = {
        texts.split_from(part.parts[0]) or part.parts[0]
        for part in node.parts
        if isinstance(part, Apply) and part.function == texts.TWO_DIGITS
    }
    parts = []
    for one in node.parts:
        made = (
            texts.TWO_DIGITS(one) if filled_up and (texts.split_from(one) or one) in filled_up else _without_spaces(one, cased)
        )
        parts.append(made if bank.frame.values(made) == bank.frame.values(one) else one)
    return Join(parts, node.cost) if parts != list(node.parts) else node


def _is_unspaced(node: Node) -> bool:
    return isinstance(node, Apply) and node.function == texts.removed(" ")


def _without_spaces(node: Node, cased: set[object]) -> Node:
    if not isinstance(node, Apply) or _is_unspaced(node):
        return node
    if node.key[0] in cased:
        return texts.removed(" ")(node)
    return node.function(_without_spaces(node.parts[0], cased)) if node.function.name == "optional" else node


def optional_parts(bank: Bank, cells: Sequence[str], more: Sequence[Entry]) -> list[Entry]:
    """Columns with blanks, and of what more is made of columns, where filled with marks of the cells beside them."""
    joined = "\n".join(cells)
    found = []
    for entry in (*bank.texts, *bank.cased, *more):
        if any(value is None for value in entry.values):
            for before, after in _OPTIONAL:
                if before.strip(" ") in joined and after in joined:
                    node = optional(before, after)(entry.node)
                    found.append(Entry(node, bank.frame.values(node)))
    return found


_ZERO_LED = re.compile(r"(?<![0-9])0[0-9]+")
MOST_WIDTH = 12


def padded_numbers(bank: Bank, cells: Sequence[str]) -> list[Entry]:
    """Columns of digits with zeros in front, as wide as the cells show such numbers."""
    widths = {len(run) for cell in cells for run in _ZERO_LED.findall(cell)}
    found = []
    for entry in bank.texts:
        filled = [value for value in entry.values if value]
        if filled and all(isinstance(value, str) and value.isdecimal() for value in filled):
            shortest = min(len(str(value)) for value in filled)
            for width in sorted(one for one in widths if shortest < one <= MOST_WIDTH):
                node = texts.padded(width)(entry.node)
                found.append(Entry(node, bank.frame.values(node)))
    return found


def named_months(bank: Bank, cells: list[str]) -> list[Entry]:
    """The names of months in the language that the cells are in."""
    found = []
    for names in list(month_names.names_within(cells))[:2]:
        for entry in bank.moments:
            node = month_names.month_name(names)(entry.node)
            found.append(Entry(node, bank.frame.values(node)))
    return found


def optional(before: str, after: str) -> Function:
    """The text with something before and after it; empty where the text is blank."""
    inner = "{0}"
    if before:
        inner = f"{literal(before)} || {inner}"
    if after:
        inner = f"{inner} || {literal(after)}"
    return Function(
        "optional",
        Kind.TEXT,
        f"coalesce({inner}, '')",
        lambda text: f"{before}{text}{after}" if text else "",
        1.0,
        (before, after),
        total=True,
    )
