"""The program of a column: one that fits all rows, one with a default, a mapping of values, or a choice between programs.

A choice is a decision list: a condition over the input parts the rows, and each side is learned by itself. FlashFill clusters
rows by common programs first and then learns a classifier; here the classifiers are few and cheap, so they come first.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, fields, is_dataclass
from typing import ClassVar

from sqlglot import exp

from converter.synthesis.concatenation import Pieces, concatenations, constant, pieces_of
from converter.synthesis.operator import all_operators, all_transformations
from converter.synthesis.operators import substrings
from converter.synthesis.predicates import MISSING, Condition, conditions
from converter.synthesis.sheet import Sheet
from converter.synthesis.term import Column, Constant, Term, call, literal, values
from converter.table import Cell, Row

Ranked = list[tuple[float, Term]]
Programs = Callable[[Sheet, tuple[str, ...], int], Ranked]
"""Ranked programs for a sheet and its target, so many at most."""

MOST_SPLITS = 16
BRANCH = 1.0
"""What one more branch costs beside its condition and program."""
LONE_ROW = 1.0
"""What a branch costs more that a single row stands for."""
COMPUTED_FROM_VALUE = 0.6
FALLBACK = 0.6
"""What a default costs beside its text."""
DERIVABLE = 12.0
"""What a pair of a mapping costs more where its text is but the key in another spelling."""
LONGEST_KEY, MOST_PAIRS, MOST_FIELD_PAIRS = 32, 40, 12
ROW, CHARACTER = 1.5, 0.55
"""What it costs to tell a row's cell by itself: a program must be shorter than all cells together."""
SLACK = 1.25
"""A choice may be so much longer, since its branches for single rows are not by heart."""


@dataclass(frozen=True)
class Choice(Term):
    """One program where the condition holds, another where it does not."""

    kind: ClassVar[str] = "conditional"
    condition: Condition
    then: Term
    otherwise: Term

    @property
    def cost(self) -> float:
        return cost_of_choice(self.condition, self.then) + self.then.cost + self.otherwise.cost

    def value(self, row: Row) -> Cell:
        return (self.then if self.condition.holds(row) else self.otherwise).value(row)

    def sql(self) -> exp.Expression:
        branch = exp.If(this=self.condition.expression.copy(), true=self.then.sql())
        otherwise = self.otherwise.sql()
        if isinstance(otherwise, exp.Case) and otherwise.this is None:
            otherwise.set("ifs", [branch, *otherwise.args["ifs"]])
            return otherwise
        return exp.Case(ifs=[branch], default=otherwise)


def cost_of_choice(condition: Condition, then: Term) -> float:
    """What a choice costs beside its programs. For one value, one text is likelier than a program over the value."""
    value = condition.value_of
    is_computed = value is not None and any(one.name == value.name for one in then.sql().find_all(exp.Column))
    return condition.cost + BRANCH + COMPUTED_FROM_VALUE * is_computed


@dataclass(frozen=True)
class Mapping(Term):
    """A column's values, each with the text that stands for it; NULL for a value that the example does not have."""

    kind: ClassVar[str] = "mapping"
    source: Term
    pairs: tuple[tuple[str, str], ...]
    derivable: int = 0
    """How many of the texts are but the key in another spelling."""

    @property
    def cost(self) -> float:
        return (
            0.5
            + self.source.cost
            + sum(0.8 + 0.05 * (len(key) + len(text)) for key, text in self.pairs)
            + DERIVABLE * self.derivable
        )

    def value(self, row: Row) -> Cell:
        return dict(self.pairs).get(self.source.value(row) or "")

    def sql(self) -> exp.Expression:
        ifs = [exp.If(this=literal(key), true=literal(text)) for key, text in self.pairs]
        source = (
            exp.func("coalesce", self.source.sql(), literal("")) if any(not key for key, _ in self.pairs) else self.source.sql()
        )
        return exp.Case(this=source, ifs=ifs)


@dataclass(frozen=True)
class Default(Term):
    """The text of `source`, or `text` where there is none."""

    kind: ClassVar[str] = "default"
    source: Term
    text: str

    @property
    def cost(self) -> float:
        return self.source.cost + FALLBACK + 0.5 * Constant(self.text).cost

    def value(self, row: Row) -> Cell:
        return self.source.value(row) or self.text

    def sql(self) -> exp.Expression:
        return call("coalesce", call("nullif", self.source.sql(), ""), self.text)


def explain(sheet: Sheet, target: tuple[str, ...], name: str | None, most: int) -> Ranked:
    """Terms that give the target, best first; none where all that fit would memorise it."""
    limit = by_heart(target)
    whole = [(cost - _named(term, name), term) for cost, term in straight(sheet, target, most)]
    found = [entry for entry in whole if entry[0] < limit or isinstance(entry[1], Column)]
    found += [(term.cost, term) for term in mappings(sheet, target) if term.cost < limit]
    if all(isinstance(term, Mapping) for _, term in found) and len(target) > 1:
        if any(len(term.pairs) <= len(target) / 2 for _, term in found if isinstance(term, Mapping)):
            # Its texts are categories: what else could tell them apart is looked for, but not how they could be spelled.
            found += choices(sheet, target, depth=2, program=_category)
        else:
            found += defaults(sheet, target, most)
            found += choices(sheet, target, depth=2)
        found = [entry for entry in found if entry[0] < SLACK * limit and not _memorises(entry[1], sheet, target)]
    return sorted(found, key=lambda entry: entry[0])[:most]


def by_heart(cells: Sequence[Cell]) -> float:
    """What it costs to tell the cells one by one."""
    return sum(ROW + CHARACTER * len(cell or "") for cell in cells)


def _named(term: Term, name: str | None) -> float:
    """How much likelier a column is that bears the output's own name."""
    return 0.5 if name and isinstance(term, Column) and term.name.casefold() == name.casefold() else 0.0


def straight(sheet: Sheet, target: tuple[str, ...], most: int) -> Ranked:
    """One program for all rows."""
    return sheet.memo(("straight", target, most), lambda: _straight(sheet, target, most))


def _straight(sheet: Sheet, target: tuple[str, ...], most: int) -> Ranked:
    if len(set(target)) == 1 and (len(target) > 1 or not target[0]):
        same = constant(target[0], sheet)
        if not same.echoes:
            return [(same.cost if same.text else 0.5, same)]
    found = concatenations(sheet, target, _pieces(sheet, target), most)
    for kind in all_transformations():
        for simpler, step in kind.undo(target):
            if sheet.is_late:
                break
            inner = concatenations(sheet, simpler, _pieces(sheet, simpler), 2)
            wrapped = ((cost, step.over(term)) for cost, term in inner)
            found += [(term.cost, term) for _, term in wrapped if _gives(term, sheet.rows, target)]
    if not found and len(set(target)) == 1 and len(target) > 1:
        found = [(same.cost, same)]
    return sorted(found, key=lambda entry: entry[0])[:most]


def _gives(term: Term, rows: Sequence[Row], target: tuple[str, ...]) -> bool:
    return all((text or "") == wanted for text, wanted in zip(values(term, rows), target, strict=True))


def _pieces(sheet: Sheet, target: tuple[str, ...]) -> Pieces:
    terms = (term for operator in all_operators() if not sheet.is_late for term in operator.propose(sheet, target))
    return pieces_of(sheet, terms, target)


def mappings(sheet: Sheet, target: tuple[str, ...]) -> list[Mapping]:
    """Columns whose short values say what the target is, where values come back: a text of its own a row is no rule."""
    found = []
    for column in sheet.filled():
        pairs: dict[str, str] = {}
        keys = [text or "" for text in sheet.texts(column)]
        if any(pairs.setdefault(key, cell) != cell for key, cell in zip(keys, target, strict=True)):
            continue
        if len(set(pairs.values())) < 2 or len(pairs) > MOST_PAIRS or max(map(len, pairs)) > LONGEST_KEY:
            continue
        alike = sum(_is_alike(key, text) for key, text in pairs.items())
        is_measure = any(re.search("[0-9]{2}", key) for key in pairs)
        if len(pairs) <= len(target) / 2 or (len(pairs) < len(target) and not alike and not is_measure):
            found.append(Mapping(column, tuple(pairs.items()), alike))
    return found or _mappings_of_fields(sheet, target)


def _mappings_of_fields(sheet: Sheet, target: tuple[str, ...]) -> list[Mapping]:
    """Parts of texts, each of whose values comes back, that say what the target is: an extension, a prefix."""
    found = []
    for field in substrings.fields(sheet):
        pairs = dict(zip(sheet.texts(field), target, strict=True))
        keys = Counter(sheet.texts(field))
        if len(set(target)) < 2 or min(keys.values()) < 2 or len(keys) > MOST_FIELD_PAIRS:
            continue
        if not all(key and len(key) <= LONGEST_KEY for key in keys) or any(map(str.isdigit, map(str, keys))):
            continue
        if all(pairs[key] == cell for key, cell in zip(sheet.texts(field), target, strict=True)):
            told = tuple((key or "", cell) for key, cell in pairs.items())
            found.append(Mapping(field, told, sum(_is_alike(key, text) for key, text in told)))
    return sorted(found, key=lambda one: one.cost)[:2]


def _is_alike(key: str, text: str) -> bool:
    """Whether a text is made from its key rather than standing for it."""
    first, second = key.strip().casefold(), text.strip().casefold()
    return bool(first and second) and (first in second or second in first) and min(len(first), len(second)) > 1


NEUTRAL = frozenset(("0", "0.0", "0.00", "false", "no"))
"""What people write where there is nothing to tell."""


def defaults(sheet: Sheet, target: tuple[str, ...], most: int) -> Ranked:
    """One program that finds nothing in some rows, and the text that stands there instead."""
    found: Ranked = []
    for text, count in Counter(target).most_common(3):
        if not text or count == len(target) or (count < 2 and text.casefold() not in MISSING | NEUTRAL):
            continue
        blanked = tuple("" if cell == text else cell for cell in target)
        found += [(term.cost, term) for term in (Default(one, text) for _, one in straight(sheet, blanked, most))]
    return [entry for entry in found if _gives(entry[1], sheet.rows, target)]


def choices(sheet: Sheet, target: tuple[str, ...], depth: int, program: Programs | None = None) -> Ranked:
    """Two programs with a condition between them; the second may be a choice again, `depth` deep.

    `program` is how the rows of one side are explained; `straight` where none is given.
    """
    best: dict[tuple[bool, ...], Condition] = {}
    for condition in conditions(sheet):
        truth = tuple(map(condition.holds, sheet.rows))
        if any(truth) and not all(truth) and (truth not in best or condition.cost < best[truth].cost):
            best[truth] = condition
    found: Ranked = []
    for truth, condition in sorted(best.items(), key=lambda entry: entry[1].cost)[:MOST_SPLITS]:
        if sheet.is_late:
            break
        if condition.is_incidental and _has_lone_side(sheet, truth):
            continue
        then = _absent(target, truth) if condition.is_absence else None
        then = then or _side(sheet, target, truth, True, 0, program)
        if then is None:
            continue
        otherwise = _side(sheet, target, truth, False, depth - 1, program)
        if otherwise is None:
            continue
        cost = cost_of_choice(condition, then[1]) + then[0] + otherwise[0]
        found.append((cost, Choice(condition, then[1], otherwise[1])))
    return sorted(found, key=lambda entry: entry[0])


def _absent(target: tuple[str, ...], truth: tuple[bool, ...]) -> tuple[float, Term] | None:
    """The one text for the rows that have nothing to make a value from."""
    cells = {cell for cell, one in zip(target, truth, strict=True) if one}
    text = cells.pop()
    return None if cells else (Constant(text).cost, Constant(text))


def _has_lone_side(sheet: Sheet, truth: tuple[bool, ...]) -> bool:
    """Whether one side stands for a single row, or the same row again and again."""
    return any(len({row for row, one in zip(sheet.rows, truth, strict=True) if one is flag}) == 1 for flag in (True, False))


def _category(sheet: Sheet, target: tuple[str, ...], most: int) -> Ranked:
    """The one text that all rows have."""
    return [(Constant(target[0]).cost, Constant(target[0]))] if len(set(target)) == 1 else []


def _side(
    sheet: Sheet, target: tuple[str, ...], truth: tuple[bool, ...], flag: bool, depth: int, program: Programs | None
) -> tuple[float, Term] | None:
    """The best program for the rows where the condition's truth is `flag`."""
    rows = tuple(row for row, one in zip(sheet.rows, truth, strict=True) if one is flag)
    cells = tuple(cell for cell, one in zip(target, truth, strict=True) if one is flag)
    side = Sheet(sheet.columns, rows, sheet.deadline, sheet.memo(("side", rows), dict))
    if program is not None:
        ranked = program(side, cells, 1)
    else:
        ranked = _lone(side, cells[0]) if len(set(rows)) == 1 else straight(side, cells, 1)
    if not ranked and depth > 0 and len(rows) > 2:
        ranked = choices(side, cells, depth, program)[:1]
    return ranked[0] if ranked else None


def _lone(sheet: Sheet, text: str) -> Ranked:
    """A branch that one row stands for: dearer, and only made from that row, or a word for what is missing."""
    if text.casefold() in MISSING:
        return [(Constant(text).cost + LONE_ROW, Constant(text))]
    ranked = straight(Sheet(sheet.columns, sheet.rows[:1], sheet.deadline), (text,), 8)
    return [(cost + LONE_ROW, term) for cost, term in ranked if _is_copied(term, text, sheet.rows[0])][:1]


def _is_copied(term: Term, text: str, row: Row) -> bool:
    """Whether a good part of the text comes from the row, and no constant says what the row has too."""
    given = " ".join(_memorised(term))
    source = " ".join(cell or "" for cell in row).casefold()
    echoes = any(word.casefold() in source for word in re.findall(r"[^\W_]{2,}|[0-9]", given))
    return not echoes and _letters(text) - _letters(given) >= _letters(text) / 4


def _letters(text: str) -> int:
    return sum(char.isalnum() for char in text)


def _memorised(term: object) -> Iterator[str]:
    """The texts that a term and the terms within it write whatever the row says."""
    if isinstance(term, Term):
        yield term.by_heart
    if isinstance(term, tuple):
        for part in term:
            yield from _memorised(part)
    elif isinstance(term, Term) and is_dataclass(term):
        for one in fields(term):
            yield from _memorised(getattr(term, one.name))


def _memorises(term: Term, sheet: Sheet, target: tuple[str, ...]) -> bool:
    """Whether a choice gives nothing but texts that it has by heart, and one of them for a single row."""
    if not isinstance(term, Choice):
        return False
    leaves = list(_leaves(term))
    if not all(isinstance(leaf, Constant) for leaf in leaves):
        return False
    counts = Counter(target)
    return any(counts[leaf.text] == 1 and leaf.text for leaf in leaves if isinstance(leaf, Constant))


def _leaves(term: Term) -> Iterator[Term]:
    if isinstance(term, Choice):
        yield from _leaves(term.then)
        yield from _leaves(term.otherwise)
    else:
        yield term
