from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from jobs.errors import AttemptsExhausted, Conflict, FileMissing, JobMissing, RecordDamaged
from jobs.folder import FolderStore
from jobs.objects import Stored, Write
from jobs.open_job import OpenJob
from jobs.record import JobKind, JobRecord, JobStatus, Problem
from jobs.store import IN_PARTS, JobStore


def made(jobs: JobStore, user: str = "u", **fields: object) -> JobRecord:
    return jobs.create(JobRecord.new(user_id=user, kind=JobKind.TRAIN, **fields), {"input.csv": b"a\n1\n"})


def keys(jobs: JobStore, prefix: str = "") -> list[str]:
    return [item.key for item in jobs.objects.list(prefix)]


def test_a_created_job_is_there_with_its_files_and_open(jobs: JobStore) -> None:
    record = made(jobs)

    assert jobs.get("u", record.job_id) == record
    assert b"".join(jobs.stream(record, "input.csv")) == b"a\n1\n"
    assert jobs.open_jobs() == [OpenJob.of(record)]


def test_a_job_of_the_same_id_is_not_overwritten(jobs: JobStore) -> None:
    record = made(jobs, job_id="mine")

    with pytest.raises(Conflict):
        made(jobs, job_id="mine")
    assert jobs.get("u", "mine") == record


def test_the_road_to_success(jobs: JobStore, tmp_path: Path) -> None:
    record = made(jobs)
    (tmp_path / "converter.sql").write_text("SELECT 1")

    claimed = jobs.claim("u", record.job_id, "attempt-1")
    jobs.progress(claimed, "learning")
    ended = jobs.finish(
        claimed, JobStatus.SUCCEEDED, report={"rows": 1}, files={"converter.sql": tmp_path / "converter.sql", "r": b"x"}
    )

    assert (ended.status, ended.attempt, ended.phase) == (JobStatus.SUCCEEDED, 1, None)
    assert b"".join(jobs.stream(ended, "converter.sql")) == b"SELECT 1"
    assert jobs.open_jobs() == []
    assert keys(jobs, "open/") == []


class Counting(FolderStore):
    """A folder that counts what is asked of it."""

    def __init__(self, root: Path) -> None:
        super().__init__(root)
        self.gets, self.puts = 0, 0

    def get(self, key: str) -> Stored:
        self.gets += 1
        return super().get(key)

    def put(
        self, key: str, data: bytes, *, if_match: str | None = None, if_absent: bool = False, is_lasting: bool = True
    ) -> str:
        self.puts += 1
        return super().put(key, data, if_match=if_match, if_absent=if_absent, is_lasting=is_lasting)

    def put_all(self, contents: Mapping[str, bytes | Path], then: Write | None = None) -> str:
        self.puts += then is not None
        return super().put_all(contents, then)


def test_an_attempt_reads_its_record_once_and_changes_it_twice(tmp_path: Path) -> None:
    objects = Counting(tmp_path)
    jobs = JobStore(objects)
    record = made(jobs)
    objects.gets = objects.puts = 0

    claimed = jobs.claim("u", record.job_id, "attempt-1", "learning")
    ended = jobs.finish(claimed, JobStatus.SUCCEEDED, files={"converter.sql": b"SELECT 1"})

    assert (objects.gets, objects.puts) == (1, 2)
    assert [event.phase for event in ended.events] == [None, None, "learning", None]


def test_what_another_does_to_a_job_is_found_by_an_attempt_that_looks_no_more(jobs: JobStore) -> None:
    record = made(jobs)
    claimed = jobs.claim("u", record.job_id, "attempt-1", "learning")
    others = JobStore(jobs.objects)

    others.crashed("u", record.job_id, "attempt-1")
    with pytest.raises(Conflict):
        jobs.progress(claimed, "coding")

    others.claim("u", record.job_id, "attempt-2")
    with pytest.raises(Conflict):
        jobs.finish(claimed, JobStatus.SUCCEEDED, files={"converter.sql": b"SELECT 1"})
    assert jobs.get("u", record.job_id).attempt_id == "attempt-2"


def test_one_of_many_claims_wins(jobs: JobStore) -> None:
    record = made(jobs, max_attempts=99)

    def claim(number: int) -> bool:
        try:
            return jobs.claim("u", record.job_id, str(number)).attempt == 1
        except Conflict:
            return False

    with ThreadPoolExecutor(6) as pool:
        firsts = sum(pool.map(claim, range(6)))

    assert firsts == 1


def test_an_attempt_that_was_overtaken_cannot_finish_and_leaves_no_files(jobs: JobStore) -> None:
    record = made(jobs)
    lost = jobs.claim("u", record.job_id, "lost")
    held = jobs.claim("u", record.job_id, "held")

    with pytest.raises(Conflict):
        jobs.finish(lost, JobStatus.SUCCEEDED, files={"output.csv": b"wrong"})
    ended = jobs.finish(held, JobStatus.SUCCEEDED, files={"output.csv": b"right"})

    assert b"".join(jobs.stream(ended, "output.csv")) == b"right"
    assert [key for key in keys(jobs, "files/") if "attempts/lost" in key] == []


def test_a_job_whose_worker_dies_each_time_fails_and_says_so(jobs: JobStore) -> None:
    record = made(jobs, max_attempts=2)
    for number in ("1", "2"):
        jobs.claim("u", record.job_id, number)
        jobs.crashed("u", record.job_id, number)

    with pytest.raises(Conflict):
        jobs.claim("u", record.job_id, "3")

    failed = jobs.get("u", record.job_id)
    assert failed.status is JobStatus.FAILED
    assert failed.error is not None
    assert "2 attempts" in failed.error.detail
    assert jobs.open_jobs() == []


def test_attempts_that_end_unseen_are_bounded_too_though_not_as_tightly(jobs: JobStore) -> None:
    record = made(jobs, max_attempts=1)
    for number in range(10):
        jobs.claim("u", record.job_id, str(number))

    with pytest.raises(AttemptsExhausted):
        jobs.claim("u", record.job_id, "11")

    assert jobs.get("u", record.job_id).status is JobStatus.FAILED
    assert jobs.open_jobs() == []


def test_a_crash_of_an_attempt_that_was_overtaken_does_not_count(jobs: JobStore) -> None:
    record = made(jobs)
    jobs.claim("u", record.job_id, "lost")
    held = jobs.claim("u", record.job_id, "held")

    jobs.crashed("u", record.job_id, "lost")

    assert jobs.get("u", record.job_id) == held


def test_an_attempt_given_back_does_not_count(jobs: JobStore) -> None:
    record = made(jobs)
    jobs.claim("u", record.job_id, "1")

    jobs.requeue("u", record.job_id, "1")

    again = jobs.get("u", record.job_id)
    assert (again.status, again.attempt) == (JobStatus.QUEUED, 0)
    assert jobs.open_jobs() == [OpenJob.of(record)]


def test_what_attempts_before_the_last_left_is_taken_away(jobs: JobStore) -> None:
    record = made(jobs)
    jobs.claim("u", record.job_id, "killed")
    jobs.objects.put(f"files/u/{record.job_id}/attempts/killed/output.csv", b"half")

    ended = jobs.finish(jobs.claim("u", record.job_id, "2"), JobStatus.SUCCEEDED, files={"output.csv": b"whole"})

    assert keys(jobs, "files/") == sorted(ended.files.values())


def test_a_failed_job_can_be_retried_with_what_was_given(jobs: JobStore) -> None:
    record = made(jobs, max_attempts=1, deadline_seconds=7)
    jobs.finish(jobs.claim("u", record.job_id, "1"), JobStatus.FAILED, error=Problem(title="Bad", detail="luck"))

    jobs.retry("u", record.job_id)

    again = jobs.get("u", record.job_id)
    assert again.model_copy(update={"updated_at": record.updated_at, "events": record.events}) == record
    assert jobs.open_jobs() == [OpenJob.of(record)]


def test_a_job_that_succeeded_or_is_open_is_not_retried(jobs: JobStore) -> None:
    record = made(jobs)

    with pytest.raises(Conflict, match="only a failed or cancelled"):
        jobs.retry("u", record.job_id)
    jobs.finish(jobs.claim("u", record.job_id, "1"), JobStatus.SUCCEEDED)
    with pytest.raises(Conflict, match="only a failed or cancelled"):
        jobs.retry("u", record.job_id)


def test_a_cancelled_job_stays_cancelled(jobs: JobStore) -> None:
    record = made(jobs)
    claimed = jobs.claim("u", record.job_id, "1")

    jobs.cancel("u", record.job_id)

    with pytest.raises(Conflict):
        jobs.finish(claimed, JobStatus.SUCCEEDED)
    with pytest.raises(Conflict):
        jobs.cancel("u", record.job_id)
    assert jobs.get("u", record.job_id).status is JobStatus.CANCELLED


def test_a_failed_job_says_why(jobs: JobStore) -> None:
    claimed = jobs.claim("u", made(jobs).job_id, "1")

    ended = jobs.finish(claimed, JobStatus.FAILED, error=Problem(title="Bad", detail="row 3"))

    assert jobs.get("u", ended.job_id).error == Problem(title="Bad", detail="row 3")


def test_jobs_are_listed_newest_first_and_per_user(jobs: JobStore) -> None:
    first, second = made(jobs), made(jobs)
    made(jobs, user="u2")

    assert [record.job_id for record in jobs.list_of("u")] == [second.job_id, first.job_id]
    assert jobs.list_of("nobody") == []


def test_a_listing_shows_every_change(jobs: JobStore) -> None:
    record = made(jobs)
    jobs.list_of("u")

    jobs.cancel("u", record.job_id)

    assert jobs.list_of("u")[0].status is JobStatus.CANCELLED


def test_unchanged_jobs_are_not_read_again(jobs: JobStore, monkeypatch: pytest.MonkeyPatch) -> None:
    made(jobs)
    listed = jobs.list_of("u")

    def refuse(key: str) -> None:
        raise AssertionError(f"{key} was read again")

    monkeypatch.setattr(jobs.objects, "get", refuse)
    assert jobs.list_of("u") == listed


def test_deleting_a_job_leaves_nothing(jobs: JobStore) -> None:
    record = made(jobs)
    claimed = jobs.claim("u", record.job_id, "1")

    jobs.delete("u", record.job_id)

    with pytest.raises(Conflict):
        jobs.finish(claimed, JobStatus.SUCCEEDED, files={"output.csv": b"x"})
    with pytest.raises(JobMissing):
        jobs.get("u", record.job_id)
    assert keys(jobs) == []


def test_deleting_a_user_leaves_the_others(jobs: JobStore) -> None:
    made(jobs)
    other = made(jobs, user="u2")

    jobs.delete_user("u")

    assert jobs.list_of("u") == []
    assert jobs.list_of("u2") == [other]


def test_a_replaced_job_starts_anew_and_its_old_work_counts_no_more(jobs: JobStore) -> None:
    old = made(jobs, job_id="mine")
    claimed = jobs.claim("u", "mine", "1")

    jobs.replace(JobRecord.new(user_id="u", kind=JobKind.TRAIN, job_id="mine"), {"input.csv": b"b\n2\n"})

    new = jobs.get("u", "mine")
    assert (new.status, new.attempt) == (JobStatus.QUEUED, 0)
    assert b"".join(jobs.stream(new, "input.csv")) == b"b\n2\n"
    assert old.files["input.csv"] not in keys(jobs)
    assert jobs.open_jobs() == [OpenJob.of(new)]
    with pytest.raises(Conflict):
        jobs.finish(claimed, JobStatus.SUCCEEDED)


def test_a_marker_without_a_record_is_forgotten_only_when_old(jobs: JobStore) -> None:
    now = datetime.now(UTC)
    fresh = OpenJob("u", "fresh", JobKind.TRAIN, now)
    old = OpenJob("u", "old", JobKind.TRAIN, now - timedelta(hours=2))
    for job in (fresh, old):
        jobs.objects.put(job.marker, b"open")

    assert [jobs.settle(job) for job in jobs.open_jobs()] == [False, False]

    assert jobs.open_jobs() == [fresh]


def test_a_marker_that_outlived_its_job_is_taken_away(jobs: JobStore) -> None:
    record = made(jobs)
    jobs.cancel("u", record.job_id)
    jobs.objects.put(OpenJob.of(record).marker, b"open")

    assert not jobs.settle(OpenJob.of(record))

    assert jobs.open_jobs() == []


def test_a_marker_of_a_replaced_job_is_no_open_job(jobs: JobStore) -> None:
    old = made(jobs, job_id="mine")
    jobs.replace(JobRecord.new(user_id="u", kind=JobKind.TRAIN, job_id="mine"), {"input.csv": b"b\n2\n"})
    jobs.objects.put(OpenJob.of(old).marker, b"open")

    assert not jobs.settle(OpenJob.of(old))

    assert jobs.open_jobs() == [OpenJob.of(jobs.get("u", "mine"))]


def test_open_jobs_are_found_by_one_listing_and_without_a_read(jobs: JobStore, monkeypatch: pytest.MonkeyPatch) -> None:
    records = [made(jobs, user=user, deadline_seconds=5) for user in ("b", "a")]
    jobs.objects.put("open/u/not-a-marker", b"")

    def refuse(key: str) -> None:
        raise AssertionError(f"{key} was read")

    monkeypatch.setattr(jobs.objects, "get", refuse)
    assert jobs.open_jobs() == [OpenJob.of(record) for record in records]


def test_a_file_that_is_not_there_is_named(jobs: JobStore) -> None:
    with pytest.raises(FileMissing, match=r"no file output\.csv"):
        jobs.stream(made(jobs), "output.csv")


def test_a_damaged_record_hides_no_other_job_and_can_be_deleted(jobs: JobStore) -> None:
    sound, damaged = made(jobs), made(jobs)
    jobs.objects.put(f"jobs/u/{damaged.job_id}.json", b'{"job_id": ')

    assert jobs.list_of("u") == [sound]
    with pytest.raises(RecordDamaged, match=damaged.job_id):
        jobs.get("u", damaged.job_id)
    with pytest.raises(RecordDamaged):
        jobs.claim("u", damaged.job_id, "attempt")

    jobs.delete("u", damaged.job_id)

    assert keys(jobs) == sorted([*sound.files.values(), f"jobs/u/{sound.job_id}.json", OpenJob.of(sound).marker])


def test_a_damaged_record_can_be_replaced(jobs: JobStore) -> None:
    made(jobs, job_id="mine")
    jobs.objects.put("jobs/u/named/mine.json", b"[]")

    new = jobs.replace(JobRecord.new(user_id="u", kind=JobKind.TRAIN, job_id="mine"), {})

    assert jobs.get("u", "mine") == new
    assert jobs.open_jobs() == [OpenJob.of(new)]


def test_pieces_of_work_go_when_the_job_ends(jobs: JobStore) -> None:
    made(jobs)
    record = made(jobs)
    claimed = jobs.progress(jobs.claim("u", record.job_id, "attempt"), IN_PARTS)
    jobs.put_part(claimed, "1.csv", b"a\n")

    jobs.finish(claimed, JobStatus.FAILED, error=Problem(title="Broken", detail="a row"))

    assert jobs.parts(claimed) == {}


def test_what_an_attempt_left_that_died_at_the_very_end_is_swept(jobs: JobStore) -> None:
    record = made(jobs)
    claimed = jobs.claim("u", record.job_id, "attempt")
    jobs.put_part(claimed, "1.csv", b"a\n")
    ended = jobs.finish(claimed, JobStatus.SUCCEEDED, files={"output.csv": b"a\n"})
    jobs.objects.put(OpenJob.of(record).marker, b"open")
    jobs.objects.put(f"files/u/{record.job_id}/attempts/other/output.csv", b"half")

    assert not jobs.settle(OpenJob.of(record))

    assert jobs.open_jobs() == []
    assert keys(jobs, f"files/u/{record.job_id}/") == sorted(ended.files.values())


def test_a_claim_tells_of_the_running_and_of_its_first_phase(jobs: JobStore) -> None:
    record = jobs.create(JobRecord.new(user_id="ada", kind=JobKind.TRAIN, job_title="t", owner="o"), {})

    claimed = jobs.claim("ada", record.job_id, "1", "learning")

    told = [(event.status, event.phase) for event in claimed.events]
    assert told == [(JobStatus.QUEUED, None), (JobStatus.RUNNING, None), (JobStatus.RUNNING, "learning")]
    assert jobs.get("ada", record.job_id) == claimed
