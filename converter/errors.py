"""Every error of this package. Each says what was wrong, where, and what to do; a class's docstring is its meaning."""

ATTRIBUTES = frozenset({"file", "problem", "row", "column", "missing", "unexpected", "position", "limit"})
"""The attributes that errors have, all together."""

_NAMES_SHOWN = 10


class ConverterError(Exception):
    """The base of all that `converter` raises on purpose. `str(error)` is fit for a person to read."""


class BadCsv(ConverterError):
    """A file that cannot be read as the CSV it should be."""

    def __init__(self, file: str, problem: str, row: int | None = None, column: str | None = None) -> None:
        self.file, self.problem, self.row, self.column = file, problem, row, column
        where = file + (f", row {row}" if row is not None else "") + (f", column {column!r}" if column else "")
        super().__init__(f"{where}: {problem}")


class InputMismatch(ConverterError):
    """A file whose columns are not those that the converter expects."""

    def __init__(
        self, file: str, missing: tuple[str, ...], unexpected: tuple[str, ...], patterns: tuple[str, ...] = ()
    ) -> None:
        self.file, self.missing, self.unexpected, self.patterns = file, missing, unexpected, patterns
        there = f"; it has {_listed(unexpected)} instead" if unexpected else ""
        alike = {_letters(name): name for name in unexpected}
        meant = [f"{alike[_letters(name)]!r} to {name!r}" for name in missing if _letters(name) in alike]
        advice = f"; rename {' and '.join(meant)} if that is what it is" if meant else ""
        wanted = [_listed(missing)] if missing else []
        wanted += [f"whose name has the pattern {_listed(patterns)}"] if patterns else []
        what = " and none ".join(wanted)
        super().__init__(f"{file}: the converter does not fit this file, which has no column {what}{there}{advice}")


class BadConverter(ConverterError):
    """A converter file that is damaged or of an unknown version."""


class BadCorrection(ConverterError):
    """A correction that cannot be put into the example: a column that is not there, answers that exclude each other."""

    def __init__(self, column: str, problem: str) -> None:
        self.column, self.problem = column, problem
        super().__init__(problem)


class RefusedStatement(ConverterError):
    """A statement that the allow-list does not let pass."""

    def __init__(self, problem: str, position: int | None = None) -> None:
        self.problem, self.position = problem, position
        super().__init__(f"the converter's statement is refused: {problem}")


class StatementFailed(ConverterError):
    """A statement that the engine could not carry out on this input."""


class LimitExceeded(ConverterError):
    """A converter that was stopped at a limit of time, memory or output size."""

    def __init__(self, limit: str, problem: str) -> None:
        self.limit, self.problem = limit, problem
        super().__init__(f"the converter was stopped: {problem}")


class SandboxKilled(StatementFailed):
    """A sandbox that was killed from outside, as by a machine that ran out of memory: the converter may be good."""


class SandboxUnavailable(ConverterError):
    """A kernel that lacks what the sandbox needs, while settings do not allow running without it."""


def _listed(names: tuple[str, ...]) -> str:
    shown = ", ".join(map(repr, names[:_NAMES_SHOWN]))
    return shown if len(names) <= _NAMES_SHOWN else f"{shown} and {len(names) - _NAMES_SHOWN} more"


def _letters(name: str) -> str:
    """A name without what people write in different ways: case, spaces, underscores."""
    return "".join(character for character in name.casefold() if character.isalnum())
