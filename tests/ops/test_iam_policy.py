"""The policies that nodes need, held against the calls of S3 that `jobs/` makes: none is missing, none is too much."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from jobs import s3

ROOT = Path(__file__).parents[2]
# AWS's service authorisation reference, "Actions, resources, and condition keys for Amazon S3": what each call asks for.
NEEDS = {
    "get_object": {"s3:GetObject"},
    "head_object": {"s3:GetObject"},
    "download_file": {"s3:GetObject"},
    "generate_presigned_url": {"s3:GetObject"},
    "put_object": {"s3:PutObject"},
    "upload_file": {"s3:PutObject", "s3:AbortMultipartUpload"},
    "create_multipart_upload": {"s3:PutObject"},
    "upload_part": {"s3:PutObject"},
    "upload_part_copy": {"s3:PutObject", "s3:GetObject"},
    "complete_multipart_upload": {"s3:PutObject"},
    "abort_multipart_upload": {"s3:AbortMultipartUpload"},
    # With a version's id where the bucket has versions.
    "delete_object": {"s3:DeleteObject", "s3:DeleteObjectVersion"},
    "list_objects_v2": {"s3:ListBucket"},
    "list_object_versions": {"s3:ListBucketVersions"},
    "get_bucket_versioning": {"s3:GetBucketVersioning"},
}
ON_THE_BUCKET = {"s3:ListBucket", "s3:ListBucketVersions", "s3:GetBucketVersioning"}


def policy(name: str) -> list[dict[str, Any]]:
    loaded: list[dict[str, Any]] = json.loads((ROOT / "ops" / name).read_text())["Statement"]
    return loaded


def calls() -> set[str]:
    source = Path(s3.__file__).read_text()
    direct, paged = re.findall(r"_client\.(\w+)\(", source), re.findall(r'get_paginator\("(\w+)"\)', source)
    return {*direct, *paged} - {"get_paginator"}


def test_the_store_may_do_all_that_it_does_and_nothing_else() -> None:
    allowed = {action for one in policy("iam-policy.json") for action in _listed(one["Action"]) if action.startswith("s3:")}

    assert allowed == set().union(*(NEEDS[call] for call in calls()))


def test_each_action_is_allowed_on_what_it_is_about() -> None:
    for one in policy("iam-policy.json"):
        for action in _listed(one["Action"]):
            if action.startswith("s3:"):
                below = "" if action in ON_THE_BUCKET else "/*"
                assert one["Resource"] == f"arn:aws:s3:::your-bucket{below}"


def test_clients_buckets_are_read_with_the_same_calls() -> None:
    # `s3://` in a request goes through the same class.
    outside = [
        path
        for package in ("api", "actors", "jobs", "crew")
        for path in (ROOT / package).rglob("*.py")
        if "boto3.client" in path.read_text()
    ]

    assert [path.name for path in outside] == ["s3.py"]


@pytest.mark.parametrize("name", ["iam-policy.json", "iam-policy-head.json"])
def test_only_describing_and_nothing_else_is_allowed_by_a_pattern_on_everything(name: str) -> None:
    for one in policy(name):
        assert one["Effect"] == "Allow"
        assert [action for action in _listed(one["Action"]) if action.endswith("*")] in ([], ["ec2:Describe*"])
        assert one["Resource"] != "*" or one["Sid"] == "StartAndEndNodes"


def _listed(action: str | list[str]) -> list[str]:
    return [action] if isinstance(action, str) else action
