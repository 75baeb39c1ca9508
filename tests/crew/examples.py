"""Examples as the crew's tests need them."""

import csv
import io

from converter.table import Example, Table, column_names
from tests.model_server import CLIENT_EXPECTED, CLIENT_INPUT


def table(text: str) -> Table:
    """A table from the text of a CSV with a header."""
    header, *rows = csv.reader(io.StringIO(text))
    return Table(column_names(tuple(header), len(header)), tuple(map(tuple, rows)), tuple(header))


def example(given: str, wanted: str) -> Example:
    return Example(table(given), table(wanted))


CLIENT = example(CLIENT_INPUT, CLIENT_EXPECTED)
