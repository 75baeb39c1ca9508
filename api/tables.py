"""The first rows of a file as the service reads it, whatever kind of file it is; nothing is stored."""

from typing import Any

from api.people_bodies import TableRequest
from api.problems import FieldRefused
from api.submission import Submission, given_files
from converter.dialect import Hints
from converter.errors import BadCsv
from converter.reading import read_table
from settings import Settings

_FIELD = "input_file"


def table_of(settings: Settings, user_id: str, body: TableRequest, given: Submission) -> dict[str, Any]:
    """The file's columns and first rows, as `TableResponse` has them. Raises `FieldRefused` for a file that is none; blocks."""
    said = {_FIELD: Hints(body.encoding, body.delimiter, body.sheet)}
    with given_files(settings, user_id, given, {_FIELD: "input.csv"}, said) as files:
        one = files[_FIELD]
        try:
            # One more than is shown says whether there are more.
            table = read_table(one.path, header=body.header, name=_FIELD, max_rows=body.rows + 1, hints=one.hints)
        except BadCsv as error:
            raise FieldRefused(_FIELD, str(error)) from error
    return {
        "header": list(table.columns),
        "rows": [list(row) for row in table.rows[: body.rows]],
        "more": len(table.rows) > body.rows,
        "notes": [*one.notes, *table.notes],
    }
