"""Backup and restore: what was stored comes back, whatever kind of store it was and whatever goes on meanwhile."""

from pathlib import Path

import pytest

from jobs.copying import mirror, restore
from jobs.errors import BackupRefused, JobMissing
from jobs.folder import FolderStore
from jobs.keys import Keys
from jobs.objects import ObjectStore
from jobs.open_job import OpenJob
from jobs.record import JobKind, JobRecord, JobStatus
from jobs.store import JobStore


@pytest.fixture
def backup(tmp_path: Path) -> FolderStore:
    return FolderStore(tmp_path / "backup")


def ended(jobs: JobStore, content: bytes = b"a\n1\n", **fields: object) -> JobRecord:
    record = jobs.create(JobRecord.new(user_id="ada", kind=JobKind.TRAIN, **fields), {"input.csv": content})
    claimed = jobs.claim("ada", record.job_id, "attempt")
    return jobs.finish(claimed, JobStatus.SUCCEEDED, report={}, files={"converter.sql": b"SELECT 1"})


def everything(store: ObjectStore) -> dict[str, bytes]:
    return {item.key: store.get(item.key).data for item in store.list("")}


def test_what_was_backed_up_comes_back_into_a_folder_as_into_a_bucket(
    jobs: JobStore, backup: FolderStore, tmp_path: Path
) -> None:
    record = ended(jobs)
    waiting = jobs.create(JobRecord.new(user_id="bob", kind=JobKind.INFERENCE), {"input.csv": b"a\n2\n"})
    Keys(jobs.objects).make(name="laptop", role="train", users=("ada",), created_by="operator")

    mirror(jobs.objects, backup)
    again = JobStore(FolderStore(tmp_path / "new"))
    restore(backup, again.objects)

    assert everything(again.objects) == everything(jobs.objects)
    assert b"".join(again.stream(again.get("ada", record.job_id), "converter.sql")) == b"SELECT 1"
    assert again.open_jobs() == [OpenJob.of(waiting)]


def test_a_backup_goes_into_another_kind_of_store(backup: FolderStore, objects: ObjectStore, tmp_path: Path) -> None:
    first = JobStore(FolderStore(tmp_path / "first"))
    record = ended(first)
    mirror(first.objects, backup)

    restore(backup, objects)

    assert JobStore(objects).get("ada", record.job_id) == record


def test_the_second_backup_writes_only_what_changed_and_forgets_what_was_deleted(jobs: JobStore, backup: FolderStore) -> None:
    kept, deleted = ended(jobs), ended(jobs)
    mirror(jobs.objects, backup)
    new = ended(jobs)
    jobs.delete("ada", deleted.job_id)

    copied = mirror(jobs.objects, backup)

    found = JobStore(backup)
    assert found.get("ada", new.job_id) == new
    assert found.get("ada", kept.job_id) == kept
    with pytest.raises(JobMissing):
        found.get("ada", deleted.job_id)
    assert copied.written == 3
    assert everything(backup) == everything(jobs.objects)


def test_a_file_of_the_same_size_under_the_same_id_is_written_anew(jobs: JobStore, backup: FolderStore) -> None:
    ended(jobs, b"a\n1\n", job_id="mine")
    mirror(jobs.objects, backup)
    jobs.delete("ada", "mine")
    ended(jobs, b"a\n2\n", job_id="mine")

    mirror(jobs.objects, backup)

    assert everything(backup) == everything(jobs.objects)


def test_a_job_that_ends_while_it_is_backed_up_runs_again_after_the_restore(
    jobs: JobStore, backup: FolderStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    record = jobs.create(JobRecord.new(user_id="ada", kind=JobKind.TRAIN), {"input.csv": b"a\n1\n"})
    put = backup.put

    def ending(key: str, data: bytes, **condition: object) -> str:
        etag = put(key, data, **condition)  # type: ignore[arg-type]
        if key.startswith("jobs/"):
            jobs.objects.delete(OpenJob.of(record).marker)
        return etag

    monkeypatch.setattr(backup, "put", ending)
    mirror(jobs.objects, backup)

    assert JobStore(backup).open_jobs() == [OpenJob.of(record)]


def test_nothing_is_restored_over_jobs(jobs: JobStore, backup: FolderStore) -> None:
    ended(jobs)
    mirror(jobs.objects, backup)

    with pytest.raises(BackupRefused, match="empty one only"):
        restore(backup, jobs.objects)


def test_a_folder_without_jobs_is_no_backup(objects: ObjectStore, backup: FolderStore) -> None:
    with pytest.raises(BackupRefused, match="right folder"):
        restore(backup, objects)
