"""Files that come whole, or not at all."""

import io
from pathlib import Path

import pytest

from client.errors import Unreachable
from client.receiving import received
from client.steps import Request
from tests.client.driving import Driver, Reply

OUTPUT = Request("GET", "/api/v1/ada/1/output")
BROKEN = Unreachable("it broke off")
TAG = {"etag": '"1"', "content-length": "6"}


def test_a_download_that_breaks_goes_on_where_it_was(tmp_path: Path) -> None:
    rest = Reply(206, (b"def",), {"etag": '"1"', "content-length": "3"})
    driver = Driver(Reply(200, (b"ab", b"c", BROKEN), TAG), rest)
    seen = []

    driver.run(received(driver.requesting(), OUTPUT, tmp_path / "out.csv", lambda one: seen.append((one.done, one.total))))

    assert (tmp_path / "out.csv").read_bytes() == b"abcdef"
    assert (driver.requests[1].headers["Range"], driver.requests[1].headers["If-Range"]) == ("bytes=3-", '"1"')
    assert seen == [(2, 6), (3, 6), (6, 6)]


def test_a_result_that_is_another_one_meanwhile_leaves_what_was_there(tmp_path: Path) -> None:
    (tmp_path / "out.csv").write_text("before")
    driver = Driver(Reply(200, (b"abc", BROKEN), TAG), Reply(200, (b"xyz",), {"etag": '"2"'}))

    with pytest.raises(Unreachable, match="another one meanwhile"):
        driver.run(received(driver.requesting(), OUTPUT, tmp_path / "out.csv", None))

    assert [(one.name, one.read_text()) for one in tmp_path.iterdir()] == [("out.csv", "before")]


def test_a_download_goes_into_an_open_file_too() -> None:
    file = io.BytesIO()
    driver = Driver(Reply(200, (b"abc", b"def"), TAG))

    driver.run(received(driver.requesting(), OUTPUT, file, None))

    assert file.getvalue() == b"abcdef"


def test_what_never_comes_is_given_up() -> None:
    driver = Driver(*[Reply(200, (BROKEN,), TAG) for _ in range(99)])

    with pytest.raises(Unreachable):
        driver.run(received(driver.requesting(patience=20), OUTPUT, io.BytesIO(), None))

    assert driver.now <= 20
