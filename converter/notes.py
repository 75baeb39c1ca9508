"""What a person should know of how a file was read, in a line each."""

from collections.abc import Sequence

from converter.table import Row

_ROWS_SHOWN = 5


def rows_named(rows: Sequence[int]) -> str:
    """The rows as the beginning of a sentence: `row 3 has`, or `12 rows (3, 4, 5, 8, 9, …) have`."""
    if len(rows) == 1:
        return f"row {rows[0]} has"
    shown = ", ".join(map(str, rows[:_ROWS_SHOWN])) + (", …" if len(rows) > _ROWS_SHOWN else "")
    return f"{len(rows)} rows ({shown}) have"


def shown(text: str, most: int = 40) -> str:
    """A text in quotes, cut where it is long."""
    return repr(text if len(text) <= most else text[: most - 1] + "…")


def first_text(rows: Sequence[Row]) -> str:
    """The first filled cell of the rows, for a note."""
    return shown(next((cell for row in rows for cell in row if cell and cell.strip()), ""))
