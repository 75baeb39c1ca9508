"""Planner, Coder and Tester in rounds: plan, program, verdict, until one is right or the job's bounds are reached.

The verdict is the engine's; the best candidate is kept through it all. After two rounds that brought no progress the
Planner plans anew. A held-out row that a program gets wrong, while it fits all rows that were shown, is shown from then on.
"""

import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from converter.lesson import Lesson
from converter.manifest import Check, Converter
from converter.sandbox import Limits
from converter.table import Example
from crew import prompts
from crew.agents import Account, Agents, Budget
from crew.checks import examine
from crew.errors import BudgetSpent, MalformedAnswer, ModelFailed
from crew.instructions import Instructions, keeps_rows
from crew.model import ModelSettings
from crew.plan import Candidate, InstructionChecks, Plan
from crew.profile import Profile, fenced
from crew.verdict import Verdict, judge

STALE_ROUNDS = 2
"""Rounds without progress after which the Planner plans anew."""

_CHECKS_TRIED = 2

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Progress:
    """Where a crew stands: `planning`, `coding` or `testing`, in which round, and the best share of cells matched so far."""

    phase: str
    round: int | None = None
    best_match: float | None = None


@dataclass(frozen=True)
class Finished:
    """What the crew came to. Without a converter, `reason` says why; `best` is the verdict on its best candidate."""

    converter: Converter | None
    best: Verdict | None
    reason: str
    notes: tuple[str, ...]
    account: Account
    verdicts: tuple[Verdict, ...]
    plans: int
    held_out_rows: int

    def to_json(self, model: ModelSettings) -> dict[str, Any]:
        """The account and the rounds, for a report."""
        account = self.account
        return {
            "model": model.label,
            "requests": account.requests,
            "answers": account.answers,
            "prompt_tokens": account.prompt_tokens,
            "completion_tokens": account.completion_tokens,
            "tokens_are_estimated": account.is_estimated,
            "cost_dollars": model.cost(account.prompt_tokens, account.completion_tokens),
            "rounds": len(self.verdicts),
            "plans": self.plans,
            "held_out_rows": self.held_out_rows,
            "best_match": round(self.best.matched, 4) if self.best else None,
            "candidates": [{"match": round(one.matched, 4), "problem": one.problem or None} for one in self.verdicts],
        }


class Rounds:
    """The crew's work on one example. `tell` hears of progress before each call of the model, and stops the work by raising."""

    def __init__(
        self,
        example: Example,
        lesson: Lesson,
        instructions: Instructions,
        model: ModelSettings,
        budget: Budget,
        *,
        limits: Limits,
        most_rounds: int = 5,
        tell: Callable[[Progress], object] = lambda _: None,
        allow_unsandboxed: bool = False,
    ) -> None:
        self._lesson, self._instructions = lesson, instructions
        self._limits, self._most_rounds = limits, most_rounds
        self._allow_unsandboxed = allow_unsandboxed
        self._tell = tell
        self._progress = Progress("planning")
        self._agents = Agents(model, budget, before_call=lambda: tell(self._progress))
        self._profile = Profile.of(example)
        # Made once, as a profile of a large example takes seconds.
        self._shown = self._profile.text()
        self._verdicts: list[Verdict] = []
        self._plans = 0
        self._open: list[str] = []

    def run(self) -> Finished:
        """Works until a program is right. Raises `NoModel`, `SandboxUnavailable`, and what `tell` raises."""
        reason = ""
        try:
            self._work()
        except (BudgetSpent, ModelFailed, MalformedAnswer) as stopped:
            log.info("the crew stopped: %s", stopped)
            reason = str(stopped)
        best = max(self._verdicts, key=lambda one: one.matched, default=None)
        right = next((one.converter for one in self._verdicts if one.converter is not None), None)
        checks, notes = self._checks(right) if right is not None else ((), ())
        if right is not None:
            right = replace(right, checks=right.checks + checks, evidence=self._evidence(right))
        elif not reason and best is not None:
            reason = f"none of {len(self._verdicts)} programs reproduces the example"
        if right is None and best is not None:
            reason += f"; the best one: {best.problem}" if best.problem else ""
        return Finished(
            converter=right,
            best=best,
            reason=reason,
            notes=(*self._clipped(), *(f"Left open by the example: {one}" for one in self._open), *notes),
            account=self._agents.account,
            verdicts=tuple(self._verdicts),
            plans=self._plans,
            held_out_rows=len(self._profile.hidden),
        )

    def _work(self) -> None:
        plan = self._plan()
        stale = 0
        for number in range(1, self._most_rounds + 1):
            if stale >= STALE_ROUNDS:
                plan, stale = self._plan(), 0
            before = self._best_match or 0.0
            verdict = self._round(number, plan)
            self._verdicts.append(verdict)
            log.info("round %d: %.0f %% of the cells match", number, 100 * verdict.matched)
            if verdict.converter is not None:
                return
            stale = 0 if verdict.matched > before else stale + 1
            if verdict.fits_shown and verdict.hidden_wrong:
                self._profile = self._profile.revealing(verdict.hidden_wrong[0])
                self._shown = self._profile.text()

    def _plan(self) -> Plan:
        self._progress = Progress("planning", len(self._verdicts) or None, self._best_match)
        self._plans += 1
        parts = self._parts() | {
            "synthesis": prompts.synthesis_part(self._lesson),
            "history": prompts.history_part(self._verdicts),
        }
        try:
            plan = self._agents.ask("plan", parts, Plan)
        except MalformedAnswer as error:
            # A small model may fail at plans and still write SQL.
            log.info("no plan: %s", error)
            plan = Plan(columns=[], rows=["no plan was made; find the rule yourself"], ambiguous=[])
        self._open = [" ".join(one.split())[:300] for one in plan.ambiguous[:10]]
        return plan

    def _round(self, number: int, plan: Plan) -> Verdict:
        self._progress = Progress("coding", number, self._best_match)
        parts = self._parts() | {
            "round": str(number),
            "rounds": str(self._most_rounds),
            "plan": prompts.plan_part(plan),
            "dialect": prompts.dialect(),
            "start": prompts.start_part(self._lesson) if not self._verdicts else "",
            "feedback": prompts.retry_part(self._verdicts[-1], max(self._verdicts, key=lambda one: one.matched))
            if self._verdicts
            else "",
        }
        candidate = self._agents.ask("code", parts, Candidate)
        self._progress = replace(self._progress, phase="testing")
        self._tell(self._progress)
        told = "\n".join(self._instructions.words)
        return judge(candidate.statement, self._profile, self._limits, told=told, allow_unsandboxed=self._allow_unsandboxed)

    def _checks(self, converter: Converter) -> tuple[tuple[Check, ...], tuple[str, ...]]:
        """Checks from the instructions, and what to tell about those that give none."""
        if not self._instructions.words:
            return (), ()
        self._progress = Progress("testing", len(self._verdicts), 1.0)
        try:
            return self._asked_checks(converter)
        except (BudgetSpent, ModelFailed, MalformedAnswer) as stopped:
            return (), (f"The instructions gave no checks: {stopped}.",)

    def _asked_checks(self, converter: Converter) -> tuple[tuple[Check, ...], tuple[str, ...]]:
        one_for_one = (
            "Output row N comes from input row N."
            if keeps_rows(converter)
            else "Output rows do not stand one for one for input rows."
        )
        lists = " `output` has one column beside `_row`: `cells`, a VARCHAR[], the row's cells." if converter.ragged else ""
        parts = self._parts() | {
            "statement": prompts.statement_part(converter.statement),
            "relation": f"{one_for_one}{lists}",
        }
        feedback = ""
        for _ in range(_CHECKS_TRIED):
            answer = self._agents.ask("check", parts | {"feedback": feedback}, InstructionChecks)
            found = examine(
                answer.checks,
                converter,
                self._profile.example.input,
                self._limits,
                allow_unsandboxed=self._allow_unsandboxed,
            )
            if not found.problems:
                break
            wrong = "\n".join(f"{name}: {problem}" for name, problem in found.problems.items())
            feedback = (
                f"Some of your last checks were turned away; mend them or leave them out:\n{fenced('error', wrong[:3000])}"
            )
        said = [" ".join(one.split())[:300] for one in answer.contradicted[:10]]
        notes = [f"The example contradicts an instruction, and the example won: {one}" for one in [*said, *found.contradicting]]
        lost = [name for name in found.problems if name not in found.contradicting]
        notes += [f"No check could be made of: {name} ({found.problems[name]})" for name in lost]
        return found.holding, tuple(notes)

    def _clipped(self) -> Iterator[str]:
        if len("\n".join(self._instructions.lines()).encode()) > prompts.INSTRUCTION_BYTES:
            yield f"A model is shown {prompts.INSTRUCTION_BYTES} bytes of instructions; what is beyond was left out."

    def _evidence(self, converter: Converter) -> dict[str, Any]:
        expected = self._profile.example.expected
        cells = len(expected.rows) * expected.width
        return {
            "rows": len(expected.rows),
            "cells_matched": cells,
            "cells": cells,
            "held_out_rows": len(self._profile.hidden),
            "columns": [{"column": name, "kind": "crew"} for name in converter.output_header or expected.columns],
        }

    def _parts(self) -> dict[str, str]:
        return {
            "example": self._shown,
            "instructions": prompts.instructions_part(self._instructions),
        }

    @property
    def _best_match(self) -> float | None:
        return max((one.matched for one in self._verdicts), default=None)
