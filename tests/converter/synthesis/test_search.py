"""The search finds the program that is likeliest meant, for tables of every kind that people reshape."""

import csv
import io

import duckdb
import pytest

from converter.synthesis.search import Program, search
from converter.table import Example, Table, column_names


def table(text: str, *, header: bool) -> Table:
    rows = list(csv.reader(io.StringIO(text.strip("\n") + "\n")))
    names = tuple(rows.pop(0)) if header else None
    width = len(names) if names is not None else max(map(len, rows))
    filled = tuple(tuple(cell or None for cell in row) + (None,) * (width - len(row)) for row in rows)
    return Table(column_names(names, width), filled, names)


def run(program: Program, source: Table) -> list[list[str]]:
    with duckdb.connect(config={"threads": 1}) as connection:
        columns = ", ".join(f'"{name}" VARCHAR' for name in source.columns)
        connection.execute(f"CREATE TABLE input ({columns}, _row BIGINT)")
        places = ", ".join("?" * (source.width + 1))
        for at, row in enumerate(source.rows, 1):
            connection.execute(f"INSERT INTO input VALUES ({places})", [*row, at])
        rows = connection.execute(program.query.sql("duckdb", pretty=True)).fetchall()
    cells = [list(row[0]) for row in rows] if program.ragged else [list(row) for row in rows]
    return [[cell or "" for cell in row] for row in cells]


def trimmed(rows: list[list[str]]) -> list[list[str]]:
    return [row[: max((at + 1 for at, cell in enumerate(row) if cell), default=0)] for row in rows]


def learned(given: str, expected: str, new: str, *, header: bool = False) -> list[list[str]]:
    """What the best program learned from the example makes of a new table."""
    example = Example(table(given, header=header), table(expected, header=header))
    found = search(example, seconds=10)
    assert found.program is not None
    return trimmed(run(found.program, table(new, header=header)))


CASES = {
    "wide rows become long ones under their header": (
        "who,jan,feb\nann,1,2\nbob,3,4",
        "ann,jan,1\nann,feb,2\nbob,jan,3\nbob,feb,4",
        "who,jan,feb\ncy,7,8\ndee,5,6\neve,1,1",
        "cy,jan,7\ncy,feb,8\ndee,jan,5\ndee,feb,6\neve,jan,1\neve,feb,1",
    ),
    "long rows become wide ones under a header": (
        "ann,jan,1\nann,feb,2\nbob,jan,3\nbob,feb,4",
        ",jan,feb\nann,1,2\nbob,3,4",
        "cy,mar,1\ncy,apr,2\ncy,may,0\ndee,mar,3\ndee,apr,4\ndee,may,5",
        ",mar,apr,may\ncy,1,2,0\ndee,3,4,5",
    ),
    "every three rows become one": (
        "ann\n12\nrome\nbob\n13\nparis",
        "ann,12,rome\nbob,13,paris",
        "cy\n1\nbonn\ndee\n2\noslo\neve\n3\nbern",
        "cy,1,bonn\ndee,2,oslo\neve,3,bern",
    ),
    "rows of one key are joined however many there are": (
        "1,a\n1,b\n2,c\n2,d\n2,e",
        "1,a,b\n2,c,d,e",
        "7,x\n8,y\n8,z\n8,v\n8,w",
        "7,x\n8,y,z,v,w",
    ),
    "a list in a cell becomes rows": (
        'fruit,"apple, pear"\nroot,carrot',
        "fruit,apple\nfruit,pear\nroot,carrot",
        'nut,"almond, walnut, pecan"',
        "nut,almond\nnut,walnut\nnut,pecan",
    ),
    "blanks are filled from above": (
        "ann,1\n,2\nbob,3\n,4",
        "ann,1\nann,2\nbob,3\nbob,4",
        "cy,1\n,2\n,3\ndee,4",
        "cy,1\ncy,2\ncy,3\ndee,4",
    ),
    "blank rows go": (
        "ann,1\n,\nbob,2\n,\ncy,3",
        "ann,1\nbob,2\ncy,3",
        ",\ndee,4\neve,5",
        "dee,4\neve,5",
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_without_a_header(case: str) -> None:
    given, expected, new, wanted = CASES[case]

    rows = learned(given, expected, new)

    assert rows == trimmed([list(row) for row in csv.reader(io.StringIO(wanted))])
