"""Progress for people: drawn on a terminal, and only there."""

import io

from client import Bar, Job, Progress
from tests.client.test_calls import RECORD


class Terminal(io.StringIO):
    """A terminal that keeps what is drawn."""

    def isatty(self) -> bool:
        return True


def test_a_terminal_shows_how_far_it_is() -> None:
    terminal = Terminal()
    job = Job.model_validate(RECORD | {"status": "running", "phase": "coding", "round": 2, "best_match": 0.5})

    with Bar(terminal) as bar:
        bar(Progress("running", job=job))

    assert "coding, round 2, 50% of the cells so far" in terminal.getvalue()


def test_elsewhere_nothing_is_written() -> None:
    out = io.StringIO()

    with Bar(out) as bar:
        bar(Progress("sending", 1, 2))

    assert out.getvalue() == ""
