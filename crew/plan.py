"""What each agent answers, as types: the Planner's plan, the Coder's candidate, the Tester's checks and decisions.

The docstrings and descriptions are part of what a model is sent, as the JSON schema of its answer. Texts and lists are bounded
here, where an answer becomes an object; a schema's own bounds are not known to all servers.
"""

from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, Field

STATEMENT_CHARACTERS = 40_000
_WORDS_CHARACTERS = 2_000
_MOST_COLUMNS, _MOST_ITEMS = 1_000, 30


def _cut(most: int) -> BeforeValidator:
    """The first `most` characters of a text, or items of a list."""
    return BeforeValidator(lambda given: given[:most] if isinstance(given, str | list) else given)


def _bounded(text: str) -> str:
    # Cut, a statement would say something else.
    if len(text) > STATEMENT_CHARACTERS:
        raise ValueError(f"it has {len(text)} characters; a statement has {STATEMENT_CHARACTERS} at most")
    return text


def _as_object(given: Any) -> Any:
    """What is open, from a model that says it in one text."""
    return {"question": given, "taken": "", "row": ""} if isinstance(given, str) else given


def _one_of(*words: str) -> BeforeValidator:
    """The word among these with which the text begins, in any case; the first where it is none of them."""

    def chosen(given: Any) -> Any:
        said = given.strip().casefold() if isinstance(given, str) else ""
        return next((word for word in words if said.startswith(word)), words[0])

    return BeforeValidator(chosen)


Words = Annotated[str, _cut(_WORDS_CHARACTERS)]
Sql = Annotated[str, AfterValidator(_bounded)]


class ColumnPlan(BaseModel):
    """Where one output column comes from."""

    column: Words = Field(description="The output column's name, or the family's where the data decides its columns")
    source: Words = Field(description="The input columns that it is made from, or 'constant'")
    how: Words = Field(description="How a cell is made, exactly, blanks and odd formats included")


class Ambiguity(BaseModel):
    """Something that the example leaves open."""

    question: Words = Field(description="What a person should be asked, in plain words")
    taken: Words = Field(description="What you take it to mean")
    row: Words = Field(description="The row that shows it, or one of the kind that would")


class Plan(BaseModel):
    """How the input becomes the expected output."""

    found: Annotated[Literal["none", "keep", "replace"], _one_of("none", "keep", "replace")] = Field(
        "none", description="Your ruling on the program that a search found: keep it, replace it, or there is none"
    )
    fails_on: Words = Field(
        "", description="For replace: an input row on which that program is wrong, and what should come out of it"
    )
    input_columns: Annotated[Literal["fixed", "data"], _one_of("fixed", "data")] = Field(
        "fixed", description="Whether a further file has the same input columns, or others of a family"
    )
    output_columns: Annotated[Literal["fixed", "data"], _one_of("fixed", "data")] = Field(
        "fixed", description="Whether a further output has the same columns, or others that its data decides"
    )
    columns: Annotated[list[ColumnPlan], _cut(_MOST_COLUMNS)] = Field(description="An entry for each output column, in order")
    rows: Annotated[list[Words], _cut(_MOST_ITEMS)] = Field(
        description="What happens to rows, step by step; empty when each input row gives one output row"
    )
    ambiguous: Annotated[list[Annotated[Ambiguity, BeforeValidator(_as_object)]], _cut(_MOST_ITEMS)] = Field(
        description="What the example leaves open, and what you take it to mean"
    )


class Candidate(BaseModel):
    """A program to be tried."""

    statement: Sql = Field(description="One DuckDB SELECT over the relation input")
    note: Words = Field("", description="One sentence: what the statement does")


class Decision(BaseModel):
    """Which of several programs is meant."""

    choice: Words = Field(
        description="The letter of the program that is meant, 'none', or 'open' where the example does not tell"
    )
    statement: Sql = Field("", description="For none: a better statement, if you see one")
    question: Words = Field("", description="For open: what to ask a person, in plain words")


class InstructionCheck(BaseModel):
    """One instruction as an assertion in SQL."""

    name: Words = Field(description="The rule in a few words, for people")
    sql: Sql = Field(description="SELECT of the _row of each output row that breaks the rule")


class InstructionChecks(BaseModel):
    """The instructions that can be asserted."""

    checks: Annotated[list[InstructionCheck], _cut(_MOST_ITEMS)]
    contradicted: Annotated[list[Words], _cut(_MOST_ITEMS)] = Field(
        default_factory=list, description="Instructions that the expected output contradicts"
    )
