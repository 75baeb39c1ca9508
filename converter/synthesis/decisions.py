"""The program of a column: one that fits all rows, a mapping of values, or a choice between programs.

A choice is a decision list: a condition over the input parts the rows, and each side is learned by itself. FlashFill clusters
rows by common programs first and then learns a classifier; here the classifiers are few and cheap, so they come first.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from sqlglot import exp

from converter.synthesis.concatenation import Pieces, concatenations, pieces_of
from converter.synthesis.operator import all_operators, all_transformations
from converter.synthesis.predicates import Condition, conditions
from converter.synthesis.sheet import Sheet
from converter.synthesis.term import Column, Constant, Term, literal, values
from converter.table import Cell, Row

Ranked = list[tuple[float, Term]]

MOST_SPLITS = 16
BRANCH = 1.0
"""What one more branch costs beside its condition and program."""
LONE_ROW, LONE_CONSTANT = 1.0, 2.0
"""What a branch costs more that a single row stands for, and when it says no more than that row's text."""
ROW, CHARACTER = 1.5, 0.55
"""What it costs to tell a row's cell by itself: a program must be shorter than all cells together."""


@dataclass(frozen=True)
class Choice(Term):
    """One program where the condition holds, another where it does not."""

    kind: ClassVar[str] = "conditional"
    condition: Condition
    then: Term
    otherwise: Term

    @property
    def cost(self) -> float:
        return self.condition.cost + BRANCH + self.then.cost + self.otherwise.cost

    def value(self, row: Row) -> Cell:
        return (self.then if self.condition.holds(row) else self.otherwise).value(row)

    def sql(self) -> exp.Expression:
        branch = exp.If(this=self.condition.expression.copy(), true=self.then.sql())
        otherwise = self.otherwise.sql()
        if isinstance(otherwise, exp.Case) and otherwise.this is None:
            otherwise.set("ifs", [branch, *otherwise.args["ifs"]])
            return otherwise
        return exp.Case(ifs=[branch], default=otherwise)


@dataclass(frozen=True)
class Mapping(Term):
    """A column's values, each with the text that stands for it; NULL for a value that the example does not have."""

    kind: ClassVar[str] = "mapping"
    source: Column
    pairs: tuple[tuple[str, str], ...]

    @property
    def cost(self) -> float:
        return 1.5 + sum(0.8 + 0.05 * (len(key) + len(text)) for key, text in self.pairs)

    def value(self, row: Row) -> Cell:
        return dict(self.pairs).get(row[self.source.index] or "")

    def sql(self) -> exp.Expression:
        ifs = [exp.If(this=literal(key), true=literal(text)) for key, text in self.pairs]
        source = (
            exp.func("coalesce", self.source.sql(), literal("")) if any(not key for key, _ in self.pairs) else self.source.sql()
        )
        return exp.Case(this=source, ifs=ifs)


def explain(sheet: Sheet, target: tuple[str, ...], name: str | None, most: int) -> Ranked:
    """Terms that give the target, best first; none where all that fit would memorise it."""
    limit = sum(ROW + CHARACTER * len(cell) for cell in target)
    whole = [(cost - _named(term, name), term) for cost, term in straight(sheet, target, most)]
    found = [entry for entry in whole if entry[0] < limit or isinstance(entry[1], Column)]
    found += [(term.cost, term) for term in mappings(sheet, target)]
    if not found and len(target) > 1:
        found = [entry for entry in choices(sheet, target, depth=2) if entry[0] < limit]
    return sorted(found, key=lambda entry: entry[0])[:most]


def _named(term: Term, name: str | None) -> float:
    """How much likelier a column is that bears the output's own name."""
    return 0.5 if name and isinstance(term, Column) and term.name.casefold() == name.casefold() else 0.0


def straight(sheet: Sheet, target: tuple[str, ...], most: int) -> Ranked:
    """One program for all rows."""
    return sheet.memo(("straight", target, most), lambda: _straight(sheet, target, most))


def _straight(sheet: Sheet, target: tuple[str, ...], most: int) -> Ranked:
    if len(set(target)) == 1 and (len(target) > 1 or not target[0]):
        return [(0.5 if not target[0] else Constant(target[0]).cost, Constant(target[0]))]
    found = concatenations(sheet, target, _pieces(sheet, target), most)
    for kind in all_transformations():
        for simpler, step in kind.undo(target):
            if sheet.is_late:
                break
            inner = concatenations(sheet, simpler, _pieces(sheet, simpler), 2)
            wrapped = ((cost, step.over(term)) for cost, term in inner)
            found += [(term.cost, term) for _, term in wrapped if _gives(term, sheet.rows, target)]
    return sorted(found, key=lambda entry: entry[0])[:most]


def _gives(term: Term, rows: Sequence[Row], target: tuple[str, ...]) -> bool:
    return all((text or "") == wanted for text, wanted in zip(values(term, rows), target, strict=True))


def _pieces(sheet: Sheet, target: tuple[str, ...]) -> Pieces:
    terms = (term for operator in all_operators() if not sheet.is_late for term in operator.propose(sheet, target))
    return pieces_of(sheet, terms)


def mappings(sheet: Sheet, target: tuple[str, ...]) -> list[Mapping]:
    """Columns that say what the target is, where values come back often enough to be a rule."""
    found = []
    for column in sheet.filled():
        pairs: dict[str, str] = {}
        keys = [text or "" for text in sheet.texts(column)]
        if any(pairs.setdefault(key, cell) != cell for key, cell in zip(keys, target, strict=True)):
            continue
        if 1 < len(pairs) <= len(target) / 2 and len(set(pairs.values())) > 1:
            found.append(Mapping(column, tuple(pairs.items())))
    return found


def choices(sheet: Sheet, target: tuple[str, ...], depth: int) -> Ranked:
    """Two programs with a condition between them; the second may be a choice again, `depth` deep."""
    best: dict[tuple[bool, ...], Condition] = {}
    for condition in conditions(sheet):
        truth = tuple(map(condition.holds, sheet.rows))
        if any(truth) and not all(truth) and (truth not in best or condition.cost < best[truth].cost):
            best[truth] = condition
    found: Ranked = []
    for truth, condition in sorted(best.items(), key=lambda entry: entry[1].cost)[:MOST_SPLITS]:
        if sheet.is_late:
            break
        then = _side(sheet, target, truth, True, 0)
        if then is None:
            continue
        otherwise = _side(sheet, target, truth, False, depth - 1)
        if otherwise is None:
            continue
        cost = condition.cost + BRANCH + then[0] + otherwise[0]
        found.append((cost, Choice(condition, then[1], otherwise[1])))
    return sorted(found, key=lambda entry: entry[0])


def _side(sheet: Sheet, target: tuple[str, ...], truth: tuple[bool, ...], flag: bool, depth: int) -> tuple[float, Term] | None:
    """The best program for the rows where the condition's truth is `flag`."""
    rows = tuple(row for row, one in zip(sheet.rows, truth, strict=True) if one is flag)
    cells = tuple(cell for cell, one in zip(target, truth, strict=True) if one is flag)
    side = sheet.memo(("side", rows), lambda: Sheet(sheet.columns, rows, sheet.deadline))
    ranked = _lone(side, cells) if len(rows) == 1 else straight(side, cells, 1)
    if not ranked and depth > 0 and len(rows) > 2:
        ranked = choices(side, cells, depth)[:1]
    return ranked[0] if ranked else None


def _lone(sheet: Sheet, cells: tuple[str, ...]) -> Ranked:
    """A branch that one row stands for: dearer, and dearer still where it is that row's text."""
    ranked = [(cost + LONE_ROW, term) for cost, term in straight(sheet, cells, 1)]
    constant = Constant(cells[0])
    ranked.append((constant.cost + LONE_ROW + LONE_CONSTANT, constant))
    return sorted(ranked, key=lambda entry: entry[0])[:1]
