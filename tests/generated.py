"""A client of the service as `openapi-python-client` generates it from the OpenAPI document."""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import Any

PACKAGE = "ai_csv_converter_client"


@contextmanager
def generated(document: dict[str, Any], folder: Path) -> Iterator[Any]:
    """The package, importable within the block."""
    (folder / "openapi.json").write_text(json.dumps(document))
    # Without what would only format it.
    (folder / "config.yml").write_text("post_hooks: []\n")
    program = Path(sys.executable).with_name("openapi-python-client")
    command = [program, "generate", "--path", "openapi.json", "--config", "config.yml", "--output-path", "made"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stdout + done.stderr
    assert (folder / "made" / PACKAGE).is_dir(), done.stdout
    before = {*sys.modules}
    sys.path.insert(0, str(folder / "made"))
    try:
        yield import_module(PACKAGE)
    finally:
        sys.path.remove(str(folder / "made"))
        for name in {*sys.modules} - before:
            if name.partition(".")[0] == PACKAGE:
                del sys.modules[name]
