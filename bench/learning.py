"""What learning is worth: suites, cross-validation by source, learning curves, calibration, time; as tables and as pictures.

    python -m bench.learning CASES [--suite real-qa] [--every 5] [--jobs 2] [--out FOLDER]

A case is a folder with train_input.csv, train_expected.csv, test_input.csv, test_expected.csv and meta.json; bench/cases/open
has such folders. Each is learned in this process, and its converter is held against the further file. The learning curves also
use the tests' kinds of tables, the times tables of their own. With --out the figures are drawn there (SVG) and kept as JSON.
"""

import argparse
import json
import math
import multiprocessing
import random
import statistics
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from converter.comparison import compare
from converter.errors import ConverterError
from converter.lesson import learn, warm_up
from converter.manifest import Converter
from converter.reading import read_example
from converter.table import Example
from tests.converter.learning.kinds_of_tables import KINDS, Kind, table
from tools.fit_confidence import Point, fit, probability
from tools.further import is_right, made_of

SECONDS = 15.0
ROWS = (2, 3, 5, 8)
WIDTHS = (5, 10, 25, 60)
LENGTHS = (10, 30, 100, 300, 1000)
BANDS = (0.0, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95)
"""Where the bands of confidence begin."""
_SEEDS = (11, 23, 37)
_FURTHER = 14
VERDICTS = ("solved", "wrong", "declined")


@dataclass(frozen=True)
class Case:
    """What became of a case: the verdict on the further file, what the converter said of itself, and the processor time."""

    suite: str
    name: str
    verdict: str
    confidence: float | None
    seconds: float
    features: dict[str, float] | None = None
    by_rows: dict[int, str] | None = None


def main() -> None:
    """Runs all of it, prints the tables, draws the pictures."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("cases", type=Path)
    parser.add_argument("--suite", action="append")
    parser.add_argument("--every", type=int, default=1, help="take each Nth case")
    parser.add_argument("--jobs", type=int, default=1, help="so many cases at once; times are worth something with 1")
    parser.add_argument("--out", type=Path, help="a folder for the pictures and learning.json")
    options = parser.parse_args()
    metas = sorted(
        one for one in options.cases.rglob("meta.json") if not options.suite or one.parent.parent.name in options.suite
    )
    if not metas:
        parser.error(f"{options.cases} has no cases")
    warm_up()
    with multiprocessing.get_context("fork").Pool(options.jobs) as pool:
        cases = pool.map(judged, [one.parent for one in metas[:: options.every]], chunksize=1)
    curves = {"cases": curve_of_cases(cases), "kinds": curve_of_kinds()}
    bands, crossed = calibration(_said(cases)), calibration(cross_validated(cases))
    times = {"width": [(n, timed(wide(n))) for n in WIDTHS], "length": [(n, timed(long(n))) for n in LENGTHS]}
    _print_suites(cases)
    _print_bands("what confidence was worth", bands)
    _print_bands("the same with weights fitted on the other suites", crossed)
    for of, curve in curves.items():
        print(f"\nrows of the example, {of}")
        for rows, counts in curve.items():
            print(f"  {rows:3}  " + ", ".join(f"{counts[one]} {one}" for one in VERDICTS))
    for of, found in times.items():
        print(f"\nprocessor time by {of}: " + ", ".join(f"{n}: {1000 * seconds:.0f} ms" for n, seconds in found))
    print("processor time of trivial jobs: " + ", ".join(f"{1000 * timed(one, 50):.1f} ms" for one in trivial()))
    if options.out is not None:
        from bench import pictures

        options.out.mkdir(parents=True, exist_ok=True)
        pictures.draw(options.out, cases, bands, crossed, curves, times)
        kept = {"cases": [asdict(one) for one in cases], "curves": curves, "calibration": bands, "times": times}
        (options.out / "learning.json").write_text(json.dumps(kept, indent=1) + "\n", encoding="utf-8")
        print(f"\ndrawn in {options.out}")


def judged(folder: Path) -> Case:
    """A case, learned from its whole example and from its first rows."""
    meta = json.loads((folder / "meta.json").read_text(encoding="utf-8"))
    suite, name, header = folder.parent.name, folder.name, meta["header"]
    try:
        example = read_example(folder / "train_input.csv", folder / "train_expected.csv", header=header)
    except ConverterError:
        return Case(suite, name, "declined", None, 0.0)
    started = time.process_time()
    lesson = learn(example, seconds=SECONDS)
    seconds = time.process_time() - started

    def verdict(converter: Converter | None) -> str:
        return _verdict(converter, folder, header=header, ordered=meta.get("ordered", True))

    doubt = lesson.trace.doubt if lesson.trace is not None else None
    sure = float(lesson.converter.evidence["confidence"]) if lesson.converter is not None else None
    by_rows = None
    if len(example.input.rows) == len(example.expected.rows) >= ROWS[-1]:
        by_rows = {count: verdict(learn(_first(example, count), seconds=SECONDS).converter) for count in ROWS}
    features = doubt.features if doubt is not None and lesson.converter is not None else None
    return Case(suite, name, verdict(lesson.converter), sure, seconds, features, by_rows)


def _first(example: Example, count: int) -> Example:
    return Example(
        replace(example.input, rows=example.input.rows[:count]), replace(example.expected, rows=example.expected.rows[:count])
    )


def _verdict(converter: Converter | None, folder: Path, *, header: bool, ordered: bool) -> str:
    if converter is None:
        return "declined"
    return "solved" if is_right(converter, folder, header=header, ordered=ordered) else "wrong"


# Calibration.


def _said(cases: Iterable[Case]) -> list[tuple[float, bool]]:
    return [(one.confidence, one.verdict == "solved") for one in cases if one.confidence is not None]


def cross_validated(cases: Sequence[Case]) -> list[tuple[float, bool]]:
    """Each suite's confidences by weights that were fitted on the other suites, with what came out right."""
    points: list[Point] = [
        (one.suite, one.name, one.features, one.verdict == "solved") for one in cases if one.features is not None
    ]
    found = []
    for suite in sorted({point[0] for point in points}):
        others = [point for point in points if point[0] != suite]
        weights = fit(others) if others else None
        if weights is not None:
            found += [(probability(weights, point[2]), point[3]) for point in points if point[0] == suite]
    return found


def calibration(said: Iterable[tuple[float, bool]]) -> list[tuple[float, float, int, int]]:
    """For each band of confidence: where it begins, the mean confidence, how many were right, how many there are."""
    bands: dict[float, list[tuple[float, bool]]] = defaultdict(list)
    for sure, right in said:
        bands[max(least for least in BANDS if sure >= least)].append((sure, right))
    return [
        (least, statistics.mean(sure for sure, _ in held), sum(right for _, right in held), len(held))
        for least, held in sorted(bands.items())
    ]


# Learning curves.


def curve_of_cases(cases: Iterable[Case]) -> dict[int, Counter[str]]:
    """Verdicts by how many rows were learned from, over the cases whose rows stand one for one."""
    found: dict[int, Counter[str]] = {count: Counter() for count in ROWS}
    for one in cases:
        for count, verdict in (one.by_rows or {}).items():
            found[count][verdict] += 1
    return found


def curve_of_kinds() -> dict[int, Counter[str]]:
    """The same over the tests' kinds of tables, each made from some seeds."""
    found: dict[int, Counter[str]] = {}
    for count in ROWS:
        found[count] = Counter(_verdict_of_kind(kind, count, seed) for kind in KINDS for seed in _SEEDS)
    return found


def _verdict_of_kind(kind: Kind, count: int, seed: int) -> str:
    converter = learn(kind.example(kind.rows(count, seed)), seconds=SECONDS).converter
    if converter is None:
        return "declined"
    further = kind.example(kind.rows(_FURTHER, seed + 1))
    made = made_of(converter, further.input, further.expected)
    return "solved" if made is not None and compare(made, further.expected).equal else "wrong"


# Time.


def wide(columns: int) -> Example:
    """An example of ten rows with so many columns, each copied, written otherwise or computed."""
    return _made(columns, 10)


def long(rows: int) -> Example:
    """An example of five columns with so many rows."""
    return _made(5, rows)


def _day(chance: random.Random) -> str:
    return f"{chance.randint(1, 28):02d}/{chance.randint(1, 12):02d}/2025"


def _name(chance: random.Random) -> str:
    return f"{chance.choice(('Ann', 'Bo', 'Cy', 'Di'))} {chance.choice(('Ek', 'Fry', 'Gray'))}"


_CELLS: tuple[tuple[Callable[[random.Random], str], Callable[[str], str]], ...] = (
    (lambda chance: f"A-{chance.randint(100, 999)}", lambda cell: cell),
    (lambda chance: chance.choice(("open", "paid", "void")), str.upper),
    (_day, lambda cell: "-".join(reversed(cell.split("/")))),
    (lambda chance: f"{chance.randint(1, 900)}.{chance.randint(0, 99):02d}", lambda cell: cell.replace(".", ",")),
    (_name, lambda cell: cell.split(" ")[1]),
)


def _made(columns: int, rows: int) -> Example:
    chance = random.Random(columns * rows)
    kinds = [_CELLS[at % len(_CELLS)] for at in range(columns)]
    given = [tuple(make(chance) for make, _ in kinds) for _ in range(rows)]
    wanted = [tuple(change(cell) for (_, change), cell in zip(kinds, row, strict=True)) for row in given]
    names = [f"field {at}" for at in range(columns)]
    return Example(table(names, list(given)), table(names, list(wanted)))


def trivial() -> list[Example]:
    """Three rows of three columns: copied and in capitals, a product, a date written otherwise."""
    given = table(("item", "qty", "price"), [("bolt", "2", "1.50"), ("nut", "10", "0.25"), ("gear", "1", "12.00")])
    days = table(("day", "item", "price"), [("17/04/2025", "a", "1"), ("03/05/2025", "b", "2"), ("21/05/2025", "c", "3")])
    return [
        Example(given, table(("price", "item"), [("1.50", "BOLT"), ("0.25", "NUT"), ("12.00", "GEAR")])),
        Example(given, table(("item", "total"), [("bolt", "3.00"), ("nut", "2.50"), ("gear", "12.00")])),
        Example(days, table(("item", "day"), [("a", "2025-04-17"), ("b", "2025-05-03"), ("c", "2025-05-21")])),
    ]


def timed(example: Example, times: int = 3) -> float:
    """The processor time of learning it, the least of some times."""
    found = []
    for _ in range(times):
        started = time.process_time()
        learn(example, seconds=SECONDS)
        found.append(time.process_time() - started)
    return min(found)


# Tables.


def _print_suites(cases: Sequence[Case]) -> None:
    print(f"{'suite':14} {'cases':>5} " + " ".join(f"{one:>9}" for one in VERDICTS) + "   median s  95 % s")
    suites = sorted({one.suite for one in cases})
    for suite in [*suites, "all"]:
        mine = [one for one in cases if suite in (one.suite, "all")]
        counts = Counter(one.verdict for one in mine)
        times = sorted(one.seconds for one in mine)
        late = times[min(len(times) - 1, math.ceil(0.95 * len(times)) - 1)]
        columns = " ".join(f"{counts[one]:4} {counts[one] / len(mine):4.0%}" for one in VERDICTS)
        print(f"{suite:14} {len(mine):5} {columns}   {statistics.median(times):8.2f} {late:7.2f}")


def _print_bands(title: str, bands: Sequence[tuple[float, float, int, int]]) -> None:
    print(f"\n{title}")
    for least, mean, right, count in bands:
        print(f"  {least:4.0%} and more: said {mean:4.0%}, right {right:3} of {count:3} ({right / count:4.0%})")


if __name__ == "__main__":
    main()
