"""The application that `test_app` makes, for all tests of this package."""

from tests.api.test_app import client, jobs, queue, settings  # noqa: F401 (fixtures)
