"""What a person says in words about the converter that they want, and how far a program provably does it."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlglot import exp

from converter.manifest import Check, Converter
from converter.table import Example, Table
from crew.errors import BadInstructions
from crew.tree import parsed

# Words that say no more than an empty instruction does.
_SAME = re.compile(
    r"(keep|leave|copy|pass|take)?( it| this| the)?( column| value| input)?\s*"
    r"(same|unchanged|as it is|as is|untouched|(the )?same as (the )?input|no change|copy|as in the input|through)?",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Instructions:
    """Words about the whole and about single columns. An empty instruction for a column means: same as in the input."""

    general: str | None = None
    columns: dict[str, str] = field(default_factory=dict)

    @classmethod
    def read(cls, path: Path) -> "Instructions":
        """Instructions from a file: JSON with `general_instructions` and `column_instructions`, or plain text for the whole.

        Raises `BadInstructions`, and `OSError` for a file that cannot be read.
        """
        try:
            text = path.read_text(encoding="utf-8-sig")
        except UnicodeDecodeError as error:
            raise BadInstructions(f"{path}: is not UTF-8 text") from error
        if not text.lstrip().startswith("{"):
            return cls(general=text)
        try:
            given = json.loads(text)
        except json.JSONDecodeError as error:
            raise BadInstructions(f"{path}: begins like JSON, but is none: {error}") from error
        return cls._from_json(given, path)

    @classmethod
    def _from_json(cls, given: dict[str, Any], path: Path) -> "Instructions":
        unknown = set(given) - {"general_instructions", "column_instructions"}
        if unknown:
            names = ", ".join(sorted(unknown))
            raise BadInstructions(f"{path}: has {names}; it may have general_instructions and column_instructions")
        general, columns = given.get("general_instructions"), given.get("column_instructions") or {}
        if not isinstance(general, str | None) or not isinstance(columns, dict):
            raise BadInstructions(f"{path}: general_instructions is a text, column_instructions an object of texts")
        if not all(isinstance(words, str) for words in columns.values()):
            raise BadInstructions(f"{path}: each of the column_instructions is a text")
        return cls(general, columns)

    @property
    def same_as_input(self) -> tuple[str, ...]:
        """The columns that equal the input's column of that name."""
        return tuple(name for name, words in self.columns.items() if _SAME.fullmatch(words.strip().rstrip(".")))

    @property
    def words(self) -> list[str]:
        """The instructions that only a language model can read, one a line."""
        return list(self._worded())

    def lines(self) -> list[str]:
        """All instructions, one a line, for a prompt."""
        same = [f"column {name!r}: same as the input column of that name" for name in self.same_as_input]
        return [*self._worded(), *same]

    def held_against(self, example: Example) -> Iterator[str]:
        """What a person should know of their instructions before anything is learned: where the example says otherwise."""
        names = set(_header(example.expected))
        for column in self.columns:
            if column not in names:
                yield f"There is an instruction for {column!r}, which is no column of the expected output."
        for column in self.same_as_input:
            if column in names and column not in self.agreed(example):
                yield (f"The instruction for {column!r} means 'same as input', which the example contradicts; the example won.")

    def agreed(self, example: Example) -> tuple[str, ...]:
        """The columns that are to be as in the input, and are so in the example, row by row."""
        given, wanted = _header(example.input), _header(example.expected)
        return tuple(
            name
            for name in self.same_as_input
            if name in given
            and name in wanted
            and _filled(example.input, given.index(name)) == _filled(example.expected, wanted.index(name))
        )

    def unproven(self, converter: Converter, example: Example) -> list[str]:
        """Instructions that the program does not provably meet.

        "Same as input" is proven where the program's column is the input's, as it stands; words need a model.
        """
        bare = _bare_columns(converter, example)
        return self.words + [f"column {name!r}: same as input" for name in self.agreed(example) if name not in bare]

    def checks(self, converter: Converter, example: Example) -> tuple[Check, ...]:
        """Assertions for columns that are to be as in the input, where output row N stands for input row N."""
        if not keeps_rows(converter):
            return ()
        return tuple(
            Check(
                f"{name} is the same as in the input",
                "SELECT output._row FROM output JOIN input USING (_row) "
                f"WHERE coalesce(output.{_quoted(name)}, '') <> coalesce(input.{_quoted(name)}, '')",
            )
            for name in self.agreed(example)
        )

    def _worded(self) -> Iterator[str]:
        if self.general and self.general.strip():
            yield f"in general: {' '.join(self.general.split())}"
        same = set(self.same_as_input)
        for name, words in self.columns.items():
            if name not in same:
                yield f"column {name!r}: {' '.join(words.split())}"


def keeps_rows(converter: Converter) -> bool:
    """Whether the program gives one output row for each input row, in order."""
    query = parsed(converter.statement)
    return converter.is_rowwise and query is not None and query.args.get("where") is None


def _bare_columns(converter: Converter, example: Example) -> set[str]:
    """The output columns that the program takes over from the input column of the same name."""
    query = parsed(converter.statement)
    names = _header(example.expected)
    if query is None or not keeps_rows(converter) or len(query.selects) != len(names):
        return set()
    inputs = dict(zip(example.input.columns, _header(example.input), strict=False))
    return {
        name
        for name, projection in zip(names, query.selects, strict=True)
        if isinstance(column := projection.unalias(), exp.Column) and inputs.get(column.name) == name
    }


def _header(table: Table) -> tuple[str, ...]:
    return table.header or ()


def _filled(table: Table, position: int) -> list[str]:
    return [cell or "" for cell in table.column(position)]


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
