"""What the agents are told: the tasks of config/tasks.yaml with their gaps filled, each within a bound.

One request's messages are at most `REQUEST_BYTES` of UTF-8, whatever the files' size; no tokenizer makes more tokens
than bytes, and ordinary text has three to four bytes a token.
"""

import re
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from converter.lesson import Lesson
from crew.instructions import Instructions
from crew.plan import Plan
from crew.profile import clipped, fenced
from crew.verdict import Verdict

REQUEST_BYTES = 60_000
"""The messages of one request, at most: about 16,000 tokens in ordinary text."""
INSTRUCTION_BYTES = 12_000
"""What a person's instructions take of it, at most."""
STATEMENT_BYTES = 8_000

_PLAN_BYTES = 6_000
_SYNTHESIS_BYTES = 4_000
_HISTORY_BYTES = 4_000
_CONFIG = Path(__file__).with_name("config")


@cache
def config(name: str) -> dict[str, Any]:
    """`agents` or `tasks`, as the YAML file has them."""
    loaded: dict[str, Any] = yaml.safe_load((_CONFIG / f"{name}.yaml").read_text(encoding="utf-8"))
    return loaded


def description(task: str, parts: Mapping[str, str]) -> str:
    """The task's description with its gaps filled, in one pass: braces in a part stand for themselves."""
    template = config("tasks")[task]["description"]
    filled = re.sub(r"\{(\w+)\}", lambda gap: parts[gap[1]], template)
    return re.sub(r"\n{3,}", "\n\n", filled)


def dialect() -> str:
    """DuckDB's facts that matter."""
    return str(config("tasks")["dialect"])


def instructions_part(instructions: Instructions) -> str:
    """The instructions in a fence, or that there are none."""
    lines = instructions.lines()
    if not lines:
        return "There are no instructions: the example alone says what is wanted."
    return "The person's instructions:\n" + fenced("instructions", clipped("\n".join(lines), INSTRUCTION_BYTES))


def statement_part(statement: str) -> str:
    """A program in its fence."""
    return fenced("program", clipped(statement, STATEMENT_BYTES))


def plan_part(plan: Plan) -> str:
    """The Planner's plan, as the Coder reads it."""
    lines = [f"- {one.column}: from {one.source}: {one.how}" for one in plan.columns]
    lines += ["Rows: " + ("; ".join(plan.rows) or "each input row gives one output row")]
    lines += [f"Open: {one}" for one in plan.ambiguous]
    return fenced("plan", clipped("\n".join(lines), _PLAN_BYTES))


def synthesis_part(lesson: Lesson) -> str:
    """What the search for programs found out, for the Planner."""
    if lesson.converter is not None:
        found = "A search for programs found one that reproduces the example. See whether it does what the instructions ask:"
        return f"{found}\n{statement_part(lesson.converter.statement)}"
    explained = [f"- {one.name} = {one.expression}" for one in lesson.columns if one.explained]
    unknown = [one.name for one in lesson.columns if not one.explained]
    if not explained:
        return "A search for programs explained none of the output columns."
    lines = clipped(
        "\n".join([*explained, f"not explained: {', '.join(unknown) or 'how the rows come about'}"]), _SYNTHESIS_BYTES
    )
    return f"A search for programs explained a part, as SQL over the rows in question:\n{fenced('program', lines)}"


def start_part(lesson: Lesson) -> str:
    """The program that the Coder starts from in its first round, where synthesis left one."""
    statement = lesson.converter.statement if lesson.converter is not None else lesson.partial
    if statement is None:
        return ""
    told = (
        "reproduces the example" if lesson.converter is not None else "explains a part of the output; keep what is right in it"
    )
    return f"Start from this program, which {told}:\n{statement_part(statement)}"


def retry_part(last: Verdict, best: Verdict) -> str:
    """The last program, what is wrong with it, and the best one so far where that is another."""
    parts = [f"Your last program:\n{statement_part(last.statement)}", f"What came of it:\n{last.feedback}"]
    if best.statement != last.statement and best.matched > last.matched:
        parts.append(f"An earlier one came closer ({best.matched:.0%} of the cells):\n{statement_part(best.statement)}")
    return "\n\n".join(parts)


def history_part(verdicts: Sequence[Verdict]) -> str:
    """What was tried under the last plan, for a new one."""
    if not verdicts:
        return ""
    lines = [f"Round {number}: {one.matched:.0%} of the cells. {one.problem}" for number, one in enumerate(verdicts, 1)]
    best = max(verdicts, key=lambda one: one.matched)
    return (
        "Earlier plans led to programs that do not fit. Plan anew, from another idea.\n"
        f"{fenced('history', clipped(chr(10).join(lines), _HISTORY_BYTES))}\n"
        f"The closest program so far:\n{statement_part(best.statement)}\n{best.feedback}"
    )
