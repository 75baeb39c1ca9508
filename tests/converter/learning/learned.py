"""Tables in, tables out: what the learner makes of an example, run by DuckDB on a further file."""

from collections.abc import Sequence

import duckdb

from converter.learning import sql
from converter.learning.printing import printed
from converter.learning.programs import Program
from converter.learning.search import search
from converter.table import Example, Row, Table, column_names


def table(text: str, *, header: bool = True, delimiter: str = "|") -> Table:
    """A table of lines whose cells stand between bars; blanks around cells are left out, an empty cell is a missing one."""
    rows: list[Row] = [tuple(cell.strip() or None for cell in line.split(delimiter)) for line in text.strip("\n").splitlines()]
    width = max(map(len, rows))
    rows = [(*row, *(None,) * (width - len(row))) for row in rows]
    if not header:
        return Table(column_names(None, width), tuple(rows), None)
    names = tuple(cell or "" for cell in rows[0])
    return Table(column_names(names, width), tuple(rows[1:]), names)


def learned(given: Table, expected: Table) -> Program | None:
    """The best program, where there is one."""
    programs = search(Example(given, expected), seconds=5.0).programs
    return programs[0] if programs else None


def run(statement: str, given: Table) -> list[tuple[str | None, ...]]:
    """The statement's rows over the table, as texts; empty texts are None as in the tables of `table`."""
    with duckdb.connect() as connection:
        columns = ", ".join(f"{sql.column(name).sql(dialect='duckdb')} VARCHAR" for name in given.columns)
        connection.execute(f"CREATE TABLE input (_row BIGINT, {columns})")
        if given.rows:
            connection.executemany(
                f"INSERT INTO input VALUES ({', '.join('?' * (given.width + 1))})",
                [(at, *row) for at, row in enumerate(given.rows)],
            )
        found = connection.execute(f"SELECT CAST(COLUMNS(*) AS VARCHAR) FROM ({statement})").fetchall()
    return [tuple(cell or None for cell in row) for row in found]


def statement(given: Table, expected: Table) -> str:
    """The SQL of the best program. Raises `AssertionError` where there is none, or it does not make the expected table."""
    program = learned(given, expected)
    assert program is not None, "nothing was learned"
    text = printed(program.query())
    made = run(text, given)
    assert made == [tuple(row) for row in expected.rows], f"{text}\n{made}"
    return text


def converted(given: Table, expected: Table, further: Table) -> list[tuple[str | None, ...]]:
    """What the program learned from the example makes of a further table."""
    return run(statement(given, expected), further)


def rows(*lines: Sequence[str | None]) -> list[tuple[str | None, ...]]:
    """Expected rows."""
    return [tuple(line) for line in lines]


def turned(text: str, given: Table) -> list[tuple[str | None, ...]]:
    """The statement's heading and rows over the table: where the data decides the columns, the heading is a result."""
    with duckdb.connect() as connection:
        columns = ", ".join(f"{sql.column(name).sql(dialect='duckdb')} VARCHAR" for name in given.columns)
        connection.execute(f"CREATE TABLE input (_row BIGINT, {columns})")
        connection.executemany(
            f"INSERT INTO input VALUES ({', '.join('?' * (given.width + 1))})",
            [(at, *row) for at, row in enumerate(given.rows)],
        )
        found = connection.execute(text)
        heading = tuple(one[0] for one in found.description)
        return [heading, *(tuple(None if cell in (None, "") else str(cell) for cell in row) for row in found.fetchall())]


def kinds(text: str) -> list[tuple[str, tuple[Table, ...]]]:
    """Many examples of a kind in one text: a title, then the given, expected and further tables and what is wanted of it.

    The tables stand apart by lines of `###`, the examples by lines of `=====`.
    """
    found = []
    for block in text.strip("\n").split("=====\n"):
        title, _, rest = block.partition("\n")
        found.append((title, tuple(table(part) for part in rest.split("###\n"))))
    return found


def learns(tables: Sequence[Table]) -> None:
    """Fails unless the program learned from the first two tables makes the fourth of the third, its heading too."""
    given, expected, further, wanted = tables
    text = statement(given, expected)
    assert turned(text, further) == [wanted.header, *map(tuple, wanted.rows)], text
