"""What the learner makes of conversions composed at random; as tables, by the parts that they have.

    python -m bench.composed [--count 200] [--seed 1] [--jobs 2] [--out FILE]
    python -m bench.composed --show SEED

Each is learned in this process and held against its further file. A kind's failures beside those of conversions without it tell
what the learner lacks; the seeds of failures are named, to be looked at with --show.
"""

import argparse
import json
import math
import multiprocessing
import statistics
import time
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import duckdb

from bench.composed.conversion import Conversion, Sheet, compose
from converter.comparison import compare
from converter.learning import clock
from converter.lesson import Lesson, learn, warm_up
from converter.manifest import Converter
from converter.table import Example, Table, column_names
from converter.trial import loaded, result_of

SECONDS = 45.0
VERDICTS = ("solved", "wrong", "declined")


@dataclass(frozen=True)
class Judged:
    """What became of a conversion: its parts, the verdict on the further file, the kinds of the columns that failed, the
    confidence and the processor time. What was declined though all columns were explained is `unsure`."""

    seed: int
    step: str
    filter: str
    kinds: tuple[str, ...]
    verdict: str
    failed: tuple[str, ...]
    unsure: bool
    confidence: float | None
    seconds: float


def main() -> None:
    """Learns all, prints the tables."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--count", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1, help="the first of the seeds")
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--show", type=int, metavar="SEED", help="print one conversion and what is learned of it")
    parser.add_argument("--out", type=Path, help="a file for the verdicts, as JSON")
    options = parser.parse_args()
    if options.show is not None:
        show(options.show)
        return
    # What is found must not hang on what else the machine does: only processor time counts.
    clock.SLACK = math.inf
    warm_up()
    with multiprocessing.get_context("fork").Pool(options.jobs, maxtasksperchild=40) as pool:
        found = list(pool.imap(judged, range(options.seed, options.seed + options.count), chunksize=1))
    report(found)
    if options.out is not None:
        options.out.write_text(json.dumps([asdict(one) for one in found], indent=1) + "\n", encoding="utf-8")


def judged(seed: int) -> Judged:
    """The seed's conversion, learned and tried."""
    made = compose(seed)
    started = time.process_time()
    lesson = learn(Example(_table(made.given), _table(made.expected)), seconds=SECONDS)
    seconds = time.process_time() - started
    verdict, failed = _verdict(made, lesson)
    sure = float(lesson.converter.evidence["confidence"]) if lesson.converter is not None else None
    kinds = tuple(made.kinds[at] for at in failed)
    is_unsure = verdict == "declined" and not failed
    return Judged(seed, made.step, made.filter, made.kinds, verdict, kinds, is_unsure, sure, round(seconds, 2))


def _table(sheet: Sheet) -> Table:
    rows = tuple(tuple(cell or None for cell in row) for row in sheet.rows)
    return Table(column_names(sheet.heading, len(sheet.heading)), rows, sheet.heading)


def _verdict(made: Conversion, lesson: Lesson) -> tuple[str, list[int]]:
    """What became of it, and the places of the columns that failed."""
    if lesson.converter is None:
        return "declined", [at for at, column in enumerate(lesson.columns) if not column.explained]
    wanted = _table(made.wanted)
    table = _run(made, lesson.converter)
    if table is None:
        return "wrong", []
    found = compare(table, wanted)
    if found.equal:
        return "solved", []
    if found.rows_actual != found.rows_expected:
        return "wrong", []
    return "wrong", [at for at, (_, matched) in enumerate(found.matches) if matched < found.rows_expected]


def _run(made: Conversion, converter: Converter) -> Table | None:
    given, wanted = _table(made.further), _table(made.wanted)
    try:
        with loaded(given) as connection:
            return result_of(connection, converter.statement, Example(given, wanted), converter.ragged, converter.heading)
    except duckdb.Error:
        return None


# Tables.


def report(found: Sequence[Judged]) -> None:
    """Prints the verdicts, by row step, by filter, by kind of expression, and the seeds of what failed."""
    _print_by("row step", found, lambda one: [one.step, "all"])
    _print_by("filter", found, lambda one: [one.filter])
    _print_marginal(found)
    times = sorted(one.seconds for one in found)
    print(f"\nprocessor time: median {statistics.median(times):.2f} s, the longest {times[-1]:.2f} s")
    for verdict in ("wrong", "declined"):
        print(f"\n{verdict}")
        for one in found:
            if one.verdict == verdict:
                why = ", ".join(one.failed) or ("unsure" if one.unsure else "rows")
                print(f"  {one.seed:6} {one.step:16} {one.filter:9} {why}")


def _print_by(title: str, found: Iterable[Judged], labels: Callable[[Judged], Sequence[str]]) -> None:
    counts: dict[str, Counter[str]] = {}
    for one in found:
        for label in labels(one):
            counts.setdefault(label, Counter())[one.verdict] += 1
    print(f"\n{title:20} count " + " ".join(f"{one:>9}" for one in VERDICTS))
    for label, verdicts in sorted(counts.items(), key=lambda pair: (pair[0] == "all", -pair[1].total())):
        print(f"{label:20} {verdicts.total():5} " + " ".join(f"{verdicts[one]:9}" for one in VERDICTS))


def _print_marginal(found: Sequence[Judged]) -> None:
    """Each kind's share of failures beside the share without it, and in how many the column itself failed."""
    print(f"\n{'expression':20} count   with  without  its column failed")
    kinds = Counter(kind for one in found for kind in set(one.kinds))
    for kind, count in kinds.most_common():
        having, others = ([one.verdict != "solved" for one in found if (kind in one.kinds) is has] for has in (True, False))
        without = f"{sum(others) / len(others):8.0%}" if others else f"{'':8}"
        print(f"{kind:20} {count:5} {sum(having) / count:6.0%} {without}  {sum(kind in one.failed for one in found):5}")


def show(seed: int) -> None:
    """Prints the conversion, its parts, what is learned of it and where the further file comes out otherwise."""
    made = compose(seed)
    print(f"seed {seed}: {made.domain}, row step {made.step}, filter {made.filter} {made.said}\n{', '.join(made.kinds)}")
    for title, sheet in (
        ("input", made.given),
        ("expected", made.expected),
        ("further", made.further),
        ("wanted", made.wanted),
    ):
        print(f"\n{title}")
        for row in (sheet.heading, *sheet.rows):
            print("  " + " | ".join(row))
    lesson = learn(Example(_table(made.given), _table(made.expected)), seconds=SECONDS)
    verdict, _ = _verdict(made, lesson)
    print(f"\n{verdict}: {lesson.reason}\n{lesson.converter.statement if lesson.converter else lesson.partial}")
    table = _run(made, lesson.converter) if lesson.converter is not None else None
    if table is not None:
        print(compare(table, _table(made.wanted)).describe())


if __name__ == "__main__":
    main()
