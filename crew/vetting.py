"""Statements of a model, checked where a hostile one can do no harm: in the sandbox, before anything here parses them."""

import tempfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from converter.sandbox import Limits, call

_SECONDS = 20.0
_MEMORY_BYTES = 1 << 30


def check_confined(statement: str, relations: Sequence[str], limits: Limits, *, allow_unsandboxed: bool = False) -> None:
    """Lets pass what `converter.statement.check` does; a run's `limits` bound its time and memory too.

    Raises `RefusedStatement`, `LimitExceeded`, `StatementFailed`, `SandboxUnavailable`.
    """
    bounds = replace(limits, seconds=min(limits.seconds, _SECONDS), memory_bytes=min(limits.memory_bytes, _MEMORY_BYTES))
    arguments = {"statement": statement, "relations": list(relations)}
    with tempfile.TemporaryDirectory(prefix="checking-") as folder:
        call(
            "converter.statement:check_in_sandbox",
            arguments,
            readable=[],
            writable=Path(folder),
            limits=bounds,
            allow_unsandboxed=allow_unsandboxed,
        )
