"""The smallest choice that puts candidates together: CASE over conditions, a map, the first that is filled.

Conditions and candidates share the bank, so a choice is looked up: a candidate that explains some rows, a condition that holds
for those (Alur et al., Scaling Enumerative Program Synthesis via Divide and Conquer, TACAS 2017).
"""

import math
from collections.abc import Iterator, Sequence
from itertools import combinations

from converter.learning import weights
from converter.learning.bands import bands
from converter.learning.bank import Bank
from converter.learning.columns import Candidate, Target
from converter.learning.conditions import MOST_ALTERNATIVES, Condition, Conditions
from converter.learning.expressions.choices import Case, Coalesce, Lookup
from converter.learning.expressions.predicates import bits
from converter.learning.expressions.texts import said_alike
from converter.learning.maps import Maps, is_of_words, is_scale, recites
from converter.learning.names import likeness, name_cost, says_state
from converter.learning.nodes import Apply, ColumnRef, Constant, Node, is_blank
from converter.learning.switches import switches
from converter.learning.wording import asks_for_zero, names_value, says_result

MOST_CANDIDATES = 120
MOST_BRANCHES = 5
MOST_ABSENCES = 12
"""Of so many conditions that something lacks two are tried together."""
MOST_IN_A_ROW = 4
"""So many columns at most are tried one after the other before a default."""
_OTHERWISE = 2.0
"""Conditions that cost so much more than the cheapest are looked at where columns are chosen together."""


class Decisions:
    """Choices for one column: its candidates, the conditions of the frame."""

    def __init__(
        self, conditions: Conditions, candidates: Sequence[Candidate], target: Target, name: str | None, *, wanted: int
    ) -> None:
        self.conditions, self.target, self.name, self.wanted = conditions, target, name, wanted
        self.bank: Bank = conditions.bank
        told = [one for one in candidates if not self._recites(one)]
        self.candidates = _undominated(told, wanted)[:MOST_CANDIDATES]
        self._best: dict[int, Candidate | None] = {}

    def best(self, rows: int) -> Candidate | None:
        """The cheapest candidate that explains all of the rows."""
        if rows not in self._best:
            self._best[rows] = next((one for one in self.candidates if one.rows & rows == rows), None)
        return self._best[rows]

    def found(self) -> list[Candidate]:
        """Choices that explain all wanted rows, the cheapest first."""
        stretches = bands(self.bank, self.target, self.wanted, self.name, self.best, self.conditions.shown)
        by_value = switches(self.bank, self.target, self.wanted, self.name, self.candidates)
        found = [*self._two(), *self._bounds(), *self._absences(), *self._mapped(), *self._coalesced(), *stretches, *by_value]
        if not found or min(one.cost for one in found) > 14.0:
            found += self._lists()
        if not found:
            found += self._pairs()
        return sorted((one for one in found if not self._is_by_heart(one.node)), key=lambda one: one.cost)[:12]

    def plain(self) -> list[Candidate]:
        """The choices of one condition, or one map, that explain all wanted rows, the cheapest first."""
        found = [*self._two(), *self._mapped(), *self._coalesced()]
        return sorted((one for one in found if not self._is_by_heart(one.node)), key=lambda one: one.cost)

    def _is_by_heart(self, node: Node) -> bool:
        """Whether it only lists a text of its own for each row."""
        results: list[Node] = []
        if isinstance(node, Case):
            results = [*(value for _, value in node.branches), node.default]
        elif isinstance(node, Lookup):
            if is_scale(self.name, node.source, node.map):
                return False
            results = [*map(Constant, node.map.values()), node.default]
        listed = {one.value for one in results if isinstance(one, Constant)}
        cells = [text for at, text in enumerate(self.target) if self.wanted >> at & 1]
        return len(set(cells)) >= self.bank.frame.given(self.wanted) and len(cells) > 1 and set(cells) <= listed

    def _case(self, branches: Sequence[tuple[Condition, Candidate]], default: Candidate) -> Candidate:
        taken = [result for _, result in branches] + [default]
        cost = sum(condition.cost + 0.5 * name_cost(self.name, condition.node) for condition, _ in branches)
        rows_left = self.wanted
        for condition, result in branches:
            here = condition.rows & rows_left
            rows_left &= ~here
            cost += weights.BRANCH + result.cost + self._single(here, result)
        cost += default.cost + self._single(rows_left, default)
        cost += weights.NAMED_VALUE * max((names_value(condition.node, self.name) for condition, _ in branches), default=0.0)
        read = frozenset().union(*(result.node.sources for result in taken))
        cost += weights.OWN_CONDITION * any(condition.node.sources & read for condition, _ in branches)
        cost += weights.ZERO_IS_NONE * any(
            asks_for_zero(condition.node, default.node) and is_blank(result.node) for condition, result in branches
        )
        cost += weights.SAID_BY_VALUE * max(self._said(condition, result) for condition, result in branches)
        cost += self._lone_constant(branches, default)
        if all(isinstance(one.node, Constant) for one in taken):
            cost += sum(self._lone_blank(condition) for condition, _ in branches)
        if all(isinstance(one.node, Constant) and one.node.value for one in taken):
            # A map of a state's words says as much, and tells of words that never came.
            cost -= weights.STATE * sum(one.kind in ("equal", "member") and says_state(one.node) for one, _ in branches)
        # What gives all rows by itself is no likelier for being asked of some.
        alone = [one.cost for one in taken if not self.wanted & ~one.rows]
        cost = max(cost, min(alone, default=-math.inf) + weights.BRANCH)
        node = Case([(condition.node, result.node) for condition, result in branches], default.node, cost)
        return Candidate(node, cost, self.wanted)

    def _said(self, condition: Condition, result: Candidate) -> int:
        """How far the condition says the result; a word found in one row's text alone may be any word of it."""
        said = says_result(condition.node, result.node)
        return said if said < 2 or (condition.rows & self.wanted).bit_count() > 1 else 0

    def _lone_constant(self, branches: Sequence[tuple[Condition, Candidate]], default: Candidate) -> float:
        """What it costs that one row's text is said by heart where other rows' are computed."""
        shown, rows_left = [], self.wanted
        for condition, result in branches:
            shown.append((condition.rows & rows_left, result.node))
            rows_left &= ~condition.rows
        shown.append((rows_left, default.node))
        lone = [
            (rows, node.value) for rows, node in shown if isinstance(node, Constant) and node.value and rows.bit_count() == 1
        ]
        computed = [node for _, node in shown if not isinstance(node, Constant)]
        if not lone or not computed:
            return 0.0
        read = frozenset().union(*(node.sources for node in computed))
        said = weights.RECITED * any(recites(str(text), self._cells(rows)) for rows, text in lone)
        return weights.LONE_CONSTANT + said + weights.ECHO * any(self._gives(read, rows, str(text)) for rows, text in lone)

    def _cells(self, rows: int) -> list[str | None]:
        """The texts of the one row, such that others have as well left out: these are words of the table."""
        at = rows.bit_length() - 1
        return [
            str(entry.values[at]) for entry in self.bank.texts if entry.values[at] and entry.values.count(entry.values[at]) == 1
        ]

    def _gives(self, read: frozenset[str], rows: int, text: str) -> bool:
        """Whether the text stands in one of these columns in that row: a number, but for its sign, or some of its words."""
        said = text.lstrip("+-")
        cells = [str(entry.values[rows.bit_length() - 1] or "") for entry in self.bank.texts if entry.node.sources <= read]
        return any(said in cell if any(map(str.isdigit, said)) else is_of_words(said, cell) for cell in cells)

    def _lone_blank(self, condition: Condition) -> float:
        """What it costs that texts are told apart by a blank that one row alone has, or lacks: any column may have one."""
        lone = 1 in (condition.rows.bit_count(), (self.conditions.full & ~condition.rows).bit_count())
        named = self.name is not None and any(likeness(self.name, source) for source in condition.node.sources)
        # Of what the other columns show a blank tells the reader something.
        named = named or any(one.key[0] == "shown" for one in condition.node.within())
        return (weights.SINGLE if lone else weights.UNNAMED_BLANK) * (condition.kind == "blank" and not named)

    @staticmethod
    def _single(rows: int, result: Candidate) -> float:
        return weights.SINGLE if rows.bit_count() == 1 else 0.0

    def _two(self) -> Iterator[Candidate]:
        scored: list[tuple[float, Condition, Candidate, Candidate]] = []
        for rows, held in self.conditions.by_rows.items():
            here = rows & self.wanted
            there = self.wanted & ~here
            if not here or not there:
                continue
            first, second = self.best(here), self.best(there)
            if first is None or second is None or first is second:
                continue
            price = first.cost + second.cost
            scored += [(price + condition.cost, condition, first, second) for condition in held[:6]]
        scored.sort(key=lambda one: one[0])
        for _, condition, first, second in scored[:40]:
            yield self._case([(condition, first)], second)

    def _bounds(self) -> Iterator[Candidate]:
        """Two texts by a bound of a number, a third one or none where the number is blank: a condition and its contrary."""
        for rows, held in self.conditions.by_rows.items():
            here = rows & self.wanted
            first = self.best(here) if here else None
            if first is None:
                continue
            for condition in held[:4]:
                contrary = self.conditions.contrary(condition)
                there = contrary.rows & self.wanted if contrary is not None else 0
                rest = self.wanted & ~here & ~there
                if contrary is None or not there or not rest or there & here:
                    continue
                second, third = self.best(there), self.best(rest)
                if second is not None and second is not first and third is not None and isinstance(third.node, Constant):
                    cost = (
                        condition.cost
                        + 0.3
                        + first.cost
                        + second.cost
                        + 2 * weights.BRANCH
                        + self._single(here, first)
                        + self._single(there, second)
                    )
                    cost += third.cost + self._single(rest, third) if third.node.value else 0.0
                    node = Case([(condition.node, first.node), (contrary.node, second.node)], third.node, cost)
                    yield Candidate(node, cost, self.wanted)

    def _absences(self) -> Iterator[Candidate]:
        """What is said where one of two lacks, where the other does, and where both are there: of what stands in two lists."""
        blanks = [one for held in self.conditions.by_rows.values() for one in held if one.kind == "blank"]
        absent = [one for one in sorted(blanks, key=lambda one: one.cost)[:MOST_ABSENCES] if one.rows & self.wanted]
        for one, other in combinations(absent, 2):
            rest = self.wanted & ~one.rows & ~other.rows
            first, second, third = (self.best(rows & self.wanted) for rows in (one.rows, other.rows, rest))
            if rest and not one.rows & other.rows and first is not None and second is not None and third is not None:
                yield self._case([(one, first), (other, second)], third)

    def _pairs(self) -> Iterator[Candidate]:
        """A choice by two conditions together."""
        for one in self.candidates[:30]:
            rest = self.wanted & ~one.rows
            other = self.best(rest) if rest else None
            if other is None:
                continue
            for rows, first, second in ((rest, other, one), (self.wanted & ~rest & ~other.rows, one, other)):
                for condition in self.conditions.conjunctions(rows, most=2) if rows else ():
                    yield self._case([(condition, first)], second)

    def _lists(self) -> list[Candidate]:
        """Decision lists of several branches, by the cheapest way to go on from the rows that are left."""
        memo: dict[tuple[int, int], tuple[float, list[tuple[Condition, Candidate]], Candidate] | None] = {}

        def solved(rows: int, branches: int) -> tuple[float, list[tuple[Condition, Candidate]], Candidate] | None:
            key = (rows, branches)
            if key in memo:
                return memo[key]
            memo[key] = None
            one = self.best(rows)
            best: tuple[float, list[tuple[Condition, Candidate]], Candidate] | None = None
            if one is not None:
                best = (one.cost + self._single(rows, one), [], one)
            if branches and (best is None or best[0] > 4.0):
                for condition, result, here in self._steps(rows):
                    price = condition.cost + result.cost + weights.BRANCH + self._single(here, result)
                    if best is not None and price >= best[0]:
                        continue
                    rest = solved(rows & ~here, branches - 1)
                    if rest is not None and (best is None or price + rest[0] < best[0]):
                        best = (price + rest[0], [(condition, result), *rest[1]], rest[2])
            memo[key] = best
            return best

        outcome = None
        for most in (2, 3, MOST_BRANCHES - 1):
            outcome = solved(self.wanted, most)
            if outcome is not None:
                break
        if outcome is None or not outcome[1]:
            return []
        _, branches, default = outcome
        return [self._case(branches, default), *(self._case(other, default) for other in self._told_otherwise(branches))]

    def _told_otherwise(self, branches: Sequence[tuple[Condition, Candidate]]) -> Iterator[list[tuple[Condition, Candidate]]]:
        """The branches with one condition replaced by another that tells the same rows: other columns may share that one."""
        left = self.wanted
        for at, (condition, result) in enumerate(branches):
            here = condition.rows & left
            alike = [
                one for held in self.conditions.by_rows.values() for one in held[:MOST_ALTERNATIVES]
                if one.rows & left == here and one is not condition and one.cost < condition.cost + _OTHERWISE
            ]  # fmt: skip
            for other in sorted(alike, key=lambda one: one.cost)[:MOST_ALTERNATIVES]:
                yield [*branches[:at], (other, result), *branches[at + 1 :]]
            left &= ~here

    def _steps(self, rows: int) -> list[tuple[Condition, Candidate, int]]:
        """Conditions that take away some of the rows, all explained by one candidate: the most for the least first."""
        by_rows: dict[int, Condition] = {}
        for held in self.conditions.by_rows.values():
            here = held[0].rows & rows
            if here and here != rows:
                known = by_rows.get(here)
                if known is None or held[0].cost < known.cost:
                    by_rows[here] = held[0]
        steps = []
        for here, condition in by_rows.items():
            result = self.best(here)
            if result is not None:
                gain = (condition.cost + result.cost + 1.0) / here.bit_count()
                steps.append((gain, condition, result, here))
        steps.sort(key=lambda one: one[0])
        return [(condition, result, here) for _, condition, result, here in steps[:8]]

    def _mapped(self) -> Iterator[Candidate]:
        return Maps(self.conditions, self.candidates, self.target, self.name, self.wanted, self.best).found()

    def _coalesced(self) -> Iterator[Candidate]:
        """The first of several columns that is filled, and a constant where none is."""
        texts = [one for one in self.candidates if not isinstance(one.node, Constant) and not isinstance(one.node, Case)][:24]
        constants = [one for one in self.candidates if isinstance(one.node, Constant) and one.node.value]
        for one in texts:
            given = self._filled(one.node) & self.wanted
            if not given & ~one.rows and given != self.wanted:
                yield from self._chained([one], self.wanted & ~given, texts, constants)
        for entry in self.bank.said:
            given = self._filled(entry.node) & self.wanted
            for one in texts:
                if isinstance(one.node, Apply) and one.node.parts == entry.node.parts and one.rows & self.wanted == given:
                    # A part is taken of what is said, and a word for nothing says nothing.
                    made = Candidate(one.node.function(entry.node), one.cost, given)
                    yield from self._chained([made], self.wanted & ~given, (), constants)
                    break

    def _chained(
        self, chain: list[Candidate], rest: int, texts: Sequence[Candidate], constants: Sequence[Candidate]
    ) -> Iterator[Candidate]:
        """What goes on where the chain is blank: an expression or a constant for all the rest, or one for some of it."""
        last = [other for other in (*texts, *constants) if other.rows & rest == rest and other not in chain]
        last.sort(key=lambda one: one.cost)
        for other in last[: 1 if len(chain) > 1 else None]:
            cost = sum(one.cost for one in chain) + other.cost + 0.6 + 0.6 * len(chain) + self._single(rest, other)
            # A part of some text of the one row left is soon found.
            cost += weights.PART_OF_ONE * (rest.bit_count() == 1 and not isinstance(other.node, Constant | ColumnRef))
            yield Candidate(Coalesce(said_alike([*(one.node for one in chain), other.node]), cost), cost, self.wanted)
        if last and len(chain) > 1:
            return
        if len(chain) < MOST_IN_A_ROW:
            for other in texts:
                more = self._filled(other.node) & rest
                if more and more != rest and not more & ~other.rows and other not in chain:
                    yield from self._chained([*chain, other], rest & ~more, texts, constants)
                    if len(chain) > 1:
                        return

    def _recites(self, one: Candidate) -> bool:
        """Whether it stands for one row alone and says what its cells say: a part of it, as '& Bob ', or all its words."""
        rows = one.rows & self.wanted
        if rows.bit_count() != 1:
            return False
        at = rows.bit_length() - 1
        words = {word for part in one.node.within() if isinstance(part, Constant) for word in str(part.value or "").split()}
        told = [word for word in words if len(word) > 1 and word.isalpha()]
        said = {entry.values[at] for entry in self.bank.texts}.intersection(told)
        return len(told) == len(said) > 1 if isinstance(one.node, Constant) else bool(said)

    def _filled(self, node: Node) -> int:
        return bits([value not in (None, "") for value in self.bank.frame.values(node)])


def _undominated(candidates: Sequence[Candidate], wanted: int) -> list[Candidate]:
    """Candidates without those that explain no row that a cheaper one does not, but for one alternative each."""
    kept: list[Candidate] = []
    for one in sorted(candidates, key=lambda one: one.cost):
        rows = one.rows & wanted
        if rows and sum(rows & ~other.rows == 0 for other in kept) < 2:
            kept.append(one)
    return kept
