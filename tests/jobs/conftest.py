"""Real stores: a folder, and S3 as moto serves it over HTTP."""

import uuid
from pathlib import Path

import boto3
import pytest

from jobs.folder import FolderStore
from jobs.objects import ObjectStore
from jobs.s3 import S3Store
from jobs.store import JobStore


@pytest.fixture
def s3_store(s3_endpoint: str) -> S3Store:
    bucket = f"b-{uuid.uuid4().hex[:12]}"
    access = {"aws_access_key_id": "id", "aws_secret_access_key": "secret", "region_name": "us-east-1"}
    boto3.client("s3", endpoint_url=s3_endpoint, **access).create_bucket(Bucket=bucket)
    return S3Store(bucket, endpoint_url=s3_endpoint, access_key_id="id", secret_access_key="secret")


@pytest.fixture(params=["folder", "s3"])
def objects(request: pytest.FixtureRequest, tmp_path: Path) -> ObjectStore:
    if request.param == "folder":
        return FolderStore(tmp_path / "store")
    store: S3Store = request.getfixturevalue("s3_store")
    return store


@pytest.fixture
def jobs(objects: ObjectStore) -> JobStore:
    return JobStore(objects)
