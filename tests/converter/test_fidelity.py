"""Text stays the text that it is, however a file is written, in the sandbox as outside of it."""

from dataclasses import asdict
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from converter import engine
from converter.conversion import run
from converter.dialect import Dialect
from converter.manifest import Converter
from converter.rows import read_rows
from converter.scan import Layout

# What UTF-16 and Windows-1252 can say both, the marks of CSV among it; leading zeros and numbers come by themselves.
characters = st.sampled_from('",;|\t\n\r 0123e-.éßœ€’NULLx')
cell = st.none() | st.text(characters, max_size=5)
rows = st.lists(st.tuples(cell, cell), min_size=1, max_size=6)


def written(table: list[tuple[str | None, str | None]], delimiter: str, line_end: str, quote_all: bool) -> str:
    def as_cell(text: str | None) -> str:
        if text is None:
            return ""
        plain = text and not quote_all and not any(mark in text for mark in f'"\r\n{delimiter}')
        return text if plain else '"' + text.replace('"', '""') + '"'

    return "".join(delimiter.join(map(as_cell, row)) + line_end for row in [("a é", "b"), *table])


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    rows,
    st.sampled_from([",", ";", "\t", "|"]),
    st.sampled_from(["\n", "\r\n", "\r"]),
    st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "cp1252"]),
    st.booleans(),
)
def test_any_cell_survives_in_every_dialect(
    tmp_path: Path, table: list[tuple[str | None, str | None]], delimiter: str, line_end: str, encoding: str, quote_all: bool
) -> None:
    (tmp_path / "given.csv").write_bytes(written(table, delimiter, line_end, quote_all).encode(encoding))
    converter = Converter('SELECT "a é", b FROM input', ("a é", "b"), output_header=("a é", "b"))
    dialect = Dialect(encoding, delimiter)

    run(converter, tmp_path / "given.csv", tmp_path / "made.csv", dialect=dialect)

    assert list(read_rows(tmp_path / "made.csv", Dialect("utf-8", ",")))[1:] == table


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT b, a FROM input",
        "SELECT upper(a) AS b, count(*) AS a FROM input GROUP BY a ORDER BY a",
        "SELECT a, _row FROM input",
    ],
)
def test_the_sandbox_gives_what_the_engine_gives(tmp_path: Path, statement: str) -> None:
    given, inside, outside = tmp_path / "given.csv", tmp_path / "inside.csv", tmp_path / "outside.csv"
    given.write_text('a,b\n007,"x\ny"\n,""\nNULL,1e5\n')
    converter = Converter(statement, ("a", "b"), output_header=("x", "y"))

    run(converter, given, inside)
    engine.convert(
        {
            "source": {
                "path": str(given),
                "delimiter": ",",
                "columns": ["a", "b"],
                "skip_header": True,
                "layout": asdict(Layout.glimpse(given, ",")),
            },
            "columns": ["a", "b"],
            "preamble": [],
            "footer": [],
            "statement": statement,
            "target": {"path": str(outside), "delimiter": ",", "header": ["x", "y"], "columns": ["x", "y"]},
            "ragged": False,
            "checks": [],
            "memory_bytes": 1 << 28,
            "threads": 1,
            "scratch": str(tmp_path),
            "spill_bytes": 1 << 30,
        }
    )

    assert inside.read_bytes() == outside.read_bytes()
