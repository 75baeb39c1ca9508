"""`csv-converter store` as it is typed."""

from pathlib import Path

import pytest

from cli.commands import main
from jobs.folder import FolderStore
from jobs.record import JobKind, JobRecord
from jobs.store import JobStore


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    for name in ("AWS_BUCKET_NAME", "AWS_ENDPOINT_URL"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path


def test_a_backup_is_made_and_put_back(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    record = JobStore(FolderStore(Path("data"))).create(
        JobRecord.new(user_id="ada", kind=JobKind.TRAIN), {"input.csv": b"a\n1\n"}
    )

    assert main(["store", "backup", "kept"]) == 0
    monkeypatch.setenv("DATA_DIR", "elsewhere")
    assert main(["store", "restore", "kept"]) == 0

    assert JobStore(FolderStore(Path("elsewhere"))).get("ada", record.job_id) == record
    assert capsys.readouterr().out.splitlines() == [
        "backed up to kept: 2 objects, 2 of them written; 0 deleted since the last time",
        "restored from kept: 2 objects, 2 of them written; 0 deleted since the last time",
    ]


def test_a_folder_that_is_no_backup_is_refused_and_not_made(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["store", "restore", "nowhere"]) == 1

    assert capsys.readouterr().err == "csv-converter store: nowhere is no backup: it has no folder objects/\n"
    assert not Path("nowhere").exists()


def test_nothing_is_put_over_jobs(capsys: pytest.CaptureFixture[str]) -> None:
    JobStore(FolderStore(Path("data"))).create(JobRecord.new(user_id="ada", kind=JobKind.TRAIN), {"input.csv": b"a\n"})
    main(["store", "backup", "kept"])

    assert main(["store", "restore", "kept"]) == 1

    assert "there are jobs in the store already" in capsys.readouterr().err
