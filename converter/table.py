"""A small table in memory: what an example is made of. Large files never become one; they stream through the engine."""

from dataclasses import dataclass, field

Cell = str | None
"""A cell's text. `None` is a missing cell (nothing between two delimiters), `""` a quoted empty one."""

Row = tuple[Cell, ...]


@dataclass(frozen=True)
class Table:
    """Rows of text cells under named columns.

    `columns` are unique, non-empty names as SQL uses them (see `column_names`); `header` are the names as the file has
    them, or None when the file has no header. All rows have `len(columns)` cells; where a headerless file is ragged,
    short rows are filled with None. `preamble` and `footer` are the file's rows above the heading and below the table, each as
    long as the file has it. `notes` say how the file was read, where a person should know.
    """

    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    header: tuple[str, ...] | None = None
    preamble: tuple[Row, ...] = ()
    footer: tuple[Row, ...] = ()
    notes: tuple[str, ...] = field(default=(), compare=False)

    @property
    def width(self) -> int:
        return len(self.columns)

    def column(self, index: int) -> list[Cell]:
        """The cells of the column at `index`, one a row."""
        return [row[index] for row in self.rows]


@dataclass(frozen=True)
class Example:
    """What a train job learns from: a file's table and the table that a person expects from it.

    `lines` is the whole input file once more, read without a heading, where `input` has one: of a file that is no table with
    one heading (blocks, sections, records of several kinds) that is the better reading. `ignored` are the rows of the expected
    file, numbered from 1, that a person said are not to count; the tables are without them.
    """

    input: Table
    expected: Table
    lines: Table | None = None
    ignored: tuple[int, ...] = ()

    @property
    def notes(self) -> tuple[str, ...]:
        """How the files were read, where a person should know."""
        return (*self.input.notes, *(f"the expected file: {note}" for note in self.expected.notes))


def column_names(header: tuple[str, ...] | None, width: int) -> tuple[str, ...]:
    """Unique non-empty names for `width` columns: a repeated name gets `_2`, `_3`…, an empty one is `column_N`.

    DuckDB's identifiers ignore case, so `Name` and `name` count as repeated.
    """
    names: list[str] = []
    taken: set[str] = {"_row"}
    # Where the last one of a name stopped, so that a heading of one name only takes one try a column.
    counts: dict[str, int] = {}
    for position in range(width):
        wanted = (header[position].strip() if header is not None else "") or f"column_{position + 1}"
        name, count = wanted, counts.get(wanted.casefold(), 1)
        if count > 1:
            name = f"{wanted}_{count}"
        while name.casefold() in taken:
            count += 1
            name = f"{wanted}_{count}"
        counts[wanted.casefold()] = count
        taken.add(name.casefold())
        names.append(name)
    return tuple(names)
