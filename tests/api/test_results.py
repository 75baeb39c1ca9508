"""Results as HTTP gives them: known by their ETag, in ranges, as rows in JSON."""

import json
from typing import Any

import httpx
import pytest

from converter.manifest import Converter
from jobs.record import JobKind, JobRecord, JobStatus, OutputFormat
from jobs.store import JobStore
from tests.api.test_app import trained

OUTPUT = 'a;b\n1;x\n;"é;\n""q"""\n\n'


def converted(jobs: JobStore, output: str = OUTPUT, header: tuple[str, ...] | None = ("a", "b"), **fields: Any) -> str:
    """The address of an inference's output."""
    learned = Converter("SELECT a, b FROM input", ("a", "b"), output_header=header, output_delimiter=";").dumps()
    record = jobs.create(JobRecord.new(user_id="ada", kind=JobKind.INFERENCE, **fields), {"converter.sql": learned.encode()})
    jobs.finish(jobs.claim("ada", record.job_id, "1"), JobStatus.SUCCEEDED, files={"output.csv": output.encode()})
    return f"/api/v1/ada/{record.job_id}/output"


async def test_a_result_that_is_known_is_not_sent_again(client: httpx.AsyncClient, jobs: JobStore) -> None:
    url = converted(jobs)
    first = await client.get(url)

    again = await client.get(url, headers={"If-None-Match": f'"other", {first.headers["ETag"]}'})
    other = await client.get(url, headers={"If-None-Match": '"other"'})

    assert first.content == OUTPUT.encode()
    assert int(first.headers["Content-Length"]) == len(OUTPUT.encode())
    assert (again.status_code, again.content, again.headers["ETag"]) == (304, b"", first.headers["ETag"])
    assert other.status_code == 200


@pytest.mark.parametrize("what", ["output", "converter"])
async def test_head_tells_the_size_and_sends_nothing(client: httpx.AsyncClient, jobs: JobStore, what: str) -> None:
    url = converted(jobs) if what == "output" else f"/api/v1/ada/{trained(jobs)}/converter"

    head, whole = await client.head(url), await client.get(url)

    assert (head.status_code, head.content) == (200, b"")
    for name in ("Content-Length", "ETag", "Content-Type", "Accept-Ranges"):
        assert head.headers[name] == whole.headers[name]


@pytest.mark.parametrize(
    ("asked", "start", "end"), [("bytes=0-0", 0, 1), ("bytes=3-", 3, None), ("bytes=-4", -4, None), ("bytes=2-999", 2, None)]
)
async def test_a_range_is_that_part(client: httpx.AsyncClient, jobs: JobStore, asked: str, start: int, end: int | None) -> None:
    answer = await client.get(converted(jobs), headers={"Range": asked})

    part = OUTPUT.encode()[start:end]
    at = OUTPUT.encode().index(part, start if start >= 0 else len(OUTPUT.encode()) + start)
    assert (answer.status_code, answer.content) == (206, part)
    assert answer.headers["Content-Range"] == f"bytes {at}-{at + len(part) - 1}/{len(OUTPUT.encode())}"


async def test_a_range_behind_the_end_is_none(client: httpx.AsyncClient, jobs: JobStore) -> None:
    answer = await client.get(converted(jobs), headers={"Range": "bytes=900-"})

    assert (answer.status_code, answer.headers["Content-Range"]) == (416, f"bytes */{len(OUTPUT.encode())}")


@pytest.mark.parametrize("asked", ["bytes=0-1,3-4", "bytes=-", "lines=1-2", "bytes=x-"])
async def test_what_is_no_single_range_gets_the_whole(client: httpx.AsyncClient, jobs: JobStore, asked: str) -> None:
    assert (await client.get(converted(jobs), headers={"Range": asked})).status_code == 200


async def test_a_range_of_another_version_gets_the_whole(client: httpx.AsyncClient, jobs: JobStore) -> None:
    answer = await client.get(converted(jobs), headers={"Range": "bytes=0-1", "If-Range": '"old"'})

    assert (answer.status_code, answer.content) == (200, OUTPUT.encode())


ROWS = [{"a": "1", "b": "x"}, {"a": None, "b": 'é;\n"q"'}, {"a": None, "b": None}]


@pytest.mark.parametrize("accept", ["application/json", "application/json, */*;q=0.5", "text/csv;q=0.1, application/json"])
async def test_rows_come_in_json(client: httpx.AsyncClient, jobs: JobStore, accept: str) -> None:
    answer = await client.get(converted(jobs), headers={"Accept": accept})

    assert answer.headers["content-type"] == "application/json"
    assert answer.json() == ROWS


async def test_rows_come_one_a_line(client: httpx.AsyncClient, jobs: JobStore) -> None:
    answer = await client.get(converted(jobs), headers={"Accept": "application/x-ndjson"})

    assert [json.loads(line) for line in answer.text.splitlines()] == ROWS


@pytest.mark.parametrize(
    ("output", "header", "told"),
    [("a;é\n", ("a", "é"), '["a", "\\u00e9"]'), ("1;2\n", None, None), (f"a;{'b' * 5000}\n", ("a", "b"), None)],
)
async def test_rows_come_with_their_heading_where_it_is_short(
    client: httpx.AsyncClient, jobs: JobStore, output: str, header: Any, told: str | None
) -> None:
    answer = await client.get(converted(jobs, output, header), headers={"Accept": "application/x-ndjson"})

    assert answer.headers.get("X-Columns") == told


@pytest.mark.parametrize("count", [0, 1, 499, 500, 501, 1001])
async def test_any_number_of_rows_is_json(client: httpx.AsyncClient, jobs: JobStore, count: int) -> None:
    url = converted(jobs, "a;b\n" + "".join(f"{number};\n" for number in range(count)))

    rows = (await client.get(url, headers={"Accept": "application/json"})).json()
    lines = (await client.get(url, headers={"Accept": "application/x-ndjson"})).text.splitlines()

    assert [row["a"] for row in rows] == [str(number) for number in range(count)]
    assert [json.loads(line) for line in lines] == rows


@pytest.mark.parametrize(("header", "rows"), [(None, [["a", "a"], ["1", "2"]]), (("a", "a"), [["a", "a"], ["1", "2"]])])
async def test_rows_that_no_object_holds_are_lists(
    client: httpx.AsyncClient, jobs: JobStore, header: tuple[str, ...] | None, rows: Any
) -> None:
    answer = await client.get(converted(jobs, "a;a\n1;2\n", header), headers={"Accept": "application/json"})

    assert answer.json() == rows


async def test_a_workbook_has_no_rows_in_json(client: httpx.AsyncClient, jobs: JobStore) -> None:
    url = converted(jobs, output_format=OutputFormat.XLSX)

    assert (await client.get(url, headers={"Accept": "application/json"})).status_code == 406
    assert (await client.get(url)).status_code == 200


async def test_a_folder_has_no_links(client: httpx.AsyncClient, jobs: JobStore) -> None:
    answer = await client.get(f"{converted(jobs)}/link")

    assert answer.status_code == 409
    assert "folder" in answer.json()["detail"]
