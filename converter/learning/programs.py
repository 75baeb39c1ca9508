"""Programs and what a search found: plans with the expressions of their columns, and the plans that made no program."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from sqlglot import exp

from converter.learning.attempts import Attempt
from converter.learning.columns import Candidate
from converter.learning.headings import with_heading
from converter.learning.nodes import ColumnRef, Node
from converter.learning.steps.layouts import LayoutQuery
from converter.learning.steps.plan import Plan
from converter.table import Row


@dataclass(frozen=True)
class Program:
    """A plan with the expressions of its output columns, best first for each."""

    plan: Plan
    columns: tuple[tuple[Candidate, ...], ...]
    names: tuple[str, ...]
    heading: Row | None = None
    """What is written as a first row, where that is the heading."""

    @property
    def cost(self) -> float:
        """The score: the likeliest program has the least."""
        return self.plan.cost + sum(candidates[0].cost for candidates in self.columns)

    @property
    def outputs(self) -> list[Node]:
        """The best expression of each column."""
        return [candidates[0].node for candidates in self.columns]

    def refiltered(self) -> "Iterator[Program]":
        """The program with another condition that is about as likely and keeps the same rows, for each such one."""
        for asked in self.plan.filters:
            for one in asked.near:
                query = self.plan.query.asking(one.node, asked.conditions[0].node)
                if query is not None:
                    yield replace(self, plan=replace(self.plan, query=query))

    @property
    def is_ragged(self) -> bool:
        """Whether it gives lists of cells, as many as the data has."""
        return isinstance(self.plan.query, LayoutQuery) and self.plan.query.ragged

    def query(self) -> exp.Expression:
        """The whole as SQL."""
        tree = self.plan.query.select(self.names, [_shown(node) for node in self.outputs])
        return tree if self.heading is None else with_heading(tree, self.heading, self.names)


@dataclass
class Outcome:
    """What the search found: programs, best first, and the plan that explains most, with its columns (empty where open).

    `attempts` are all plans that were looked at.
    """

    programs: list[Program] = field(default_factory=list)
    partial: tuple[Plan, tuple[tuple[Candidate, ...], ...]] | None = None
    attempts: list[Attempt] = field(default_factory=list)


def _shown(node: Node) -> Node:
    """Reading blanks apart is needless where a column is only copied."""
    if isinstance(node, ColumnRef) and node.quoted_blanks:
        return ColumnRef(node.name)
    return node
