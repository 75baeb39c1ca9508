import json
import logging

from logs import JsonFormatter, TextFormatter, about

RECORD = logging.LogRecord("actors.queue", logging.INFO, __file__, 1, "job %s runs", ("j1",), None)


def test_a_line_bears_the_job_that_it_is_about() -> None:
    with about(user_id="u"), about(job_id="j1"):
        line = json.loads(JsonFormatter().format(RECORD))

    assert (line["message"], line["job_id"], line["user_id"]) == ("job j1 runs", "j1", "u")


def test_a_line_outside_bears_none() -> None:
    with about(job_id="j1"):
        pass

    assert "job_id" not in json.loads(JsonFormatter().format(RECORD))


def test_people_read_the_same_in_brackets() -> None:
    with about(job_id="j1"):
        assert TextFormatter().format(RECORD).endswith("INFO actors.queue: job j1 runs [job_id=j1]")
