"""What each agent answers, as types: the Planner's plan, the Coder's candidate, the Tester's checks.

The docstrings and descriptions are part of what a model is sent, as the JSON schema of its answer.
"""

from pydantic import BaseModel, Field


class ColumnPlan(BaseModel):
    """Where one output column comes from."""

    column: str = Field(description="The output column's name")
    source: str = Field(description="The input columns that it is made from, or 'constant'")
    how: str = Field(description="How a cell is made, exactly, blanks and odd formats included")


class Plan(BaseModel):
    """How the input becomes the expected output."""

    columns: list[ColumnPlan] = Field(description="One entry for each output column, in order")
    rows: list[str] = Field(description="What happens to rows, step by step; empty when each input row gives one output row")
    ambiguous: list[str] = Field(description="What the example leaves open, and what you take it to mean")


class Candidate(BaseModel):
    """A program to be tried."""

    statement: str = Field(description="One DuckDB SELECT over the relation input")
    note: str = Field("", description="One sentence: what the statement does")


class InstructionCheck(BaseModel):
    """One instruction as an assertion in SQL."""

    name: str = Field(description="The rule in a few words, for people")
    sql: str = Field(description="SELECT of the _row of each output row that breaks the rule")


class InstructionChecks(BaseModel):
    """The instructions that can be asserted."""

    checks: list[InstructionCheck]
    contradicted: list[str] = Field(default_factory=list, description="Instructions that the expected output contradicts")
