"""What the engine answers from within the sandbox, held to its form: a process that was taken over may answer anything."""

from typing import Any

from converter.errors import StatementFailed
from converter.telling import shown

# Nothing here needs the engine, so that a run's own process, which waits for the answer, need not import it.
ROWS_SHOWN = 20
VALUES_SHOWN = 20
VALUE_CHARACTERS = 500

_PROBLEM_CHARACTERS = 1000
_MOST_ROWS = 1 << 62


def sound(answer: dict[str, Any], checks: int) -> dict[str, Any]:
    """The answer of `engine.convert` about so many checks, each part of its type and within bounds.

    Raises `StatementFailed` for any other.
    """
    try:
        if "unreadable" in answer:
            return {"unreadable": shown(_text(answer["unreadable"]), _PROBLEM_CHARACTERS)}
        rows_in, names = answer["rows_in"], answer["names"]
        unchecked = sorted({_count(place) for place in answer["unchecked"]})
        if unchecked and unchecked[-1] >= checks:
            raise ValueError
        return {
            "rows_in": None if rows_in is None else _count(rows_in),
            "rows_out": _count(answer["rows_out"]),
            "names": None if names is None else [_text(name) for name in names],
            "unchecked": unchecked,
        }
    except (KeyError, TypeError, ValueError):
        raise _unsound() from None


def sound_checks(answer: dict[str, Any]) -> list[dict[str, Any]]:
    """The broken checks that `engine.check` answered, in the same way."""
    try:
        return [_broken(one) for one in answer["broken_checks"]]
    except (KeyError, TypeError, ValueError):
        raise _unsound() from None


def _unsound() -> StatementFailed:
    return StatementFailed("the converter's process gave no sound answer")


def _broken(found: dict[str, Any]) -> dict[str, Any]:
    told: dict[str, Any] = {
        "check": shown(_text(found["check"]), VALUE_CHARACTERS),
        "rows_broken": _count(found["rows_broken"]),
        "rows": [_count(row) for row in found["rows"][:ROWS_SHOWN]],
        "values": [shown(_text(value), VALUE_CHARACTERS) for value in found["values"][:VALUES_SHOWN]],
    }
    if "problem" in found:
        told["problem"] = shown(_text(found["problem"]), _PROBLEM_CHARACTERS)
    return told


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError
    return value


def _count(value: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value < _MOST_ROWS:
        raise ValueError
    return value


def not_made(check: dict[str, str], problem: str) -> dict[str, Any]:
    """What is told of a check that cannot be evaluated."""
    return {"check": check["name"], "rows_broken": 0, "rows": [], "values": [], "problem": problem}
