"""The service from Python, typed, synchronous (`Client`) and on an event loop (`AsyncClient`); what a person imports is here.

It asks over HTTP alone: nothing of the service's own packages is imported.
"""

from client.bar import Bar
from client.clients import AsyncClient, Client
from client.errors import (
    ClientError,
    Conflict,
    Forbidden,
    Invalid,
    JobCancelled,
    JobFailed,
    NotFound,
    Place,
    ServiceError,
    StillRunning,
    TooLarge,
    TooMany,
    Unauthorised,
    Unavailable,
    Unreachable,
    UnsupportedType,
)
from client.models import Answer, Batch, BatchFile, Correction, Event, Job, Named, Preview, Problem, Progress, Question, Status

__all__ = [
    "Answer",
    "AsyncClient",
    "Bar",
    "Batch",
    "BatchFile",
    "Client",
    "ClientError",
    "Conflict",
    "Correction",
    "Event",
    "Forbidden",
    "Invalid",
    "Job",
    "JobCancelled",
    "JobFailed",
    "Named",
    "NotFound",
    "Place",
    "Preview",
    "Problem",
    "Progress",
    "Question",
    "ServiceError",
    "Status",
    "StillRunning",
    "TooLarge",
    "TooMany",
    "Unauthorised",
    "Unavailable",
    "Unreachable",
    "UnsupportedType",
]
