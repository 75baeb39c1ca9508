"""Programs of Debian's that some tests need: where one is not installed, its tests are skipped and say what to install."""

import shutil

import pytest


def needs(program: str, package: str) -> pytest.MarkDecorator:
    """Skips a test where the program is not there, with the package that has it."""
    return pytest.mark.skipif(shutil.which(program) is None, reason=f"{program} is not installed (apt install {package})")
