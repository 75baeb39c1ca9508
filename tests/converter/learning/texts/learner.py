"""What the tests of single texts share: programs learned from a few rows, run by the engine on further ones."""

from collections.abc import Sequence

from converter.learning.printing import printed
from converter.learning.search import search
from converter.table import Cell, Example, Row, Table, column_names
from tests.converter.learning.learned import run


def table(rows: Sequence[Row]) -> Table:
    names = column_names(None, len(rows[0]))
    return Table(names, tuple(rows), names)


def best(rows: Sequence[Row], expected: Sequence[Cell]) -> str | None:
    """The likeliest program for the expected cells."""
    wanted = Table(("made",), tuple((cell,) for cell in expected), ("made",))
    found = search(Example(table(rows), wanted), seconds=5).programs
    return printed(found[0].query()) if found else None


def made(rows: Sequence[Row], expected: Sequence[Cell], further: Sequence[Row]) -> list[Cell]:
    """What the likeliest program makes of further rows."""
    program = best(rows, expected)
    assert program is not None
    return [row[0] for row in run(program, table(further))]


def learned(lines: str, further: str) -> list[Cell]:
    """Learns from lines `cell | cell => expected` and gives what the program makes of further rows, `;` between them."""
    pairs = [line.strip().split(" => ") for line in lines.strip().splitlines()]
    rows: list[Row] = [tuple(given.split(" | ")) for given, _ in pairs]
    return made(rows, [expected for _, expected in pairs], [tuple(row.split(" | ")) for row in further.split("; ")])


def made_of(given: Sequence[str], wanted: Sequence[str], further: str) -> Cell:
    """What the likeliest program for single texts makes of a further one."""
    return made([(text,) for text in given], wanted, [(further,)])[0]
