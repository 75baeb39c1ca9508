"""Phone numbers in one international form: a plus, the country's code and digits, however they are written."""

import re
from collections.abc import Iterator, Sequence

from converter.learning.bank import Entry
from converter.learning.expressions import texts
from converter.learning.expressions.choices import Case, Join
from converter.learning.expressions.predicates import starts
from converter.learning.kinds import Kind
from converter.learning.nodes import Constant, Function, Node
from converter.learning.proposals.goal import Goal

_COST = 4.0
_LEAST_DIGITS = 6
_FORM = re.compile(r"\+\d{7,15}").fullmatch
_MARKS = re.compile(r"\(0\)|[^0-9+]")
DIALLED = Function(
    "dialled", Kind.TEXT, r"regexp_replace({0}, '\(0\)|[^0-9+]', '', 'g')", lambda text: _MARKS.sub("", text), 1.0
)
"""What is dialled: digits and the plus, without the (0) of numbers that are written for both uses."""


def phones(goal: Goal) -> Iterator[tuple[Node, float]]:
    """The numbers of a column with a plus and a country's code, the code that the national ones get being shown."""
    if len(goal.cells) < 2 or not all(map(_FORM, goal.cells)):
        return
    for entry in goal.bank.texts:
        if _is_of_phones(entry):
            node = _international(goal, DIALLED(entry.node))
            if node is not None:
                yield node, 0.0


def _is_of_phones(entry: Entry) -> bool:
    cells = [str(value) for value in entry.values if value]
    return bool(cells) and sum(sum(map(str.isdigit, cell)) >= _LEAST_DIGITS for cell in cells) > len(cells) / 2


def _international(goal: Goal, dialled: Node) -> Node | None:
    pairs = [(str(goal.bank.frame.values(dialled)[at] or ""), goal.target[at] or "") for at in goal.places]
    national = [(number, wanted) for number, wanted in pairs if not number.startswith(("+", "00"))]
    trunk = sum(number.startswith("0") for number, _ in national)
    if trunk not in (0, len(national)):
        return None
    code = _code(national, drops=1 if trunk else 0)
    if code is None or (not national and all(number == wanted for number, wanted in pairs)):
        return None
    branches: list[tuple[Node, Node]] = []
    if any(number.startswith("+") for number, _ in pairs) or not national:
        branches.append((starts(dialled, "+"), dialled))
    if any(number.startswith("00") for number, _ in pairs) or trunk:
        branches.append((starts(dialled, "00"), Join([Constant("+"), texts.from_place(3)(dialled)], 1.0)))
    rest = texts.from_place(2)(dialled) if trunk else dialled
    default = Join([Constant(f"+{code}"), rest], 1.0) if national else Constant(None)
    return Case(branches, default, _COST) if branches else default


def _code(national: Sequence[tuple[str, str]], *, drops: int) -> str | None:
    """The digits that all national numbers get in front; empty where there is none, None where they differ."""
    codes = set()
    for number, wanted in national:
        rest = number[drops:]
        if not rest or not wanted.endswith(rest):
            return None
        codes.add(wanted.removeprefix("+").removesuffix(rest))
    if len(codes) > 1:
        return None
    return next(iter(codes), "")
