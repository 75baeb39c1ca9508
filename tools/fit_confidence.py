"""Fits what a confidence is worth: python -m tools.fit_confidence CASES [--suite real-qa] [--write]

Learns every case with the new search, runs the first program that the engine confirms on the case's further file, and holds the
features of its doubt against whether that came out right: a logistic regression. Prints what confidence was worth,
cross-validated by suite, and with --write stores the weights that `converter/learning/doubt.py` reads.
"""

import argparse
import json
import math
import multiprocessing
from collections import defaultdict
from pathlib import Path

import duckdb

from converter.comparison import compare
from converter.errors import ConverterError
from converter.fitting import fitted
from converter.learning import doubt, findings
from converter.learning.printing import printed
from converter.learning.search import search
from converter.lesson import package
from converter.reading import read_example, read_table, read_whole
from converter.table import Example, Table
from converter.trial import loaded, result_of, verify

PENALTY = 0.05
STEPS = 4000
RATE = 0.05
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
            return (
                meta["suite"],
                meta["case"],
                finding.doubt.features,
                _is_right(text, used, folder, header=header, ordered=meta.get("ordered", True)),
            )
    except ConverterError:
        return None
    return None


def _is_right(text: str, example: Example, folder: Path, *, header: bool, ordered: bool) -> bool:
    converter = package(text, example, ragged=False, evidence={})
    try:
        new = read_table(folder / "test_input.csv", header=converter.input_has_header)
        wanted = read_whole(folder / "test_expected.csv", header=header)
        fit = fitted(new.header or new.columns, new.columns, converter, "the new file")
        table = Table(fit.columns, new.rows, new.header, new.preamble, new.footer)
        with loaded(table) as connection:
            actual = result_of(connection, text, Example(table, wanted), False, converter.heading)
    except (ConverterError, duckdb.Error):
        return False
    if not ordered:
        actual, wanted = (Table(one.columns, tuple(sorted(one.rows, key=str)), one.header) for one in (actual, wanted))
    return compare(actual, wanted).equal


def fit(points: list[Point]) -> dict[str, float]:
    """The weights of a logistic regression by gradient descent, with a penalty on large ones."""
    weights = dict.fromkeys(doubt.FEATURES, 0.0)
    for _ in range(STEPS):
        slopes = dict.fromkeys(doubt.FEATURES, 0.0)
        for _, _, features, right in points:
            error = probability(weights, features) - right
            for name in doubt.FEATURES:
                slopes[name] += error * features[name] / len(points)
        for name in doubt.FEATURES:
            penalty = 0.0 if name == "bias" else PENALTY * weights[name] / 10
            weights[name] -= RATE * (slopes[name] + penalty)
    return weights


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
            band = next(least for least in (0.9, 0.7, 0.5, 0.3, 0.0) if value >= least)
            bands[band][right] += 1
            if not right and value >= 0.7:
                print(f"    sure and wrong: {case} {value:.2f}")
    for least in sorted(bands, reverse=True):
        wrong, right = bands[least]
        print(f"{least:.0%} and more: {right} right, {wrong} wrong")


def main() -> None:
    """Reads the cases, fits, reports."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("cases", type=Path)
    parser.add_argument("--suite", action="append")
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args()
    folders = sorted(
        meta.parent
        for meta in options.cases.rglob("meta.json")
        if not options.suite or meta.parent.parent.name in options.suite
    )
    with multiprocessing.get_context("fork").Pool(options.jobs) as pool:
        points = [point for point in pool.map(judged, folders, chunksize=4) if point is not None]
    if not points:
        parser.error(f"{options.cases} has no case that is learned; nothing is fitted and nothing written")
    report(points)
    weights = fit(points)
    print(json.dumps({name: round(weight, 3) for name, weight in weights.items()}))
    if options.write:
        stored = {
            "fitted": "tools/fit_confidence.py on the open cases",
            "cases": len(points),
            "weights": {n: round(w, 4) for n, w in weights.items()},
        }
        Path(doubt.__file__).with_name("confidence.json").write_text(json.dumps(stored, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
