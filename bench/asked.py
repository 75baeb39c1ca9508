"""How often a model is asked, and what each case costs in requests and tokens: mode auto over a folder of cases.

    python -m bench.asked CASES [--suite real-qa] [--every 5] [--seconds 10]

A case is a folder with train_input.csv, train_expected.csv, test_input.csv, test_expected.csv and meta.json. With a model
configured (OPENAI_API_KEY and so on) it is that one which is asked. Without, it is the stand-in of the tests, which keeps
what synthesis found and writes no program that fits: then the table tells when a model would be asked, how long the prompts
are, and what is right and wrong without its help.
"""

import argparse
import json
import statistics
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from converter.comparison import compare
from converter.conversion import run_table
from converter.errors import ConverterError
from converter.manifest import Converter
from converter.reading import read_example
from converter.sandbox import Limits
from crew.doubt import confidence
from crew.instructions import Instructions
from crew.learn import learn
from jobs.record import Mode
from settings import Settings
from tests.model_server import ModelServer


@dataclass(frozen=True)
class Case:
    """What became of a case: its suite, who was asked how much, what it says of itself, and the verdict on the unseen file."""

    suite: str
    name: str
    requests: int
    tokens: int
    dollars: float | None
    sure: float
    verdict: str


def main() -> None:
    """Runs the cases one by one and prints a line each, then the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("cases", type=Path)
    parser.add_argument("--suite")
    parser.add_argument("--every", type=int, default=1, help="take each Nth case")
    parser.add_argument("--seconds", type=float, default=10, help="how long synthesis may search")
    options = parser.parse_args()
    metas = sorted(one for one in options.cases.rglob("meta.json") if options.suite in (None, one.parent.parent.name))
    with _settings(options.seconds) as settings:
        cases = []
        for meta in metas[:: options.every]:
            cases.append(_case(meta.parent, settings))
            one = cases[-1]
            took = f"{one.requests} requests, {one.tokens} tokens"
            print(f"{one.suite}/{one.name}: {took}, {one.sure:.2f} sure, {one.verdict}", flush=True)
    _report(cases)


@contextmanager
def _settings(seconds: float) -> Iterator[Settings]:
    settings = Settings(learn_seconds=seconds)
    if settings.has_model:
        yield settings
        return
    with ModelServer(script="keeps") as server:
        told = {"openai_base_url": server.base_url, "openai_model": "keeps", "crew_rounds": 1}
        yield settings.model_copy(update=told)


def _case(folder: Path, settings: Settings) -> Case:
    meta = json.loads((folder / "meta.json").read_text(encoding="utf-8"))
    suite, name = folder.parent.name, folder.name
    try:
        example = read_example(folder / "train_input.csv", folder / "train_expected.csv", header=meta["header"])
        outcome = learn(example, Instructions(), Mode.AUTO, settings)
    except ConverterError as error:
        return Case(suite, name, 0, 0, None, 0.0, f"crashed: {error}"[:80])
    crew = outcome.crew or {"requests": 0, "prompt_tokens": 0, "completion_tokens": 0, "cost_dollars": 0.0}
    tokens = crew["prompt_tokens"] + crew["completion_tokens"]
    verdict = "declined" if outcome.lesson.converter is None else _verdict(outcome.lesson.converter, folder, meta["header"])
    sure = confidence(outcome.lesson)
    return Case(suite, name, crew["requests"], tokens, crew["cost_dollars"], sure, verdict)


def _verdict(converter: Converter, folder: Path, header: bool) -> str:
    try:
        unseen = read_example(folder / "test_input.csv", folder / "test_expected.csv", header=header)
        made = run_table(converter, unseen.input, limits=Limits(seconds=60))
    except ConverterError as error:
        return f"failed: {error}"[:80]
    return "solved" if compare(made, unseen.expected).equal else "wrong"


def _report(cases: list[Case]) -> None:
    suites: dict[str, list[Case]] = defaultdict(list)
    for one in cases:
        suites[one.suite].append(one)
        suites["all"].append(one)
    heads = f"{'requests, most':>15} {'tokens':>7} {'solved':>6} {'wrong':>5} {'wrong, unasked':>14}"
    print(f"\n{'suite':14} {'cases':>5} {'asked':>5} {heads}")
    for suite, ones in suites.items():
        asked = [one for one in ones if one.requests]
        requests = [one.requests for one in asked] or [0]
        tokens = [one.tokens for one in asked] or [0]
        wrong = [one for one in ones if one.verdict not in ("solved", "declined")]
        unasked = sum(not one.requests for one in wrong)
        solved = sum(one.verdict == "solved" for one in ones)
        took = f"{statistics.median(requests):9.0f}, {max(requests):4} {statistics.median(tokens):7.0f}"
        print(f"{suite:14} {len(ones):5} {len(asked):5} {took} {solved:6} {len(wrong):5} {unasked:14}")


if __name__ == "__main__":
    main()
