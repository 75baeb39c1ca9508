"""Where jobs are stored, as the settings say: a bucket where one is named, a folder otherwise."""

from jobs.folder import FolderStore
from jobs.objects import ObjectStore
from jobs.patience import PatientStore
from jobs.store import JobStore
from settings import Settings

OWN_FOLDERS = frozenset({"jobs", "files", "open", "idempotency", "converters", "keys", "usage", "audit", "probe"}) | {
    "deliveries", "outbox", "webhooks",
}  # fmt: skip
"""What all keys of ours begin with: whatever else is in the bucket is somebody else's."""


def object_store(settings: Settings) -> ObjectStore:
    """The store of these settings. Raises `StoreUnavailable` where the folder cannot be made."""
    if settings.aws_bucket_name is None:
        return FolderStore(settings.data_dir.resolve())
    # boto3 is needed for this alone, and large.
    from jobs.s3 import S3Store

    key_id, key = settings.aws_access_key_id, settings.aws_secret_access_key
    return S3Store(
        settings.aws_bucket_name,
        endpoint_url=settings.aws_endpoint_url,
        access_key_id=key_id.get_secret_value() if key_id else None,
        secret_access_key=key.get_secret_value() if key else None,
        region=settings.aws_region,
    )


def job_store(settings: Settings) -> JobStore:
    """The jobs in that store."""
    return JobStore(object_store(settings))


def patient_job_store(settings: Settings) -> JobStore:
    """The same for workflows, which wait for a store that is away rather than throw their work away."""
    return JobStore(PatientStore(object_store(settings), settings.store_patience_seconds))
