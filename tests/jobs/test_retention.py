from collections import Counter
from datetime import UTC, date, datetime, timedelta

import pytest

from jobs.audit import Audit, Change
from jobs.errors import Conflict, JobMissing
from jobs.record import JobKind, JobRecord, JobStatus
from jobs.retention import Retention, apply, expired
from jobs.store import JobStore

NOW = datetime(2027, 1, 31, tzinfo=UTC)


def record(job_id: str, days: float, *, status: JobStatus = JobStatus.SUCCEEDED, **fields: object) -> JobRecord:
    moment = NOW - timedelta(days=days)
    ended = {"finished_at": moment} if status.is_final else {}
    kind = JobKind.INFERENCE if "training_job_id" in fields else JobKind.TRAIN
    one = JobRecord.new(user_id="ada", kind=kind, job_id=job_id, **fields)
    return one.model_copy(update={"created_at": moment, "updated_at": moment, "status": status, **ended})


def gone(records: list[JobRecord], retention: Retention, sizes: dict[str, int] | None = None) -> list[str]:
    return [one.job_id for one in expired(records, Counter(sizes or {}), retention, NOW)]


def test_old_jobs_go_and_a_training_that_is_used_stays() -> None:
    records = [record("unused", 40), record("used", 40), record("run", 2, training_job_id="used"), record("new", 1)]

    assert gone(records, Retention(days=30)) == ["unused"]


@pytest.mark.parametrize("retention", [Retention(days=1), Retention(jobs=1), Retention(bytes=1)])
@pytest.mark.parametrize("status", [JobStatus.QUEUED, JobStatus.RUNNING])
def test_what_has_not_ended_is_never_gone(retention: Retention, status: JobStatus) -> None:
    assert gone([record("a", 90, status=status), record("b", 99, status=status)], retention, {"a": 9, "b": 9}) == []


def test_beyond_a_number_the_oldest_go_first() -> None:
    records = [record(str(days), days) for days in (3, 1, 4, 2)] + [record("open", 9, status=JobStatus.RUNNING)]

    assert gone(records, Retention(jobs=3)) == ["4", "3"]


def test_beyond_a_size_the_oldest_go_first() -> None:
    records = [record(str(days), days) for days in (1, 2, 3, 4)]

    assert gone(records, Retention(bytes=10), {"1": 4, "2": 5, "3": 3, "4": 1}) == ["3"]


def test_it_is_applied_to_all_users_and_takes_their_files(jobs: JobStore) -> None:
    for user in ("ada", "bob"):
        for number in range(3):
            one = jobs.create(JobRecord.new(user_id=user, kind=JobKind.TRAIN), {"input.csv": b"x" * 100})
            jobs.finish(jobs.claim(user, one.job_id, str(number)), JobStatus.FAILED)
        jobs.create(JobRecord.new(user_id=user, kind=JobKind.TRAIN), {"input.csv": b"x" * 100})

    assert apply(jobs, Retention(jobs=2), None) == 4

    assert [len(jobs.list_of(user)) for user in ("ada", "bob")] == [2, 2]
    assert jobs.sizes_of("ada").total() == 200


def test_a_job_that_is_retried_meanwhile_is_kept(jobs: JobStore) -> None:
    one = jobs.create(JobRecord.new(user_id="ada", kind=JobKind.TRAIN), {})
    ended = jobs.finish(jobs.claim("ada", one.job_id, "1"), JobStatus.FAILED)
    jobs.retry("ada", one.job_id)

    with pytest.raises(Conflict):
        jobs.delete_final(ended)
    assert jobs.get("ada", one.job_id).status is JobStatus.QUEUED


def test_a_job_that_goes_is_not_retried(jobs: JobStore, monkeypatch: pytest.MonkeyPatch) -> None:
    one = jobs.create(JobRecord.new(user_id="ada", kind=JobKind.TRAIN), {})
    ended = jobs.finish(jobs.claim("ada", one.job_id, "1"), JobStatus.FAILED)
    delete = jobs.delete

    def retried_first(user_id: str, job_id: str) -> None:
        with pytest.raises(Conflict, match="is being deleted"):
            jobs.retry(user_id, job_id)
        delete(user_id, job_id)

    monkeypatch.setattr(jobs, "delete", retried_first)
    jobs.delete_final(ended)

    with pytest.raises(JobMissing):
        jobs.get("ada", one.job_id)


def test_old_lines_of_the_audit_log_go(jobs: JobStore) -> None:
    audit = Audit(jobs.objects)
    for days in (0, 10):
        audit.note(Change(at=NOW - timedelta(days=days), key_id="k", key_name="n", action="x"))

    apply(jobs, Retention(), 5, NOW)

    assert len(audit.of_day(NOW.date(), 10)[0]) == 1
    assert audit.of_day(date(2027, 1, 21), 10)[0] == []
