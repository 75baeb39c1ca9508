from datetime import UTC, datetime, timedelta

import pytest

from jobs.errors import Conflict
from jobs.record import JobKind, JobRecord, JobStatus, new_job_id, validate_identifier


def record() -> JobRecord:
    return JobRecord.new(user_id="u", kind=JobKind.TRAIN)


def test_ids_sort_by_time() -> None:
    now = datetime.now(UTC)

    assert new_job_id(now) < new_job_id(now + timedelta(microseconds=1))


@pytest.mark.parametrize("final", [JobStatus.SUCCEEDED, JobStatus.FAILED, JobStatus.CANCELLED])
def test_final_statuses_never_change(final: JobStatus) -> None:
    ended = record().with_status(JobStatus.RUNNING).with_status(final)

    for status in JobStatus:
        with pytest.raises(Conflict, match=f"is {final}"):
            ended.with_status(status)


def test_a_queued_job_cannot_succeed_without_running() -> None:
    with pytest.raises(Conflict):
        record().with_status(JobStatus.SUCCEEDED)


def test_a_record_of_a_newer_version_can_be_read() -> None:
    text = record().model_dump_json().replace("{", '{"colour": "blue",', 1)

    assert JobRecord.model_validate_json(text).user_id == "u"


@pytest.mark.parametrize("value", ["", ".", "..", "a/b", "a\\b", "a\n", "é", "x" * 129, "a b", "\0"])
def test_what_could_leave_a_prefix_is_no_identifier(value: str) -> None:
    with pytest.raises(ValueError, match=r"must not|may hold|at most"):
        validate_identifier(value)


@pytest.mark.parametrize("value", ["ada", "ada.lovelace@example.org", "a-b_c", "x" * 128])
def test_usual_names_are_identifiers(value: str) -> None:
    assert validate_identifier(value) == value
