"""Frames go out as CSV, and come back with every cell as it stands in the result."""

import json
import subprocess
import sys
from typing import Any

import httpx
import pandas
import polars
import pytest

from client import AsyncClient
from client.frames import csv_of, frame_of, kind_of
from tests.client.driving import Both
from tests.client.test_calls import RECORD, Service, answer, form

ROWS = [{"a": "007", "b": "NULL"}, {"a": "", "b": None}]
FRAMES = [pandas.DataFrame({"a": ["007", "x"], "b": [1, 2]}), polars.DataFrame({"a": ["007", "x"], "b": [1, 2]})]


@pytest.mark.parametrize("frame", FRAMES, ids=["pandas", "polars"])
@pytest.mark.parametrize("kind", ["Client", "AsyncClient"])
async def test_a_frame_becomes_one_of_the_same_library(kind: str, frame: Any) -> None:
    content = "\n".join(json.dumps(row) for row in ROWS).encode()
    service = Service(
        answer({**RECORD, "job": RECORD}), httpx.Response(200, content=content, headers={"X-Columns": '["a", "b"]'})
    )

    made = await Both(kind, service).call("convert_frame", "1", frame)

    assert form(service.requests[0])["input_file"] == ("input.csv", b"a,b\n007,1\nx,2\n")
    assert type(made) is type(frame)
    rows = made.to_dicts() if kind_of(made) == "polars" else made.to_dict("records")
    assert rows == ROWS


@pytest.mark.parametrize("kind", ["pandas", "polars"])
async def test_a_result_without_rows_has_its_columns(kind: Any) -> None:
    service = Service(httpx.Response(200, content=b"", headers={"X-Columns": '["a", "b"]'}))

    made = await Both("Client", service).call("frame", "1", kind)

    assert (list(made.columns), len(made)) == (["a", "b"], 0)


async def test_a_result_without_a_heading_has_numbered_columns() -> None:
    made = await Both("Client", Service(httpx.Response(200, content=b'["1", "2"]\n["3"]'))).call("frame", "1", "polars")

    assert made.rows() == [("1", "2"), ("3", None)]
    assert made.columns == ["0", "1"]


async def test_names_that_are_there_twice_stay_in_pandas() -> None:
    service = Service(httpx.Response(200, content=b'["a", "a"]\n["1", "2"]', headers={"X-Columns": '["a", "a"]'}))

    made = await Both("Client", service).call("frame", "1", "pandas")

    assert (list(made.columns), made.to_numpy().tolist()) == (["a", "a"], [["1", "2"]])


def test_missing_cells_stay_missing_on_the_way_out() -> None:
    assert csv_of(polars.DataFrame({"a": ["", None], "b": ["x", "y"]})) == b'a,b\n"",x\n,y\n'
    assert csv_of(pandas.DataFrame({"a": [None, "x"], "b": ["1", "2"]})) == b"a,b\n,1\nx,2\n"


def test_what_is_no_frame_is_none() -> None:
    assert [kind_of(one) for one in (b"", {}, frame_of("polars", ["a"], []), AsyncClient)] == [None, None, "polars", None]


def test_neither_library_is_imported_without_need() -> None:
    program = "import sys, client; print({'pandas', 'polars', 'numpy', 'duckdb', 'ray'} & set(sys.modules))"

    assert subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout == "set()\n"
