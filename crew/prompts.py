"""What the agents are told: the tasks of config/tasks.yaml with their gaps filled, each within a bound.

One request's messages are at most `REQUEST_BYTES` of UTF-8, whatever the files' size; no tokenizer makes more tokens
than bytes, and ordinary text has three to four bytes a token.
"""

import json
import re
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from converter.table import Example, Row
from crew.changed import Difference
from crew.hints import program_part
from crew.instructions import Instructions
from crew.plan import Plan
from crew.profile import Profile, clipped, fenced
from crew.verdict import Verdict

REQUEST_BYTES = 60_000
"""The messages of one request, at most: about 16,000 tokens in ordinary text."""
INSTRUCTION_BYTES = 12_000
"""What a person's instructions take of it, at most."""
LETTERS = "ABCDEF"
"""Names of programs to choose from, which are no more than these."""

_PLAN_BYTES = 6_000
_PROGRAMS_BYTES = 12_000
_DIFFERENCES_BYTES = 6_000
_ROW_BYTES = 600
_HISTORY_BYTES = 4_000
_CONFIG = Path(__file__).with_name("config")


@cache
def config(name: str) -> Any:
    """`agents`, `tasks` or `engine`, as the YAML file has them."""
    loaded: Any = yaml.safe_load((_CONFIG / f"{name}.yaml").read_text(encoding="utf-8"))
    return loaded


def description(task: str, parts: Mapping[str, str]) -> str:
    """The task's description with its gaps filled, in one pass: braces in a part stand for themselves."""
    template = config("tasks")[task]["description"]
    filled = re.sub(r"\{(\w+)\}", lambda gap: parts[gap[1]], template)
    return re.sub(r"\n{3,}", "\n\n", filled)


def dialect() -> str:
    """DuckDB's facts that matter."""
    return "About the engine (DuckDB):\n" + "\n".join(f"- {fact['say']}" for fact in config("engine"))


def instructions_part(instructions: Instructions) -> str:
    """The instructions in a fence, or that there are none."""
    lines = instructions.lines()
    if not lines:
        return "There are no instructions: the example alone says what is wanted."
    return "The person's instructions:\n" + fenced("instructions", clipped("\n".join(lines), INSTRUCTION_BYTES))


def open_part(instructions: Instructions) -> str:
    """How the Planner is to take what is open, where there are instructions."""
    if not instructions.lines():
        return ""
    return "; instructions decide such cases. Where the example contradicts an instruction, the example wins"


def held_out_part(profile: Profile) -> str:
    """That rows are held out, where there are any."""
    return f", {len(profile.hidden)} rows that you are not shown among it" if profile.hidden else ""


def plan_part(plan: Plan) -> str:
    """The Planner's plan, as the Coder reads it."""
    lines = [f"- {one.column}: from {one.source}: {one.how}" for one in plan.columns]
    lines += ["Rows: " + ("; ".join(plan.rows) or "each input row gives one output row")]
    for name, kind in (("input", plan.input_columns), ("output", plan.output_columns)):
        if kind == "data":
            lines.append(f"The {name}'s columns are decided by the data: a further file has others of the family.")
    lines += [f"Open: {one.question} Taken to mean: {one.taken}" for one in plan.ambiguous]
    return fenced("plan", clipped("\n".join(lines), _PLAN_BYTES))


def programs_part(statements: Sequence[str]) -> str:
    """Programs under letters, for the Tester to choose from."""
    share = _PROGRAMS_BYTES // len(statements)
    return "\n".join(f"Program {LETTERS[at]}:\n{fenced('program', clipped(one, share))}" for at, one in enumerate(statements))


def differences_part(found: Sequence[Difference], example: Example) -> str:
    """The rows on which programs differ, each with what every program makes of it."""
    lines = [f"The input's columns: {_json(example.input.columns)}"]
    for one in found:
        change = one.change
        lines.append(f"Row {change.position + 1} with another {change.column!r}: {_json(change.row)}")
        lines += [f"  {LETTERS[at]}: {_outcome(outcome)}" for at, outcome in enumerate(one.outcomes)]
    return fenced("difference", clipped("\n".join(lines), _DIFFERENCES_BYTES))


def retry_part(last: Verdict, best: Verdict) -> str:
    """The last program, what is wrong with it, and the best one so far where that is another."""
    parts = [f"Your last program:\n{program_part(last.statement)}", f"What came of it:\n{last.feedback}"]
    if best.statement != last.statement and best.matched > last.matched:
        parts.append(f"An earlier one came closer ({best.matched:.0%} of the cells):\n{program_part(best.statement)}")
    return "\n\n".join(parts)


def history_part(verdicts: Sequence[Verdict], plan: Plan | None) -> str:
    """What was tried under the last plan, for a better one: what nothing speaks against is to stay."""
    if not verdicts or plan is None:
        return ""
    lines = [f"Round {number}: {_progress(one)}. {one.problem}" for number, one in enumerate(verdicts, 1)]
    best = max(verdicts, key=lambda one: one.matched)
    return (
        "Programs written by your last plan do not fit. See from what is wrong whether the plan or the SQL is: keep what "
        "nothing speaks against, and mend the rest.\n"
        f"Your last plan:\n{plan_part(plan)}\n"
        f"{fenced('history', clipped(chr(10).join(lines), _HISTORY_BYTES))}\n"
        f"The closest program so far:\n{program_part(best.statement)}\n{best.feedback}"
    )


def _progress(verdict: Verdict) -> str:
    return "not compared" if verdict.comparison is None else f"{verdict.matched:.0%} of the cells"


def _outcome(outcome: str | tuple[Row, ...]) -> str:
    if isinstance(outcome, str):
        return f"fails: {clipped(outcome, 200)}"
    return " ".join(_json(row) for row in outcome) or "no row of its own"


def _json(row: Row) -> str:
    return clipped(json.dumps(row, ensure_ascii=False), _ROW_BYTES)
