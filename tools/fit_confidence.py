"""Fits what a confidence is worth: python -m tools.fit_confidence CASES... [--suite real-qa] [--write]

Learns every case with the new search, runs the first program that the engine confirms on the case's further file, and holds the
features of its doubt against whether that came out right: a logistic regression, held near the weights of an earlier fit
(`prior` in the file). Prints what confidence was worth, cross-validated by suite, and with --write stores the weights that
`converter/learning/doubt.py` reads.
"""

import argparse
import json
import math
import multiprocessing
from collections import defaultdict
from pathlib import Path

import numpy as np

from converter.errors import ConverterError
from converter.learning import doubt, findings
from converter.learning.printing import printed
from converter.learning.search import search
from converter.lesson import package
from converter.reading import read_example
from converter.trial import verify
from tools.further import is_right

STRENGTH = 30.0
"""How much the prior counts: of 3, 10 and 30 this one left the fewest wrong answers at 50 %, cross-validated."""
WRONG = 1.25
"""A wrong answer counts so much more than a right one: no answer is better."""
STEPS = 80
WEIGHTS = Path(doubt.__file__).with_name("confidence.json")
Vector = np.ndarray[tuple[int, ...], np.dtype[np.float64]]
Point = tuple[str, str, dict[str, float], bool]


def judged(folder: Path) -> Point | None:
    """The suite, case, features and outcome of a case's first confirmed program; None where there is none."""
    meta = json.loads((folder / "meta.json").read_text(encoding="utf-8"))
    header = meta["header"]
    try:
        example = read_example(folder / "train_input.csv", folder / "train_expected.csv", header=header)
        for finding in findings.findings(search(example, seconds=4.0)):
            text = printed(finding.program.query())
            used = finding.program.example(example) if hasattr(finding.program, "example") else example
            comparison = verify(text, used, ragged=False)
            if comparison is None or not comparison.equal:
                continue
            converter = package(text, used, ragged=False, evidence={})
            return (
                meta["suite"],
                meta["case"],
                finding.doubt.features,
                is_right(converter, folder, header=header, ordered=meta.get("ordered", True)),
            )
    except ConverterError:
        return None
    return None


def prior() -> Vector:
    """The weights of the earlier fit, in the order of the features."""
    stored = json.loads(WEIGHTS.read_text(encoding="utf-8"))["prior"]
    return np.array([float(stored[name]) for name in doubt.FEATURES])


def fit(points: list[Point]) -> dict[str, float]:
    """The weights of a logistic regression by Newton's method, with a penalty on what is far from the prior."""
    given = np.array([[features[name] for name in doubt.FEATURES] for _, _, features, _ in points])
    right = np.array([float(one) for _, _, _, one in points])
    counts = np.where(right > 0, 1.0, WRONG)
    start = prior()
    weights = start.copy()
    for _ in range(STEPS):
        sure = 1 / (1 + np.exp(-np.clip(given @ weights, -30, 30)))
        slope = given.T @ (counts * (sure - right)) + STRENGTH * (weights - start)
        curve = (given * (counts * sure * (1 - sure))[:, None]).T @ given + STRENGTH * np.eye(len(start))
        weights = weights - np.linalg.solve(curve, slope)
    return {name: float(weight) for name, weight in zip(doubt.FEATURES, weights, strict=True)}


def probability(weights: dict[str, float], features: dict[str, float]) -> float:
    """The probability that the weights give to the features."""
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, sum(weights[name] * features[name] for name in doubt.FEATURES)))))


def report(points: list[Point]) -> None:
    """What confidence is worth by weights that were fitted on the other suites."""
    bands: dict[float, list[int]] = defaultdict(lambda: [0, 0])
    for suite in sorted({point[0] for point in points}):
        weights = fit([point for point in points if point[0] != suite])
        mine = [(probability(weights, features), right, case) for name, case, features, right in points if name == suite]
        print(f"{suite:13} {sum(right for _, right, _ in mine):4} right of {len(mine)}")
        for value, right, case in mine:
            band = next(least for least in (0.9, 0.65, 0.5, 0.3, 0.0) if value >= least)
            bands[band][right] += 1
            if not right and value >= 0.7:
                print(f"    sure and wrong: {case} {value:.2f}")
    for least in sorted(bands, reverse=True):
        wrong, right = bands[least]
        print(f"{least:.0%} and more: {right} right, {wrong} wrong")


def main() -> None:
    """Reads the cases, fits, reports."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("cases", type=Path, nargs="+")
    parser.add_argument("--suite", action="append")
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args()
    folders = sorted(
        meta.parent
        for root in options.cases
        for meta in root.rglob("meta.json")
        if not options.suite or meta.parent.parent.name in options.suite
    )
    with multiprocessing.get_context("fork").Pool(options.jobs) as pool:
        points = [point for point in pool.map(judged, folders, chunksize=4) if point is not None]
    if not points:
        parser.error(f"{[*map(str, options.cases)]} has no case that is learned; nothing is fitted and nothing written")
    report(points)
    weights = fit(points)
    print(json.dumps({name: round(weight, 3) for name, weight in weights.items()}))
    if options.write:
        stored = json.loads(WEIGHTS.read_text(encoding="utf-8"))
        stored |= {"cases": len(points), "weights": {name: round(weight, 4) for name, weight in weights.items()}}
        WEIGHTS.write_text(json.dumps(stored, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
