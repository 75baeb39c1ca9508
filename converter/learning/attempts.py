"""What the search looked at: each plan with what became of it, for whoever asks why one program was taken and not another."""

from dataclasses import dataclass

from converter.learning.columns import Candidate
from converter.learning.explanation import Workspace
from converter.learning.steps.plan import Plan


@dataclass(frozen=True)
class Attempt:
    """A plan that was looked at. `why` says why it was left, and is empty where it made a program.

    `columns` are the candidates that were found for each output column until then, none where it was open.
    """

    plan: Plan
    why: str
    columns: tuple[tuple[Candidate, ...], ...] = ()
    workspace: Workspace | None = None
