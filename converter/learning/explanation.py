"""One output column explained: its candidates, and where no single one will do, the choices between them."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

from converter.learning import weights
from converter.learning.around import shown_once
from converter.learning.balances import running_sums
from converter.learning.bank import Bank, Relation
from converter.learning.clock import now
from converter.learning.clues import Other, clued
from converter.learning.columns import Candidate, ColumnSearch, Target
from converter.learning.conditions import Conditions
from converter.learning.decisions import Decisions
from converter.learning.expressions.choices import Case, Coalesce
from converter.learning.expressions.flags import NO, YES
from converter.learning.nodes import Constant, Node
from converter.learning.remainders import remainders
from converter.learning.sisters import as_numbers, sisters
from converter.learning.splitting.splits import splits
from converter.learning.steps.by_kind import Made, by_kind
from converter.learning.steps.grouping import Groups
from converter.learning.steps.selection import of_groups
from converter.learning.steps.windows import is_of_neighbour
from converter.learning.variants import blank_share, values_on, variants

KEPT = 10
LEAST_ECHO = 2
"""A text of fewer characters stands in others by chance."""
ENOUGH = 7.0
"""A single expression of at most this cost is not doubted for a choice."""
_PLAIN = 14.0
"""A single expression that costs more is no plain one."""
_MOST_REGIONS = 15
"""In so many parts of the rows a column is looked for by itself."""
_LEAST_TOLD = 2
"""That one row alone is made of nothing says little of more rows: several ask for the evidence of two."""
_BALANCE_OVER = 9.0
"""Where nothing explains a column for this, it is tried as a running sum."""

LEAST_MARKED, MOST_MARKS, _LETTERS = 4, 2, 2
_MARKED, _NAMED = 1.5, -0.5
"""That a mark falls on just the rows that something of their groups tells is hardly chance: so few things are asked."""


@dataclass
class Workspace:
    """A frame's bank, and when to stop."""

    bank: Bank
    deadline: float
    expected: Sequence[Target] = ()
    """All output columns, of which some may be made together."""
    labels: Sequence[str | None] = ()
    """Their names."""
    least: dict[int, float] = field(default_factory=dict)
    """What output columns cost at the least, as far as they were looked at."""
    explained: dict[tuple[Target, str | None], list[Candidate]] = field(default_factory=dict)
    """What was found for columns: other conditions that keep the same rows make no other columns."""
    _searched: dict[tuple[Target, str | None], ColumnSearch] = field(default_factory=dict)

    @cached_property
    def together(self) -> dict[Target, tuple[Node, float]]:
        """Columns that are split off together."""
        return {tuple(self.expected[at]): made for at, made in splits(self.bank, self.expected).items()}

    @cached_property
    def sisters(self) -> dict[Target, Node]:
        """Columns that one map makes of a column each."""
        found = sisters(self.bank, [tuple(text or None for text in target) for target in self.expected])
        if any(self._is_computed(target, made) for target, made in found.items()):
            # Names put together of other columns are no map of the numbers of who bears them.
            found = {}
        self.bank.sisters = as_numbers(self.bank.frame, found.values())
        return found

    @cached_property
    def by_kind(self) -> Made:
        """Columns of groups that tell of the rows of a kind each."""
        if not isinstance(self.bank.frame, Groups) or not self.labels:
            return {}
        return by_kind(self.bank.frame, [tuple(text or None for text in target) for target in self.expected], self.labels)

    def _is_computed(self, target: Target, mapped: Node) -> bool:
        """Whether a single expression makes the column for less than the map."""
        search = ColumnSearch(self.bank, target)
        return any(one.rows == search.full and one.cost < mapped.cost for one in search.near())

    def over(self, bank: Bank) -> "Workspace":
        """The same columns over a bank of the same rows that has more: what the others are made of was found."""
        made = Workspace(bank, self.deadline, self.expected, self.labels)
        made.sisters, made.by_kind, made.others, made.variants = self.sisters, self.by_kind, self.others, self.variants
        return made

    @property
    def conditions(self) -> Conditions:
        """All conditions over the frame."""
        return Conditions.shared(self.bank)

    @cached_property
    def others(self) -> Sequence[Other]:
        """The output columns that single expressions make, with the likeliest of these."""
        found = []
        for target, name in zip(self.expected, self.labels, strict=False):
            search = self.searched(target, name)
            made = next((one for one in search.near() if one.rows == search.full and one.cost < _PLAIN), None)
            if made is not None:
                found.append((search.target, made))
        return found

    def asked_for(self, target: Target) -> Conditions:
        """The conditions for one column, those cheaper of which the other columns speak."""
        return clued(self.conditions, [one for one in self.others if one[0] != target])

    @cached_property
    def variants(self) -> Relation:
        """Rows that could come."""
        return variants(self.bank.frame)

    def searched(self, target: Target, name: str | None) -> ColumnSearch:
        """The search for a column's single expressions, which keeps what it has found."""
        found = self._searched.get((target, name))
        if found is None:
            # What sister columns are made of serves their sums and averages too.
            _ = self.sisters
            found = self._searched[target, name] = ColumnSearch(self.bank, target, name)
            made = self.by_kind.get((found.target, name))
            if made is not None:
                found.offer(made[0], made[1] - made[0].cost)
        return found

    @property
    def searches(self) -> Sequence[ColumnSearch]:
        """The searches for single expressions that were made."""
        return tuple(self._searched.values())

    @property
    def is_late(self) -> bool:
        """Whether the time is over."""
        return now() > self.deadline


def plain_cost(workspace: Workspace, target: Target, name: str | None) -> float | None:
    """The cost of the cheapest single expression that gives every cell of the target, blanks apart; None where none does."""
    search = workspace.searched(target, name)
    cost = next((one.cost for one in search.near() if one.rows & search.filled == search.filled), _PLAIN)
    if cost == _PLAIN:
        cost = _with_default(search)
    return cost if cost < _PLAIN else None


def _with_default(search: ColumnSearch) -> float:
    """The cost of the cheapest expression that gives all cells but those where it is blank, which have one text."""
    texts: dict[int, float] = {}
    for one in search.near():
        if isinstance(one.node, Constant):
            texts[one.rows] = one.cost
    best = _PLAIN
    for one in search.near():
        rest = search.full & ~one.rows
        if not isinstance(one.node, Constant) and rest in texts and one.cost + texts[rest] < best:
            values = search.bank.frame.values(one.node)
            if all(not values[at] for at in range(search.size) if rest >> at & 1):
                best = one.cost + texts[rest]
    return best


def explain(workspace: Workspace, target: Target, name: str | None, *, depth: int = 1) -> list[Candidate]:
    """Programs that give every cell of the target, the likeliest first; none where there is none."""
    if depth and (target, name) in workspace.explained:
        return workspace.explained[target, name]
    search = workspace.searched(target, name)
    made = workspace.together.get(tuple(text or None for text in target))
    if made is not None:
        search.offer(made[0], made[1] - made[0].cost)
    mapped = workspace.sisters.get(tuple(text or None for text in target))
    if mapped is not None:
        search.offer(mapped)
    for node in shown_once(workspace.bank, search.target) if depth and search.blank else ():
        search.offer(node)
    candidates = search.candidates()
    whole = [one for one in candidates if one.rows == search.full]
    if not whole or whole[0].cost > ENOUGH or isinstance(whole[0].node, Case):
        pool = [_as_branch(workspace.bank, one) for one in candidates]
        if not whole:
            pool += _of_regions(workspace, search, candidates)
        if depth:
            _ask_groups(workspace, search)
        whole += Decisions(workspace.asked_for(search.target), pool, search.target, name, wanted=search.full).found()
    if depth and (not whole or min(one.cost for one in whole) > _BALANCE_OVER):
        whole += running_sums(workspace.bank, search, lambda moved: explain(workspace, moved, None, depth=0))
        whole += remainders(search, lambda rest: explain(workspace, rest, None, depth=0))
    weighed = [_elsewhere(workspace, _echoing(workspace.bank, one), search) for one in whole]
    found = _distinct(sorted(weighed, key=lambda one: one.cost))[:KEPT]
    if depth and not workspace.is_late:
        workspace.explained[target, name] = found
    return found


def _ask_groups(workspace: Workspace, search: ColumnSearch) -> None:
    """Conditions on a row's place in its group, or on the group, that tell the rows of one of a few texts: marks of doubles,
    of the newest, of the winner.
    """
    frame = workspace.bank.frame
    rows_of: dict[str | None, int] = defaultdict(int)
    for at, text in enumerate(search.target):
        rows_of[text] |= 1 << at
    if isinstance(frame, Groups) or frame.windows_before or frame.size < LEAST_MARKED or not 2 <= len(rows_of) <= MOST_MARKS:
        return
    # A yes is said of what is something, not a no of what is not.
    said = [text for text in rows_of if text and text.casefold() not in NO]
    is_mark = len(said) < len(rows_of) or any(text in YES for text in said)
    if not is_mark and not all(text and text.isalpha() and len(text) > _LETTERS for text in rows_of):
        return
    for rows in [rows_of[text] for text in said or rows_of]:
        found = (one for one in of_groups(workspace.bank, rows) if is_mark or one.node.key[0] != "is last")
        workspace.conditions.include(replace(one, cost=one.cost - (_MARKED if is_mark else _NAMED)) for one in found)


def _as_branch(bank: Bank, candidate: Candidate) -> Candidate:
    """The candidate as one result of a choice: what a neighbouring row has there fits some rows by chance."""
    extra = weights.NEIGHBOUR_AS_BRANCH * is_of_neighbour(candidate.node) + weights.ECHO * _repeats_cells(bank, candidate)
    return replace(candidate, cost=candidate.cost + extra) if extra else candidate


def _elsewhere(workspace: Workspace, candidate: Candidate, search: ColumnSearch) -> Candidate:
    """The candidate, dearer where it gives a blank on changed rows though the example has none."""
    extra = blank_elsewhere(workspace, candidate.node, search)
    return replace(candidate, cost=candidate.cost + extra) if extra else candidate


def blank_elsewhere(workspace: Workspace, node: Node, search: ColumnSearch) -> float:
    """What it costs that the expression gives blanks on changed rows though the column has none in the example."""
    if search.blank or isinstance(workspace.bank.frame, Groups) or node.looks_around:
        return 0.0
    values = values_on(node, workspace.variants)
    # What the columns read lack themselves is not held against it.
    return weights.BLANK_ELSEWHERE * max(0.0, blank_share(values) - 0.1) if values is not None else 0.0


def _echoing(bank: Bank, candidate: Candidate) -> Candidate:
    """The candidate, dearer where its text for rows without a value stands in these rows' cells: it is rather read there."""
    node = candidate.node
    default = node.parts[-1] if isinstance(node, Coalesce) else node
    if not isinstance(default, Constant) or not isinstance(default.value, str) or len(default.value) < LEAST_ECHO:
        return candidate
    given = [bank.frame.values(part) for part in node.parts[:-1]]
    rows = [at for at in range(bank.frame.size) if not any(values[at] for values in given)]
    if all(any(default.value in str(entry.values[at] or "") for entry in bank.texts) for at in rows):
        return replace(candidate, cost=candidate.cost + weights.ECHO)
    texts = [[str(entry.values[at]) for entry in bank.texts if len(str(entry.values[at] or "")) > LEAST_ECHO] for at in rows]
    if default is not node and all(any(text in default.value for text in own) for own in texts):
        # It is made of that row.
        return replace(candidate, cost=candidate.cost + 2 * weights.ECHO)
    return candidate


def _repeats_cells(bank: Bank, candidate: Candidate) -> bool:
    """Whether the text of several words has a cell of each row in it for which it stands: it is made of that."""
    text = candidate.node.value if isinstance(candidate.node, Constant) else None
    if not isinstance(text, str) or " " not in text:
        return False
    words = {word for word in text.split() if len(word) > LEAST_ECHO and word.isalpha()}
    rows = [at for at in range(bank.frame.size) if candidate.rows >> at & 1]
    return bool(rows) and all(any(entry.values[at] in words for entry in bank.texts) for at in rows)


def _of_regions(workspace: Workspace, search: ColumnSearch, known: Sequence[Candidate]) -> list[Candidate]:
    """Candidates for the rows that the best ones leave, and for the rows of the plainest conditions."""
    found: list[Candidate] = []
    regions: list[int] = []
    for one in [one for one in known if not isinstance(one.node, Constant)][:6]:
        rest = search.filled & ~one.rows
        if rest and one.rows & search.filled:
            regions.append(rest)
    for held in workspace.conditions.all():
        if held.kind in ("blank", "equal", "sign") and held.cost < 5.5:
            regions.append(held.rows & search.filled)
    regions = [rows for rows in dict.fromkeys(regions) if rows and rows != search.filled][:_MOST_REGIONS]
    computed = [one for one in known if not isinstance(one.node, Constant)]
    empty: list[int] = []
    # The smallest first: what makes all rows of a region makes those of each within it.
    for rows in sorted(regions, key=int.bit_count):
        if workspace.is_late or any(one.rows & rows == rows for one in computed) or any(rows & one == one for one in empty):
            continue
        made = [
            one
            for one in ColumnSearch(workspace.bank, search.target, search.name, rows=rows).candidates()
            if one.rows & rows == rows
        ]
        found += made
        if rows.bit_count() >= _LEAST_TOLD and all(isinstance(one.node, Constant) for one in made):
            empty.append(rows)
    return found


def _distinct(candidates: Sequence[Candidate]) -> list[Candidate]:
    """Each program once; the cheapest of those that are written alike."""
    seen = set()
    kept = []
    for one in candidates:
        text = one.node.key
        if text not in seen:
            seen.add(text)
            kept.append(one)
    return kept
