"""The service's own application, whose answers the client has to understand."""

from tests.api.test_app import client, jobs, queue, settings  # noqa: F401 (fixtures)
