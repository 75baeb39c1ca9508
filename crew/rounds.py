"""Planner, Coder and Tester in rounds: plan, program, verdict, until one is right or the job's bounds are reached.

The verdict is the engine's; the best candidate is kept through it all. After two rounds that brought no progress the Planner
mends its plan. A held-out row that a program gets wrong, while it fits all rows that were shown, is shown from then on. Where
several programs fit the example, what they do with changed rows decides whether anybody has to be asked which is meant.
"""

import logging
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from converter.lesson import Lesson
from converter.manifest import Check, Converter
from converter.sandbox import Limits
from converter.table import Example
from crew import prompts
from crew.agents import Account, Agents, Budget
from crew.answers import Answers
from crew.checks import examine
from crew.doubt import DECIDED, OPEN
from crew.errors import BudgetSpent, MalformedAnswer, ModelFailed
from crew.hints import Hints, program_part
from crew.instructions import Instructions, keeps_rows
from crew.model import ModelSettings
from crew.plan import Ambiguity, Candidate, Decision, InstructionChecks, Plan
from crew.profile import Profile, fenced
from crew.rivals import Question, Settled, found_rivals, settle
from crew.verdict import Verdict, judge

STALE_ROUNDS = 2
"""Rounds without progress after which the Planner mends its plan."""

_CHECKS_TRIED = 2
_QUESTIONS_KEPT = 10

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Progress:
    """Where a crew stands: `planning`, `coding` or `testing`, in which round, and the best share of cells matched so far.

    `tokens` and `dollars` are what it has cost so far; dollars where the price is known.
    """

    phase: str
    round: int | None = None
    best_match: float | None = None
    tokens: int = 0
    dollars: float | None = None


@dataclass(frozen=True)
class Finished:
    """What the crew came to. Without a converter, `reason` says why; `best` is the verdict on its best candidate.

    `is_found` says that the converter is one that the search had found, kept or chosen by the crew.
    """

    converter: Converter | None
    best: Verdict | None
    reason: str
    notes: tuple[str, ...]
    account: Account
    verdicts: tuple[Verdict, ...]
    plans: int
    held_out_rows: int
    questions: tuple[Question, ...] = ()
    confidence: float = 0.0
    is_found: bool = False

    def to_json(self, model: ModelSettings) -> dict[str, Any]:
        """The account and the rounds, for a report."""
        account = self.account
        return {
            "model": model.label,
            "requests": account.requests,
            "answers": account.answers,
            "answers_reused": account.reused,
            "prompt_tokens": account.prompt_tokens,
            "completion_tokens": account.completion_tokens,
            "tokens_are_estimated": account.is_estimated,
            "cost_dollars": model.cost(account.prompt_tokens, account.completion_tokens),
            "asked": [one.to_json() for one in account.asked],
            "rounds": len(self.verdicts),
            "plans": self.plans,
            "held_out_rows": self.held_out_rows,
            "best_match": round(self.best.matched, 4) if self.best and self.best.comparison else None,
            "candidates": [
                {"match": round(one.matched, 4) if one.comparison else None, "problem": one.problem or None}
                for one in self.verdicts
            ],
        }


class Rounds:
    """The crew's work on one example. `tell` hears of progress before each call of the model, and stops the work by raising.

    With `may_choose`, programs that the search found are put to the model before it is asked to plan one.
    """

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
        sure: float = 0.95,
        may_choose: bool = False,
        tell: Callable[[Progress], object] = lambda _: None,
        allow_unsandboxed: bool = False,
        answers: Answers | None = None,
    ) -> None:
        self._lesson, self._instructions = lesson, instructions
        self._limits, self._most_rounds, self._sure, self._may_choose = limits, most_rounds, sure, may_choose
        self._allow_unsandboxed = allow_unsandboxed
        self._tell = tell
        self._progress = Progress("planning")
        self._agents = Agents(model, budget, before_call=lambda: tell(self._told()), answers_kept=answers)
        self._model = model
        self._profile = Profile.of(example)
        # Made once, as a profile of a large example takes seconds.
        self._shown = self._profile.text()
        self._verdicts: list[Verdict] = []
        self._plans = 0
        self._open: list[Question] = []
        self._plan: Plan | None = None
        self._is_found_rejected = False
        # Words may ask for more than any program found from the example alone can know.
        self._rivals = [] if instructions.words else found_rivals(lesson, self._profile)

    def run(self) -> Finished:
        """Works until a program is right. Raises `NoModel`, `SandboxUnavailable`, and what `tell` raises."""
        reason, right = "", Settled(None, 0.0)
        try:
            right = self._settled()
        except (BudgetSpent, ModelFailed, MalformedAnswer) as stopped:
            log.info("the crew stopped: %s", stopped)
            reason = str(stopped)
        best = max(self._verdicts, key=lambda one: one.matched, default=None)
        converter = right.converter
        checks, notes = self._checks(converter) if converter is not None else ((), ())
        is_found = converter is not None and all(one.converter != converter for one in self._verdicts)
        questions = self._questions(right)
        if converter is not None:
            confidence = OPEN if any(one.doubts for one in self._verdicts if one.converter == converter) else right.confidence
            right = replace(right, confidence=min(right.confidence, confidence))
            evidence = converter.evidence if is_found else self._evidence(converter)
            evidence = evidence | {"confidence": right.confidence}
            converter = replace(converter, checks=converter.checks + checks, evidence=evidence)
        elif not reason and best is not None:
            reason = f"none of {len(self._verdicts)} programs reproduces the example"
        if converter is None and best is not None:
            reason += f"; the best one: {best.problem}" if best.problem else ""
        return Finished(
            converter=converter,
            best=best,
            reason=reason,
            notes=(*self._clipped(), *notes),
            account=self._agents.account,
            verdicts=tuple(self._verdicts),
            plans=self._plans,
            held_out_rows=len(self._profile.hidden),
            questions=questions,
            confidence=right.confidence,
            is_found=is_found,
        )

    def _settled(self) -> Settled:
        """The program that is meant, by the cheapest questions that tell; without one where none is right."""
        if self._may_choose and len(self._rivals) > 1:
            try:
                settled = self._choose(self._rivals, "programs that the search found differ on changed rows")
            except MalformedAnswer as error:
                log.info("nobody chose between the programs that were found: %s", error)
                return self._work()
            # Without a question they agree: then the Planner rules on what they have in common.
            if settled.converter is not None and settled.was_asked:
                return settled
        return self._work()

    def _work(self) -> Settled:
        self._ask_for_plan("nothing is planned yet")
        plan = self._plan
        found = self._lesson.converter
        if plan is not None and plan.found == "keep" and found is not None and self._hints().program is not None:
            return Settled(found, DECIDED)
        stale = 0
        for number in range(1, self._most_rounds + 1):
            if stale >= STALE_ROUNDS:
                self._ask_for_plan(f"{stale} rounds brought no progress")
                stale = 0
            before = self._best_match or 0.0
            verdict = self._round(number)
            self._verdicts.append(verdict)
            log.info("round %d: %.0f %% of the cells match", number, 100 * verdict.matched)
            if verdict.converter is not None:
                return self._held_against_rivals(verdict.converter)
            stale = 0 if verdict.matched > before else stale + 1
            if verdict.fits_shown and verdict.hidden_wrong:
                self._profile = self._profile.revealing(verdict.hidden_wrong[0])
                self._shown = self._profile.text()
        return Settled(None, 0.0)

    def _held_against_rivals(self, converter: Converter) -> Settled:
        """A program that fits the example, or the rival that is meant in its place."""
        try:
            settled = self._choose([converter, *self._rivals], "it fits, and so does another that does something else")
        except (BudgetSpent, ModelFailed, MalformedAnswer) as stopped:
            log.info("nobody decided between programs that fit: %s", stopped)
            question = Question(f"Programs that fit the example differ on other rows, and nobody decided ({stopped}).")
            return Settled(converter, OPEN, question)
        if settled.converter is not None:
            return settled
        return Settled(converter, OPEN, Question("The Tester held none of the programs that fit the example to be right."))

    def _choose(self, programs: Sequence[Converter], why: str) -> Settled:
        """What `settle` says; a better statement that the Tester wrote, where it fits the example."""

        def ask(parts: dict[str, str]) -> Decision:
            self._progress = Progress("testing", len(self._verdicts) or None, self._best_match)
            words = ", and what the instructions ask" if self._instructions.lines() else ""
            told = self._parts() | parts | {"words": words, "dialect": prompts.dialect()}
            return self._agents.ask("decide", told, Decision, why)

        settled = settle(programs, self._profile, self._limits, ask, unsandboxed=self._allow_unsandboxed)
        if settled.converter is None:
            self._rivals, self._is_found_rejected = [], True
            if settled.better.strip():
                verdict = self._judged(settled.better)
                self._verdicts.append(verdict)
                if verdict.converter is not None:
                    return Settled(verdict.converter, DECIDED, was_asked=True)
        return settled

    def _ask_for_plan(self, why: str) -> None:
        self._progress = Progress("planning", len(self._verdicts) or None, self._best_match)
        self._plans += 1
        parts = self._parts() | {
            "synthesis": self._hints().for_planner(),
            "history": prompts.history_part(self._verdicts, self._plan),
            "open": prompts.open_part(self._instructions),
        }
        try:
            plan = self._agents.ask("plan", parts, Plan, why)
        except MalformedAnswer as error:
            # A small model may fail at plans and still write SQL.
            log.info("no plan: %s", error)
            plan = Plan.model_validate({"columns": [], "rows": ["no plan was made; find the rule yourself"], "ambiguous": []})
        self._plan = plan
        self._open = [_question(one) for one in plan.ambiguous[:_QUESTIONS_KEPT]]

    def _round(self, number: int) -> Verdict:
        self._progress = Progress("coding", number, self._best_match)
        plan, last = self._plan or Plan.model_validate({"columns": [], "rows": [], "ambiguous": []}), self._verdicts[-1:]
        best = max(self._verdicts, key=lambda one: one.matched, default=None)
        parts = self._parts() | {
            "round": str(number),
            "rounds": str(self._most_rounds),
            "plan": prompts.plan_part(plan),
            "dialect": prompts.dialect(),
            "held_out": prompts.held_out_part(self._profile),
            "start": self._hints().for_coder(is_rejected=plan.found == "replace", why=plan.fails_on),
            "feedback": prompts.retry_part(last[0], best) if last and best else "",
        }
        why = last[0].problem if last else "the plan is there"
        candidate = self._agents.ask("code", parts, Candidate, why)
        self._progress = replace(self._progress, phase="testing")
        self._tell(self._told())
        return self._judged(candidate.statement)

    def _judged(self, statement: str) -> Verdict:
        told = "\n".join(self._instructions.words)
        return judge(statement, self._profile, self._limits, told=told, allow_unsandboxed=self._allow_unsandboxed)

    def _hints(self) -> Hints:
        hints = Hints.of(self._lesson, self._profile, self._sure)
        return replace(hints, program=None) if self._is_found_rejected else hints

    def _questions(self, right: Settled) -> tuple[Question, ...]:
        """What a person should be asked: about the program that was chosen, and what the Planner found open."""
        doubts = (Question(why) for one in self._verdicts if one.converter == right.converter for why in one.doubts)
        own = [] if right.question is None else [right.question]
        return (*own, *(doubts if right.converter is not None else ()), *self._open)

    def _told(self) -> Progress:
        account = self._agents.account
        dollars = self._model.cost(account.prompt_tokens, account.completion_tokens) if account.answers else None
        return replace(self._progress, tokens=account.tokens, dollars=dollars)

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
            "statement": program_part(converter.statement),
            "relation": f"{one_for_one}{lists}",
        }
        feedback = ""
        for _ in range(_CHECKS_TRIED):
            answer = self._agents.ask("check", parts | {"feedback": feedback}, InstructionChecks, "instructions become checks")
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
        # A program that was refused or failed was never compared.
        return max((one.matched for one in self._verdicts if one.comparison is not None), default=None)


def _question(open_one: Ambiguity) -> Question:
    taken = f" (taken: {open_one.taken})" if open_one.taken else ""
    return Question(" ".join(f"{open_one.question}{taken}".split()), " ".join(open_one.row.split()))
