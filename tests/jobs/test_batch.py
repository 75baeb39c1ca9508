"""The files of a batch: their names in the archive, and how they are parted."""

from hypothesis import given
from hypothesis import strategies as st

from jobs.batch import FileGiven, output_names, portions
from jobs.record import Batch, JobKind, JobRecord, JobStatus, OutputFormat


def test_an_output_is_called_as_its_file() -> None:
    names = ["orders.csv", "2026/11/orders.csv.gz", "ORDERS.xlsx", "no ending", "v1.2.csv"]

    assert output_names(names, OutputFormat.CSV) == [
        "orders.csv", "2026/11/orders.csv", "ORDERS (2).csv", "no ending.csv", "v1.2.csv",
    ]  # fmt: skip


def test_no_name_leads_out_of_the_folder_that_an_archive_is_unpacked_in() -> None:
    names = ["../../etc/passwd", "/etc/passwd", r"C:\orders.csv", "..", "rejects/a.csv", "", "a\x00b.csv"]

    assert output_names(names, OutputFormat.CSV) == [
        "etc/passwd.csv", "etc/passwd (2).csv", "C_/orders.csv", "file.csv", "rejects_/a.csv", "file (2).csv", "a_b.csv",
    ]  # fmt: skip


@given(st.lists(st.text(max_size=300), max_size=50))
def test_no_name_is_there_twice(names: list[str]) -> None:
    made = output_names(names, OutputFormat.CSV)

    assert len({one.casefold() for one in made}) == len(names)


@given(st.lists(st.integers(0, 50), max_size=60), st.integers(1, 8), st.integers(1, 100))
def test_portions_are_all_files_in_order_and_within_their_bounds(sizes: list[int], most_files: int, most_bytes: int) -> None:
    files = [FileGiven(name="x", end=size) for size in sizes]

    found = list(portions(files, most_files, most_bytes))

    assert [place for one in found for place in one] == list(range(len(files)))
    for one in found:
        assert len(one) <= most_files
        assert len(one) == 1 or sum(sizes[place] for place in one) <= most_bytes


def test_a_retried_batch_counts_anew() -> None:
    record = JobRecord.new(user_id="ada", kind=JobKind.INFERENCE, batch=Batch(files=3))
    ended = record.with_status(JobStatus.RUNNING).with_status(JobStatus.FAILED, batch=Batch(files=3, done=3, failed=3))

    assert ended.anew().batch == Batch(files=3)
