"""What the Coder is told of the engine is true for the pinned version: each fact is run, past the first wall."""

from typing import Any

import duckdb
import pytest

from converter.statement import check
from crew.prompts import config, dialect

RUNS = [run for fact in config("engine") for run in fact["runs"]]


@pytest.fixture(scope="module")
def engine() -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect()
    connection.execute('CREATE TABLE input (a VARCHAR, b VARCHAR, "Q1" VARCHAR, "Q2" VARCHAR, _row BIGINT)')
    connection.execute("INSERT INTO input VALUES ('x', '1.5', '7', NULL, 1), ('y', '2', '8', '9', 2)")
    return connection


@pytest.mark.parametrize("run", RUNS, ids=[run["sql"][:60] for run in RUNS])
def test_each_fact_is_so(engine: duckdb.DuckDBPyConnection, run: dict[str, Any]) -> None:
    check(run["sql"])

    result = engine.execute(run["sql"])

    heading = [name for name, *_ in result.description or ()]
    assert [list(row) for row in result.fetchall()] == run["gives"]
    assert heading == run.get("heading", heading)


def test_functions_and_constructs_that_are_told_have_a_run() -> None:
    told = dialect()

    for word in ("arg_min", "string_agg", "lpad", "COLUMNS('^Q", "PIVOT", "cells", "concat", "try_strptime", "IGNORE NULLS"):
        assert word in told
        assert any(word in run["sql"] for run in RUNS), word
