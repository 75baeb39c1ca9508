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
            "rejected": _count(answer.get("rejected", 0)),
            "broken": [_broken(one) for one in answer.get("broken", [])],
        }
    except (KeyError, TypeError, ValueError):
        raise _unsound() from None


def sound_checks(answer: dict[str, Any]) -> list[dict[str, Any]]:
    """The broken checks that `engine.check` answered, in the same way."""
    try:
        return [_broken(one) for one in answer["broken_checks"]]
    except (KeyError, TypeError, ValueError):
        raise _unsound() from None


def sound_look(answer: dict[str, Any], checks: int, programs: int) -> dict[str, Any]:
    """The answer of `looking.look` with so many checks and programs, in the same way. Raises `StatementFailed`."""
    try:
        if "unreadable" in answer:
            return {"unreadable": shown(_text(answer["unreadable"]), _PROBLEM_CHARACTERS)}
        return {
            "rows_in": _count(answer["rows_in"]),
            "rows_out": _count(answer["rows_out"]),
            "is_traced": answer["is_traced"] is True,
            "names": [_text(name) for name in answer["names"]],
            "first": [
                {"row": _count(one["row"]), "given": _row(one["given"]), "made": _rows(one["made"])} for one in answer["first"]
            ],
            "given": _rows(answer["given"]),
            "output": _rows(answer["output"]),
            "doubtful": [_doubtful(one, programs) for one in answer["doubtful"]],
            "doubtful_rows": _count(answer["doubtful_rows"]),
            "problems": [_problem(one, checks) for one in answer["problems"]],
            "marks": [(_count(row), _place(place, checks)) for row, place in answer["marks"]],
        }
    except (KeyError, TypeError, ValueError):
        raise _unsound() from None


def _doubtful(one: dict[str, Any], programs: int) -> dict[str, Any]:
    made = [None if rows is None else _rows(rows) for rows in one["made"]]
    if len(made) != programs:
        raise ValueError
    return {"row": _count(one["row"]), "given": None if one["given"] is None else _row(one["given"]), "made": tuple(made)}


def _problem(one: dict[str, Any], checks: int) -> dict[str, Any]:
    place = _place(one["check"], checks)
    if "problem" in one:
        problem = shown(_text(one["problem"]), _PROBLEM_CHARACTERS)
        return {"check": place, "count": 0, "rows": (), "values": (), "of": "input", "problem": problem}
    return {
        "check": place,
        "count": _count(one["count"]),
        "rows": tuple(_count(row) for row in one["rows"][:ROWS_SHOWN]),
        "values": tuple(shown(_text(value), VALUE_CHARACTERS) for value in one["values"][:VALUES_SHOWN]),
        "of": "output" if one["of"] == "output" else "input",
        "problem": None,
    }


def _place(value: Any, checks: int) -> int:
    if _count(value) >= checks:
        raise ValueError
    return int(value)


def _rows(values: Any) -> tuple[tuple[str | None, ...], ...]:
    if not isinstance(values, list):
        raise TypeError
    return tuple(_row(one) for one in values)


def _row(cells: Any) -> tuple[str | None, ...]:
    if not isinstance(cells, list):
        raise TypeError
    return tuple(None if cell is None else _text(cell) for cell in cells)


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
