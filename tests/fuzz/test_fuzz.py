"""What nobody thought of: statements, checks, manifests and requests made up, for seconds here and for minutes in `make chaos`.

Whatever comes: no traceback, no 5xx, a text that is short and has no control characters, and no growth of memory or disk
past its bound. FUZZ_EXAMPLES says how many of each.
"""

import json
import os
import tempfile
import time
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import duckdb
import httpx
import psutil
import pytest
from fastapi import FastAPI
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import SecretStr

from api.app import create_app
from converter.conversion import run
from converter.errors import BadConverter, ConverterError
from converter.manifest import Check, Converter
from converter.sandbox import Limits
from converter.telling import TEXT_CHARACTERS
from jobs.folder import FolderStore
from jobs.store import JobStore
from settings import Settings
from tests.api.test_app import RememberingQueue, trained, training

EXAMPLES = int(os.environ.get("FUZZ_EXAMPLES", "25"))
LIMITS = Limits(seconds=4, memory_bytes=768 << 20, output_bytes=4 << 20, spill_bytes=4 << 20, threads=1)
GROWTH = 96 << 20
fuzzed = settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck), print_blob=True)
cheaply = settings(fuzzed, max_examples=EXAMPLES * 10)


@pytest.fixture(autouse=True)
def no_growth() -> Iterator[None]:
    """Our own memory is what it was, and the temporary folder holds nothing of a run."""
    before = psutil.Process().memory_info().rss
    yield
    assert psutil.Process().memory_info().rss - before < GROWTH


@cache
def functions() -> list[str]:
    """Every function that the engine has, allowed or not."""
    rows = duckdb.execute("SELECT DISTINCT function_name FROM duckdb_functions() ORDER BY 1").fetchall()
    return [name for (name,) in rows] + ["read_csv", "read_text", "getenv", "pragma_version", "current_setting"]


SIMPLE = ["NULL", "a", "b", "_row", "input.a", "*", "'/etc/passwd'", "9999999999", "1e308", "[1, 2]", "{'k': a}"]
ODD = ["current_date", "user", "rowid", "$1", "INTERVAL 1 DAY", "DATE '2020-01-01'", "x -> x", "CASE WHEN a THEN b END"]
SIGNS = st.sampled_from(["+", "||", "<", "IN", "LIKE", "->", "::"])
TYPES = st.sampled_from(["INTEGER", "DATE", "BLOB", "VARCHAR[]", "JSON"])
NAMES = st.deferred(lambda: st.sampled_from(functions()))
constants = st.one_of(
    st.integers(-(2**70), 2**70).map(str),
    st.floats().map(lambda number: f"'{number}'::DOUBLE"),
    st.text(max_size=20).map(lambda text: "'" + text.replace("'", "''") + "'"),
    st.sampled_from(SIMPLE + ODD),
)
calls = st.recursive(
    constants,
    lambda inner: st.one_of(
        st.builds(lambda name, given: f'"{name}"({", ".join(given)})', NAMES, st.lists(inner, max_size=4)),
        st.builds(lambda one, sign, other: f"({one} {sign} {other})", inner, SIGNS, inner),
        st.builds(lambda one, kind: f"CAST({one} AS {kind})", inner, TYPES),
    ),
    max_leaves=6,
)
relations = st.sampled_from(
    ["input", "input, range(1000000)", "input x, input y", "(VALUES (1)) t(a)", "'given.csv'", "duckdb_settings()", "output"]
)
statements = st.one_of(
    st.builds(lambda what, where: f"SELECT {what} AS a FROM {where}", calls, relations),
    st.builds(lambda what, when: f"SELECT {what} AS a FROM input WHERE {when} ORDER BY {what}", calls, calls),
    st.builds(lambda what: f"WITH t AS (SELECT {what} AS a FROM input) SELECT a FROM t GROUP BY ALL", calls),
    st.builds(lambda what, depth: "SELECT " + "(" * depth + what + ")" * depth + " FROM input", calls, st.integers(0, 3000)),
    st.text(max_size=60),
    st.sampled_from(["COPY input TO 'x'", "ATTACH 'x'", "SET threads = 9", "SELECT 1; DROP TABLE input", "PRAGMA version"]),
)


def converted(statement: str, *checks: str) -> Any:
    """What a run reports, or raises; held to what every run has to keep."""
    with tempfile.TemporaryDirectory(prefix="fuzz-") as folder:
        given_file, made = Path(folder, "given.csv"), Path(folder, "made.csv")
        given_file.write_text("a,b\n1,x\n2,\n")
        named = tuple(Check(str(number), sql) for number, sql in enumerate(checks))
        converter = Converter(statement, ("a", "b"), output_header=("a",), checks=named)
        started = time.monotonic()
        report, told = None, ""
        try:
            report = run(converter, given_file, made, limits=LIMITS)
        except ConverterError as error:
            told = str(error)
        assert len(told) < TEXT_CHARACTERS + 100
        assert not [one for one in told if not one.isprintable() and one not in "\n\t"]
        assert time.monotonic() - started < 4 * LIMITS.seconds
        assert {path.name for path in Path(folder).iterdir()} <= {"given.csv", "made.csv"}
        assert not made.exists() or made.stat().st_size <= LIMITS.output_bytes + (1 << 20)
        return report


@fuzzed
@given(statement=statements)
def test_no_statement_breaks_a_run(statement: str) -> None:
    converted(statement)


@fuzzed
@given(sql=st.one_of(statements, st.builds(lambda what: f"SELECT _row, {what} FROM output WHERE {what}", calls)))
def test_no_check_ends_a_run(sql: str) -> None:
    report = converted("SELECT a FROM input", sql)

    assert report is not None
    assert report.rows_out == 2
    assert len(json.dumps(report.to_json(), default=str)) < 50_000


anything = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=20), st.just("x" * 5000)),
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(st.text(max_size=10), inner, max_size=4)),
    max_leaves=10,
)
MANIFEST = json.loads(Converter("SELECT 1", ("a",)).dumps().split("\n", 1)[1].split("*/")[0])


@cheaply
@given(changes=st.dictionaries(st.sampled_from([*MANIFEST, "surplus"]), anything), format_number=st.integers(0, 3))
def test_no_manifest_breaks_its_reader(changes: dict[str, Any], format_number: int) -> None:
    text = f"/* AI CSV Converter, converter format {format_number}\n{json.dumps(MANIFEST | changes)}\n*/\nSELECT 1"
    told = ""
    try:
        Converter.loads(Converter.loads(text).dumps())
    except BadConverter as error:
        told = str(error)
    assert len(told) < 1000


@cheaply
@given(text=st.one_of(st.text(), st.text(alphabet='/*\n {}[]"AI CSV Converter, converter format 1', max_size=400)))
def test_no_text_breaks_the_manifests_reader(text: str) -> None:
    with pytest.raises(BadConverter):
        Converter.loads(text)


FOLDER = tempfile.TemporaryDirectory(prefix="fuzz-store-")
STARTS = st.sampled_from(["http://", "https://[", "s3://", "data:", "HTTP://127.0.0.1:", "http://[::"])
files = st.one_of(
    st.text(max_size=50),
    st.binary(max_size=50).map(lambda data: "data:text/csv;base64," + data.hex()),
    st.builds(
        "{}{}".format,
        st.sampled_from(["http://", "https://[", "s3://", "data:", "HTTP://127.0.0.1:", "http://[::"]),
        st.text(max_size=20),
    ),
    st.builds("{}\n{}".format, st.text(max_size=20), st.text(max_size=20)),
    anything,
)
bodies = st.one_of(
    st.binary(max_size=200),
    anything.map(lambda value: json.dumps(value).encode()),
    st.dictionaries(st.sampled_from([*training(), "job_id", "mode", "header", "x"]), st.one_of(files, anything)).map(
        lambda changes: json.dumps(training() | changes).encode("utf-8", "surrogatepass")
    ),
)
paths = st.sampled_from(
    ["/api/v1/train", "/api/v1/inference/run", "/api/v1/keys", "/api/v1/ada/x/cancel", "/api/v1/ada/x/retry"]
)


@cache
def application() -> FastAPI:
    configured = Settings(data_dir=Path(FOLDER.name), api_key=SecretStr("key"), fetch_seconds=1, _env_file=None)
    jobs = JobStore(FolderStore(configured.data_dir))
    trained(jobs)
    return create_app(configured, jobs, RememberingQueue())


@settings(fuzzed, max_examples=EXAMPLES * 4)
@given(path=paths, body=bodies, key=st.sampled_from(["key", "", "wrong", "acc_0123456789abcdef_" + "x" * 43]))
async def test_no_body_breaks_the_service(path: str, body: bytes, key: str) -> None:
    transport = httpx.ASGITransport(application(), raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://service") as client:
        answer = await client.post(path, content=body, headers={"X-API-KEY": key, "Content-Type": "application/json"})

    assert answer.status_code < 500, answer.text
    assert (answer.status_code in (401, 403)) == (key != "key")
    assert "Traceback" not in answer.text
    assert len(answer.text) < 200_000
