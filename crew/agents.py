"""The three agents at work: a task is put to one of them through CrewAI, and its answer comes back as an object.

Around each call stands what a model's server needs: patience after a failure that may pass, another question where
structured output is refused or an answer cannot be read, and an account of calls and tokens that a budget bounds.
"""

import logging
import random
import time
from collections.abc import Callable, Iterator
from contextvars import copy_context
from dataclasses import asdict, dataclass, field
from functools import lru_cache
from importlib import import_module
from typing import Any

from pydantic import BaseModel, ValidationError

from converter import interrupts
from crew.answer import Answer, parse
from crew.answers import Answers, question_key
from crew.errors import BudgetSpent, MalformedAnswer, ModelBusy, ModelFailed, NoModel, StructureRefused
from crew.model import ModelSettings, crewai, single_request
from crew.plan import Candidate, Decision, InstructionChecks, Plan
from crew.profile import clipped
from crew.prompts import REQUEST_BYTES, config, description

log = logging.getLogger(__name__)

ANSWERS_TRIED = 3
"""How often an agent is asked for an answer that can be read."""

_KINDS: dict[str, type[BaseModel]] = {"plan": Plan, "code": Candidate, "decide": Decision, "check": InstructionChecks}
_FIRST_WAIT_SECONDS, _LONGEST_WAIT_SECONDS = 1.0, 60.0
_BYTES_A_TOKEN = 3
_SHOWN_CHARACTERS = 300


@dataclass(frozen=True)
class Asked:
    """One question that was answered: to whom, why, and what it took. `is_reused` says that the answer was kept from before."""

    agent: str
    why: str
    prompt_tokens: int
    completion_tokens: int
    seconds: float
    is_reused: bool = False

    def to_json(self) -> dict[str, Any]:
        """The same as a JSON object, for a report."""
        return asdict(self)


@dataclass
class Account:
    """What a job's crew has used. Tokens are as the server counts them, or an estimate where it does not.

    `reused` answers were kept from an earlier try and cost nothing; `asked` are all answered questions in order.
    """

    requests: int = 0
    answers: int = 0
    prompt_tokens: int = 0
    completion_tokens: int = 0
    is_estimated: bool = False
    reused: int = 0
    asked: list[Asked] = field(default_factory=list)

    @property
    def tokens(self) -> int:
        return self.prompt_tokens + self.completion_tokens


@dataclass
class Budget:
    """What a job's crew may use: tokens, a moment of the monotonic clock, and dollars where they are bounded."""

    tokens: int
    deadline: float
    dollars: float | None = None

    def require(self, account: Account, prompt_bytes: int, model: ModelSettings) -> None:
        """Raises `BudgetSpent` where another request of this length would not fit.

        Dollars are counted before the request by what it reads, so the last answer may go beyond by its own length.
        """
        if self.dollars is not None:
            cost = model.cost(account.prompt_tokens + prompt_bytes // _BYTES_A_TOKEN, account.completion_tokens)
            if cost is None:
                raise BudgetSpent(
                    f"the price of {model.label} is not known, so a budget in dollars cannot be kept; "
                    "set MODEL_INPUT_PRICE and MODEL_OUTPUT_PRICE, or no CREW_DOLLARS"
                )
            if cost > self.dollars:
                spent = model.cost(account.prompt_tokens, account.completion_tokens) or 0.0
                raise BudgetSpent(
                    f"the job's budget of {self.dollars:g} dollars is used up ({spent:.4f} so far); raise CREW_DOLLARS"
                )
        if account.tokens + prompt_bytes // _BYTES_A_TOKEN > self.tokens:
            raise BudgetSpent(
                f"the job's budget of {self.tokens} tokens is used up ({account.tokens} so far); raise CREW_TOKENS"
            )
        if time.monotonic() >= self.deadline:
            raise BudgetSpent("the crew's time for this job is used up; raise CREW_SECONDS")


@dataclass
class Agents:
    """Planner, Coder and Tester with one model client each, for one job.

    `before_call` is called before every request and stops the job by raising. `sleep` and `chance` are there for tests
    of the waits between two tries.
    """

    model: ModelSettings
    budget: Budget
    before_call: Callable[[], object] = lambda: None
    sleep: Callable[[float], None] = interrupts.sleep
    chance: Callable[[], float] = random.random
    account: Account = field(default_factory=Account)
    answers_kept: Answers | None = None
    _is_structured: bool = True

    def ask(self, task: str, parts: dict[str, str], kind: type[Answer], why: str = "") -> Answer:
        """One task's answer; `why` it is asked stands in the account.

        Raises `MalformedAnswer` where no answer can be read, `ModelFailed` where the server fails for good,
        `BudgetSpent`, `NoModel`, and what `before_call` raises.
        """
        asked = clipped(description(task, parts), REQUEST_BYTES - _overhead(task))
        told = ""
        for _ in range(ANSWERS_TRIED):
            try:
                return parse(self._kept_or_answered(task, asked + told, why), kind)
            except MalformedAnswer as error:
                log.info("an answer of the %s cannot be read: %s", task, error)
                problem = str(error)[:_SHOWN_CHARACTERS]
                told = f"\n\nYour last answer could not be read: {problem}. Answer with the JSON object alone, whole and valid."
        raise MalformedAnswer(f"the model gave no answer that can be read in {ANSWERS_TRIED} tries: {problem}")

    def _kept_or_answered(self, task: str, asked: str, why: str) -> str:
        """The model's text, from an earlier try of the same question where that was kept."""
        key = question_key(self.model.label, self.model.place, task, asked)
        agent = config("agents")[config("tasks")[task]["agent"]]["role"]
        kept = self.answers_kept.get(key) if self.answers_kept is not None else None
        if kept is not None:
            self.before_call()
            self.account.reused += 1
            self.account.asked.append(Asked(agent, why, 0, 0, 0.0, is_reused=True))
            return kept
        started, read, written = time.monotonic(), self.account.prompt_tokens, self.account.completion_tokens
        text = self._answered(task, asked)
        took = self.account.prompt_tokens - read, self.account.completion_tokens - written
        self.account.asked.append(Asked(agent, why, *took, round(time.monotonic() - started, 3)))
        if self.answers_kept is not None:
            self.answers_kept.put(key, text)
        return text

    def _answered(self, task: str, asked: str) -> str:
        """The model's text. Retries what may pass; asks without structured output where the server refuses it."""
        for attempt in range(self.model.retries + 1):
            try:
                return self._called(task, asked)
            except StructureRefused as refused:
                log.info("the model's server takes no response_format (%s); asking in plain text", refused)
                self._is_structured = False
                return self._answered(task, asked)
            except ModelBusy as busy:
                if attempt == self.model.retries:
                    raise ModelFailed(f"{busy} ({attempt + 1} tries)") from busy
                seconds = self._wait(attempt, busy.seconds)
                log.info("the model failed (%s); trying again in %.1f s", busy, seconds)
                if time.monotonic() + seconds > self.budget.deadline:
                    raise ModelFailed(f"{busy}; the job's time is too short for another try") from busy
                self.sleep(seconds)
        raise AssertionError("unreachable: the last attempt returns or raises")

    def _wait(self, attempt: int, asked_for: float | None) -> float:
        """Seconds before the next try: what the server asks for, or twice as long each time; never the same for two jobs."""
        doubled = _FIRST_WAIT_SECONDS * 2**attempt if asked_for is None else asked_for
        # "Equal jitter": half is fixed and half is chance, so that 32 crews do not come back at one moment.
        spread = 0.5 + self.chance() / 2 if asked_for is None else 1 + self.chance() / 4
        return float(min(_LONGEST_WAIT_SECONDS, doubled * spread))

    def _called(self, task: str, asked: str) -> str:
        self.before_call()
        self.budget.require(self.account, len(asked.encode()) + _overhead(task), self.model)
        # Its patience is a call's, or what is left of the job's time where that is less.
        seconds = min(self.model.seconds_per_call, max(1.0, self.budget.deadline - time.monotonic()))
        agent = _agent(self.model, task, self._is_structured, seconds)
        before = agent.llm.get_token_usage_summary()
        self.account.requests += 1
        text = _answer(task, asked, agent, self.model, seconds)
        after = agent.llm.get_token_usage_summary()
        self._book(asked, text, after.prompt_tokens - before.prompt_tokens, after.completion_tokens - before.completion_tokens)
        return text

    def _book(self, asked: str, text: str, read: int, written: int) -> None:
        account = self.account
        account.answers += 1
        if not read + written:
            account.is_estimated = True
            read, written = len(asked.encode()) // _BYTES_A_TOKEN, len(text.encode()) // _BYTES_A_TOKEN
        account.prompt_tokens += read
        account.completion_tokens += written


def warm_up(model: ModelSettings) -> None:
    """Imports CrewAI and makes each task's agent ahead of the first crew, where a model can be asked at all."""
    try:
        model.require_usable()
    except NoModel:
        return
    for task in _KINDS:
        _agent(model, task, True, model.seconds_per_call)
    # OpenAI's client would load the larger part of itself at its first request.
    import_module("openai.resources")


def _overhead(task: str) -> int:
    """Bytes of a request beside the task's description: the agent's role, what is expected, CrewAI's own words."""
    agent = config("agents")[config("tasks")[task]["agent"]]
    return len("".join(agent.values()).encode()) + len(config("tasks")[task]["expected_output"].encode()) + 1_500


@lru_cache(maxsize=16)
def _agent(model: ModelSettings, task: str, is_structured: bool, seconds: float) -> Any:
    """The task's agent, with a client of its own; a worker's next job gets the same again, as making one costs 60 ms."""
    described = config("agents")[config("tasks")[task]["agent"]]
    client = model.client(_KINDS[task] if is_structured else None, seconds)
    return copy_context().run(
        crewai().Agent,
        config=described,
        llm=client,
        executor_class=single_request(),
        allow_delegation=False,
        cache=False,
        verbose=False,
        # CrewAI would ask again by itself, and summarise what it thinks is too long, at the job's cost.
        max_retry_limit=0,
        respect_context_window=False,
    )


def _answer(task: str, asked: str, agent: Any, model: ModelSettings, seconds: float) -> str:
    """One task put to its agent. Raises `ModelBusy`, `StructureRefused`, `MalformedAnswer`, `ModelFailed`."""
    piece = crewai().Task(description=asked, expected_output=config("tasks")[task]["expected_output"], agent=agent)
    try:
        # In a thread of its own, thus in a context of its own: CrewAI records all events of a context, prompts too, for as
        # long as that lives.
        return str(interrupts.result_of(piece.execute_sync).raw)
    except Exception as error:  # noqa: BLE001  Each provider's client raises errors of its own.
        raise _explained(error, model, seconds) from None
    except BaseException:
        # The agent waits for an answer still, in that thread; the next job is not to meet it there.
        _agent.cache_clear()
        raise


def _explained(error: Exception, model: ModelSettings, seconds: float) -> ModelFailed | StructureRefused | MalformedAnswer:
    """A provider's error as one of ours. `from None`, since a chain would carry what the server said, key and all."""
    chain = list(_chain(error))
    status = next((code for one in chain if (code := _status(one)) is not None), None)
    said = model.redacted(" ".join(str(chain[-1]).split()))[:_SHOWN_CHARACTERS]
    where = model.place
    if any(isinstance(one, ValidationError) for one in chain):
        # Some providers' clients hold the answer against its schema themselves.
        return MalformedAnswer(said)
    if status in (400, 422) and any(word in said for word in ("response_format", "json_schema", "structured output")):
        return StructureRefused(said)
    if status == 429 or status == 408 or (status is not None and status >= 500):
        return ModelBusy(f"the model's server at {where} answers with status {status}: {said}", _retry_after(chain))
    if status is not None:
        return ModelFailed(f"the model's server at {where} refuses the request with status {status}: {said}")
    names = {type(one).__name__ for one in chain}
    if any("Timeout" in name for name in names):
        bound = "MODEL_CALL_SECONDS" if seconds == model.seconds_per_call else "what was left of the job's time"
        return ModelBusy(f"the model at {where} did not answer within {seconds:.3g} s ({bound})")
    if any("Connect" in name or "Protocol" in name or name in ("ReadError", "WriteError") for name in names):
        return ModelBusy(f"the connection to the model at {where} failed: {said}")
    return ModelFailed(f"the model at {where} cannot be used: {said}")


def _status(error: Any) -> int | None:
    """The HTTP status that an error of a provider's client tells."""
    answer = getattr(error, "response", None)
    metadata = answer.get("ResponseMetadata", {}) if isinstance(answer, dict) else {}
    found = (getattr(error, "status_code", None), metadata.get("HTTPStatusCode"), getattr(error, "code", None))
    return next((one for one in found if isinstance(one, int)), None)


def _chain(error: BaseException) -> Iterator[Any]:
    """The error and what it came from, each once: CrewAI raises errors from themselves."""
    seen: set[int] = set()
    current: BaseException | None = error
    while current is not None and id(current) not in seen:
        yield current
        seen.add(id(current))
        current = current.__cause__ or current.__context__


def _retry_after(chain: list[Any]) -> float | None:
    for one in chain:
        headers = getattr(getattr(one, "response", None), "headers", None) or {}
        try:
            return max(0.0, float(headers["retry-after"]))
        except (KeyError, ValueError):
            continue
    return None
