"""The Tester's checks held against the engine: what does not run, or does not hold in the example, is no check.

A check that holds travels in the converter's manifest, and every later run says which rows break it.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from converter.conversion import run_table_with_report
from converter.errors import LimitExceeded, RefusedStatement, StatementFailed
from converter.manifest import Check, Converter
from converter.sandbox import Limits
from converter.table import Table
from crew.plan import InstructionCheck
from crew.vetting import check_confined

MOST_CHECKS = 20
_NAME_CHARACTERS = 120


@dataclass(frozen=True)
class CheckedChecks:
    """The checks that hold in the example, and what is wrong with each of the others, by its name."""

    holding: tuple[Check, ...]
    problems: dict[str, str]
    contradicting: tuple[str, ...]


def examine(
    proposed: Sequence[InstructionCheck], converter: Converter, table: Table, limits: Limits, *, allow_unsandboxed: bool = False
) -> CheckedChecks:
    """Runs the checks over the example's input and what the converter makes of it. `contradicting` break in the example."""
    allowed: list[Check] = []
    problems: dict[str, str] = {}
    contradicting: list[str] = []
    for one in proposed[:MOST_CHECKS]:
        check = Check(" ".join(one.name.split())[:_NAME_CHARACTERS], one.sql.strip().rstrip(";"))
        try:
            check_confined(check.sql, ("input", "output"), limits, allow_unsandboxed=allow_unsandboxed)
        except (RefusedStatement, LimitExceeded, StatementFailed) as error:
            problems[check.name] = str(error).replace("the converter's statement", "the check")
        else:
            allowed.append(check)
    kept: list[Check] = []
    for check, rows in _rows_broken(allowed, converter, table, limits, allow_unsandboxed):
        if rows is None:
            problems[check.name] = "the engine cannot run it over this example"
        elif rows:
            shown = ", ".join(map(str, rows[:5]))
            problems[check.name] = f"it does not hold in the example itself, such as in output row {shown}"
            contradicting.append(check.name)
        else:
            kept.append(check)
    return CheckedChecks(tuple(kept), problems, tuple(contradicting))


def _rows_broken(
    checks: Sequence[Check], converter: Converter, table: Table, limits: Limits, allow_unsandboxed: bool
) -> Iterator[tuple[Check, list[int] | None]]:
    """Each check with the output rows that break it; None for one that does not run."""
    if not checks:
        return
    try:
        checked = replace(converter, checks=tuple(checks))
        _, report = run_table_with_report(checked, table, limits=limits, allow_unsandboxed=allow_unsandboxed)
    except (StatementFailed, LimitExceeded, RefusedStatement):
        # Not for the checks' sake: they end no run.
        yield from ((check, None) for check in checks)
        return
    told = {broken["check"]: broken for broken in report.broken_checks}
    for check in checks:
        broken = told.get(check.name, {"rows": ()})
        yield check, None if "problem" in broken else list(broken["rows"])
