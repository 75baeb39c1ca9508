"""The bodies of what people see, are asked and correct, with examples as `/docs` shows them."""

from typing import Annotated, Any, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator
from pydantic.config import JsonDict

from api.bodies import Delimiter, Encoding, GivenFile, Sheet

MOST_SHOWN_ROWS = 200
_GIVEN: JsonDict = {"date": "03.04.2025", "amount": "7"}
_ANSWERS: list[Any] = [
    {
        "answer": 0,
        "cell": "2025-04-03",
        "rows": [{"day": "2025-04-03", "spent": "7"}],
        "explanation": "the date, from day.month.year to year-month-day",
        "is_converter": True,
        "programs": [0],
    },
    {
        "answer": 1,
        "cell": "2025-03-04",
        "rows": [{"day": "2025-03-04", "spent": "7"}],
        "explanation": "the date, from month.day.year to year-month-day",
        "is_converter": False,
        "programs": [1],
    },
]
_PREVIEW: JsonDict = {
    "header": ["day", "spent"],
    "given_header": ["date", "amount"],
    "rows": [
        {"row": 1, "given": _GIVEN, "made": [{"day": "2025-04-03", "spent": "7"}], "marks": ["doubtful"]},
    ],
    "output": [["2025-04-03", "7"]],
    "doubtful": [{"row": 1, "given": _GIVEN, "column": "day", "answers": _ANSWERS}],
    "problems": [
        {
            "kind": "unreadable",
            "text": "amount can be read wherever it is filled",
            "rows": [4],
            "count": 1,
            "values": ["n/a"],
            "of": "input",
            "column": "amount",
        }
    ],
    "counts": {"rows_in": 100000, "rows_out": 100000, "doubtful": 99990, "problems": 1},
    "looked_at": {"rows": 100000, "whole_file": True},
    "one_to_one": True,
    "seconds": 0.41,
    "notes": [],
}

Cells = dict[str, str | None]
"""A row, its cells by their columns' names; null is a missing cell."""


class PreviewRequest(BaseModel):
    """A file to look at."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"input_file": "date,amount\n03.04.2025,7\n"}]})

    input_file: GivenFile
    rows: int = Field(20, ge=1, le=MOST_SHOWN_ROWS, description="The first rows to show.")
    encoding: Encoding = None
    delimiter: Delimiter = None
    sheet: Sheet = None
    partial: bool = Field(False, description="Of a training that failed: the converter that nearly fits.")


class PreviewRow(BaseModel):
    """A row as it was, and the rows that it becomes; null where output rows do not come from one input row each."""

    row: int
    given: Cells
    made: list[Cells] | None
    marks: list[str]


class DoubtfulAnswer(BaseModel):
    """What some of the programs make of a row: its rows, the cell in which they differ, and why."""

    answer: int
    cell: str | None
    rows: list[Cells]
    explanation: str
    is_converter: bool
    programs: list[int]


class Doubtful(BaseModel):
    """A row on which programs that fit the example differ; `column` is null where it is the row as a whole."""

    row: int | None
    given: Cells | None
    column: str | None
    answers: list[DoubtfulAnswer]


class Unsound(BaseModel):
    """A check that breaks. `of` says whose rows are meant, the input's or the output's; `failed` why it cannot be made."""

    kind: str
    text: str
    rows: list[int]
    count: int
    values: list[str]
    of: str
    column: str | None
    failed: str | None = None


class Counts(BaseModel):
    """Rows in and out of what was looked at, doubtful ones, and checks that break."""

    rows_in: int
    rows_out: int
    doubtful: int
    problems: int


class LookedAt(BaseModel):
    """How many rows were looked at, and whether that is the whole file."""

    rows: int
    whole_file: bool


class PreviewResponse(BaseModel):
    """A file as it would become."""

    model_config = ConfigDict(json_schema_extra={"examples": [_PREVIEW]})

    header: list[str]
    given_header: list[str]
    rows: list[PreviewRow]
    output: list[list[str | None]]
    doubtful: list[Doubtful]
    problems: list[Unsound]
    counts: Counts
    looked_at: LookedAt
    one_to_one: bool
    seconds: float
    notes: list[str]


class TableRequest(BaseModel):
    """A file to see the first rows of."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"input_file": "date,amount\n03.04.2025,7\n"}]})

    input_file: GivenFile
    rows: int = Field(20, ge=1, le=MOST_SHOWN_ROWS, description="The first rows to show.")
    header: bool = Field(True, description="Whether the file's first line names the columns.")
    encoding: Encoding = None
    delimiter: Delimiter = None
    sheet: Sheet = None


class TableResponse(BaseModel):
    """A file as the service reads it. `more` says that there are further rows, `notes` how the file was read."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"header": ["date", "amount"], "rows": [["03.04.2025", "7"]], "more": False, "notes": []}]
        }
    )

    header: list[str]
    rows: list[list[str | None]]
    more: bool
    notes: list[str]


_CORRECTIONS: JsonDict = {
    "answers": [{"question": "q-3f9c2a1b", "answer": 1}],
    "rows": [{"given": {"date": "03.04.2025", "amount": "7"}, "expected": {"day": "2025-03-04"}}],
}


class AnswerGiven(BaseModel):
    """Which of a question's answers is right."""

    model_config = ConfigDict(extra="forbid")

    question: str = Field(max_length=100, description="The `id` of one of the report's questions.")
    answer: int = Field(ge=0, le=100, description="The `answer` of one of its answers.")


class CorrectedRow(BaseModel):
    """A row as the file has it, and the row or rows that it should become; null where it is to be left out."""

    model_config = ConfigDict(extra="forbid")

    given: Cells = Field(min_length=1, description="Cells by column; a column left out is blank.")
    expected: Cells | list[Cells] | None = Field(
        description="Cells by output column; a column left out is as the converter makes it."
    )


class CorrectionsRequest(BaseModel):
    """Answers to questions, and rows put right; one of these at least."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [_CORRECTIONS]})

    answers: list[AnswerGiven] = Field(default_factory=list, max_length=100)
    rows: list[CorrectedRow] = Field(default_factory=list, max_length=1000)
    job_title: str | None = Field(None, max_length=1000, description="The old job's where not given.")

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if not self.answers and not self.rows:
            raise ValueError("give at least one answer or one row")
        return self


Sql = Annotated[str, Field(min_length=1, max_length=1_000_000)]
