"""What ranking is fitted on: the programs and column expressions that fit an example, each run on the case's further file.

A `Choice` is what ranking has to choose from: the programs of one case, or the expressions of one of its columns, with what
each costs, how much of each weight is in that (`tools/slopes.py`), and whether it came out right.
"""

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from bench.composed.conversion import Sheet, compose
from converter.families import fixed_columns
from converter.learning.columns import Candidate
from converter.learning.findings import says_enough
from converter.learning.printing import printed
from converter.learning.programs import Program
from converter.learning.query import Query
from converter.learning.search import search
from converter.lesson import package
from converter.manifest import Converter, Heading
from converter.reading import read_example, read_table, read_whole
from converter.table import Example, Table, column_names
from converter.trial import verify
from tests.converter.learning.kinds_of_tables import KINDS, Kind
from tests.converter.learning.learned import table
from tests.converter.learning.test_kinds import blocks
from tools.further import made_of
from tools.slopes import slopes_of

SECONDS = 6.0
"""Of CPU time for a search: it takes twice as long as without slopes."""
SEEDS, ROWS, FURTHER = (1, 2), (4, 8), 25
"""The tables made of each kind, and the rows of a further file."""
FIRST_COMPOSED = 500_001


@dataclass(frozen=True)
class Option:
    """What could be chosen: its cost, the cost's slopes against the weights, what it made of the further file (`made` is the
    same where that is the same), and whether that is right.
    """

    cost: float
    slopes: dict[str, float]
    right: bool
    made: str


@dataclass(frozen=True)
class Choice:
    """The options of one case's rows (`column` is empty), or of one of its columns."""

    suite: str
    case: str
    column: str
    options: tuple[Option, ...]

    def to_json(self) -> str:
        """One line of a file."""
        return json.dumps(asdict(self))

    @staticmethod
    def of_json(line: str) -> "Choice":
        """The choice that the line has."""
        stored: dict[str, Any] = json.loads(line)
        options = tuple(Option(**one) for one in stored.pop("options"))
        return Choice(**stored, options=options)


@dataclass(frozen=True)
class Task:
    """An example with a further file."""

    suite: str
    case: str
    example: Example
    given: Table
    wanted: Table
    ordered: bool = True


def of_folder(folder: Path) -> Task:
    """The case in the folder. Raises `ConverterError` where it cannot be read."""
    meta = json.loads((folder / "meta.json").read_text(encoding="utf-8"))
    header = meta["header"]
    example = read_example(folder / "train_input.csv", folder / "train_expected.csv", header=header)
    given = read_table(folder / "test_input.csv", header=example.input.header is not None)
    wanted = read_whole(folder / "test_expected.csv", header=header)
    return Task(meta["suite"], meta["case"], example, given, wanted, meta.get("ordered", True))


def of_kind(kind: Kind, seed: int, rows: int) -> Task:
    """A table of the kind with so many rows."""
    further = kind.example(kind.rows(FURTHER, seed + 100))
    return Task("kinds", f"{kind.name} {seed} {rows}", kind.example(kind.rows(rows, seed)), further.input, further.expected)


def kinds() -> Iterator[Task]:
    """Several tables of each kind."""
    for kind in KINDS:
        for seed in SEEDS:
            for rows in ROWS:
                yield of_kind(kind, seed, rows)


def told() -> Iterator[Task]:
    """The kinds that the tests tell by an example and a further file each."""
    for name, parts in blocks():
        given, expected, further, wanted = map(table, parts)
        yield Task("kinds", name, Example(given, expected), further, wanted)


def composed(count: int) -> Iterator[Task]:
    """Conversions composed at random, of seeds that `bench.composed` does not report on."""
    for seed in range(FIRST_COMPOSED, FIRST_COMPOSED + count):
        made = compose(seed)
        example = Example(_table(made.given), _table(made.expected))
        yield Task("composed", f"composed {seed}", example, _table(made.further), _table(made.wanted))


def _table(sheet: Sheet) -> Table:
    rows = tuple(tuple(cell or None for cell in row) for row in sheet.rows)
    return Table(column_names(sheet.heading, len(sheet.heading)), rows, sheet.heading)


def choices(task: Task) -> list[Choice]:
    """What ranking has to choose from in the task: among whole programs, and for each column of the first that the engine
    confirms.
    """
    tried: list[tuple[Program, str, Table | None]] = []
    for program in search(task.example, seconds=SECONDS).programs:
        if says_enough(program):
            text = printed(program.query())
            comparison = verify(text, task.example, ragged=program.is_ragged)
            if comparison is not None and comparison.equal:
                converter = package(text, task.example, ragged=program.is_ragged, evidence={})
                tried.append((program, text, made_of(converter, task.given, task.wanted)))
    if not tried:
        return []
    wanted = _rows(task.wanted, task)
    found = [
        _option(program.cost, made is not None and _rows(made, task) == wanted, _said(made, task)) for program, _, made in tried
    ]
    whole = [Choice(task.suite, task.case, "", tuple(found))] if len(found) > 1 else []
    return whole + list(_of_columns(tried[0][0], tried[0][1], task))


def _of_columns(program: Program, text: str, task: Task) -> Iterator[Choice]:
    # Other queries than plain ones make more of a row than its columns.
    if program.heading is not None or type(program.plan.query) is not Query or len(program.names) != task.wanted.width:
        return
    converter = package(text, task.example, ragged=False, evidence={})
    if converter.heading is not Heading.FIXED:
        return
    held = [(at, one) for at, candidates in enumerate(program.columns) if len(candidates) > 1 for one in candidates]
    made = _columns(program, converter, held, task)
    for at in dict.fromkeys(at for at, _ in held):
        wanted = _cells([row[at] for row in task.wanted.rows], task)
        options = [
            _option(one.cost, cells is not None and _cells(cells, task) == wanted, str(_cells(cells, task)))
            for (place, one), cells in zip(held, made, strict=True)
            if place == at
        ]
        yield Choice(task.suite, task.case, program.names[at], tuple(options))


def _columns(
    program: Program, converter: Converter, held: Sequence[tuple[int, Candidate]], task: Task
) -> list[Sequence[str | None] | None]:
    """What each candidate gives on the further file's rows; None where it cannot be run."""
    if not held:
        return []
    shown = [candidates[0].node for candidates in program.columns]
    # The best of all columns stay: rows may be sorted by them.
    names = [*program.names, *(f"candidate {at}" for at in range(len(held)))]
    tree = program.plan.query.select(names, [*shown, *(one.node for _, one in held)])
    made = made_of(_of(converter, printed(tree), task), task.given, task.wanted)
    if made is not None:
        return [[row[len(shown) + at] for row in made.rows] for at in range(len(held))]
    if len(held) == 1:
        return [None]
    half = len(held) // 2
    return _columns(program, converter, held[:half], task) + _columns(program, converter, held[half:], task)


def _of(converter: Converter, text: str, task: Task) -> Converter:
    return replace(converter, statement=text, input_columns=fixed_columns(text, task.example.input.columns))


def _option(cost: float, right: bool, made: str) -> Option:
    return Option(float(cost), {name: slope for name, slope in slopes_of(cost).items() if slope}, right, made)


def _rows(table: Table, task: Task) -> object:
    rows = [tuple(cell or None for cell in row) for row in table.rows]
    return table.header, rows if task.ordered else Counter(rows)


def _cells(cells: Sequence[str | None] | None, task: Task) -> object:
    if cells is None:
        return None
    plain = [cell or None for cell in cells]
    return plain if task.ordered else sorted(plain, key=str)


def _said(made: Table | None, task: Task) -> str:
    return "" if made is None else str(_rows(made, task))
