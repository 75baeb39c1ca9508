"""Faults that the search survives fail its tests."""

import logging
from collections.abc import Iterator

import pytest


@pytest.fixture(autouse=True)
def no_faults(caplog: pytest.LogCaptureFixture, request: pytest.FixtureRequest) -> Iterator[None]:
    """Fails the test if a way to explain its example broke, unless it is marked `faulty`."""
    with caplog.at_level(logging.ERROR, logger="converter.learning.faults"):
        yield
    if request.node.get_closest_marker("faulty") is None:
        faults = [one for one in caplog.records if one.name == "converter.learning.faults"]
        assert not faults, faults[0].exc_text
