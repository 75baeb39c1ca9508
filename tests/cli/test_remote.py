"""Commands that a service carries out: the same words and exit statuses as here, whatever the service answers."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from cli import remote
from cli.commands import main
from client import Client
from converter.manifest import Converter
from settings import Settings

RECORD = {"job_id": "1", "user_id": "ada", "kind": "train", "status": "queued", "created_at": "2026-11-24T09:04:42Z"}
SUCCEEDED = RECORD | {"status": "succeeded", "started_at": "2026-11-24T09:04:42Z", "finished_at": "2026-11-24T09:04:44Z"}
COLUMN = {"column": "A", "expression": "a", "confidence": 0.5, "alternatives": ["b"], "cells": 2}
SQL = Converter("SELECT a AS A\nFROM input", ("a",), output_header=("A",)).dumps()
END = b'id: 1\nevent: end\ndata: {"status":"succeeded"}\n\n'


class Answers:
    """What a made-up service answers, by path; an error of its own for all else that it is asked to make."""

    def __init__(self) -> None:
        self.asked: list[httpx.Request] = []
        self.record: dict[str, Any] = SUCCEEDED
        self.refusal: httpx.Response | Exception | None = None
        self.outputs: list[dict[str, Any]] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request)
        path = request.url.path
        if request.method == "POST":
            if isinstance(self.refusal, Exception):
                raise self.refusal
            return self.refusal or httpx.Response(202, json=RECORD)
        if path.endswith("/events"):
            return httpx.Response(200, content=END)
        if path.endswith(("/converter", "/versions/3")):
            return httpx.Response(200, text=SQL)
        if path.endswith("/outputs"):
            return httpx.Response(200, json={"files": self.outputs, "total": len(self.outputs), "after": None})
        if path.endswith("/output"):
            return httpx.Response(200, text="A\nx\ny\n")
        if path.endswith("/converters/orders"):
            return httpx.Response(200, json={"current": 3})
        return (
            httpx.Response(404, json={"detail": "no job"})
            if path.endswith("/orders")
            else httpx.Response(200, json=self.record)
        )


@pytest.fixture(autouse=True)
def service(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Answers:
    answers = Answers()
    monkeypatch.chdir(tmp_path)
    Path("in.csv").write_text("a\nx\ny\n")
    Path("out.csv").write_text("A\nx\ny\n")
    Path("made.sql").write_text(SQL)
    for name in ("CSV_CONVERTER_SERVER", "CSV_CONVERTER_USER"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("CSV_CONVERTER_KEY", "key")

    def made(url: str, key: str, user: str) -> Client:
        return Client(url, key, user, patience=0, transport=httpx.MockTransport(answers))

    monkeypatch.setattr(remote, "Client", made)
    return answers


Capture = pytest.CaptureFixture[str]
LEARN = ("learn", "in.csv", "out.csv", "-o", "c.sql")
RUN = ("run", "made.sql", "in.csv", "-o", "o.csv")


def asked(*arguments: str) -> int:
    return main(["--server", "http://service", "--user", "ada", *arguments])


def test_what_was_learned_is_told_as_here_and_written(service: Answers, capsys: Capture) -> None:
    service.record = SUCCEEDED | {"report": {"columns": [COLUMN], "notes": ["in.csv: read as x"]}}

    assert asked(*LEARN, "--no-header", "--encoding", "utf-8") == 0

    told = capsys.readouterr()
    assert told.out == "learned from 2 rows in 2.00 s: c.sql\n  A = a  (50% sure, 1 other program would fit)\n"
    assert told.err == "note: in.csv: read as x\n"
    assert Path("c.sql").read_text() == SQL
    assert service.asked[0].headers["X-API-KEY"] == "key"
    for part in (b'name="header"\r\n\r\nfalse', b'name="encoding"\r\n\r\nutf-8', b'name="user_id"\r\n\r\nada'):
        assert part in service.asked[0].content


def test_what_competed_is_told_as_short_as_the_record_has_it(service: Answers, capsys: Capture) -> None:
    service.record = SUCCEEDED | {"report": {"columns": [COLUMN], "search": ["column A: a (1.00); not b (3.00): 2.00 more"]}}

    assert asked(*LEARN, "--explain") == 0

    assert capsys.readouterr().out.endswith("would fit)\ncolumn A: a (1.00); not b (3.00): 2.00 more\n")


MISTAKES = {"rows": [7], "text": "all rows but 7 follow a rule: row 7: A expected x, the rule gives y"}


def test_rows_that_may_be_mistaken_are_told(service: Answers, capsys: Capture) -> None:
    service.record = SUCCEEDED | {"report": {"columns": [COLUMN], "mistakes": MISTAKES}}

    assert asked(*LEARN, "--ignore-row", "3", "--ignore-row", "5") == 0

    assert b'name="ignore_rows"\r\n\r\n[3, 5]' in service.asked[0].content
    assert "note: all rows but 7 follow a rule" in capsys.readouterr().err


def test_of_what_fits_nothing_the_part_is_written_where_it_is_wanted(service: Answers, capsys: Capture) -> None:
    error = {"title": "No converter found", "detail": "nothing fits"}
    diagnosis = {"summary": "A is explained", "can_run": True, "mistakes": None}
    service.record = SUCCEEDED | {"status": "failed", "error": error, "report": {"diagnosis": diagnosis}}

    assert asked(*LEARN) == 3
    assert asked(*LEARN, "--partial") == 0

    assert Path("c.sql").read_text() == SQL
    assert "note: A is explained" in capsys.readouterr().err


def test_a_file_here_is_run_there(service: Answers, capsys: Capture) -> None:
    report = {"rows_in": 2, "rows_out": 2, "bytes_out": 6, "seconds": 0.5, "broken_checks": [], "ignored_columns": ["z"]}
    service.record = SUCCEEDED | {"report": report | {"taken_columns": [], "notes": [], "doubtful": [], "rows_doubtful": 0}}

    assert asked(*RUN) == 0

    told = capsys.readouterr()
    assert (told.out, told.err) == ("wrote 2 rows to o.csv in 0.50 s\n", "note: columns not used: 'z'\n")
    assert Path("o.csv").read_text() == "A\nx\ny\n"
    assert b'name="converter_sql"' in service.asked[0].content


def test_a_converter_there_is_shown_by_its_name(capsys: Capture) -> None:
    assert asked("show", "orders") == 0

    assert "SELECT a AS A" in capsys.readouterr().out


FAILURES: dict[str, tuple[dict[str, Any], int, str]] = {
    "No converter found": ({"reason": "A is not explained"}, 3, "no converter found: A is not explained"),
    "Bad csv": ({}, 4, "in.csv, row 3: it broke"),
    "Input mismatch": ({}, 4, "in.csv, row 3: it broke"),
    "Limit exceeded": ({}, 5, "in.csv, row 3: it broke"),
}


@pytest.mark.parametrize("title", FAILURES)
def test_a_job_that_fails_has_the_exit_status_that_it_has_here(service: Answers, capsys: Capture, title: str) -> None:
    report, status, told = FAILURES[title]
    error = {"title": title, "detail": "input_file, row 3: it broke"}
    service.record = SUCCEEDED | {"status": "failed", "error": error, "report": report}

    assert asked(*LEARN) == status

    assert capsys.readouterr().err == f"error: {told}\n"
    assert not Path("c.sql").exists()


def refused(field: str, problem: str) -> httpx.Response:
    return httpx.Response(422, json={"detail": [{"loc": ["body", field], "msg": problem, "type": "value_error"}]})


REFUSALS: dict[str, tuple[httpx.Response | Exception, int, str]] = {
    "a bad file": (refused("input_file", "input_file, row 2: has 3 cells"), 4, "in.csv, row 2: has 3 cells"),
    "a bad converter": (refused("converter_sql", "not a converter"), 5, "made.sql: not a converter"),
    "another field": (refused("sheet", "there is none"), 2, "sheet: there is none"),
    "a wrong key": (httpx.Response(403, json={"detail": "not the right key"}), 2, "not the right key"),
    "too large": (httpx.Response(413, json={"detail": "input_file has 9 bytes"}), 5, "in.csv has 9 bytes"),
    "busy": (httpx.Response(503, json={"detail": "the store is away"}), 6, "the store is away"),
    "a failing service": (httpx.Response(500, json={"detail": "its log tells more"}), 6, "its log tells more"),
    "nobody there": (httpx.ConnectError("refused"), 6, "no answer came from http://service: refused"),
}


@pytest.mark.parametrize("what", REFUSALS)
def test_what_the_service_refuses_is_one_line_and_a_status(service: Answers, capsys: Capture, what: str) -> None:
    service.refusal, status, told = REFUSALS[what]

    assert asked(*RUN, "--json") == status

    said = capsys.readouterr()
    assert said.err == f"error: {told}\n"
    assert (json.loads(said.out)["error"], json.loads(said.out)["status"]) == (told, status)
    assert not Path("o.csv").exists()


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("--server", "service:8000", *RUN), "'service:8000' is no address of a service; give one as http://host:8000"),
        (("--server", "http://service", *RUN, "--memory", "512"), "--memory is not for a service to carry out"),
        (("--server", "http://service", "run", "no/such.sql", "in.csv", "-o", "o.csv"), "no/such.sql: No such file"),
    ],
)
def test_what_cannot_be_asked_of_a_service_is_bad_usage(capsys: Capture, arguments: tuple[str, ...], told: str) -> None:
    assert main(list(arguments)) == 2

    assert capsys.readouterr().err.startswith(f"error: {told}")


def test_without_a_key_nothing_is_asked(monkeypatch: pytest.MonkeyPatch, service: Answers, capsys: Capture) -> None:
    monkeypatch.delenv("CSV_CONVERTER_KEY")

    assert asked(*RUN) == 2

    assert "CSV_CONVERTER_KEY" in capsys.readouterr().err
    assert not service.asked


def _by_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CSV_CONVERTER_SERVER", "http://service")


def _by_dotenv(_: pytest.MonkeyPatch) -> None:
    Path(".env").write_text("CSV_CONVERTER_SERVER=http://service\n")


@pytest.mark.parametrize("name", [_by_environment, _by_dotenv])
def test_the_settings_name_a_service_too(
    name: Callable[[pytest.MonkeyPatch], None], monkeypatch: pytest.MonkeyPatch, service: Answers
) -> None:
    name(monkeypatch)

    assert main(list(LEARN)) == 0

    assert str(service.asked[0].url) == "http://service/api/v1/train"


def test_the_service_may_be_named_behind_the_command(service: Answers) -> None:
    assert main([*LEARN, "--server", "http://service"]) == 0

    assert service.asked


def test_what_needs_no_service_is_done_here(service: Answers) -> None:
    assert asked("compare", "in.csv", "out.csv") == 1
    assert not service.asked


def test_who_stops_waiting_has_the_job_cancelled(service: Answers, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: Any, **__: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(Client, "wait", interrupted)

    with pytest.raises(KeyboardInterrupt):
        asked(*LEARN)

    assert service.asked[-1].url.path == "/api/v1/ada/1/cancel"


def test_the_title_of_what_was_not_found_is_the_services() -> None:
    source = (Path(__file__).parents[2] / "actors" / "workflow.py").read_text()

    assert f'title="{remote.NOT_FOUND_TITLE}"' in source
    assert Settings.model_fields["server_key"].annotation is not None


def test_many_files_are_one_job_and_those_that_fail_are_named(service: Answers, capsys: Capture) -> None:
    service.record = SUCCEEDED | {"kind": "inference", "batch": {"files": 2, "done": 2, "failed": 1}, "report": {"files": 2}}
    service.outputs = [{"number": 2, "name": "out.csv", "error": {"title": "Bad csv", "detail": "out.csv: is empty"}}]

    assert asked("batch", "made.sql", "in.csv", "out.csv", "s3://bucket/in/*", "-o", "o.zip") == 4

    told = capsys.readouterr()
    assert told.out == "wrote 1 files to o.zip in 2.00 s; 1 could not be converted\n"
    assert "out.csv: is empty" in told.err
    sent = next(one for one in service.asked if one.method == "POST")
    assert sent.url.path == "/api/v1/inference/batch"
    assert sent.content.count(b'name="input_files"') == 3
    assert b"s3://bucket/in/*" in sent.content
    assert Path("o.zip").read_text() == "A\nx\ny\n"


def test_a_batch_without_a_service_says_what_it_needs(capsys: Capture) -> None:
    assert main(["batch", "made.sql", "in.csv", "-o", "o.zip"]) == 2
    assert "--server" in capsys.readouterr().err
