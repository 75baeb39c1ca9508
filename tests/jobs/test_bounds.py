import json

from jobs.bounds import REPORT_BYTES, fitting
from jobs.record import JobKind, JobRecord, JobStatus, Problem
from jobs.store import JobStore


def test_a_records_error_and_report_are_bounded_whatever_they_were(jobs: JobStore) -> None:
    record = jobs.claim("ada", jobs.create(JobRecord.new(user_id="ada", kind=JobKind.TRAIN), {}).job_id, "1")
    problem = Problem(title="T" * 1_000_000, detail="A" * 60_000_000)
    report = {"broken_checks": [{"check": "c", "values": ["v" * 10_000_000]}], "deep": [[[[[[[[[[[[[["x"] * 9]]]]]]]]]]]]]}

    ended = jobs.finish(record, JobStatus.FAILED, error=problem, report=report)

    assert len(ended.model_dump_json()) < REPORT_BYTES + 10_000
    assert ended.error is not None
    assert ended.error.detail.endswith("(60000000 characters)")


def test_a_report_that_fits_stays_as_it_is() -> None:
    report = {"columns": [{"name": f"column {number}", "sure": 0.9} for number in range(1000)]}

    assert fitting(report) is report


def test_a_report_is_cut_no_more_than_it_takes() -> None:
    report = {"columns": [{"name": "n"}] * 10, "sql": "s" * (2 * REPORT_BYTES)}

    shorter = fitting(report)

    assert (shorter["columns"], shorter["shortened"]) == (report["columns"], True)
    assert len(json.dumps(shorter)) <= REPORT_BYTES


def test_a_records_notes_are_bounded_in_number_and_length() -> None:
    record = JobRecord.new(user_id="ada", kind=JobKind.TRAIN, notes=tuple("n" * 1_000_000 for _ in range(1000)))

    assert len(record.model_dump_json()) < 30_000
    assert record.notes[-1] == "… (1000 notes)"
