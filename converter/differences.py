"""What is otherwise between two converters: in words, and in the rows that they make of one table."""

from collections.abc import Sequence
from dataclasses import dataclass

from converter.comparison import Difference, compare
from converter.conversion import run_table
from converter.manifest import Converter
from converter.sandbox import Limits
from converter.table import Table
from converter.words import Explanation, explained


def in_words(new: Converter, old: Converter) -> list[str]:
    """A sentence for each column and step that is otherwise; an empty list where both are told alike."""
    names, before = list(new.output_header or ()), list(old.output_header or ())
    mine, theirs = explained(new.statement, names), explained(old.statement, before)
    said = [f"{name}: a new column, {_of(mine, names, name)}" for name in names if name not in before]
    said += [f"{name}: no longer a column" for name in before if name not in names]
    for name in names:
        if name in before and (now := _of(mine, names, name)) != (then := _of(theirs, before, name)):
            said.append(f"{name}: {now}; before, {then}")
    now_steps, then_steps = [one.explanation for one in mine.steps], [one.explanation for one in theirs.steps]
    said += [f"new: {one}" for one in now_steps if one not in then_steps]
    said += [f"no longer: {one}" for one in then_steps if one not in now_steps]
    if not said and new.statement.strip() != old.statement.strip():
        said = ["the SQL is written otherwise, and is told in the same words"]
    return said


def _of(words: Explanation, names: Sequence[str], name: str) -> str:
    return words.columns[names.index(name)].explanation


@dataclass(frozen=True)
class Apart:
    """Cells that two converters make otherwise, the first few, and in how many rows."""

    cells: tuple[Difference, ...]
    rows: int


def in_rows(new: Converter, old: Converter, table: Table, *, limits: Limits, allow_unsandboxed: bool = False) -> Apart:
    """How the converters' outputs for the table differ: `expected` is the old one's cell. Raises as `run_table` does."""
    made = [run_table(one, table, limits=limits, allow_unsandboxed=allow_unsandboxed) for one in (new, old)]
    comparison = compare(made[0], made[1])
    longer = max(len(one.rows) for one in made)
    apart = sum(
        at >= min(len(one.rows) for one in made) or _plain(made[0].rows[at]) != _plain(made[1].rows[at]) for at in range(longer)
    )
    return Apart(comparison.differences, apart)


def _plain(row: Sequence[str | None]) -> tuple[str, ...]:
    return tuple(cell or "" for cell in row)
