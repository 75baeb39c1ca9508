"""Every error of this package. Each says what was wrong and what to do; a class's docstring is its meaning."""


class CrewError(Exception):
    """The base of all that `crew` raises on purpose. `str(error)` is fit for a person to read and holds no secret."""


class NoModel(CrewError):
    """No usable language model is configured; the message says what to set."""


class ModelFailed(CrewError):
    """The model's server could not be reached, refused the request, or kept failing after all retries."""


class ModelBusy(ModelFailed):
    """A failure that may pass: 429, 5xx, a broken connection, no answer in time. `seconds`: the wait that a server asks for."""

    def __init__(self, problem: str, seconds: float | None = None) -> None:
        self.seconds = seconds
        super().__init__(problem)


class StructureRefused(CrewError):
    """A server that does not take `response_format`; the same question can be asked in plain text."""


class MalformedAnswer(CrewError):
    """An answer that is not the JSON object that was asked for."""


class BudgetSpent(CrewError):
    """What the job may take of tokens or of time is used up."""


class BadInstructions(CrewError):
    """A file of instructions that cannot be read as such."""
