"""What a converter makes of a further file: in this process, by the engine alone."""

from pathlib import Path

import duckdb

from converter.comparison import compare
from converter.errors import ConverterError
from converter.fitting import fitted
from converter.manifest import Converter
from converter.reading import read_table, read_whole
from converter.table import Example, Table
from converter.trial import loaded, result_of


def made_of(converter: Converter, given: Table, wanted: Table) -> Table | None:
    """What the converter makes of a table, None where it cannot; `wanted` says how the result is headed."""
    try:
        fit = fitted(given.header or given.columns, given.columns, converter, "the further file")
        table = Table(fit.columns, given.rows, given.header, given.preamble, given.footer)
        with loaded(table) as connection:
            return result_of(connection, converter.statement, Example(table, wanted), converter.ragged, converter.heading)
    except (ConverterError, duckdb.Error):
        return None


def is_right(converter: Converter, folder: Path, *, header: bool, ordered: bool) -> bool:
    """Whether the converter makes the expected table of a case's further file (`test_input.csv`, `test_expected.csv`)."""
    try:
        given = read_table(folder / "test_input.csv", header=converter.input_has_header)
        wanted = read_whole(folder / "test_expected.csv", header=header)
    except ConverterError:
        return False
    made = made_of(converter, given, wanted)
    if made is None:
        return False
    if not ordered:
        made, wanted = (Table(one.columns, tuple(sorted(one.rows, key=str)), one.header) for one in (made, wanted))
    return compare(made, wanted).equal
