"""Fits what ranking weighs: python -m tools.fit_ranking --choices FILE [--collect CASES...] [--jobs 2] [--write]

With --collect each case and each made-up table is searched with dual numbers in the weights' places (`tools/slopes.py`), and
what fits its example is run on its further file (`tools/ranking_cases.py`); the file keeps that, so that fitting takes seconds.
Then a log-linear model: right programs over fitting wrong ones (Singh & Gulwani, CAV 2015), each weight with a Gaussian prior
around what it is. Prints how often the first choice is right before and after, cross-validated by suite, and what moves: none
where that is worth no more. --write stores the weights in `converter/learning/weights.py`, each with how many cases speak
of it (at least five).
"""

import argparse
import math
import multiprocessing
import random
import re
import sys
import time
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from converter.errors import ConverterError
from converter.learning import weights
from tools import ranking_cases, slopes
from tools.ranking_cases import Choice, Task

WEIGHTS = Path(weights.__file__)
SPREADS = (0.05, 0.1, 0.2, 0.4)
"""How far the prior lets a weight go, as a share of it; cross-validation chooses."""
LEAST_SIZE = 1.0
"""A weight that is less is let go as far as one of this size."""
NEAR = 4.0
"""An option that is so much dearer than the first says little of the weights in which they differ."""
LEAST_CASES = 5
"""Of a weight of which fewer cases speak nothing is fitted."""
STEPS, ENOUGH = 40, 1e-4
Vector = np.ndarray[tuple[int, ...], np.dtype[np.float64]]
Weights = dict[str, float]


# What is fitted on.


def collect(tasks: Iterable[Task | Path], path: Path, jobs: int) -> None:
    """Stores the choices of all tasks, a line each; what the file has already is not made again."""
    made = path.with_suffix(".done")
    known = set(made.read_text(encoding="utf-8").splitlines()) if made.exists() else set()
    left = [task for task in tasks if _name(task) not in known]
    # Of a file that is not whole yet, any part is a fair one.
    random.Random(0).shuffle(left)  # noqa: S311
    pools = multiprocessing.get_context("fork").Pool(jobs, initializer=slopes.install, maxtasksperchild=60)
    with pools as pool, path.open("a", encoding="utf-8") as file, made.open("a", encoding="utf-8") as done:
        for count, (name, found, seconds) in enumerate(pool.imap_unordered(_choices, left), 1):
            file.writelines(f"{one.to_json()}\n" for one in found)
            done.write(f"{name}\n")
            file.flush()
            done.flush()
            print(f"{count} of {len(left)}: {name}, {len(found)} choices, {seconds:.1f} s", file=sys.stderr, flush=True)


def _name(task: Task | Path) -> str:
    return task.case if isinstance(task, Task) else str(task)


def _choices(task: Task | Path) -> tuple[str, list[Choice], float]:
    began = time.process_time()
    try:
        found = ranking_cases.choices(task if isinstance(task, Task) else ranking_cases.of_folder(task))
    except ConverterError:
        found = []
    return _name(task), found, time.process_time() - began


@dataclass(frozen=True)
class Contest:
    """A choice with right and wrong options, as arrays: costs, slopes against the named weights (a row for each option)."""

    suite: str
    case: str
    is_of_rows: bool
    costs: Vector
    names: tuple[str, ...]
    slopes: Vector
    right: np.ndarray[tuple[int, ...], np.dtype[np.bool_]]


def contests(choices: Iterable[Choice]) -> list[Contest]:
    """The choices in which something can be chosen wrong. Of wrong options that make the same only the first counts."""
    found = []
    for choice in choices:
        seen: set[str] = set()
        options = []
        for one in sorted(choice.options, key=lambda one: one.cost):
            if one.right or one.made not in seen:
                options.append(one)
                seen.add(one.made)
        right = np.array([one.right for one in options])
        if right.all() or not right.any():
            continue
        # What all have in common decides nothing.
        names = [
            name
            for name in sorted({name for one in options for name in one.slopes})
            if len({round(one.slopes.get(name, 0.0), 9) for one in options}) > 1
        ]
        table = np.array([[one.slopes.get(name, 0.0) for name in names] for one in options]).reshape(len(options), len(names))
        costs = np.array([one.cost for one in options])
        found.append(Contest(choice.suite, choice.case, not choice.column, costs, tuple(names), table, right))
    return found


def cases_of(contests: Iterable[Contest]) -> dict[str, int]:
    """For each weight how many cases speak of it: in which right and wrong options that cost about the same differ in it."""
    found: dict[str, set[tuple[str, str]]] = defaultdict(set)
    for one in contests:
        first = int(np.argmin(np.where(one.right, one.costs, np.inf)))
        near = ~one.right & (np.abs(one.costs - one.costs[first]) < NEAR)
        differs = np.abs(one.slopes[near] - one.slopes[first]) > 1e-9
        for at, name in enumerate(one.names):
            if differs[:, at].any():
                found[name].add((one.suite, one.case))
    return {name: len(cases) for name, cases in found.items()}


# The model.


@dataclass(frozen=True)
class Model:
    """Which weights may move, and how far the prior lets each."""

    names: tuple[str, ...]
    spread: Vector

    @staticmethod
    def of(present: Mapping[str, float], names: Iterable[str], spread: float) -> "Model":
        """A model of these weights that lets each go by a share of it."""
        held = tuple(names)
        sizes = [max(LEAST_SIZE, abs(present.get(name, 0.0))) for name in held]
        return Model(held, spread * np.array(sizes))

    def fit(self, contests: Sequence[Contest]) -> Weights:
        """How much each weight moves: the most likely ones, by Newton's method.

        In each contest the best right option is held against all wrong ones; that each case counts once, its contests share it.
        """
        moved = np.zeros(len(self.names))
        shares = _shares(contests)
        held = [(one, share, *self._places(one)) for one, share in zip(contests, shares, strict=True)]
        loss, slope, curve = self._loss(held, moved)
        for _ in range(STEPS):
            step = np.linalg.solve(curve, slope)
            length = 1.0
            while True:
                tried = moved - length * step
                found = self._loss(held, tried)
                if found[0] <= loss or length < ENOUGH:
                    break
                length /= 2
            gain, moved, (loss, slope, curve) = loss - found[0], tried, found
            if gain < ENOUGH:
                break
        return {name: float(by) for name, by in zip(self.names, moved, strict=True)}

    def _places(self, contest: Contest) -> tuple[np.ndarray[tuple[int, ...], np.dtype[np.int64]], Vector]:
        place = {name: at for at, name in enumerate(self.names)}
        own = [at for at, name in enumerate(contest.names) if name in place]
        return np.array([place[contest.names[at]] for at in own], dtype=np.int64), contest.slopes[:, own]

    def _loss(
        self,
        held: Sequence[tuple[Contest, float, np.ndarray[tuple[int, ...], np.dtype[np.int64]], Vector]],
        moved: Vector,
    ) -> tuple[float, Vector, Vector]:
        """The loss with its gradient and curvature."""
        penalty = moved / self.spread**2
        loss, slope, curve = float(moved @ penalty) / 2, penalty.copy(), np.diag(1 / self.spread**2)
        for contest, share, places, table in held:
            costs = contest.costs + table @ moved[places]
            best = int(np.argmin(np.where(contest.right, costs, np.inf)))
            more = np.minimum(costs[best] - costs[~contest.right], 50.0)
            odds = np.exp(more)
            loss += share * math.log1p(float(odds.sum()))
            if not places.size:
                continue
            chance = odds / (1 + odds.sum())
            apart = table[best] - table[~contest.right]
            mine = chance @ apart
            slope[places] += share * mine
            curve[np.ix_(places, places)] += share * (apart.T @ (chance[:, None] * apart) - np.outer(mine, mine))
        return loss, slope, curve


def _shares(contests: Sequence[Contest]) -> list[float]:
    counts: dict[tuple[str, str], int] = defaultdict(int)
    for one in contests:
        counts[one.suite, one.case] += 1
    return [1 / counts[one.suite, one.case] for one in contests]


# What it is worth.


@dataclass
class Score:
    """How often ranking chooses right, of so many: pairs of a right and a wrong option, contests, whole cases."""

    pairs: list[bool]
    firsts: list[bool]
    cases: dict[tuple[str, str], bool]

    @staticmethod
    def of(contests: Iterable[Contest], moved: Mapping[str, float]) -> "Score":
        """What the weights choose that have moved so."""
        made = Score([], [], {})
        for one in contests:
            costs = one.costs + one.slopes @ np.array([moved.get(name, 0.0) for name in one.names])
            best = float(costs[one.right].min())
            made.pairs += [best < float(cost) for cost in costs[~one.right]]
            is_first = bool(one.right[int(np.argmin(costs))])
            made.firsts.append(is_first)
            made.cases[one.suite, one.case] = made.cases.get((one.suite, one.case), True) and is_first
        return made

    def add(self, other: "Score") -> None:
        """Takes in what was found of other contests."""
        self.pairs += other.pairs
        self.firsts += other.firsts
        self.cases |= other.cases

    @property
    def worth(self) -> tuple[int, int]:
        """What is compared: whole cases, then first choices."""
        return sum(self.cases.values()), sum(self.firsts)

    def __str__(self) -> str:
        def share(found: Sequence[bool]) -> str:
            return f"{sum(found)} of {len(found)} ({sum(found) / max(1, len(found)):.1%})"

        cases = list(self.cases.values())
        return f"pairs {share(self.pairs)}, first choices {share(self.firsts)}, whole cases {share(cases)}"


def cross_validated(contests: Sequence[Contest], model: Model) -> dict[str, Score]:
    """For each suite what the weights choose that were fitted on the other suites."""
    found = {}
    for suite in sorted({one.suite for one in contests}):
        moved = model.fit([one for one in contests if one.suite != suite])
        found[suite] = Score.of([one for one in contests if one.suite == suite], moved)
    return found


def _together(scores: Iterable[Score]) -> Score:
    made = Score([], [], {})
    for one in scores:
        made.add(one)
    return made


# What is written.


def written(text: str, moved: Mapping[str, float], cases: Mapping[str, int]) -> str:
    """The text of `weights.py` with the weights moved, rounded, and behind each how many cases speak of it."""
    group = ""
    lines = []
    for line in text.splitlines():
        opened = re.fullmatch(r"(\w+) = \{", line)
        group = opened[1] if opened else "" if line == "}" else group
        found = re.fullmatch(r'(    "(?P<key>[^"]+)": |(?P<name>[A-Z_]+) = )(?P<value>-?[0-9.]+)(?P<comma>,?)(  # .*)?', line)
        if found is not None and "." in found["value"]:
            name = found["name"] or f"{group}[{found['key']}]"
            value = f"{round(float(found['value']) + moved.get(name, 0.0), 2):g}"
            value += "" if "." in value else ".0"
            count = cases.get(name, 0)
            said = f"  # {count} cases" if count >= LEAST_CASES else ""
            line = f"{found[1]}{value}{found['comma']}{said}"
        lines.append(line)
    return "\n".join(lines) + "\n"


def report(contests: Sequence[Contest], present: Mapping[str, float], names: Sequence[str]) -> float:
    """Prints what the fit is worth for each spread of the prior, and gives the spread that is worth most; 0 where none is worth
    more than the weights as they are.
    """
    before = {suite: Score.of([one for one in contests if one.suite == suite], {}) for suite in {one.suite for one in contests}}
    whole = _together(before.values())
    print(f"before           {whole}")
    best = (whole.worth, 0.0)
    for spread in SPREADS:
        after = cross_validated(contests, Model.of(present, names, spread))
        whole = _together(after.values())
        print(f"after, {spread:.0%} apart  {whole}")
        for suite, score in after.items():
            if score.firsts != before[suite].firsts:
                print(f"    {suite:13} {sum(before[suite].firsts)} -> {sum(score.firsts)} of {len(score.firsts)}")
        if whole.worth > best[0]:
            best = (whole.worth, spread)
    return best[1]


def main() -> None:
    """Reads the choices, fits, reports."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--choices", type=Path, required=True)
    parser.add_argument("--collect", type=Path, nargs="+", metavar="CASES")
    parser.add_argument("--composed", type=int, default=200, help="so many conversions composed at random are collected too")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--others", action="store_true", help="fit other modules' numbers and the kinds of expressions too")
    parser.add_argument("--only", nargs="+", metavar="WEIGHT", help="let these alone move")
    parser.add_argument("--spread", type=float)
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args()
    if options.collect:
        folders = sorted(meta.parent for root in options.collect for meta in root.rglob("meta.json"))
        tasks = (*folders, *ranking_cases.kinds(), *ranking_cases.told(), *ranking_cases.composed(options.composed))
        collect(tasks, options.choices, options.jobs)
    found = contests(map(Choice.of_json, options.choices.read_text(encoding="utf-8").splitlines()))
    if not found:
        parser.error(f"{options.choices} has no choice of right and wrong options; nothing is fitted and nothing written")
    present = slopes.install()
    cases = cases_of(found)
    names = [
        name
        for name, count in sorted(cases.items())
        if count >= LEAST_CASES
        and (options.others or name in present)
        and (options.others or "." not in name)
        and (not options.only or name in options.only)
    ]
    spread = report(found, present, names) if options.spread is None else options.spread
    moved = Model.of(present, names, spread).fit(found) if spread else {}
    print(f"fitted on all, {spread:.0%} apart: {Score.of(found, moved)}")
    for name in sorted(moved, key=lambda name: -abs(moved[name])):
        print(
            f"    {name:38} {present.get(name, 0.0):6.2f} -> {present.get(name, 0.0) + moved[name]:6.2f}  {cases[name]} cases"
        )
    if options.write:
        WEIGHTS.write_text(written(WEIGHTS.read_text(encoding="utf-8"), moved, cases), encoding="utf-8")


if __name__ == "__main__":
    main()
