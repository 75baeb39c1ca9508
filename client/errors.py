"""What can go wrong with the service, as classes; each made from the body that the service answers errors with (RFC 9457).

ClientError
├── Unreachable            no answer came: no such host, a broken connection, one that took too long
├── ServiceError           the service's answer is an error: status, title, detail
│   ├── Unauthorised       401: the key is missing
│   ├── Forbidden          403: the key is not the right one, or may not do this
│   ├── NotFound           404: there is no such job, converter or path
│   ├── Conflict           409: the job's status does not allow this
│   ├── TooLarge           413: a file is over the limit
│   ├── UnsupportedType    415: what was sent is of a type that is not taken
│   ├── Invalid            422: a field or a file is wrong: places
│   ├── TooMany            429: as many jobs wait as may: retry_after
│   └── Unavailable        502, 503, 504: the service cannot do it now: retry_after
├── JobFailed              the job has failed: job
├── JobCancelled           the job was cancelled: job
└── StillRunning           the job had not ended when the time was over: job
"""

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import Any

from client.models import Job


class ClientError(Exception):
    """All that this package raises; `str(error)` is one line for a person."""


class Unreachable(ClientError):
    """No answer came from the service, or it broke off."""

    def __init__(self, told: str, *, was_sent: bool = True) -> None:
        super().__init__(told)
        self.was_sent = was_sent
        """Whether the service may have seen the request."""


@dataclass(frozen=True)
class Place:
    """What is wrong at one place of a request, such as `body.input_file`."""

    loc: tuple[str | int, ...]
    problem: str

    @property
    def field(self) -> str:
        """The field of the body, the query or the path."""
        return ".".join(map(str, self.loc[1:])) or ".".join(map(str, self.loc))


class ServiceError(ClientError):
    """The service's answer is an error. `problem` is its body."""

    def __init__(self, status: int, title: str, detail: str, problem: dict[str, Any], retry_after: float | None) -> None:
        super().__init__(detail or f"{status} {title}")
        self.status, self.title, self.detail, self.problem = status, title, detail, problem
        self.retry_after = retry_after
        """In how many seconds it is worth asking again, where the service says so."""

    @property
    def places(self) -> tuple[Place, ...]:
        """What is wrong, place by place; of a 422 only."""
        told = self.problem.get("detail")
        if not isinstance(told, list):
            return ()
        return tuple(Place(tuple(one.get("loc", ())), str(one.get("msg", ""))) for one in told if isinstance(one, dict))


class Unauthorised(ServiceError):
    """The key is missing."""


class Forbidden(ServiceError):
    """The key is not the right one, or may not do this."""


class NotFound(ServiceError):
    """There is no such job, converter or path."""


class Conflict(ServiceError):
    """The status of the job does not allow this."""


class TooLarge(ServiceError):
    """A file is over the service's limit."""


class UnsupportedType(ServiceError):
    """What was sent is of a type that the service does not take."""


class Invalid(ServiceError):
    """A field or a file is wrong; `places` say which, and what is wrong with it."""


class TooMany(ServiceError):
    """As many jobs wait as may, or the key has asked too often."""


class Unavailable(ServiceError):
    """The service cannot do it now."""


class _OfJob(ClientError):
    def __init__(self, job: Job, told: str) -> None:
        super().__init__(told)
        self.job = job


class JobFailed(_OfJob):
    """The job has failed; `job.error` says why, and `job.report` how far it came."""

    def __init__(self, job: Job) -> None:
        why = f"{job.error.title}: {job.error.detail}" if job.error is not None else "it failed"
        super().__init__(job, f"job {job.job_id} has failed: {why}")


class JobCancelled(_OfJob):
    """The job was cancelled."""

    def __init__(self, job: Job) -> None:
        super().__init__(job, f"job {job.job_id} was cancelled")


class StillRunning(_OfJob, TimeoutError):
    """The job had not ended when the time was over; it goes on, and may be waited for again."""

    def __init__(self, job: Job, seconds: float) -> None:
        super().__init__(job, f"job {job.job_id} is {job.status} after {seconds:g} s; it goes on")


_OF_STATUS: dict[int, type[ServiceError]] = {
    401: Unauthorised,
    403: Forbidden,
    404: NotFound,
    409: Conflict,
    413: TooLarge,
    415: UnsupportedType,
    422: Invalid,
    429: TooMany,
    502: Unavailable,
    503: Unavailable,
    504: Unavailable,
}


def error_of(status: int, body: bytes, retry_after: str | None) -> ServiceError:
    """The error that an answer is; also one of a proxy before the service, whose body is no problem."""
    try:
        found = json.loads(body)
    except ValueError:
        found = None
    problem: dict[str, Any] = found if isinstance(found, dict) else {}
    phrase = HTTPStatus(status).phrase if status in set(HTTPStatus) else "Error"
    title, told = str(problem.get("title") or phrase), problem.get("detail")
    kind = _OF_STATUS.get(status, ServiceError)
    error = kind(status, title, told if isinstance(told, str) else "", problem, seconds_of(retry_after))
    if error.places:
        error.detail = "; ".join(_said(place) for place in error.places)
        error.args = (error.detail,)
    elif not error.detail:
        error.args = (f"the service answers {status} {title}",)
    return error


def seconds_of(retry_after: str | None) -> float | None:
    """The seconds of a Retry-After header, which has them or a date; None where it has neither."""
    if retry_after is None:
        return None
    if retry_after.strip().isdigit():
        return float(retry_after)
    try:
        moment = parsedate_to_datetime(retry_after)
    except ValueError:
        return None
    zoned = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return max(0.0, (zoned - datetime.now(UTC)).total_seconds())


def _said(place: Place) -> str:
    # What the service says of a file begins with its field.
    return place.problem if place.problem.startswith(place.field) else f"{place.field}: {place.problem}"
