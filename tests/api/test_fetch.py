"""What a client may have the service fetch, and how long that may take."""

import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import boto3
import pytest

from api.fetch import fetch_object, fetch_url
from api.problems import FieldRefused
from jobs.addresses import is_public
from settings import Settings

BUCKET = "shared-bucket"


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "10.0.0.1", "172.16.0.1", "192.168.0.1", "169.254.169.254", "100.100.100.200", "0.0.0.0", "224.0.0.1",
        "255.255.255.255", "168.63.129.16", "192.0.0.192", "192.0.0.170", "192.88.99.1", "198.18.0.1", "240.0.0.1",
        "::", "::1", "::7f00:1", "::10.0.0.1", "::ffff:8.8.8.8", "::ffff:127.0.0.1", "64:ff9b::7f00:1", "64:ff9b:1::1",
        "fe80::1", "fe80::1%eth0", "fec0::1", "fc00::1", "fd00:ec2::254", "ff02::1", "2002:7f00:1::", "2001::1",
        "2001:db8::1", "3fff::1", "5f00::1", "100::1", "2606:4700::5efe:7f00:1",
    ],
)  # fmt: skip
def test_an_address_that_is_not_the_internets_is_not_public(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", ["8.8.8.8", "93.184.216.34", "2606:4700:4700::1111", "2a00:1450:4001:81b::200e"])
def test_an_address_of_the_internet_is_public(address: str) -> None:
    assert is_public(address)


@pytest.fixture(params=[b"", b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n"], ids=["headers", "body"])
def dripping(request: pytest.FixtureRequest) -> Iterator[str]:
    """A server that sends its headers, or its body, a byte at a time and has no end."""
    server = socket.create_server(("127.0.0.1", 0))
    ended = threading.Event()

    def serve() -> None:
        client, _ = server.accept()
        with client:
            try:
                client.sendall(request.param or b"HTTP/1.1 200 OK\r\nX: ")
                while not ended.wait(0.1):
                    client.sendall(b"a")
            except OSError:
                return

    thread = threading.Thread(target=serve)
    thread.start()
    yield f"http://localhost:{server.getsockname()[1]}/x.csv"
    ended.set()
    thread.join()
    server.close()


def test_a_server_that_drips_is_given_up_at_the_deadline(dripping: str, tmp_path: Path) -> None:
    settings = Settings(allowed_url_hosts=("localhost",), fetch_seconds=1, _env_file=None)
    started = time.monotonic()

    with pytest.raises(FieldRefused, match="longer than 1 s"):
        fetch_url("input_file", dripping, settings, tmp_path / "x.csv")

    assert time.monotonic() - started < 3


@pytest.fixture
def settings(s3_endpoint: str) -> Settings:
    access = {"aws_access_key_id": "id", "aws_secret_access_key": "secret", "region_name": "us-east-1"}
    client = boto3.client("s3", endpoint_url=s3_endpoint, **access)
    client.create_bucket(Bucket=BUCKET)
    for key in ("Test 2 - Raw.csv", "files/ada/1/input.csv", "files/bob/1/input.csv", "jobs/ada/1.json", "keys/1.json"):
        client.put_object(Bucket=BUCKET, Key=key, Body=b"a\n1\n")
    return Settings(
        aws_bucket_name=BUCKET,
        aws_endpoint_url=s3_endpoint,
        aws_access_key_id="id",
        aws_secret_access_key="secret",
        _env_file=None,
    )


def named(key: str, settings: Settings, path: Path) -> bytes:
    fetch_object("input_file", f"s3://{BUCKET}/{key}", "ada", settings, path)
    return path.read_bytes()


def test_the_services_bucket_is_for_what_is_the_users_own(settings: Settings, tmp_path: Path) -> None:
    assert named("files/ada/1/input.csv", settings, tmp_path / "x") == b"a\n1\n"
    with pytest.raises(FieldRefused, match="ALLOWED_BUCKETS"):
        named("Test 2 - Raw.csv", settings, tmp_path / "x")


def test_an_allowed_bucket_that_is_also_the_services_keeps_what_is_the_services(settings: Settings, tmp_path: Path) -> None:
    allowing = settings.model_copy(update={"allowed_buckets": (BUCKET,)})

    assert named("Test 2 - Raw.csv", allowing, tmp_path / "x") == b"a\n1\n"
    assert named("files/ada/1/input.csv", allowing, tmp_path / "x") == b"a\n1\n"
    foreign = ("files/bob/1/input.csv", "jobs/ada/1.json", "keys/1.json", "files/ada/../bob/1/input.csv")
    for key in (*foreign, "x/../keys/1.json", "/keys/1.json", "audit/1", "idempotency/ada/1", "open/ada/1", "usage/1/1"):
        with pytest.raises(FieldRefused, match=r"not this user's|empty segment"):
            named(key, allowing, tmp_path / "x")
