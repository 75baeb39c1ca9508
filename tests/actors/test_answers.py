"""A job's answers are there for its next attempt, and gone when it is final."""

from pathlib import Path

from actors.answers import JobAnswers
from jobs.folder import FolderStore
from jobs.record import JobKind, JobRecord, JobStatus
from jobs.store import JobStore


def test_an_attempt_after_a_crash_finds_the_answers_of_the_one_before(tmp_path: Path) -> None:
    jobs = JobStore(FolderStore(tmp_path))
    job_id = jobs.create(JobRecord.new(user_id="ada", kind=JobKind.TRAIN), {}).job_id
    first = jobs.claim("ada", job_id, "one")
    JobAnswers(jobs, first).put("k", "wörtlich")

    second = jobs.claim("ada", job_id, "two")

    assert JobAnswers(jobs, second).get("k") == "wörtlich"
    assert JobAnswers(jobs, second).get("other") is None


def test_a_final_job_keeps_no_answers(tmp_path: Path) -> None:
    jobs = JobStore(FolderStore(tmp_path))
    job_id = jobs.create(JobRecord.new(user_id="ada", kind=JobKind.TRAIN), {}).job_id
    record = jobs.progress(jobs.claim("ada", job_id, "one"), "coding", tokens=12, cost_dollars=0.5)
    JobAnswers(jobs, record).put("k", "text")

    ended = jobs.finish(record, JobStatus.SUCCEEDED)

    assert jobs.parts(ended) == {}
    assert (ended.tokens, ended.cost_dollars) == (12, 0.5)
