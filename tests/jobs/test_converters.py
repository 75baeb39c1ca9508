"""Converters with names and versions, in a store."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from jobs.converters import NamedConverter, NamedConverters, Origin
from jobs.errors import ConverterMissing
from jobs.folder import FolderStore


@pytest.fixture
def converters(tmp_path: Path) -> NamedConverters:
    return NamedConverters(FolderStore(tmp_path))


def described(job_id: str = "job") -> Any:
    return lambda before: {"source": Origin.TRAINING, "job_id": job_id, "changed": ("first",) if before is None else ("more",)}


def added(converters: NamedConverters, text: bytes, job_id: str = "job") -> NamedConverter:
    return converters.add("ada", "orders", text, ["SELECT 1"], described(job_id))[0]


def test_a_further_version_is_the_current_one_and_knows_its_parent(converters: NamedConverters) -> None:
    added(converters, b"one")
    named = added(converters, b"two")

    assert [(one.version, one.parent, one.changed) for one in named.versions] == [(1, None, ("first",)), (2, 1, ("more",))]
    assert named.current == 2
    assert converters.text_of(named, named.version()) == (b"two", ["SELECT 1"])
    assert converters.text_of(named, named.version(1)) == (b"one", ["SELECT 1"])


def test_the_same_text_of_the_same_job_is_one_version(converters: NamedConverters) -> None:
    added(converters, b"one")

    assert len(added(converters, b"one").versions) == 1
    assert len(added(converters, b"one", "another").versions) == 2


def test_a_name_goes_back_and_forth_between_its_versions(converters: NamedConverters) -> None:
    added(converters, b"one")
    added(converters, b"two")

    assert converters.point_at("ada", "orders", 1).current == 1
    assert added(converters, b"three").versions[-1].parent == 1
    with pytest.raises(ConverterMissing, match="no version 9"):
        converters.point_at("ada", "orders", 9)


def test_names_are_listed_and_deleted_by_user(converters: NamedConverters) -> None:
    added(converters, b"one")
    converters.add("ada", "bills", b"two", [], described())
    converters.add("bob", "orders", b"three", [], described())

    assert [one.name for one in converters.list_of("ada")] == ["bills", "orders"]
    converters.delete("ada", "bills")
    assert [one.name for one in converters.list_of("ada")] == ["orders"]
    converters.delete_user("ada")
    assert converters.list_of("ada") == []
    assert [one.name for one in converters.list_of("bob")] == ["orders"]
    with pytest.raises(ConverterMissing):
        converters.get("ada", "orders")


def test_versions_that_are_added_at_once_are_all_there(converters: NamedConverters) -> None:
    with ThreadPoolExecutor(4) as threads:
        list(threads.map(lambda at: added(converters, str(at).encode()), range(8)))

    assert [one.version for one in converters.get("ada", "orders").versions] == list(range(1, 9))
