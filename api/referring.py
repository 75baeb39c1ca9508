"""An inference whose file is named where it lies: acknowledged once it is known who may name it; the job reads it there.

What the file holds is the job's to tell.
"""

import json

from api.bodies import InferenceRequest
from api.chosen import chosen_by
from api.given_file import address_of, name_of
from api.problems import FieldRefused, TooLarge
from api.submission import Acknowledged, Submission, earlier, inference_record
from jobs.errors import ObjectMissing, StoreUnavailable
from jobs.record import Source
from jobs.references import ALL, SOURCE, ReferenceRefused, named
from jobs.store import JobStore
from jobs.urls import look_at
from settings import Settings

_FIELD = "input_file"


def is_prefix(address: str) -> bool:
    """Whether an address stands for all objects under a prefix."""
    return address[:5].lower() == "s3://" and address.endswith(f"/{ALL}")


def store_reference(settings: Settings, jobs: JobStore, body: InferenceRequest, given: Submission) -> Acknowledged:
    """Stores an inference job that is to read its file where it lies. Raises as `submission.store_inference`; blocks."""
    if (before := earlier(jobs, body.user_id, given)) is not None:
        return before
    chosen = chosen_by(jobs, body)
    address = address_of(_FIELD, given.texts[_FIELD]) or ""
    name = name_of(given.texts[_FIELD], "input.csv")
    told = {"encoding": body.encoding, "delimiter": body.delimiter, **chosen.told()}
    source = _source(address, body.user_id, settings)
    record = inference_record(settings, jobs, body, given, input_file=name, source=source, **told)
    given.count(len(chosen.text))
    to_store = {SOURCE: json.dumps({"address": address}).encode(), **chosen.files}
    return Acknowledged(jobs.submit(record, to_store, replace=False, digest=given.digest))


def _source(address: str, user_id: str, settings: Settings) -> Source:
    """What is known of the file before it is read; a URL's server is not asked. Raises `FieldRefused`, `TooLarge`."""
    try:
        if address[:5].lower() != "s3://":
            look_at(address, settings)
            return Source()
        bucket, key = named(address, user_id, settings)
        found = bucket.store.head(key)
    except ReferenceRefused as error:
        raise FieldRefused(_FIELD, str(error)) from None
    except ObjectMissing:
        raise FieldRefused(_FIELD, "names an object that is not there") from None
    except StoreUnavailable as error:
        raise FieldRefused(_FIELD, f"cannot be read: {error}") from error
    if found.size > settings.max_reference_bytes:
        raise TooLarge(f"{_FIELD} is over the limit of {settings.max_reference_bytes} bytes (MAX_REFERENCE_BYTES)")
    return Source(etag=found.etag, size=found.size)
