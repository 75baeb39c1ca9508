"""Why a program was taken and not another: the best candidates for rows and columns, their costs, why each lost.

Derived from what the search kept, when somebody asks: the search itself pays nothing for it.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from converter.learning.attempts import Attempt
from converter.learning.columns import Candidate, ColumnSearch
from converter.learning.doubt import Doubt, weighed
from converter.learning.explanation import Workspace, blank_elsewhere
from converter.learning.expressions.choices import Case, Coalesce, Lookup
from converter.learning.names import name_cost
from converter.learning.nodes import Constant, Node
from converter.learning.programs import Outcome, Program
from converter.learning.steps.plan import Plan
from converter.learning.variants import values_on

MOST_LOSERS = 3
"""Of each kind (those that fit, those that fit some rows) so many candidates of a column are told."""
MOST_PLANS = 4
_LEAST_TOLD = 0.05
"""A feature of less weight decides nothing."""
_SHORT_COLUMNS, _SHORT_LENGTH = 30, 240

Features = dict[str, float]


@dataclass(frozen=True)
class Weighed:
    """A candidate as it was weighed: its SQL, its cost in nats and what that is the sum of, and why it lost (empty: chosen)."""

    sql: str
    cost: float
    features: Features
    why: str = ""

    def to_json(self) -> dict[str, Any]:
        """The same as a JSON object."""
        features = {name: round(value, 2) for name, value in self.features.items()}
        return {"sql": self.sql, "cost": round(self.cost, 2), "features": features, "why_lost": self.why or None}

    @property
    def sum(self) -> str:
        """The cost as the sum of its features."""
        terms = (f"{'-' if value < 0 else '+'} {abs(value):.2f} {name}" for name, value in self.features.items())
        return " ".join(terms).removeprefix("+ ")


@dataclass(frozen=True)
class ColumnTrace:
    """One output column: the chosen candidate (None where it is open) and those that lost, the nearest first."""

    name: str
    chosen: Weighed | None
    lost: tuple[Weighed, ...]


@dataclass(frozen=True)
class Trace:
    """The search's outcome as it is explained. `program` is the one that was taken, `doubt` how sure it is."""

    outcome: Outcome
    names: tuple[str, ...]
    program: Program | None = None
    doubt: Doubt | None = None

    def rows(self, most: int = MOST_PLANS) -> list[Weighed]:
        """The ways to make the expected rows, the one that was taken first."""
        taken = self._attempt
        others = sorted((one for one in self.outcome.attempts if one is not taken), key=lambda one: (bool(one.why), _cost(one)))
        best = _cost(taken) if taken is not None else 0.0
        found = {} if taken is None else {_rows_sql(taken.plan): _rows(taken, best, is_taken=self.program is not None)}
        for one in others:
            # What was left unlooked at is told where hardly anything else is: how much that was hangs on the time.
            if len(found) == most or (len(found) > 1 and not one.columns):
                break
            found.setdefault(_rows_sql(one.plan), _rows(one, best))
        return list(found.values())

    def columns(self, most: int = MOST_LOSERS) -> list[ColumnTrace]:
        """Each output column, over the rows that were taken or that explain most; of each kind of loser at most so many."""
        attempt = self._attempt
        if attempt is None or attempt.workspace is None:
            return [ColumnTrace(name, None, ()) for name in self.names]
        searches = self._searches(attempt.workspace, attempt.workspace.expected)
        held = attempt.columns or ((),) * len(self.names)
        return [
            _column(name, attempt.workspace, search, candidates, most)
            for name, search, candidates in zip(self.names, searches, held, strict=False)
        ]

    def _searches(self, workspace: Workspace, targets: Sequence[tuple[str | None, ...]]) -> Iterator[ColumnSearch]:
        known = {search.target: search for search in workspace.searches}
        for name, target in zip(self.names, targets, strict=False):
            plain = tuple(text or None for text in target)
            named = next((one for one in workspace.searches if one.target == plain and one.name == name), None)
            yield named or known.get(plain) or workspace.searched(target, name)

    @cached_property
    def _attempt(self) -> Attempt | None:
        """The attempt that the program came from; without one the attempt that explains most."""
        attempts = self.outcome.attempts
        if self.program is not None:
            return next((one for one in attempts if one.columns is self.program.columns), None)
        tried = [one for one in attempts if one.workspace is not None]
        return max(tried, key=lambda one: sum(map(bool, one.columns)), default=None)

    def lines(self) -> Iterator[str]:
        """The whole for people, a line each; a candidate's second line says what its cost is the sum of."""
        yield "costs are in nats: each is a negative log-probability, the least is the likeliest"
        yield "rows"
        for one in self.rows():
            yield f"  {'lost  ' if one.why else 'chosen'} {one.cost:6.2f}{' ' if 'columns' in one.features else '+'} {one.sql}"
            if one.why:
                yield f"                 {one.why}"
        for column in self.columns():
            yield f"column {column.name}"
            if column.chosen is None:
                yield "  open: nothing found makes all of its cells"
            for one in _all(column):
                yield f"  {'lost  ' if one.why else 'chosen'} {one.cost:6.2f}  {one.sql}"
                yield f"                 {one.sum}" + (f"; {one.why}" if one.why else "")
        if self.doubt is not None:
            said = " ".join(f"{value:+.2f} {name}" for name, value in weighed(self.doubt.features) if abs(value) >= _LEAST_TOLD)
            yield f"confidence {self.doubt.confidence:.0%}, told as {self.doubt.told:.0%}: the logistic function of {said}"

    def short(self) -> list[str]:
        """A line for the rows and one for each of the first columns: what was taken, and the nearest that was not."""
        said = []
        columns = replace(self, names=self.names[:_SHORT_COLUMNS]).columns(1)
        for label, told in (("rows", self.rows(2)), *((f"column {one.name}", _all(one)) for one in columns)):
            lost = next((one for one in told if one.why), None)
            chosen = next((f"{_clipped(one.sql, 100)} ({one.cost:.2f})" for one in told if not one.why), "open")
            said.append(
                f"{label}: {chosen}" + (f"; not {_clipped(lost.sql, 60)} ({lost.cost:.2f}): {lost.why}" if lost else "")
            )
        return [_clipped(line, _SHORT_LENGTH) for line in said]

    def to_json(self) -> dict[str, Any]:
        """The same as a JSON object."""
        columns = [
            {"column": one.name, "chosen": one.chosen and one.chosen.to_json(), "lost": [other.to_json() for other in one.lost]}
            for one in self.columns()
        ]
        return {"rows": [one.to_json() for one in self.rows()], "columns": columns}


def _all(column: ColumnTrace) -> list[Weighed]:
    return [*filter(None, [column.chosen]), *column.lost]


def _cost(attempt: Attempt) -> float:
    """What the plan and the columns that were found under it cost."""
    return attempt.plan.cost + sum(held[0].cost for held in attempt.columns if held)


def _rows(attempt: Attempt, best: float, *, is_taken: bool = False) -> Weighed:
    total = _cost(attempt)
    whole = {"columns": total - attempt.plan.cost} if all(attempt.columns) and attempt.columns else {}
    why = "" if is_taken else attempt.why or f"with its columns it costs {total - best:.2f} more"
    return Weighed(_rows_sql(attempt.plan), total, {"rows": attempt.plan.cost, **whole}, why)


def _rows_sql(plan: Plan) -> str:
    """What a plan does to the rows, as SQL without the columns; the rows as they stand in words."""
    if not plan.steps and not plan.query.order:
        return "the rows as they stand"
    tree = plan.query.select(("_",), (Constant("…"),))
    text = tree.sql(dialect="duckdb")
    return " ".join(text.replace("SELECT '…' AS _ ", "").replace("'…' AS _", "…").split())


def _column(name: str, workspace: Workspace, search: ColumnSearch, candidates: Sequence[Candidate], most: int) -> ColumnTrace:
    some = [one for one in search.found.values() if one.rows != search.full and one.rows & search.filled]
    # A constant gives some rows of every column.
    some.sort(key=lambda one: (isinstance(one.node, Constant), -one.rows.bit_count(), one.cost))
    few = [_partial(one, workspace, search) for one in some[:most] if one is some[0] or not isinstance(one.node, Constant)]
    if not candidates:
        return ColumnTrace(name, None, tuple(few))
    best = candidates[0]
    chosen = _weighed(best, workspace, search)
    lost = [_loser(one, best, chosen, workspace, search) for one in candidates[1 : 1 + most]]
    return ColumnTrace(name, chosen, (*lost, *few))


def _weighed(candidate: Candidate, workspace: Workspace, search: ColumnSearch, why: str = "") -> Weighed:
    return Weighed(_sql(candidate.node), candidate.cost, features(candidate, workspace, search), why)


def features(candidate: Candidate, workspace: Workspace, search: ColumnSearch) -> Features:
    """What the candidate's cost is the sum of, by name. What no other feature says is how it was proposed."""
    node, name = candidate.node, search.name
    elsewhere = blank_elsewhere(workspace, node, search) if candidate.rows == search.full else 0.0
    if isinstance(node, Case):
        results = sum(value.cost for _, value in node.branches) + node.default.cost
        found = {"results": results, "conditions": candidate.cost - results - elsewhere}
    elif isinstance(node, Lookup):
        found = {"column": node.source.cost, "map": candidate.cost - node.source.cost - elsewhere}
    elif isinstance(node, Coalesce):
        results = sum(part.cost for part in node.parts)
        found = {"results": results, "order": candidate.cost - results - elsewhere}
    else:
        headings = name_cost(name, node)
        rest = candidate.cost - node.cost - headings - elsewhere
        found = {"expression": node.cost, "headings": headings, "proposal": rest}
    found["blank elsewhere"] = elsewhere
    return {name: value for name, value in found.items() if abs(value) >= _LEAST_TOLD}


def _loser(candidate: Candidate, best: Candidate, chosen: Weighed, workspace: Workspace, search: ColumnSearch) -> Weighed:
    mine = features(candidate, workspace, search)
    more = candidate.cost - best.cost
    if abs(more) < _LEAST_TOLD:
        why = "as likely"
    elif more < 0:
        why = "another column is decided as the chosen one is"
    else:
        names = dict.fromkeys((*chosen.features, *mine))
        differing = {name: mine.get(name, 0.0) - chosen.features.get(name, 0.0) for name in names}
        most = max(differing, key=lambda name: differing[name], default="")
        why = f"{more:.2f} more" + (f", most for its {most}" if differing.get(most, 0.0) > 0 else "")
    return Weighed(_sql(candidate.node), candidate.cost, mine, why + _elsewhere(candidate.node, best.node, workspace))


def _elsewhere(node: Node, best: Node, workspace: Workspace) -> str:
    """Whether it does the same as the chosen one on changed rows."""
    one, other = values_on(node, workspace.variants), values_on(best, workspace.variants)
    if one is None or other is None:
        return ""
    count = sum((mine or None) != (theirs or None) for mine, theirs in zip(one, other, strict=True))
    return f"; differs on {count} of {len(one)} changed rows" if count else "; does the same on changed rows"


def _partial(candidate: Candidate, workspace: Workspace, search: ColumnSearch) -> Weighed:
    """A candidate that gives some of the rows, with the first that it does not."""
    values = workspace.bank.frame.values(candidate.node)
    at = next(place for place in range(search.size) if not candidate.rows >> place & 1)
    given, wanted = (f"“{text}”" if text else "blank" for text in (values[at], search.target[at]))
    why = f"gives {candidate.rows.bit_count()} of {search.size} rows; row {at + 1}: expected {wanted}, it gives {given}"
    return _weighed(candidate, workspace, search, why)


def _sql(node: Node) -> str:
    return " ".join(node.sql().sql(dialect="duckdb").split())


def _clipped(text: str, length: int) -> str:
    return text if len(text) <= length else text[: length - 1] + "…"
