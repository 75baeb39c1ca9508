"""The bank of conditions over a frame: each a Boolean expression with the set of rows for which it holds, as bits.

Conditions are indexed by that set, so that what tells some rows from the others is looked up, not searched for.
"""

import copy
import itertools
import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import cached_property

from converter.learning import weights
from converter.learning.bank import Bank, Entry
from converter.learning.bounds import by_length, limits, named_day
from converter.learning.comparisons import comparisons
from converter.learning.expressions.flags import are_truths
from converter.learning.expressions.moments import IS_WEEKEND, IS_WORKING_DAY
from converter.learning.expressions.predicates import (
    bits,
    blank,
    both,
    bound,
    contains,
    contrary,
    differs,
    earlier,
    either,
    ends,
    equals,
    is_filled,
    negation,
    presence,
    since,
    starts,
)
from converter.learning.kinds import Column, Kind
from converter.learning.listings import listings, pairs, values_of
from converter.learning.marks import is_total, is_void
from converter.learning.names import says_state
from converter.learning.nodes import Apply, Node
from converter.learning.shapes import are_codes, are_long_numbers, has_decimals
from converter.learning.steps.windows import FILL_DOWN, RUNNING_COUNT, Window
from converter.learning.values.durations import are_seconds

MOST_VALUES = 40
"""A text column with more values than this is compared with none of them, unless one comes back often."""
MOST_ALTERNATIVES = 4
MOST_PAIRED = 250
MOST_NUMBERS_PAIRED = 6
"""Conditions on what two numbers make are asked of tables with so few of them."""
PLAIN_NUMBER = 1.6
"""The cost of a column read as a plain number; what a reading costs beyond it is doubt."""


@dataclass(frozen=True)
class Condition:
    """A Boolean expression, the rows for which it holds (bit i for row i), and its cost."""

    node: Node
    rows: int
    cost: float
    kind: str


class Conditions:
    """All conditions over a bank's frame, by the rows for which they hold. Empty and full sets are left out."""

    def __init__(self, bank: Bank, *, extra: Sequence[Entry] = ()) -> None:
        self.bank = bank
        self.size = bank.frame.size
        self.full = (1 << self.size) - 1
        self.shown: frozenset[Node] = frozenset()
        self.by_rows: dict[int, list[Condition]] = defaultdict(list)
        self._seen: set[tuple[int, str, Node]] = set()
        families: dict[str, list[tuple[Node, int, float]]] = defaultdict(list)
        for kind, node, rows, cost in self._simple(extra):
            if 0 < rows < self.full:
                families[kind].append((node, rows, cost))
        for kind, found in families.items():
            # Alternatives that are dear themselves hardly count.
            chance = weights.ALTERNATIVES * math.log(1.0 + sum(math.exp(-0.5 * max(0.0, cost)) for _, _, cost in found))
            for node, rows, cost in found:
                self._add(node, rows, weights.CONDITION[kind] + chance + cost, kind)
        for held in self.by_rows.values():
            held.sort(key=lambda one: one.cost)

    @classmethod
    def shared(cls, bank: Bank) -> "Conditions":
        """The bank's conditions, made once."""
        found: Conditions | None = bank.__dict__.get("_conditions")
        if found is None:
            found = bank.__dict__["_conditions"] = cls(bank)
        return found

    def _add(self, node: Node, rows: int, cost: float, kind: str) -> None:
        held = self.by_rows[rows]
        if len(held) >= 3 * MOST_ALTERNATIVES and cost >= held[-1].cost:
            return
        held.append(Condition(node, rows, cost, kind))

    def include(self, found: Iterable[Condition]) -> None:
        """Takes in conditions that are made when asked for, such as those on a row's group."""
        for one in found:
            held = self.by_rows[one.rows]
            if all(one.node != known.node for known in held):
                held.append(one)
                held.sort(key=lambda one: one.cost)

    def replaced(self, found: dict[int, list[Condition]], shown: frozenset[Node]) -> "Conditions":
        """The same conditions, but for those on the given sets of rows; `shown` are numbers that other columns show."""
        other = copy.copy(self)
        other.shown, other.by_rows = shown, defaultdict(list, {**self.by_rows, **found})
        return other

    def of(self, rows: int) -> list[Condition]:
        """Conditions that hold for exactly these rows, the cheapest first."""
        return self.by_rows.get(rows, [])[:MOST_ALTERNATIVES]

    def contrary(self, condition: Condition) -> Condition | None:
        """The bound on the other side of the same limit, of a number or another column; a blank is on neither."""
        other = contrary(condition.node)
        if other is None:
            return None
        return Condition(other, bits(self.bank.frame.values(other)), condition.cost, condition.kind)

    def listing(self, rows: int) -> list[Condition]:
        """Lists of three and more values of a column that hold for exactly these rows."""
        return [Condition(node, rows, cost, "member") for node, cost in listings(self, rows)]

    def all(self) -> list[Condition]:
        """The cheapest condition of each set of rows."""
        return [held[0] for held in self.by_rows.values() if held]

    def conjunctions(self, rows: int, *, most: int = 3) -> list[Condition]:
        """Two conditions that hold together for exactly these rows, or of which one holds, the cheapest first."""
        wide = sorted((one for one in self.all() if one.rows & rows == rows), key=lambda one: one.cost)[:MOST_PAIRED]
        narrow = sorted((one for one in self.all() if one.rows & ~rows == 0), key=lambda one: one.cost)[:MOST_PAIRED]
        found: list[Condition] = []
        for at, one in enumerate(wide):
            for other in wide[at + 1 :]:
                if one.rows & other.rows == rows and not (one.kind == other.kind == "threshold"):
                    cost = one.cost + other.cost + weights.BOTH
                    cost += weights.NOT_KEPT * any(self._lists_more(part.node, rows) for part in (one, other))
                    found.append(Condition(both(one.node, other.node), rows, cost, "both"))
        for at, one in enumerate(narrow):
            for other in narrow[at + 1 :]:
                if one.rows | other.rows == rows:
                    cost = one.cost + other.cost + weights.EITHER + _of_one_row(rows & ~other.rows, rows & ~one.rows)
                    found.append(Condition(either(one.node, other.node), rows, cost, "either"))
        return sorted(found, key=lambda one: one.cost)[:most]

    def _lists_more(self, node: Node, rows: int) -> bool:
        """Whether a list of values has one that none of the rows has."""
        if not isinstance(node, Apply) or node.function.name != "in":
            return False
        column = self.bank.frame.values(node.parts[0])
        shown = {column[at] for at in range(self.size) if rows >> at & 1}
        return not shown.issuperset(node.function.parameters)

    def _simple(self, extra: Sequence[Entry]) -> Iterator[tuple[str, Node, int, float]]:
        for entry in self.bank.texts:
            yield from self._of_text(entry, 0.0)
        for entry in self.bank.said:
            yield from presence(entry.node, entry.values, weights.SAID_TO_BE_NOTHING)
        for entry in [*self.bank.pieces, *extra]:
            if entry.node.kind is Kind.TEXT:
                yield from self._of_piece(entry)
        for entry in [*self.bank.numbers, *(one for one in extra if one.node.kind is Kind.NUMBER)]:
            yield from self.of_number(entry, "threshold")
        for entry in self.bank.spans:
            yield from self.of_number(entry, "computed threshold")
        for entry in self.bank.moments:
            yield from self._of_moment(entry)
        yield from comparisons(self.bank)
        yield from self.bank.frame.conditions()
        if len(self.bank.numbers) <= MOST_NUMBERS_PAIRED:
            for entry in self.bank.pairs:
                operands = entry.node.parts
                if entry.node.key[0] in ("multiply", "subtract", "divide", "add") and not any(map(self._is_flag, operands)):
                    yield from self.of_number(entry, "computed threshold")

    def _of_text(self, entry: Entry, cost: float) -> Iterator[tuple[str, Node, int, float]]:
        values = entry.values
        absent = bits([value in (None, "") for value in values])
        yield "blank", blank(entry.node), absent, cost
        yield "blank", is_filled(entry.node), self.full & ~absent, cost
        groups = values_of(values)
        if len(groups) <= MOST_VALUES:
            yield from self._equalities(entry.node, groups, cost)
        # What all have that are filled says no more than that they are.
        alike = (absent, self.full & ~absent)
        yield from (one for one in self._words(entry.node, groups, cost) if one[2] not in alike)
        yield from by_length(entry.node, groups, self.size) if len(self.bank.texts) == 1 else ()

    @cached_property
    def _records(self) -> Column:
        """For each row the record that it belongs to: where something is filled down, as many rows do; else its own."""
        for ref in self.bank.frame.refs:
            if isinstance(ref, Window) and ref.function is FILL_DOWN and ref.argument is not None:
                return self.bank.frame.values(Window(RUNNING_COUNT, ref.argument, early=ref.early))
        shapes = Counter(
            tuple(value is not None for value in entry.values) for entry in self.bank.texts if None in entry.values
        )
        begins, count = shapes.most_common(1)[0] if shapes else ((), 0)
        if count > 1 and begins[0] and sum(begins) > 1:
            return tuple(itertools.accumulate(begins))
        return tuple(range(self.size))  # type: ignore[arg-type]

    @cached_property
    def _are_alone(self) -> bool:
        """Whether each row is a record of its own."""
        return len(set(self._records)) == self.size

    def _counted(self, rows: int) -> int:
        """In how many records the rows are."""
        if self._are_alone:
            return rows.bit_count()
        return len({self._records[at] for at in range(self.size) if rows >> at & 1})

    def rarity(self, node: Node, groups: dict[str, int]) -> tuple[int, float]:
        """How many of the column's values come back, and what it costs to ask for one: little of a column of states."""
        # The lines of a record have its values: each counts once for a record.
        sizes = [self._counted(rows) for rows in groups.values()]
        filled, repeated = sum(sizes), sum(size > 1 for size in sizes)
        # What mostly comes once names things.
        unique = weights.VALUES_ONCE * ((len(groups) - repeated) / max(1, filled)) ** 2 * (len(groups) > 2)
        unique += min(weights.STATE * says_state(node), weights.FLAG * are_truths(groups))
        several = len(groups) > 2 or any(map(has_decimals, groups))
        is_number = several and node in self.numeric and max(map(len, groups)) > weights.SHORT_NUMBER
        unique += weights.AMOUNT_NAMED * (is_number or (several and are_long_numbers(groups)))
        return repeated, unique

    def _equalities(self, node: Node, groups: dict[str, int], cost: float) -> Iterator[tuple[str, Node, int, float]]:
        repeated, unique = self.rarity(node, groups)
        odd = self.odd.get(node, ())
        for value, rows in groups.items():
            single = weights.SINGLE * (rows.bit_count() == 1)
            if value in odd:
                single = weights.MARKED - unique
            if repeated == 1 and rows.bit_count() > 1 and len(groups) > 2 and not are_long_numbers(groups):
                # Of texts that else are all different this one stands for something.
                single = weights.MARKED - unique
            yield "equal", equals(node, value), rows, cost + single + unique
            if len(groups) > 1 or rows != self.full:
                total = weights.NOT_TOTAL - single if is_total(value) else -weights.NOT_VOID * single if is_void(value) else 0.0
                yield "equal", differs(node, value), self.full & ~rows, cost + 0.2 + single + unique + total
        yield from pairs(node, groups, self.full, cost + unique)

    def _words(self, node: Node, groups: dict[str, int], cost: float) -> Iterator[tuple[str, Node, int, float]]:
        """Beginnings, ends and parts that several different values share."""
        if len(groups) < 3:
            return
        if node in self.numeric:
            cost += 1.5 * weights.PIECE_OF_NUMBER
        beginnings: dict[str, int] = defaultdict(int)
        parts: dict[str, int] = defaultdict(int)
        finishes: dict[str, int] = defaultdict(int)
        for value, rows in groups.items():
            pieces = value.replace("-", " ").replace("/", " ").replace(":", " ").split(" ")
            if pieces[0] and len(pieces) > 1:
                beginnings[pieces[0]] |= rows
            beginnings[value[:1]] |= rows
            beginnings[value[:2]] |= rows
            finishes[value[-1:]] |= rows
            for piece in dict.fromkeys(piece.strip("().,;[]") for piece in pieces):
                if len(piece) > 2 and not piece.isdigit():
                    parts[piece] |= rows
            for mark in dict.fromkeys(character for character in value if not character.isalnum() and character != " "):
                parts[mark] |= rows
        # A letter of a code says what it is, a letter of a word or name hardly ever does.
        letters = 0.0 if are_codes(groups) else weights.LETTERS_OF_WORDS
        for text, rows in beginnings.items():
            if text:
                few = letters if len(text) <= 2 and text.isalpha() else weights.NUMBER_NAMED * text.isdigit()
                yield "starts", starts(node, text), rows, cost + few + weights.SINGLE * (rows.bit_count() == 1)
        for text, rows in finishes.items():
            few = letters if text.isalpha() else 0.0
            yield "contains", ends(node, text), rows, cost + 0.4 + few + weights.SINGLE * (rows.bit_count() == 1)
        for text, rows in parts.items():
            of_names = cost + weights.MARK_OF_NAMES * (text in _MARKS_OF_NAMES and any(map(str.isalpha, "".join(groups))))
            yield "contains", contains(node, text), rows, of_names + weights.SINGLE * (rows.bit_count() == 1)
            single = weights.SINGLE * (rows.bit_count() in (1, self.size - 1))
            price = of_names + (weights.NOT_TOTAL if is_total(text) else 0.6 + single)
            yield "contains", negation(contains(node, text)), self.full & ~rows, price

    def _of_piece(self, entry: Entry) -> Iterator[tuple[str, Node, int, float]]:
        groups: dict[str, int] = defaultdict(int)
        for at, value in enumerate(entry.values):
            groups[value if isinstance(value, str) else ""] |= 1 << at
        if len(groups) > max(6, 0.6 * self.size) or len(groups.keys() - {""}) < 2:
            return  # One text for all that are filled says no more than that they are.
        read = entry.node.parts[0] if entry.node.parts else None
        source = self.bank.frame.values(read) if read is not None else ()
        figures = weights.PIECE_OF_NUMBER * (read in self.numeric)
        letters = 0.0 if are_codes([text for text in source if isinstance(text, str)]) else weights.LETTERS_OF_WORDS
        for value, rows in groups.items():
            if value and len(groups) < self.size:
                few = letters if len(value) <= 2 and value.isalpha() else 0.0
                price = entry.node.cost * 0.5 + few + figures + weights.SINGLE * (rows.bit_count() == 1)
                yield "pattern", equals(entry.node, value), rows, price

    def of_number(self, entry: Entry, kind: str) -> Iterator[tuple[str, Node, int, float]]:
        """Conditions on a number: its sign, bounds of the given kind, whether it is there."""
        values = entry.values
        present = bits([value is not None for value in values])
        if present != self.full and isinstance(entry.node, Apply) and entry.node.parts[0].kind is Kind.TEXT:
            source = self.bank.frame.values(entry.node.parts[0])
            if any(value is None and text for value, text in zip(values, source, strict=True)):
                yield from presence(entry.node, values, weights.NO_NUMBER)
        if entry.node.key[0] == "shown":
            yield from presence(entry.node, values, weights.SHOWN_BLANK)
        below = bits([value is not None and value < 0 for value in values])  # type: ignore[operator]
        above = bits([value is not None and value > 0 for value in values])  # type: ignore[operator]
        zero = present & ~below & ~above
        sign_kind = "sign" if kind == "threshold" else "computed sign"
        doubt = max(0.0, entry.node.cost - PLAIN_NUMBER) + weights.SIGN_OF_FLAG * self._is_flag(entry.node)
        doubt += weights.SHOWN * (entry.node.key[0] == "shown")
        alike = weights.UNSIGNED if present in (below, above) else 0.0
        yield sign_kind, bound(entry.node, "<", Decimal(0)), below, doubt + alike
        yield sign_kind, bound(entry.node, ">", Decimal(0)), above, doubt + alike
        if zero:
            yield sign_kind, bound(entry.node, "=", Decimal(0)), zero, doubt + 0.4
            yield sign_kind, bound(entry.node, "<>", Decimal(0)), below | above, doubt + 0.3
            yield sign_kind, bound(entry.node, ">=", Decimal(0)), above | zero, doubt + 0.3 + weights.UNSIGNED * (not below)
            yield sign_kind, bound(entry.node, "<=", Decimal(0)), below | zero, doubt + 0.6 + weights.UNSIGNED * (not above)
        yield from self._thresholds(entry, kind, present, doubt)

    def _is_flag(self, node: Node) -> bool:
        """Whether the number is but 0 and 1: it stands for no and yes, and says no amount."""
        return set(self.bank.frame.values(node)) - {None} <= {Decimal(0), Decimal(1)}

    def _thresholds(self, entry: Entry, kind: str, present: int, doubt: float) -> Iterator[tuple[str, Node, int, float]]:
        ordered: dict[Decimal, int] = defaultdict(int)
        for at, value in enumerate(entry.values):
            if isinstance(value, Decimal):
                ordered[value] |= 1 << at
        if len(ordered) < 2:
            return
        values = sorted(ordered)
        if len(ordered) == self.size > 3 and list(ordered) in (values, values[::-1]):
            # A number that only counts the rows says where they stand, not what they are.
            doubt += weights.COUNTING
        under, timed = 0, are_seconds(entry.node)
        for low, high in itertools.pairwise(values):
            under |= ordered[low]
            for sign, limit, extra in limits(low, high, are_seconds=timed):
                over = present & ~under
                extra += doubt + weights.BELOW_NOUGHT * (limit < 0)
                if sign in (">", ">="):
                    yield kind, bound(entry.node, sign, limit), over, extra
                    yield kind, bound(entry.node, {">": "<=", ">=": "<"}[sign], limit), under, extra + 0.1

    def _of_moment(self, entry: Entry) -> Iterator[tuple[str, Node, int, float]]:
        present = bits([value is not None for value in entry.values])
        # What holds for every day says no more than that there is one.
        for node in (IS_WEEKEND(entry.node), IS_WORKING_DAY(entry.node)):
            if (rows := bits(self.bank.frame.values(node))) != present:
                yield "pattern", node, rows, 0.5
        ordered: dict[datetime, int] = defaultdict(int)
        for at, value in enumerate(entry.values):
            if isinstance(value, datetime):
                ordered[value] |= 1 << at
        before = 0
        for low, high in itertools.pairwise(sorted(ordered)):
            before |= ordered[low]
            named = named_day(low, high)
            if named is not None:
                limit, extra = named
                yield "threshold", since(entry.node, limit), present & ~before, extra
                yield "threshold", earlier(entry.node, limit), before, extra

    @cached_property
    def numeric(self) -> frozenset[Node]:
        """Texts that are numbers, dates or times."""
        return frozenset(one.node.parts[0] for one in (*self.bank.numbers, *self.bank.moments) if one.node.parts)

    @cached_property
    def odd(self) -> dict[Node, frozenset[str]]:
        """Of columns of numbers, dates or times the texts that are none, as `n/a`: they stand for something."""
        found: dict[Node, frozenset[str]] = {}
        texts = {entry.node: entry.values for entry in self.bank.texts}
        for entry in (*self.bank.numbers, *self.bank.moments):
            read = entry.node.parts[0] if entry.node.parts else entry.node
            if read in texts:
                others = {str(text) for text, value in zip(texts[read], entry.values, strict=True) if text and value is None}
                found[read] = found.get(read, frozenset(others)) & others
        return found


def _of_one_row(*sets: int) -> float:
    """What it costs that a part of a condition is there for one row alone."""
    return weights.SINGLE * sum(rows.bit_count() == 1 for rows in sets)


_MARKS_OF_NAMES = frozenset(",.-'&")
