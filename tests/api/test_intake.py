"""Files as they are: forms and files by themselves make the same jobs as JSON, in little memory, whatever their pieces."""

import io
import json
import tracemalloc
from collections.abc import AsyncIterator
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any

import httpx
import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr

from api.app import create_app
from api.given_text import GivenBytes
from api.intake import FormIntake, Malformed
from jobs.folder import FolderStore
from jobs.record import JobRecord
from jobs.store import JobStore
from settings import Settings
from tests.api.test_app import EXPECTED, INPUT, RememberingQueue, trained

RUN = "/api/v1/inference/run"
FIELDS = ("input_file", "expected_output_file")


def files(**changes: Any) -> dict[str, Any]:
    return {
        "input_file": ("orders.csv", INPUT.encode(), "text/csv"),
        "expected_output_file": ("wanted.csv", EXPECTED.encode(), "text/csv"),
    } | changes


def stored(jobs: JobStore, answer: httpx.Response, name: str = "input.csv") -> tuple[JobRecord, bytes]:
    assert answer.status_code == 202, answer.text
    record = jobs.get("ada", answer.json()["job_id"])
    return record, b"".join(jobs.stream(record, name))


async def test_a_form_makes_the_job_that_json_makes(client: httpx.AsyncClient, jobs: JobStore) -> None:
    form = {"user_id": "ada", "job_title": "t", "column_instructions": '{"b": "as it is"}', "header": "true", "mode": ""}

    answer = await client.post("/api/v1/train", data=form, files=files())

    record, written = stored(jobs, answer)
    assert written == INPUT.encode()
    assert stored(jobs, answer, "expected.csv")[1] == EXPECTED.encode()
    assert (record.job_title, record.column_instructions, record.header) == ("t", {"b": "as it is"}, True)
    assert (answer.json()["input_file"], answer.json()["expected_output_file"]) == ("orders.csv", "wanted.csv")


@pytest.mark.parametrize(("given", "rows"), [("[2]", (2,)), ("2", (2,)), ("", ())])
async def test_rows_to_ignore_are_json_in_a_form(client: httpx.AsyncClient, jobs: JobStore, given: str, rows: object) -> None:
    answer = await client.post("/api/v1/train", data={"user_id": "ada", "ignore_rows": given}, files=files())

    assert stored(jobs, answer)[0].ignore_rows == rows


async def test_an_instruction_may_be_a_field_of_its_own(client: httpx.AsyncClient, jobs: JobStore) -> None:
    form = {"user_id": "ada", "column_instructions[b]": "one", "column_instructions[a [m]]": "two"}

    answer = await client.post("/api/v1/train", data=form, files=files())

    assert stored(jobs, answer)[0].column_instructions == {"b": "one", "a [m]": "two"}


async def test_a_file_field_without_a_file_is_a_string_as_in_json(client: httpx.AsyncClient, jobs: JobStore) -> None:
    fields = {"user_id": (None, "ada"), "input_file": (None, INPUT), "expected_output_file": (None, "s3://foreign/x.csv")}

    answer = await client.post("/api/v1/train", files=fields)

    assert answer.status_code == 422
    assert answer.json()["detail"][0]["loc"] == ["body", "expected_output_file"]
    assert "has not allowed" in answer.json()["detail"][0]["msg"]


async def test_bytes_that_look_like_another_form_are_a_file_all_the_same(client: httpx.AsyncClient) -> None:
    answer = await client.post(
        "/api/v1/train", data={"user_id": "ada"}, files=files(input_file=("x.csv", b"http://127.0.0.1/x\n"))
    )

    # Not fetched: its only line is a heading.
    assert "only a header" in answer.json()["detail"][0]["msg"]


@pytest.mark.parametrize(
    ("headers", "content", "problem"),
    [
        ("multipart/form-data; boundary=x", b"--x\r\nno header\r\n", "cannot be read"),
        ("multipart/form-data; boundary=x", b'--x\r\nContent-Disposition: form-data; name="user_id"\r\n\r\nada', "ends before"),
        ("multipart/form-data", b"--x--\r\n", "cannot be read"),
        ("multipart/form-data; boundary=x", b"", "ends before"),
    ],
)
async def test_a_broken_form_is_refused(client: httpx.AsyncClient, headers: str, content: bytes, problem: str) -> None:
    answer = await client.post("/api/v1/train", content=content, headers={"Content-Type": headers})

    assert answer.status_code == 422, answer.text
    assert problem in answer.json()["detail"][0]["msg"]


@pytest.mark.parametrize(
    ("form", "place"),
    [
        ({"column_instructions": "{"}, "column_instructions"),
        ({"user_id": ["ada", "bob"]}, "user_id"),
        ({"surplus": "1"}, "surplus"),
        ({"deadline_seconds": "soon"}, "deadline_seconds"),
    ],
)
async def test_a_wrong_field_is_named(client: httpx.AsyncClient, form: dict[str, Any], place: str) -> None:
    answer = await client.post("/api/v1/train", data={"user_id": "ada"} | form, files=files())

    assert answer.status_code == 422
    assert place in answer.json()["detail"][0]["loc"]


async def test_a_form_sent_twice_makes_one_job(client: httpx.AsyncClient) -> None:
    key = {"Idempotency-Key": "once"}

    first = await client.post("/api/v1/train", data={"user_id": "ada"}, files=files(), headers=key)
    again = await client.post("/api/v1/train", data={"user_id": "ada"}, files=files(), headers=key)
    other = await client.post(
        "/api/v1/train", data={"user_id": "ada"}, files=files(input_file=("o.csv", b"a,b\n1,z\n")), headers=key
    )

    # The boundary differs, what is said does not.
    assert first.json() == again.json()
    assert (again.headers["Idempotent-Replayed"], other.status_code) == ("true", 409)


async def test_a_file_by_itself_is_converted(client: httpx.AsyncClient, jobs: JobStore) -> None:
    query = {"client_id": "ada", "job_id": trained(jobs), "output_format": "xlsx", "sheet": ""}
    headers = {"Content-Type": "text/csv; charset=utf-8", "Content-Disposition": 'attachment; filename="more.csv"'}

    answer = await client.post(RUN, params=query, content=INPUT.encode(), headers=headers)

    record, written = stored(jobs, answer)
    assert written == INPUT.encode()
    assert (record.output_format, answer.json()["input_file"]) == ("xlsx", "more.csv")


async def test_a_workbook_by_itself_is_converted(client: httpx.AsyncClient, jobs: JobStore) -> None:
    book, data = openpyxl.Workbook(), io.BytesIO()
    book.active.append(["a", "b"])
    book.active.append([1, "x"])
    book.save(data)
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

    answer = await client.post(
        RUN, params={"user_id": "ada", "job_id": trained(jobs)}, content=data.getvalue(), headers={"Content-Type": kind}
    )

    assert stored(jobs, answer)[1] == b"a,b\n1,x\n"


@pytest.mark.parametrize(
    ("path", "kind", "expected"),
    [
        ("/api/v1/train", "application/x-www-form-urlencoded", "application/json or multipart/form-data"),
        ("/api/v1/train", "text/csv", "application/json or multipart/form-data"),
        (RUN, "application/pdf", "or text/csv"),
        (RUN, "", "without a Content-Type"),
    ],
)
async def test_a_wrong_type_is_told_what_is_taken(client: httpx.AsyncClient, path: str, kind: str, expected: str) -> None:
    answer = await client.post(path, content=b"{}", headers={"Content-Type": kind})

    assert answer.status_code == 415
    assert expected in answer.json()["detail"]
    assert "application/json" in answer.headers["Accept-Post"]


async def test_a_large_form_is_not_held_in_memory(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path / "data", api_key=SecretStr("key"), max_upload_bytes=40 << 20)
    jobs = JobStore(FolderStore(settings.data_dir))
    app = create_app(settings, jobs, RememberingQueue())
    rows = b"a,b\n" + b"1,xxxxxxxxxxxxxxxxxxxxxxxx\n" * 1_000_000

    async def body() -> AsyncIterator[bytes]:
        yield b'--x\r\nContent-Disposition: form-data; name="user_id"\r\n\r\nada\r\n'
        yield b'--x\r\nContent-Disposition: form-data; name="job_id"\r\n\r\n' + trained(jobs).encode() + b"\r\n"
        yield b'--x\r\nContent-Disposition: form-data; name="input_file"; filename="x.csv"\r\n\r\n'
        for at in range(0, len(rows), 60_000):
            yield rows[at : at + 60_000]
        yield b"\r\n--x--\r\n"

    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://service", headers={"X-API-KEY": "key"}) as client:
        await client.post(RUN, json={})
        tracemalloc.start()
        answer = await client.post(RUN, content=body(), headers={"Content-Type": "multipart/form-data; boundary=x"})
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()

    assert answer.status_code == 202, answer.text
    assert jobs.objects.size(jobs.get("ada", answer.json()["job_id"]).files["input.csv"]) == len(rows)
    assert peak < 8 << 20


_LIKE_A_BOUNDARY = st.sampled_from([b"\r\n--x", b"\r\n--xy", b"\r", b"--x--\r\n", b"\r\n--x\r"])


@given(
    contents=st.lists(
        st.binary(max_size=40) | _LIKE_A_BOUNDARY,
        min_size=1,
        max_size=4,
    ),
    piece=st.integers(1, 17),
)
def test_a_form_is_read_the_same_in_any_pieces(contents: list[bytes], piece: int) -> None:
    boundary = b"a-boundary-that-is-nowhere-else"
    parts = [
        b'--%s\r\nContent-Disposition: form-data; name="f%d"; filename="n"\r\n\r\n%s\r\n' % (boundary, at, content)
        for at, content in enumerate(contents)
    ]
    body = b"".join(parts) + b"--%s--\r\n" % boundary

    with TemporaryFile() as file:
        intake = FormIntake(file, FIELDS, boundary)
        for at in range(0, len(body), piece):
            intake.take(body[at : at + piece])
        taken = intake.finish(b"")
        found = []
        for token in json.loads(taken.body).values():
            one = taken.files[token]
            assert isinstance(one, GivenBytes)
            found.append(b"".join(one.written.bytes()))

    assert found == contents


def test_a_form_of_very_many_parts_is_refused() -> None:
    part = b'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\n\r\n'

    with TemporaryFile() as file, pytest.raises(Malformed, match="more than 200 parts"):
        FormIntake(file, FIELDS, b"x").take(part * 300)
