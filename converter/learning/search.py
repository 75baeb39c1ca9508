"""The search: plans for the rows, the columns of each explained, the best programs first.

Stages over one budget of time: rows as they stand, filtered and sorted, grouped, unfolded.
"""

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from itertools import islice, zip_longest

from converter.learning.agreement import agreed
from converter.learning.alignment import Alignment
from converter.learning.attempts import Attempt
from converter.learning.bank import frame_of
from converter.learning.clock import now
from converter.learning.columns import Candidate
from converter.learning.explanation import Workspace, explain, plain_cost
from converter.learning.expressions.choices import Case
from converter.learning.faults import contained, unbroken
from converter.learning.headings import written_heading
from converter.learning.nodes import Constant, Node
from converter.learning.programs import Outcome, Program
from converter.learning.query import Query
from converter.learning.shown import DEAREST, look_again
from converter.learning.steps.calendars import calendars
from converter.learning.steps.filling import filled, lists_records, sections
from converter.learning.steps.grouping import Aggregate, Groups
from converter.learning.steps.islands import islands
from converter.learning.steps.keys import after_filters, groupings, together
from converter.learning.steps.layouts import layouts
from converter.learning.steps.list_shares import list_shares
from converter.learning.steps.member_flags import member_flags
from converter.learning.steps.pieces import pieces
from converter.learning.steps.pivots import pivots
from converter.learning.steps.plan import Plan
from converter.learning.steps.preamble import preamble
from converter.learning.steps.ranges import ranges
from converter.learning.steps.records import keyed_records, records
from converter.learning.steps.selection import all_selections, selections
from converter.learning.steps.sides import sides
from converter.learning.steps.sorting import in_order
from converter.learning.steps.templates import templates
from converter.learning.steps.totals import with_totals
from converter.learning.steps.trees import trees
from converter.learning.steps.two_lines import two_lines
from converter.learning.steps.unfolding import Goal, unfoldings
from converter.learning.whole_plans import whole_cost
from converter.table import Example, Row

MOST_PROGRAMS = 4
MOST_PLANS = 40
RIVALRY = 4.0
"""A program that is so much dearer than the best is no rival of it."""
LEAST_COLUMN = -0.6
"""What a column costs at the least: a copy of the column of its name."""
LEAST_CHOICE = 2.5
"""What a column costs at the least that no single expression gives: of 534 on the open cases the cheapest cost 2.7."""
_SURE_TO_COST = 7.0
"""Where a single expression costs more, a choice may be cheaper."""
PLAIN_COLUMN = 4.0
"""Rows as they stand, no column of which costs more than this, are not doubted."""
PLAIN_GROUPED = 5.5
"""Where every column of groups costs no more, no rows are left out before grouping."""
SECURE_COLUMN = 8.0
"""Where all columns cost at most this, rows as they stand are not doubted."""

_AROUND_LENGTH = 4.0
_MOST_OPEN = 2
"""Where more columns are open, other rows are meant."""
_MOST_CHANCES = 6
"""So many plans with open columns are explained as a whole, to look for the open ones in what the others show."""
_MOST_FILTERED = 4
"""So many ways to group are tried over fewer rows."""
_LOOKING = 0.35
"""The share of the budget in which plans are looked through before choices are made."""
_LEAST_FURTHER, _FURTHER_PLANS, _GRACE = 0.3, 2, 0.5
"""Once plain rows are found, as long again is looked for better ones, so many seconds at least, with a grace for some plans."""
_LEAST_FURTHER_DEAR = 0.8
"""Where a column of theirs is dear, other rows are rather meant."""
_MOST_FOR_ONE = 0.4
"""The share of the time left in which a single plan's choices are made."""
_ROWS_DEAR = "its rows alone cost too much beside the best program"
_DEAR = "its columns cost too much beside the best program"
PLAUSIBLE_COLUMN = 16.0
"""Where a column costs more, other rows may explain it better."""

Step = Callable[[Plan, Goal], Iterator[Plan]]
WHOLE_TABLE = (preamble, sections, sides, two_lines, trees)
"""Row steps that rewrite the table, before its rows as they stand are looked at."""
OTHER_ROWS = (filled, ranges, pieces, list_shares, unfoldings, templates)
"""Row steps that make other rows of it, where those as they stand explain too little."""


class Search:
    """One example's search."""

    def __init__(self, example: Example, *, seconds: float, heading: Row | None = None) -> None:
        """`heading` is the expected table's first row, where that is one."""
        expected = example.expected
        self.heading = heading
        rows = expected.rows if self.heading is None else expected.rows[1:]
        self.expected: list[tuple[str | None, ...]] = [tuple(row[at] or None for row in rows) for at in range(expected.width)]
        self.names = expected.columns
        self.headed = expected.header is not None or self.heading is not None
        self.labels: tuple[str, ...] = tuple(cell or "" for cell in self.heading) if self.heading is not None else self.names
        self.example = example
        self._began = now()
        self.deadline = self._began + seconds
        self._looked_until = self._began + _LOOKING * seconds
        self.outcome = Outcome()
        self._hopeless: dict[int, int] = {}
        self._chances = _MOST_CHANCES
        self._looked = self._least_looked = 0
        self._workspaces: dict[object, Workspace] = {}
        self._later: list[tuple[tuple[int, int, int], Plan, Workspace]] = []
        self._is_plain = False
        self.goal = Goal.of(self.expected, self.labels)

    def run(self) -> Outcome:
        """All stages."""
        start = Plan(frame_of(self.example.input), Query())
        as_it_stands = Workspace(start.bank, self.deadline, self.expected, self._named)
        for plan in self._plans(start, as_it_stands):
            if plan is start and any(one.plan is start for one in self.outcome.attempts):
                continue
            if plan.frame.size == self.goal.size:
                self._look_at(plan, as_it_stands if plan is start else None)
            if plan is start and self._is_settled(PLAIN_COLUMN) and (self.headed or not self._repeats_cells()):
                break
            if self._looked >= MOST_PLANS or now() > self._looked_until + _GRACE * (self._looked < self._least_looked):
                self._choose()
                break
        else:
            self._choose()
        self.outcome.programs.sort(key=lambda one: one.cost)
        del self.outcome.programs[MOST_PROGRAMS:]
        return self.outcome

    def _look_at(self, plan: Plan, as_it_stands: Workspace | None) -> None:
        """Explains the plan's columns where single expressions give all, or where its rows are the input's; keeps others."""
        if self._is_dear(plan.cost + LEAST_COLUMN * len(self.expected)):
            self.outcome.attempts.append(Attempt(plan, _ROWS_DEAR))
            return
        self._looked += 1
        if as_it_stands is not None:
            self._explain(plan, as_it_stands)
            return
        # Other conditions may keep the same rows: what is known of their columns is shared.
        made = Workspace(plan.bank, self.deadline, self.expected, self._named)
        workspace = self._workspaces.setdefault(plan.frame.likeness, made)
        plan = replace(plan, frame=workspace.bank.frame, bank=workspace.bank)
        failed = 2
        with contained("plain columns"):
            failed = self._not_plain(plan, workspace)
        if failed:
            dear = sum(1 if least == LEAST_CHOICE else -1 for least in workspace.least.values())
            self._later.append(((failed, dear, len(self._later)), plan, workspace))
            return
        self._explain(plan, workspace)
        if not self._is_plain and self._is_plausible():
            self._is_plain, self._least_looked = True, self._looked + _FURTHER_PLANS
            further = _LEAST_FURTHER if self._is_settled() else _LEAST_FURTHER_DEAR
            self._looked_until = min(self._looked_until, now() + max(now() - self._began, further))

    @property
    def _best(self) -> float:
        return min((one.cost for one in self.outcome.programs), default=math.inf)

    def _is_dear(self, cost: float) -> bool:
        """Whether a program of this cost is no rival of the best one."""
        return cost > self._best + RIVALRY

    def _not_plain(self, plan: Plan, workspace: Workspace) -> int:
        """How many columns need more than a single expression, two at most: plans under which none does come first."""
        failed = 0
        for at in self._order:
            cost = plain_cost(workspace, self.expected[at], self._label(at))
            workspace.least[at] = LEAST_CHOICE if cost is None or cost > _SURE_TO_COST else cost
            if cost is None:
                self._hopeless[at] = self._hopeless.get(at, 0) + 1
                failed += 1
            if failed == 2 or now() > self.deadline or self._is_dear(plan.cost + self._least(self._order, workspace)):
                break
        return failed

    def _least(self, columns: Sequence[int], workspace: Workspace) -> float:
        """What these columns cost at the least."""
        return sum(workspace.least.get(at, LEAST_COLUMN) for at in columns)

    def _choose(self) -> None:
        """Explains the plans kept, under which some columns need a choice, those with fewer such or dear columns first."""
        most = 1 if self._is_plain else 2
        for (failed, _, _), plan, workspace in sorted(self._later, key=lambda one: one[0]):
            least = plan.cost + self._least(self._order, workspace)
            # Rows under which more columns need a choice are no rivals of rows under which all can be told, unless dearly.
            if now() > self.deadline or (failed > most and least > self._best - 5 * RIVALRY):
                why = "the time was over" if now() > self.deadline else "more of its columns need a choice than of other rows'"
                self.outcome.attempts.append(Attempt(plan, why, (), workspace))
            elif self._is_dear(least):
                self.outcome.attempts.append(Attempt(plan, _DEAR))
            else:
                # One plan whose columns are hard to find leaves time for the others.
                workspace.deadline = min(self.deadline, now() + _MOST_FOR_ONE * (self.deadline - now()))
                self._explain(plan, workspace)
                if self._is_plausible():
                    most = min(most, failed)

    def _is_plausible(self) -> bool:
        return any(max(held[0].cost for held in one.columns) <= PLAUSIBLE_COLUMN for one in self.outcome.programs)

    @property
    def _order(self) -> list[int]:
        """The columns, those first that failed before."""
        return sorted(range(len(self.expected)), key=lambda at: -self._hopeless.get(at, 0))

    def _is_settled(self, most: float = SECURE_COLUMN) -> bool:
        return any(all(_is_secure(candidates[0], most) for candidates in one.columns) for one in self.outcome.programs)

    def _plans(self, start: Plan, as_it_stands: Workspace) -> Iterator[Plan]:
        """Plans, the plainest first: rows as they stand, filtered, sorted, grouped; then after steps that make other rows."""
        if self.example.input.header is None and not self.headed:
            yield from self._without_headings(start)
            return
        for step in (pivots, member_flags, together) if self.headed else ():
            yield from self._made(step, start)
        if self.headed and start.frame.size == self.goal.size and not self._not_plain(start, as_it_stands):
            yield start
        likeliest = list(islice(reached := self._reached(start), int(self.goal.size < start.frame.size)))
        # A filter that asks the row alone is looked at before rows that are made otherwise take the time.
        yield from (early := [one for one in likeliest if one.query.where and not one.query.qualify])
        for step in (islands, calendars, keyed_records):
            yield from self._made(step, start)
        # A line for each of two sides doubles the rows: where as many are wanted as there are, that comes after all others.
        late = (sides,) if start.frame.size == self.goal.size else ()
        for step in WHOLE_TABLE:
            for made in self._made(step, start) if step not in late else ():
                yield from self._reached(made)
        if self.headed and lists_records(start) and self.goal.size < start.frame.size:
            # What is filled down may also tell which rows stay.
            for made in self._made(filled, start):
                yield from islice(unbroken(selections(made, Alignment(made.bank, self.expected)), "lines of records"), 1)
        yield from likeliest[len(early) :]
        yield from reached
        alone = start.frame.size == self.goal.size and len(start.frame.names) == len(self.expected) == 1
        if alone or (self._is_plausible() and start.frame.size >= self.goal.size):
            return
        begun = list(self._made(records, start))
        yield from (made for made in begun if made.frame.size == self.goal.size)
        for step in (*OTHER_ROWS, *late):
            for made in self._made(step, start):
                if step is unfoldings and self.headed:
                    # What was made long is turned the other way: a table transposed.
                    yield from self._made(pivots, made)
                yield from self._reached(made)
        for made in begun:
            if made.frame.size > self.goal.size:
                yield from self._reached(made)

    def _without_headings(self, start: Plan) -> Iterator[Plan]:
        """Plans for tables without a heading: where there are as many rows, these as they stand are the likeliest."""
        ways = [lambda: self._reached(start), lambda: unbroken(layouts(self.example, self._looked_until), "layouts")]
        if start.frame.size != self.goal.size:
            ways.reverse()
        for way in ways:
            yield from way()
            if self._is_plausible() and not self._repeats_cells():
                return
            # The other way has as long.
            self._looked_until = max(self._looked_until, now() + self._looked_until - self._began)

    def _repeats_cells(self) -> bool:
        """Whether the likeliest program has a text of its own that stands in some row, from where it may come."""
        best = min(self.outcome.programs, key=lambda one: one.cost)
        text = "\0".join(cell for row in self.example.input.rows for cell in row if cell)
        own = {str(leaf.value) for node in best.outputs for leaf in node.within() if isinstance(leaf, Constant) and leaf.value}
        return any(one in text for one in own if any(map(str.isalnum, one)))

    def _made(self, step: Step, start: Plan) -> Iterator[Plan]:
        """The step's plans; where the step fails, those until then: the other ways to make the rows are tried all the same."""
        return unbroken(step(start, self.goal), step.__name__)

    def _reached(self, start: Plan) -> Iterator[Plan]:
        """Plans that make the expected rows of the plan's rows."""
        return unbroken(self._from(start), "rows")

    def _from(self, start: Plan) -> Iterator[Plan]:
        alignment = Alignment(start.bank, self.expected)
        if start.frame.size == self.goal.size:
            chosen = alignment.selection
            if chosen is not None and not chosen.in_order:
                yield from selections(start, alignment)
            yield start
        elif self.goal.size < start.frame.size:
            # By turns: neither has to wait until the other's time is over.
            for pair in zip_longest(all_selections(start, alignment), self._grouped(start)):
                yield from (made for made in pair if made is not None)

    def _grouped(self, start: Plan) -> Iterator[Plan]:
        """Groups of the rows; for each way to group, the same of those rows that a condition keeps, until one is plain."""
        tried: set[tuple[Node, ...]] = set()
        for plan in groupings(start, self.expected, self.labels):
            yield plan
            if not isinstance(plan.frame, Groups) or plan.frame.keys in tried or len(tried) == _MOST_FILTERED:
                continue
            tried.add(plan.frame.keys)
            if not any("group" in one.plan.steps and _are_plain(one) for one in self.outcome.programs):
                asked = {node for one in self.outcome.programs for made in one.outputs for node in made.within()}
                yield from after_filters(start, plan.frame, asked)

    def _explain(self, plan: Plan, workspace: Workspace) -> None:
        with contained("columns"):
            self._try(plan, workspace)

    def _try(self, plan: Plan, workspace: Workspace) -> None:
        """Explains the columns over the plan's frame, those first that failed before, and notes what became of it."""
        why, columns = self._explained(plan, workspace)
        if not why:
            ordered = in_order(plan, [candidates[0].node for candidates in columns])
            if ordered is None:
                why = "nothing found puts its rows into the expected order"
            else:
                plan = replace(ordered, cost=ordered.cost + whole_cost(ordered, columns))
                self.outcome.programs.append(Program(plan, columns, tuple(self.names), self.heading))
        elif why != _DEAR and (
            self.outcome.partial is None or sum(map(bool, columns)) > sum(map(bool, self.outcome.partial[1]))
        ):
            self.outcome.partial = (plan, columns)
        self.outcome.attempts.append(Attempt(plan, why, columns, workspace))

    def _explained(self, plan: Plan, workspace: Workspace) -> tuple[str, tuple[tuple[Candidate, ...], ...]]:
        """The candidates of each column over the plan's frame, and why they make no program, empty where they do."""
        found: dict[int, tuple[Candidate, ...]] = {}
        order = self._order
        why, total = "", plan.cost
        for done, at in enumerate(order):
            if now() > self.deadline or workspace.is_late:
                why = "the time was over"
                break
            if self._is_dear(total + self._least(order[done:], workspace)):
                why = _DEAR
                break
            candidates = tuple(explain(workspace, self.expected[at], self._label(at)))
            found[at] = candidates
            # A dear one is looked for once more in what the others show.
            total += min(candidates[0].cost, DEAREST) if candidates else 0.0
            if not candidates:
                self._hopeless[at] = self._hopeless.get(at, 0) + 1
                open_ = sum(not held for held in found.values())
                if self.outcome.partial is not None and (open_ > _MOST_OPEN or not self._chances):
                    break
        else:
            look_again(workspace, found, self._named)
            self._chances -= not all(found.values())
        if not why and not all(found.values()):
            why = f"nothing found makes {', '.join(self.labels[one] for one in found if not found[one])}"
        columns = tuple(found.get(at, ()) for at in range(len(self.expected)))
        if why == _DEAR:
            return why, columns
        columns = agreed(plan.frame, columns)
        if self.goal.size == 1 and any(held and isinstance(held[0].node, Constant) and held[0].node.value for held in columns):
            why = why or "one row does not tell a constant from a value"
        return why, columns

    @property
    def _named(self) -> list[str | None]:
        return [self._label(at) for at in range(len(self.expected))]

    def _label(self, at: int) -> str | None:
        return self.labels[at] if self.headed else None


def _is_secure(candidate: Candidate, most: float) -> bool:
    """Whether the candidate is likely. What looks at other rows is long by nature, but hardly fits by chance."""
    return candidate.cost <= most + (
        _AROUND_LENGTH if candidate.node.looks_around and not isinstance(candidate.node, Case) else 0.0
    )


def _are_plain(program: Program) -> bool:
    asked = {node.condition for one in program.outputs for node in one.within() if isinstance(node, Aggregate)} - {None}
    # Columns that ask for several kinds of rows need them all.
    most = SECURE_COLUMN if len(asked) > 1 else PLAIN_GROUPED
    return len(asked) != 1 and all(candidates[0].cost <= most for candidates in program.columns)


def search(example: Example, *, seconds: float = 5.0) -> Outcome:
    """Programs that turn the example's input into its expected table, best first."""
    end = now() + seconds
    if not any(cell for row in example.expected.rows for cell in row):
        return Outcome()

    def above(body: Example) -> Outcome:
        return Search(body, seconds=0.6 * seconds, heading=written_heading(body.input, body.expected)).run()

    found = with_totals(example, above)
    for heading in dict.fromkeys((written_heading(example.input, example.expected), None)):
        if not found.programs:
            found = Search(example, seconds=end - now(), heading=heading).run()
    return found
