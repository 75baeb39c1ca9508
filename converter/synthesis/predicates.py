"""Predicates over a row, learned from which rows are meant: for filters, and for the choice between programs.

Simple conditions of one column each (blank, equal, member, contains, starts and ends with, pattern, length, comparison of
numbers and dates); those that hold for exactly the rows that are meant are ranked by description length.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import partial
from itertools import islice, pairwise

from sqlglot import exp

from converter.learning.clock import now
from converter.learning.shapes import shape
from converter.synthesis.operators.date_formats import formats_of, parsed
from converter.synthesis.operators.matching import shapes
from converter.synthesis.operators.moments import parsing
from converter.synthesis.operators.numbers import decimal_of, parsed_number
from converter.synthesis.operators.substrings import compiled
from converter.synthesis.sheet import Sheet, sheet_of
from converter.synthesis.term import Column, call, literal
from converter.table import Row, Table

MOST_COLUMNS = 12
MOST_VALUES = 12
MOST_SHAPES, LONGEST_PATTERN = 5, 60


@dataclass(frozen=True)
class Condition:
    """A test of a row; where a needed cell is missing it does not hold (SQL: NULL)."""

    holds: Callable[[Row], bool]
    expression: exp.Expression
    cost: float
    is_incidental: bool = False
    """Whether a single row easily differs from the others by it: a word, a length, a size."""
    is_absence: bool = False
    """Whether it holds where there is nothing to make a value from: a text that is no date or no number."""
    value_of: Column | None = None
    """The column of which it names one value."""


@dataclass(frozen=True)
class Predicate:
    """A condition or its opposite, as SQL that is never NULL where negated."""

    condition: Condition
    is_negated: bool

    @property
    def cost(self) -> float:
        return self.condition.cost + (0.3 if self.is_negated else 0.0)

    @property
    def expression(self) -> exp.Expression:
        """The boolean SQL."""
        if not self.is_negated:
            return self.condition.expression
        return exp.Not(this=call("coalesce", self.condition.expression, exp.false()))

    def holds(self, row: Row) -> bool:
        """Whether the row is meant."""
        return self.condition.holds(row) is not self.is_negated


def learn_predicate(
    table: Table, keep: Sequence[bool], *, deadline: float | None = None, most: int = 5
) -> list[exp.Expression]:
    """Boolean SQL over the table's columns that holds for exactly the rows to keep, likeliest first."""
    return [predicate.expression for predicate in predicates(table, keep, deadline=deadline)[:most]]


def predicates(table: Table, keep: Sequence[bool], *, deadline: float | None = None) -> list[Predicate]:
    """Like `learn_predicate`, with costs and the same test in Python."""
    wanted = tuple(keep)
    if all(wanted) or not any(wanted):
        return []
    sheet = sheet_of(table, now() + 2.0 if deadline is None else deadline)
    opposite = tuple(not one for one in wanted)
    found = []
    for condition in (*conditions(sheet), *memberships(sheet, wanted)):
        truth = tuple(map(condition.holds, sheet.rows))
        if truth in (wanted, opposite):
            found.append(Predicate(condition, truth == opposite))
    return sorted(found, key=lambda one: one.cost)


def conditions(sheet: Sheet) -> list[Condition]:
    """Conditions that hold for some of the rows, likelier ones cheaper, in no order."""
    return sheet.memo(
        "conditions", lambda: [one for column in sheet.filled()[:MOST_COLUMNS] for one in _of_column(sheet, column)]
    )


def _of_column(sheet: Sheet, column: Column) -> Iterator[Condition]:
    texts = [text or "" for text in sheet.texts(column)]
    filled = [text for text in texts if text]
    at, name = column.index, column.sql()
    if len(filled) < len(texts):
        yield Condition(partial(_is_blank, at), exp.EQ(this=call("coalesce", name, ""), expression=literal("")), 0.6)
    for value, count in Counter(filled).most_common(MOST_VALUES):
        if count > 1 or value.strip().casefold() in MISSING:
            yield Condition(partial(_equals, at, value), exp.EQ(this=name, expression=literal(value)), 1.0, value_of=column)
    for text in _marks(texts):
        cost = 1.0 + (0.8 + 0.15 * len(text) if len(text) > 1 else 0.0)
        is_word = len(text) > 1
        yield Condition(partial(_contains, at, text), call("contains", name, text), cost, is_word)
        yield Condition(partial(_starts_with, at, text), call("starts_with", name, text), cost + 0.05, is_word)
        yield Condition(partial(_ends_with, at, text), call("ends_with", name, text), cost + 0.1, is_word)
    for pattern, cost in _PATTERNS:
        yield Condition(partial(_matches, at, pattern), call("regexp_matches", name, pattern), cost)
    for pattern in _shapes_of(filled):
        yield Condition(partial(_matches, at, pattern), call("regexp_matches", name, pattern), 1.2 + 0.02 * len(pattern))
    size = call("length", name)
    for length in sorted({len(text) for text in filled})[:6]:
        yield Condition(partial(_has_length, at, length), exp.EQ(this=size.copy(), expression=literal(length)), 1.8, True)
        yield Condition(partial(_is_longer, at, length), exp.GT(this=size.copy(), expression=literal(length)), 1.9, True)
    yield from _comparisons(column, filled)
    yield from _date_comparisons(column, filled)
    yield from _unreadable(column, filled)


MISSING = frozenset(("", "none", "null", "nil", "n/a", "na", "#n/a", "nan", "-", "--", "?", "unknown", "missing", "empty"))
"""How people write that there is no value: such a text is a case of its own even where it stands once."""


def _is_blank(at: int, row: Row) -> bool:
    return not row[at]


def _equals(at: int, value: str, row: Row) -> bool:
    return row[at] == value


def _contains(at: int, text: str, row: Row) -> bool:
    return text in (row[at] or "")


def _starts_with(at: int, text: str, row: Row) -> bool:
    return (row[at] or "").startswith(text)


def _ends_with(at: int, text: str, row: Row) -> bool:
    return (row[at] or "").endswith(text)


def _matches(at: int, pattern: str, row: Row) -> bool:
    cell = row[at]
    return cell is not None and compiled(pattern).search(cell) is not None


def _has_length(at: int, length: int, row: Row) -> bool:
    cell = row[at]
    return cell is not None and len(cell) == length


def _is_longer(at: int, length: int, row: Row) -> bool:
    cell = row[at]
    return cell is not None and len(cell) > length


_PATTERNS = (
    ("^[0-9]", 1.1),
    ("^[A-Za-z]", 1.1),
    ("^[0-9]+$", 1.1),
    ("^[A-Za-z]+$", 1.2),
    ("[0-9]", 1.1),
    ("[a-z]", 1.2),
    ("[A-Z]", 1.2),
    ("^[A-Z]+$", 1.3),
    ("[0-9]$", 1.3),
    ("[A-Za-z]$", 1.3),
    (r"^\S+$", 1.3),
    (r"\(.*\)", 1.3),
    (r"\S@\S", 1.3),
)


def _shapes_of(filled: list[str]) -> Iterator[str]:
    """Patterns for the texts of one shape, where they are of two to five."""
    groups: dict[str, list[str]] = {}
    for text in filled:
        groups.setdefault(re.sub(r"([a0])\1+", r"\1", shape(text.lower())), []).append(text)
    if 1 < len(groups) <= MOST_SHAPES:
        for texts in groups.values():
            first = next(iter(shapes(texts)), None)
            if first is not None and len(first.pattern) <= LONGEST_PATTERN:
                yield f"^{first.pattern}$"


def _marks(texts: list[str]) -> list[str]:
    """Punctuation and words that some texts have and others lack."""
    found: Counter[str] = Counter()
    for text in texts:
        # In the order of the text, so that of marks which tell as much the first is taken.
        found.update(dict.fromkeys(char for char in text if not char.isalnum()).keys())
        found.update(dict.fromkeys(re.findall(r"[A-Za-z]{2,}", text)).keys())
    return [mark for mark, count in found.most_common(40) if count < len(texts)][:24]


def _comparisons(column: Column, filled: list[str]) -> Iterator[Condition]:
    numbers = [decimal_of(text) for text in filled]
    if not filled or any(number is None for number in numbers):
        return
    known = sorted({number for number in numbers if number is not None})
    at, expression = column.index, parsed_number(column.sql())
    for low, high in islice(pairwise(known), 30):
        bound = _round_between(low, high)
        more = exp.GTE(this=expression.copy(), expression=exp.Literal.number(f"{bound.normalize():f}"))
        if bound < 0:
            more = exp.GTE(this=expression.copy(), expression=exp.Neg(this=exp.Literal.number(f"{-bound.normalize():f}")))
        cost = 1.5 if bound in (0, 1) or bound % 10 == 0 else 1.8
        yield Condition(partial(_is_at_least, at, bound), more, cost, True)


def _is_at_least(at: int, bound: Decimal, row: Row) -> bool:
    number = decimal_of(row[at])
    return number is not None and number >= bound


def _round_between(low: Decimal, high: Decimal) -> Decimal:
    """The roundest number above `low` and not above `high`."""
    for exponent in range(9, -10, -1):
        step = Decimal(10) ** exponent
        bound = (high // step) * step
        if low < bound <= high:
            return bound
    return high


def _unreadable(column: Column, filled: list[str]) -> Iterator[Condition]:
    """Whether the text is no number or no date where most are."""
    at, name = column.index, column.sql()
    numbers = sum(decimal_of(text) is not None for text in filled)
    if len(filled) / 2 <= numbers < len(filled):
        yield Condition(partial(_is_no_number, at), exp.Is(this=parsed_number(name), expression=exp.null()), 0.8, False, True)
    dated = [formats_of(text) for text in filled]
    shared = [form for form in next(filter(None, dated), ()) if all(form in forms for forms in dated if forms)]
    if len(filled) / 2 <= sum(map(bool, dated)) < len(filled) and shared:
        condition = exp.Is(this=parsing(name.copy(), (shared[0],)), expression=exp.null())
        yield Condition(partial(_is_no_date, at, shared[0]), condition, 0.8, False, True)


def _is_no_number(at: int, row: Row) -> bool:
    return decimal_of(row[at]) is None


def _is_no_date(at: int, form: str, row: Row) -> bool:
    return parsed(row[at], (form,)) is None


def _date_comparisons(column: Column, filled: list[str]) -> Iterator[Condition]:
    if not filled or not any("-" in text or "/" in text or "." in text or " " in text for text in filled[:1]):
        return
    shared = set(formats_of(filled[0])).intersection(*(formats_of(text) for text in filled[1:]))
    if not shared:
        return
    form = min(shared, key=lambda one: (len(one), one))
    moments = sorted({moment for moment in (parsed(text, (form,)) for text in filled) if moment is not None})
    at = column.index
    for moment in moments[1:21]:
        bound = exp.cast(literal(moment.isoformat(sep=" ")), "TIMESTAMP")
        more = exp.GTE(this=parsing(column.sql(), (form,)), expression=bound)
        yield Condition(partial(_is_since, at, form, moment), more, 1.9, True)
    if "d" in re.findall("%(.)", form):
        weekend = exp.GTE(this=call("isodow", parsing(column.sql(), (form,))), expression=literal(6))
        yield Condition(partial(_is_at_weekend, at, form), weekend, 1.8, True)


def _is_since(at: int, form: str, bound: datetime, row: Row) -> bool:
    moment = parsed(row[at], (form,))
    return moment is not None and moment >= bound


def _is_at_weekend(at: int, form: str, row: Row) -> bool:
    moment = parsed(row[at], (form,))
    return moment is not None and moment.isoweekday() >= 6


def memberships(sheet: Sheet, wanted: tuple[bool, ...]) -> Iterator[Condition]:
    """Columns whose values part the rows, as `IN (…)` of the values that are meant."""
    for column in sheet.filled()[:MOST_COLUMNS]:
        texts = sheet.texts(column)
        for flag in (True, False):
            inside = {text for text, one in zip(texts, wanted, strict=True) if one is flag and text}
            outside = {text for text, one in zip(texts, wanted, strict=True) if one is not flag}
            repeated = sum(text in inside for text in texts) > len(inside)
            if not 1 < len(inside) <= MOST_VALUES or inside & outside or not repeated:
                continue
            listed = [literal(text) for text in sorted(inside)]
            at, members = column.index, frozenset(inside)
            within = exp.In(this=column.sql(), expressions=listed)
            yield Condition(partial(_is_member, at, members), within, 1.2 + 0.3 * len(inside))


def _is_member(at: int, members: frozenset[str], row: Row) -> bool:
    return row[at] in members
