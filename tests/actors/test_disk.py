from pathlib import Path

import pytest

from actors.disk import has_room, limits
from actors.workflow import Ending, attempt
from jobs.location import job_store
from jobs.open_job import OpenJob
from jobs.record import JobKind, JobRecord, JobStatus
from settings import Settings


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data_dir=tmp_path, slots_per_node=4, disk_reserve_bytes=1 << 60, _env_file=None)


def test_a_job_waits_while_the_disk_is_nearly_full_and_no_attempt_counts(settings: Settings) -> None:
    jobs = job_store(settings)
    record = jobs.create(JobRecord.new(user_id="ada", kind=JobKind.TRAIN), {})

    ending = attempt(OpenJob.of(record), "a1", settings).ending

    assert ending is Ending.AGAIN
    assert (jobs.get("ada", record.job_id).status, jobs.get("ada", record.job_id).attempt) == (JobStatus.QUEUED, 0)


def test_all_slots_together_may_not_fill_the_disk(settings: Settings) -> None:
    assert limits(settings).disk_share * settings.slots < 1
    assert has_room(settings.model_copy(update={"disk_reserve_bytes": 0}))
