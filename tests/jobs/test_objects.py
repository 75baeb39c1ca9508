"""What both stores promise, held against both."""

import os
from concurrent.futures import ThreadPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from jobs.errors import ObjectMissing, PreconditionFailed, StoreUnavailable, UnsafeStore
from jobs.folder import FolderStore
from jobs.objects import ObjectStore, Stored, Write, probe
from jobs.s3 import S3Store


def test_an_object_is_read_as_it_was_written(objects: ObjectStore) -> None:
    etag = objects.put("a/b.json", b"1")

    assert objects.get("a/b.json") == Stored(b"1", etag)
    assert objects.size("a/b.json") == 1


def test_a_missing_object_is_said_to_be_missing(objects: ObjectStore, tmp_path: Path) -> None:
    for read in (objects.get, objects.stream, objects.size, lambda key: objects.download(key, tmp_path / "x")):
        with pytest.raises(ObjectMissing):
            read("a/none")


def test_a_range_of_an_object_is_read(objects: ObjectStore) -> None:
    objects.put("a", b"0123456789")

    assert b"".join(objects.stream("a", 2, start=3, end=8)) == b"34567"
    assert b"".join(objects.stream("a", 4, start=8)) == b"89"


def test_objects_are_joined_whatever_their_sizes(objects: ObjectStore) -> None:
    # S3 takes no part under 5 MiB but the last.
    contents = [b"a" * 10, b"", b"b" * (6 << 20), b"c" * (5 << 20), b"d", b"e" * 3]
    for number, content in enumerate(contents):
        objects.put(f"parts/{number}", content)

    objects.join("whole", [f"parts/{number}" for number in range(len(contents))])

    assert objects.get("whole").data == b"".join(contents)


def test_nothing_is_joined_where_a_piece_is_missing(objects: ObjectStore) -> None:
    objects.put("parts/1", b"1")

    with pytest.raises(ObjectMissing):
        objects.join("whole", ["parts/1", "parts/2"])

    with pytest.raises(ObjectMissing):
        objects.get("whole")


def test_deleting_is_idempotent(objects: ObjectStore) -> None:
    objects.put("a", b"1")

    objects.delete("a")
    objects.delete("a")

    with pytest.raises(ObjectMissing):
        objects.get("a")


def test_create_once_has_one_winner(objects: ObjectStore) -> None:
    def create(number: int) -> int:
        try:
            objects.put("jobs/a", b"%d" % number, if_absent=True)
        except PreconditionFailed:
            return 0
        return 1

    with ThreadPoolExecutor(8) as pool:
        wins = sum(pool.map(create, range(1, 25)))

    assert wins == 1


def test_compare_and_swap_loses_no_increment(objects: ObjectStore) -> None:
    objects.put("counter", b"0")

    def increment(writer: int) -> None:
        while True:
            stored = objects.get("counter")
            count = int(stored.data.split()[0]) + 1
            try:
                # Each writer writes bytes of its own, as a record does with its attempt's id.
                objects.put("counter", b"%d by %d" % (count, writer), if_match=stored.etag)
            except PreconditionFailed:
                continue
            return

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(increment, range(20)))

    assert objects.get("counter").data.startswith(b"20 ")


def test_a_swap_of_what_is_gone_fails(objects: ObjectStore) -> None:
    etag = objects.put("a", b"1")
    objects.delete("a")

    with pytest.raises((PreconditionFailed, ObjectMissing)):
        objects.put("a", b"2", if_match=etag)


def test_a_listing_is_in_order_and_by_prefix(objects: ObjectStore) -> None:
    for key in ("jobs/u/2", "jobs/u/1", "jobs/u2/1", "jobs/u-/1", "files/u/1/x"):
        objects.put(key, b"x")

    assert [item.key for item in objects.list("jobs/u/")] == ["jobs/u/1", "jobs/u/2"]
    assert [item.key for item in objects.list("jobs/")] == sorted(["jobs/u/2", "jobs/u/1", "jobs/u2/1", "jobs/u-/1"])
    assert [item.key for item in objects.list("jobs/", after="jobs/u/1", before="jobs/u2/1")] == ["jobs/u/2"]


def test_a_listing_tells_versions_apart(objects: ObjectStore) -> None:
    objects.put("a", b"1")
    (first,) = objects.list("a")
    objects.put("a", b"2")
    (second,) = objects.list("a")

    assert first.etag != second.etag


def test_files_go_and_come_whole(objects: ObjectStore, tmp_path: Path) -> None:
    (tmp_path / "given").write_bytes(b"x" * 3_000_000)

    objects.upload("files/big", tmp_path / "given")
    objects.download("files/big", tmp_path / "back")

    assert (tmp_path / "back").read_bytes() == b"x" * 3_000_000
    assert b"".join(objects.stream("files/big")) == b"x" * 3_000_000


def test_several_objects_are_written_at_once(objects: ObjectStore, tmp_path: Path) -> None:
    (tmp_path / "given").write_bytes(b"x" * 3_000_000)
    objects.put("there/already", b"before")

    objects.put_all({"files/big": tmp_path / "given", "files/small": b"y", "there/already": b"after", "open/z": b""})

    assert {item.key: item.size for item in objects.list("")} == {
        "files/big": 3_000_000,
        "files/small": 1,
        "there/already": 5,
        "open/z": 0,
    }
    assert objects.get("there/already").data == b"after"


def test_nothing_stays_of_objects_that_cannot_all_be_written(tmp_path: Path) -> None:
    store = FolderStore(tmp_path / "store")

    with pytest.raises(ObjectMissing):
        store.put_all({"a": b"1", "b": tmp_path / "no such file"})

    assert list(store.list("")) == []
    assert list((tmp_path / "store" / "temporary").iterdir()) == []


@pytest.fixture
def done(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What a folder store has its file system do, in turn."""
    calls: list[str] = []
    sync, rename = os.fsync, os.replace

    def synced(opened: int) -> None:
        calls.append("folder" if os.path.isdir(f"/proc/self/fd/{opened}") else "file")
        sync(opened)

    def renamed(before: Path, after: Path) -> None:
        calls.append("name")
        rename(before, after)

    monkeypatch.setattr(os, "fsync", synced)
    monkeypatch.setattr(os, "replace", renamed)
    return calls


def test_what_is_written_at_once_is_on_the_disk_before_it_has_a_name(tmp_path: Path, done: list[str]) -> None:
    FolderStore(tmp_path / "store").put_all({"files/a": b"1", "files/b": b"2"})

    assert done == ["file", "file", "name", "name", "folder"]


def test_what_comes_last_is_synced_with_the_others_and_named_after_them(tmp_path: Path, done: list[str]) -> None:
    store = FolderStore(tmp_path / "store")
    etag = store.put("jobs/a", b"0")
    done.clear()

    store.put_all({"files/a": b"1", "files/b": b"2"}, Write("jobs/a", b"3", if_match=etag))

    assert done == ["file"] * 3 + ["name"] * 3 + ["folder"] * 2


def test_what_need_not_outlast_the_machine_waits_for_no_folder(tmp_path: Path, done: list[str]) -> None:
    store = FolderStore(tmp_path / "store")

    store.put("jobs/a", b"0", is_lasting=False)
    store.delete("jobs/a", is_lasting=False)

    assert done == ["file", "name"]
    assert list(store.list("")) == []


def test_what_comes_last_comes_only_on_its_condition(objects: ObjectStore) -> None:
    first = objects.put_all({"files/a": b"1"}, Write("jobs/a", b"2", if_absent=True))

    assert objects.get("jobs/a") == Stored(b"2", first)
    with pytest.raises(PreconditionFailed):
        objects.put_all({"files/b": b"3"}, Write("jobs/a", b"4", if_absent=True))
    second = objects.put_all({"files/b": b"3"}, Write("jobs/a", b"4", if_match=first))
    assert objects.get("jobs/a") == Stored(b"4", second)
    with pytest.raises(PreconditionFailed):
        objects.put_all({"files/b": b"5"}, Write("jobs/a", b"6", if_match=first))
    assert objects.get("jobs/a").data == b"4"


def test_both_stores_pass_the_probe_and_leave_nothing(objects: ObjectStore) -> None:
    probe(objects)

    assert list(objects.list("")) == []


class Careless(FolderStore):
    """A store as some servers are: it takes conditional writes and ignores the condition."""

    def put(
        self, key: str, data: bytes, *, if_match: str | None = None, if_absent: bool = False, is_lasting: bool = True
    ) -> str:
        return super().put(key, data)


def test_a_store_that_ignores_conditions_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnsafeStore, match="ignores conditional writes"):
        probe(Careless(tmp_path))


def test_no_key_leaves_the_folder(tmp_path: Path) -> None:
    store = FolderStore(tmp_path / "store")

    store.put("../../escaped", b"x")

    assert not list(tmp_path.glob("escaped*"))
    assert [item.key for item in store.list("")] == ["../../escaped"]


def test_a_full_or_forbidden_folder_is_said_so(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")

    with pytest.raises((StoreUnavailable, ObjectMissing)):
        FolderStore(tmp_path / "file" / "below")


def test_an_unreachable_server_is_said_so_without_secrets() -> None:
    store = S3Store("b", endpoint_url="http://127.0.0.1:9", access_key_id="id", secret_access_key="hush")

    with pytest.raises(StoreUnavailable) as failed:
        store.get("a")

    assert "hush" not in str(failed.value)


def test_what_killed_writers_left_is_swept_and_what_is_being_written_is_not(tmp_path: Path) -> None:
    FolderStore(tmp_path)
    left, written = tmp_path / "temporary" / "left", tmp_path / "temporary" / "written"
    for path in (left, written):
        path.write_bytes(b"half")
    os.utime(left, (0, 0))

    FolderStore(tmp_path)

    assert [path.name for path in (tmp_path / "temporary").iterdir()] == ["written"]


segments = st.text(st.sampled_from("ab./%é ~"), min_size=1, max_size=4).filter(lambda text: "/" not in text)
keys = st.lists(segments, min_size=1, max_size=3).map("/".join)


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.sampled_from(["put", "delete"]), keys), max_size=12))
def test_the_folder_is_a_dictionary(tmp_path_factory: pytest.TempPathFactory, steps: list[tuple[str, str]]) -> None:
    store, model = FolderStore(tmp_path_factory.mktemp("store")), dict[str, bytes]()

    for number, (step, key) in enumerate(steps):
        # S3 may hold both "a" and "a/b"; a folder cannot, and our keys never ask for it.
        if any(other != key and (other.startswith(key + "/") or key.startswith(other + "/")) for other in model):
            continue
        if step == "delete":
            store.delete(key)
            model.pop(key, None)
        else:
            try:
                store.put(key, b"%d" % number)
            except (ObjectMissing, StoreUnavailable):
                continue  # An empty folder stands where the file would.
            model[key] = b"%d" % number

    assert {item.key: store.get(item.key).data for item in store.list("")} == model


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.sets(keys, max_size=8), st.text("ab./%é ~", max_size=4), st.text("ab./%é ~", max_size=4), st.none() | keys)
def test_a_listing_is_what_lies_between_two_keys(
    tmp_path_factory: pytest.TempPathFactory, given_keys: set[str], prefix: str, after: str, before: str | None
) -> None:
    store = FolderStore(tmp_path_factory.mktemp("store"))
    # As above: no key is another's folder.
    there = {key for key in given_keys if not any(other.startswith(key + "/") for other in given_keys)}
    for key in there:
        store.put(key, b"x")
    prefix = prefix.lstrip("/").replace("//", "/")

    found = [item.key for item in store.list(prefix, after=after, before=before)]

    assert found == sorted(key for key in there if key.startswith(prefix) and key > after and (before is None or key < before))


def _swap_many(root: Path, times: int) -> None:
    store = FolderStore(root)
    done = 0
    while done < times:
        stored = store.get("counter")
        try:
            store.put("counter", b"%d" % (int(stored.data) + 1), if_match=stored.etag)
        except PreconditionFailed:
            continue
        done += 1


def test_processes_exclude_each_other_in_a_folder(tmp_path: Path) -> None:
    FolderStore(tmp_path).put("counter", b"0")
    context = get_context("spawn")
    workers = [context.Process(target=_swap_many, args=(tmp_path, 25)) for _ in range(3)]

    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()

    assert FolderStore(tmp_path).get("counter").data == b"75"


def test_what_is_deleted_from_a_bucket_with_versions_is_gone(s3_store: S3Store) -> None:
    s3_store._client.put_bucket_versioning(Bucket=s3_store.bucket, VersioningConfiguration={"Status": "Enabled"})
    for content in (b"1", b"2"):
        s3_store.put("files/ada/1/input.csv", content)
        s3_store.put("files/ada/1/input.csv.more", content)

    s3_store.delete("files/ada/1/input.csv")

    left = s3_store._client.list_object_versions(Bucket=s3_store.bucket)
    assert [item["Key"] for item in left["Versions"]] == ["files/ada/1/input.csv.more"] * 2
    assert "DeleteMarkers" not in left
