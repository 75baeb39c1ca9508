"""A user's jobs in pages, over a folder and over S3."""

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from jobs.folder import FolderStore
from jobs.listing import Choice
from jobs.objects import Listed, ObjectStore
from jobs.record import JobKind, JobRecord, JobStatus, new_job_id
from jobs.store import JobStore

START = datetime(2026, 1, 1, tzinfo=UTC)


def stored(jobs: JobStore, at: int, job_id: str | None = None, user: str = "ada") -> str:
    """A job created at that minute."""
    moment = START + timedelta(minutes=at)
    record = JobRecord.new(user_id=user, kind=JobKind.TRAIN, job_id=job_id or new_job_id(moment))
    return jobs.create(record.model_copy(update={"created_at": moment}), {}).job_id


def pages(jobs: JobStore, limit: int, choice: Choice = Choice()) -> list[list[str]]:  # noqa: B008
    found, cursor = [], None
    while True:
        page = jobs.page("ada", limit, cursor, choice)
        found.append([record.job_id for record in page.records])
        cursor = page.next_cursor
        if cursor is None:
            return found


def test_pages_are_the_users_jobs_newest_first(jobs: JobStore) -> None:
    ids = [stored(jobs, minute) for minute in range(7)][::-1]
    stored(jobs, 3, user="bob")

    assert pages(jobs, 3) == [ids[:3], ids[3:6], ids[6:]]
    # Once more, from what is remembered.
    assert pages(jobs, 3) == [ids[:3], ids[3:6], ids[6:]]


def test_ids_that_clients_chose_stand_where_they_were_created(jobs: JobStore) -> None:
    first, second = stored(jobs, 1), stored(jobs, 3)
    named = [stored(jobs, 0, "zebra"), stored(jobs, 2, "2026-report"), stored(jobs, 4, "a")]

    assert pages(jobs, 2) == [[named[2], second], [named[1], first], [named[0]]]
    assert jobs.get("ada", "zebra").job_id == "zebra"


def test_a_page_is_what_the_store_says_whoever_changed_it(objects: ObjectStore) -> None:
    here, elsewhere = JobStore(objects), JobStore(objects)
    ids = [stored(here, minute) for minute in range(60)][::-1]
    assert pages(here, 10)[0] == ids[:10]

    for job_id in ids[:55]:
        elsewhere.delete("ada", job_id)
    newest = stored(elsewhere, 100)
    elsewhere.cancel("ada", ids[57])

    assert pages(here, 4) == [[newest, *ids[55:58]], ids[58:]]
    assert here.page("ada", 4).records[3].status is JobStatus.CANCELLED


def test_jobs_are_chosen_wherever_they_stand(jobs: JobStore) -> None:
    ids = [stored(jobs, minute) for minute in range(40)][::-1]
    jobs.cancel("ada", ids[30])
    pages(jobs, 40)

    assert pages(jobs, 1, Choice(status=JobStatus.CANCELLED)) == [[ids[30]]]
    assert pages(jobs, 9, Choice(created_before=START + timedelta(minutes=3))) == [ids[37:]]
    assert pages(jobs, 9, Choice(kind=JobKind.INFERENCE)) == [[]]


def test_a_page_names_the_jobs_among_its_own_that_cannot_be_read(jobs: JobStore) -> None:
    ids = [stored(jobs, minute) for minute in range(6)][::-1]
    stored(jobs, 0, "mine")
    for key in (f"jobs/ada/{ids[1]}.json", f"jobs/ada/{ids[4]}.json", "jobs/ada/named/mine.json"):
        jobs.objects.put(key, b"{}")

    first = jobs.page("ada", 2)
    second = jobs.page("ada", 2, first.next_cursor)

    assert ([one.job_id for one in first.records], first.unreadable) == ([ids[0], ids[2]], [ids[1]])
    assert ([one.job_id for one in second.records], second.unreadable) == ([ids[3], ids[5]], [ids[4], "mine"])
    assert second.next_cursor is None


def test_a_large_folder_is_listed_as_it_is_however_often_it_changes(tmp_path: Path) -> None:
    here, elsewhere = JobStore(FolderStore(tmp_path)), JobStore(FolderStore(tmp_path))
    ids = [stored(elsewhere, minute) for minute in range(300)][::-1]
    # Older than a folder that is trusted has to be.
    folder = tmp_path / "objects" / "jobs" / "ada"
    os.utime(folder, (0, 0))
    assert pages(here, 1000) == [ids]

    elsewhere.cancel("ada", ids[200])
    elsewhere.delete("ada", ids[100])

    assert pages(here, 1000) == [ids[:100] + ids[101:]]
    assert pages(here, 9, Choice(status=JobStatus.CANCELLED)) == [[ids[200]]]


def test_a_large_folder_that_stays_as_it_is_is_not_read_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    jobs = JobStore(FolderStore(tmp_path))
    ids = [stored(jobs, minute) for minute in range(300)][::-1]
    os.utime(tmp_path / "objects" / "jobs" / "ada", (0, 0))
    pages(jobs, 1000)
    monkeypatch.setattr("jobs.directory.os.listdir", lambda _: pytest.fail("read again"))

    assert pages(jobs, 1000) == [ids]
    assert [*pages(jobs, 100)] == [ids[:100], ids[100:200], ids[200:]]


def test_a_page_reads_only_records_that_changed(objects: ObjectStore) -> None:
    counting = _Counting(objects)
    jobs = JobStore(counting)  # type: ignore[arg-type]
    ids = [stored(jobs, minute) for minute in range(30)]
    jobs.page("ada", 30)
    jobs.cancel("ada", ids[10])
    counting.read = []

    jobs.page("ada", 30)

    assert counting.read == [f"jobs/ada/{ids[10]}.json"]


class _Counting:
    """A store that notes which objects are read."""

    def __init__(self, objects: ObjectStore) -> None:
        self._objects, self.read = objects, list[str]()

    def get(self, key: str) -> object:
        self.read.append(key)
        return self._objects.get(key)

    def __getattr__(self, name: str) -> object:
        return getattr(self._objects, name)


def test_a_page_far_back_lists_about_a_page(objects: ObjectStore) -> None:
    watched = _Watching(objects)
    jobs = JobStore(watched)  # type: ignore[arg-type]
    for minute in range(120):
        stored(jobs, minute)
    cursor = jobs.page("ada", 100).next_cursor
    watched.listed = 0

    jobs.page("ada", 5, cursor)

    assert watched.listed < 30


class _Watching(_Counting):
    """A store that counts the keys that are taken from its listings."""

    listed = 0

    def list(self, prefix: str, *, after: str = "", before: str | None = None) -> object:
        for item in self._objects.list(prefix, after=after, before=before):
            assert isinstance(item, Listed)
            self.listed += 1
            yield item
