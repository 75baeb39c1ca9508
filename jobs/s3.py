"""An S3 bucket, or a compatible server's, as an object store."""

import logging
import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import boto3
from boto3.exceptions import S3UploadFailedError
from boto3.s3.transfer import TransferConfig
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from jobs.errors import ObjectMissing, PreconditionFailed, StoreUnavailable
from jobs.objects import Listed, Stored, Write

_MISSING = {"404", "NoSuchKey", "NotFound"}
_REFUSED = {"412", "PreconditionFailed"}
# Two conditional writes at the same moment: S3 asks for another try.
_RACED = {"409", "ConditionalRequestConflict"}
_RACES_BORNE = 5
_VERSIONS_SECONDS = 60.0
_CHUNK = 1 << 20
_WRITERS = 8
log = logging.getLogger(__name__)
# Of a multipart upload, but for its last.
_SMALLEST_PART = 5 << 20


class S3Store:
    """Objects in one bucket. Without credentials boto3's own chain (environment, profile, instance role) finds them."""

    def __init__(
        self,
        bucket: str,
        *,
        endpoint_url: str | None = None,
        access_key_id: str | None = None,
        secret_access_key: str | None = None,
        region: str | None = None,
    ) -> None:
        self.bucket = bucket
        self._client: Any = boto3.client(
            "s3",
            endpoint_url=endpoint_url,
            aws_access_key_id=access_key_id,
            aws_secret_access_key=secret_access_key,
            region_name=region or ("us-east-1" if endpoint_url else None),
            config=Config(
                retries={"mode": "standard", "max_attempts": 5},
                connect_timeout=5,
                read_timeout=30,
                max_pool_connections=32,
                s3={"addressing_style": "path"} if endpoint_url else {},
                # Compatible servers do not know the newer trailing checksums.
                request_checksum_calculation="when_required",
                response_checksum_validation="when_required",
            ),
        )
        self._versioned, self._asked = False, -_VERSIONS_SECONDS
        self._transfer = TransferConfig(multipart_threshold=64 << 20, multipart_chunksize=32 << 20, max_concurrency=4)

    def get(self, key: str) -> Stored:
        with _errors(key):
            answer = self._client.get_object(Bucket=self.bucket, Key=key)
            return Stored(answer["Body"].read(), answer["ETag"])

    def put(
        self, key: str, data: bytes, *, if_match: str | None = None, if_absent: bool = False, is_lasting: bool = True
    ) -> str:
        condition = {"IfNoneMatch": "*"} if if_absent else {"IfMatch": if_match} if if_match is not None else {}
        for _ in range(_RACES_BORNE):
            try:
                with _errors(key):
                    answer = self._client.put_object(Bucket=self.bucket, Key=key, Body=data, **condition)
                    return str(answer["ETag"])
            except _Raced:
                continue
            except PreconditionFailed:
                return self._won_already(key, data)
        raise PreconditionFailed(f"{key} is written by many at once")

    def put_all(self, contents: Mapping[str, bytes | Path], then: Write | None = None) -> str:
        with ThreadPoolExecutor(min(_WRITERS, len(contents) or 1)) as writers:
            list(writers.map(self._write, contents.items()))
        return "" if then is None else self.put(then.key, then.data, if_match=then.if_match, if_absent=then.if_absent)

    def _write(self, object: tuple[str, bytes | Path]) -> None:
        key, content = object
        if isinstance(content, Path):
            with _errors(key):
                self._client.upload_file(str(content), self.bucket, key, Config=self._transfer)
        else:
            self.put(key, content)

    def delete(self, key: str, *, is_lasting: bool = True) -> None:
        """With all its versions, where the bucket keeps versions: what is deleted is gone."""
        with _errors(key):
            if self._keeps_versions():
                self._delete_versions(key)
            else:
                self._client.delete_object(Bucket=self.bucket, Key=key)

    def _keeps_versions(self) -> bool:
        """Whether the bucket has, or ever had, versions. Asked once a minute at most, since an operator may switch them on."""
        if time.monotonic() - self._asked > _VERSIONS_SECONDS:
            try:
                answer = self._client.get_bucket_versioning(Bucket=self.bucket)
                self._versioned = answer.get("Status") in ("Enabled", "Suspended")
            except ClientError as error:
                # Without the right to ask, and on servers that know no versions, there are none to our knowledge.
                log.warning(
                    "the bucket does not tell whether it keeps versions: %s", error.response.get("Error", {}).get("Code")
                )
                self._versioned = False
            self._asked = time.monotonic()
        return self._versioned

    def _delete_versions(self, key: str) -> None:
        pages = self._client.get_paginator("list_object_versions").paginate(Bucket=self.bucket, Prefix=key)
        for page in pages:
            found = [*page.get("Versions", ()), *page.get("DeleteMarkers", ())]
            for item in found:
                if item["Key"] == key:
                    self._client.delete_object(Bucket=self.bucket, Key=key, VersionId=item["VersionId"])
            # Keys come in order: behind this one others begin that have it as their beginning.
            if any(item["Key"] > key for item in found):
                return

    def list(self, prefix: str, *, after: str = "", before: str | None = None) -> Iterator[Listed]:
        start = {"StartAfter": after} if after else {}
        pages = self._client.get_paginator("list_objects_v2").paginate(Bucket=self.bucket, Prefix=prefix, **start)
        with _errors(prefix):
            for page in pages:
                for item in page.get("Contents", ()):
                    if before is not None and item["Key"] >= before:
                        return
                    yield Listed(item["Key"], item["ETag"], item["Size"])

    def upload(self, key: str, path: Path) -> str:
        with _errors(key):
            self._client.upload_file(str(path), self.bucket, key, Config=self._transfer)
            return str(self._client.head_object(Bucket=self.bucket, Key=key)["ETag"])

    def download(self, key: str, path: Path) -> None:
        with _errors(key):
            self._client.download_file(self.bucket, key, str(path), Config=self._transfer)

    def stream(
        self, key: str, chunk: int = _CHUNK, *, start: int = 0, end: int | None = None, etag: str | None = None
    ) -> Iterator[bytes]:
        wanted = {"Range": f"bytes={start}-{'' if end is None else end - 1}"} if start or end is not None else {}
        wanted |= {} if etag is None else {"IfMatch": etag}
        with _errors(key):
            answer = self._client.get_object(Bucket=self.bucket, Key=key, **wanted)
        # Some servers of S3's protocol take no condition here.
        if etag is not None and answer["ETag"] != etag:
            answer["Body"].close()
            raise PreconditionFailed(f"{key} has changed")
        return _chunks(key, answer["Body"], chunk)

    def join(self, key: str, keys: Sequence[str]) -> str:
        """As one multipart upload whose parts S3 copies by itself; those too small for a part are sent with the next."""
        with _errors(key):
            upload = self._client.create_multipart_upload(Bucket=self.bucket, Key=key)["UploadId"]
            try:
                parts = self._uploaded_parts(key, upload, keys)
                answer = self._client.complete_multipart_upload(
                    Bucket=self.bucket, Key=key, UploadId=upload, MultipartUpload={"Parts": parts}
                )
            except BaseException:
                # Parts of an upload that never ends are stored, and paid, until somebody looks.
                self._client.abort_multipart_upload(Bucket=self.bucket, Key=key, UploadId=upload)
                raise
            return str(answer["ETag"])

    def _uploaded_parts(self, key: str, upload: str, keys: Sequence[str]) -> Sequence[dict[str, Any]]:
        target = {"Bucket": self.bucket, "Key": key, "UploadId": upload}
        parts: list[dict[str, Any]] = []
        held = b""
        for at, one in enumerate(keys, 1):
            number = len(parts) + 1
            if not held and self.size(one) >= _SMALLEST_PART:
                source = {"Bucket": self.bucket, "Key": one}
                copied = self._client.upload_part_copy(CopySource=source, PartNumber=number, **target)
                parts.append({"PartNumber": number, "ETag": copied["CopyPartResult"]["ETag"]})
                continue
            held += self.get(one).data
            if len(held) >= _SMALLEST_PART or at == len(keys):
                sent = self._client.upload_part(Body=held, PartNumber=number, **target)
                parts.append({"PartNumber": number, "ETag": sent["ETag"]})
                held = b""
        return parts

    def size(self, key: str) -> int:
        with _errors(key):
            return int(self._client.head_object(Bucket=self.bucket, Key=key)["ContentLength"])

    def head(self, key: str) -> Listed:
        with _errors(key):
            answer = self._client.head_object(Bucket=self.bucket, Key=key)
            return Listed(key, answer["ETag"], int(answer["ContentLength"]))

    def link(self, key: str, seconds: int, name: str) -> str | None:
        wanted = {"Bucket": self.bucket, "Key": key, "ResponseContentDisposition": f'attachment; filename="{name}"'}
        with _errors(key):
            return str(self._client.generate_presigned_url("get_object", Params=wanted, ExpiresIn=seconds))

    def _won_already(self, key: str, data: bytes) -> str:
        """The ETag where the object is the very one that was to be written: our own write, whose reply was lost.

        A record carries its attempt's id and its moment, so no other writer writes the same bytes.
        """
        try:
            stored = self.get(key)
        except ObjectMissing:
            raise PreconditionFailed(f"{key} has changed") from None
        if stored.data != data or not data:
            raise PreconditionFailed(f"{key} has changed")
        return stored.etag


class _Raced(Exception):
    """Two conditional writes met."""


def _chunks(key: str, body: Any, size: int) -> Iterator[bytes]:
    with _errors(key):
        yield from body.iter_chunks(size)


@contextmanager
def _errors(key: str) -> Iterator[None]:
    try:
        yield
    except ClientError as error:
        code = str(error.response.get("Error", {}).get("Code", ""))
        if code in _MISSING:
            raise ObjectMissing(f"no object {key}") from None
        if code in _REFUSED:
            raise PreconditionFailed(f"{key} has changed") from None
        if code in _RACED:
            raise _Raced from None
        # The message may hold the request, and with it what signs it: the code is enough.
        raise StoreUnavailable(f"S3 answered {code} for {key}") from None
    except (BotoCoreError, S3UploadFailedError) as error:
        raise StoreUnavailable(f"S3 could not be reached or used: {type(error).__name__}") from None
