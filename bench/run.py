"""Converters on a large file: `run`, whole, beside DuckDB's bare COPY of the same statement, Polars, and Python's csv module.

    make bench-tools                          (once: Polars)
    .venv/bin/python bench/run.py             (1 million rows)
    .venv/bin/python bench/run.py --rows 10000000 --engines converter,duckdb
    .venv/bin/python bench/run.py --quoting "all cells" --engines converter,duckdb

The converters are learned from six rows when the benchmark starts, so the statements are those that the learner really
writes. Every engine is a process of its own, timed from start to exit, its import and (ours) the sandbox included; all take as
many threads as the machine has cores. Before timing, all engines convert a small file and have to agree on every cell. A
round times each engine once, one after the other, so that they share what else the machine does; the table shows medians,
processor seconds beside them, and each round's ratio to bare DuckDB (over 1: faster than it), again by its median.

Processor time and memory are those of all processes that an engine starts. Memory is the largest sum of their proportional
set sizes, looked at every few milliseconds in a run of its own that is not timed.
"""

import argparse
import csv
import ctypes
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import psutil

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / ".bench")]

HEADER = ("order_id", "customer", "email", "ordered_on", "quantity", "price", "status", "note")
EXAMPLE = (
    ("00000001", "Ada Lovelace", "ada1@example.com", "03/04/2021", "30", "2.50", "pending", "x"),
    ("00000002", "Alan Turing", "alan2@example.com", "21/12/2020", "10", "1.00", "shipped", ""),
    ("00000003", "Grace Hopper", "grace@example.org", "05/06/2019", "1", "100.25", "returned", "y"),
    ("00000004", "Zoë Müller", "zoe@example.com", "25/06/2019", "2", "10.25", "pending", "y"),
    ("00000005", "Ada Lovelace", "ada5@example.net", "25/07/2019", "4", "1.25", "shipped", "z"),
    ("00000006", "Alan Turing", "alan6@example.com", "01/08/2020", "7", "3.00", "shipped", "z"),
)
SMALL_ROWS = 2000
SEED = 7
SAMPLING_SECONDS = 0.02
_PR_SET_CHILD_SUBREAPER = 36
Row = dict[str, str]


@dataclass(frozen=True)
class Kind:
    """One kind of conversion: the header it makes, and the same written by hand for Python and for Polars."""

    header: tuple[str, ...]
    python: Callable[[Iterator[Row]], Iterator[tuple[str, ...]]]
    polars: Callable[[Any, Any], Any]


def renamed(rows: Iterator[Row]) -> Iterator[tuple[str, ...]]:
    return ((row["order_id"], row["customer"], row["note"]) for row in rows)


def texts(rows: Iterator[Row]) -> Iterator[tuple[str, ...]]:
    for row in rows:
        first, last = row["customer"].split(" ")
        yield row["order_id"], first, last.upper(), row["email"].split("@")[1]


def numbers(rows: Iterator[Row]) -> Iterator[tuple[str, ...]]:
    for row in rows:
        day, month, year = row["ordered_on"].split("/")
        yield row["order_id"], f"{year}-{month}-{day}", str(Decimal(row["quantity"]) * Decimal(row["price"]))


def shipped(rows: Iterator[Row]) -> Iterator[tuple[str, ...]]:
    return ((row["order_id"], row["customer"], row["price"]) for row in rows if row["status"] == "shipped")


def grouped(rows: Iterator[Row]) -> Iterator[tuple[str, ...]]:
    sums: dict[str, int] = {}
    for row in rows:
        sums[row["status"]] = sums.get(row["status"], 0) + int(row["quantity"])
    return ((status, str(total)) for status, total in sums.items())


def unpivoted(rows: Iterator[Row]) -> Iterator[tuple[str, ...]]:
    return ((row["order_id"], field, row[field]) for row in rows for field in ("quantity", "price"))


KINDS = {
    "rename": Kind(
        ("id", "name", "note"), renamed, lambda frame, pl: frame.select(id="order_id", name="customer", note="note")
    ),
    "text": Kind(
        ("id", "first", "surname", "mail_domain"),
        texts,
        lambda frame, pl: frame.select(
            id="order_id",
            first=pl.col("customer").str.split(" ").list.get(0),
            surname=pl.col("customer").str.split(" ").list.get(1).str.to_uppercase(),
            mail_domain=pl.col("email").str.split("@").list.get(1),
        ),
    ),
    "dates, numbers": Kind(
        ("id", "date", "total"),
        numbers,
        lambda frame, pl: frame.select(
            id="order_id",
            date=pl.col("ordered_on").str.to_date("%d/%m/%Y").dt.strftime("%Y-%m-%d"),
            total=(pl.col("quantity").cast(pl.Decimal(18, 0)) * pl.col("price").cast(pl.Decimal(18, 2)))
            .cast(pl.Decimal(28, 2))
            .cast(pl.String),
        ),
    ),
    "filter": Kind(
        ("id", "customer", "price"),
        shipped,
        lambda frame, pl: frame.filter(pl.col("status") == "shipped").select(id="order_id", customer="customer", price="price"),
    ),
    "group by": Kind(
        ("status", "quantity"),
        grouped,
        lambda frame, pl: frame.group_by("status", maintain_order=True).agg(pl.col("quantity").cast(pl.Int64).sum()),
    ),
    "unpivot": Kind(
        ("order_id", "field", "value"),
        unpivoted,
        lambda frame, pl: frame.select(
            "order_id", field=pl.lit(["quantity", "price"]), value=pl.concat_list("quantity", "price")
        ).explode("field", "value"),
    ),
}
ENGINES = ("converter", "duckdb", "polars", "python")


def main() -> None:
    """Generates, learns, compares, measures, prints."""
    options = _options()
    adopt_orphans()
    with tempfile.TemporaryDirectory(dir=options.folder, prefix="bench-run-") as name:
        folder = Path(name)
        small, large = folder / "small.csv", folder / "large.csv"
        generate(small, SMALL_ROWS, options.quoting)
        generate(large, options.rows, options.quoting)
        size = f"{options.rows:,} rows, quoted: {options.quoting}, {large.stat().st_size >> 20} MiB"
        print(f"{size}, {options.rounds} rounds, {os.cpu_count()} threads")
        print(f"{'kind':15} {'engine':10} {'seconds':>8} {'cpu s':>7} {'peak MiB':>9} {'of bare DuckDB':>15}")
        for kind in options.kinds:
            converter = learned(kind, folder)
            for engine in options.engines:
                timed(engine, command(engine, kind, converter, small, folder / f"{engine}.csv"))
            agree(kind, [folder / f"{engine}.csv" for engine in options.engines])
            measure(kind, options.engines, converter, large, folder, options.rounds)


def measure(kind: str, engines: list[str], converter: Path, source: Path, folder: Path, rounds: int) -> None:
    """Times every engine in each round and prints a line for each."""
    output = folder / "output.csv"
    peaks = {engine: peak_memory(engine, command(engine, kind, converter, source, output)) for engine in engines}
    runs: dict[str, list[tuple[float, float]]] = {engine: [] for engine in engines}
    for _ in range(rounds):
        for engine in engines:
            output.unlink()
            runs[engine].append(timed(engine, command(engine, kind, converter, source, output)))
    output.unlink()
    for engine, times in runs.items():
        seconds, processor = (statistics.median(column) for column in zip(*times, strict=True))
        ratios = [bare[0] / own[0] for bare, own in zip(runs["duckdb"], times, strict=True)]
        line = f"{kind:15} {engine:10} {seconds:8.2f} {processor:7.2f} {peaks[engine]:9.0f} {statistics.median(ratios):15.2f}"
        print(line, flush=True)


def command(engine: str, kind: str, converter: Path, source: Path, output: Path) -> list[str]:
    """The process that converts one file."""
    if engine == "converter":
        return [sys.executable, "-m", "converter", "run", str(converter), str(source), "-o", str(output)]
    return [sys.executable, __file__, "--one", engine, kind, str(converter), str(source), str(output)]


def timed(engine: str, command: list[str]) -> tuple[float, float]:
    """Seconds until the engine's process has ended, and processor seconds of it and of all that it started."""
    began = time.perf_counter()
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - began
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        sys.exit(f"{engine} failed: {' '.join(command)}")
    return seconds, usage.ru_utime + usage.ru_stime + orphans_processor_seconds()


def orphans_processor_seconds() -> float:
    """Waits for what outlives its parent by a moment, as the sandbox's processes do, and comes to us (`adopt_orphans`)."""
    processor = 0.0
    while psutil.Process().children():
        _, _, usage = os.wait4(-1, 0)
        processor += usage.ru_utime + usage.ru_stime
    return processor


def peak_memory(engine: str, command: list[str]) -> float:
    """The largest memory of the engine's process and of all that it started, together, in MiB; shared pages count once."""
    process = psutil.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL)
    peak = 0
    while process.poll() is None:
        peak = max(peak, sum(map(_own_memory, [process, *process.children(recursive=True)])))
        time.sleep(SAMPLING_SECONDS)
    orphans_processor_seconds()
    if process.returncode:
        sys.exit(f"{engine} failed: {' '.join(command)}")
    return peak / (1 << 20)


def _own_memory(process: psutil.Process) -> int:
    try:
        return process.memory_full_info().pss
    except psutil.Error:
        # It has ended meanwhile.
        return 0


def adopt_orphans() -> None:
    """Has the kernel make this process the parent of all processes below it whose own parent ends: see prctl(2)."""
    if ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0):
        raise OSError(ctypes.get_errno(), "prctl(PR_SET_CHILD_SUBREAPER)")


def one(engine: str, kind: str, converter: Path, source: Path, output: Path) -> None:
    """What the process of one peer does."""
    {"duckdb": by_duckdb, "polars": by_polars, "python": by_python}[engine](kind, converter, source, output)


def by_duckdb(kind: str, converter: Path, source: Path, output: Path) -> None:
    """The converter's own statement, read and written with DuckDB's defaults but for the columns, which are all text."""
    import duckdb

    statement = converter.read_text(encoding="utf-8").split("*/", 1)[1]
    columns = ", ".join(f"'{name}': 'VARCHAR'" for name in HEADER)
    reader = f"read_csv('{source}', header = true, delim = ',', quote = '\"', columns = {{{columns}}}, auto_detect = false)"
    position = ", row_number() OVER () AS _row" if "_row" in statement else ""
    connection = duckdb.connect(config={"threads": os.cpu_count()})
    connection.execute(f"CREATE VIEW input AS SELECT *{position} FROM {reader}")
    connection.execute(f"COPY ({statement}) TO '{output}' (FORMAT csv, HEADER true)")


def by_polars(kind: str, converter: Path, source: Path, output: Path) -> None:
    """A lazy query that streams into a file."""
    import polars as pl

    frame = pl.scan_csv(source, infer_schema=False)
    KINDS[kind].polars(frame, pl).sink_csv(output)


def by_python(kind: str, converter: Path, source: Path, output: Path) -> None:
    """A loop over rows."""
    with source.open(newline="", encoding="utf-8") as given, output.open("w", newline="", encoding="utf-8") as made:
        writer = csv.writer(made, lineterminator="\n")
        writer.writerow(KINDS[kind].header)
        writer.writerows(KINDS[kind].python(csv.DictReader(given)))


def learned(kind: str, folder: Path) -> Path:
    """The converter that the learner finds for this kind's example."""
    given, wanted, converter = (folder / name for name in ("given.csv", "wanted.csv", "converter.sql"))
    # An unpivot keeps what identifies a row, so its example has no other columns.
    used = [0, 4, 5] if kind == "unpivot" else list(range(len(HEADER)))
    rows = [tuple(row[at] for at in used) for row in (HEADER, *EXAMPLE)]
    named = (dict(zip(rows[0], row, strict=True)) for row in rows[1:])
    for path, table in ((given, rows), (wanted, [KINDS[kind].header, *KINDS[kind].python(named)])):
        with path.open("w", newline="", encoding="utf-8") as file:
            csv.writer(file, lineterminator="\n").writerows(table)
    command = [sys.executable, "-m", "converter", "learn", str(given), str(wanted), "-o", str(converter)]
    subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
    orphans_processor_seconds()
    return converter


def agree(kind: str, outputs: list[Path]) -> None:
    """Ends the benchmark where two outputs differ in a cell."""
    tables = []
    for output in outputs:
        with output.open(newline="", encoding="utf-8") as file:
            tables.append(list(csv.reader(file)))
    for output, table in zip(outputs, tables, strict=True):
        if table != tables[0]:
            different = next((pair for pair in zip(tables[0], table, strict=False) if pair[0] != pair[1]), "their lengths")
            sys.exit(f"{kind}: {output.stem} and {outputs[0].stem} differ: {different}")


def generate(path: Path, rows: int, quoting: str) -> None:
    """A file of orders: text with accents, dates, numbers, a category, and notes that are missing, plain or quoted.

    `quoting`: a quarter of the rows have a quoted `note`, `every row` has one with a comma in it, or quoted are `all cells`.
    """
    chance = random.Random(SEED)
    names = ("Ada Lovelace", "Grace Hopper", "Alan Turing", "José Nuñez", "Zoë Müller")
    notes = ("", "plain note", '"quoted, ""twice"""', "another one")
    tails = []
    for at in range(20_000):
        name, quantity, status = chance.choice(names), chance.randint(1, 99), chance.choice(("pending", "returned", "shipped"))
        date = f"{chance.randint(1, 28):02}/{chance.randint(1, 12):02}/{chance.randint(2010, 2025)}"
        price = f"{chance.randint(100, 99_999) / 100:.2f}"
        mail = f"user{at % 977}@example.com"
        note = '"a note, with a comma"' if quoting == "every row" else chance.choice(notes)
        cells = [name, mail, date, str(quantity), price, status, note]
        if quoting == "all cells":
            cells = [f'"{cell}"' if not cell.startswith('"') else cell for cell in cells]
        tails.append(",".join(cells) + "\n")
    with path.open("w", encoding="utf-8", newline="") as file:
        file.write(",".join(HEADER) + "\n")
        mark = '"' if quoting == "all cells" else ""
        file.writelines(f"{mark}{at:08}{mark},{tails[at % len(tails)]}" for at in range(rows))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--kinds", type=lambda text: text.split(";"), default=list(KINDS), help="separated by ;")
    parser.add_argument("--engines", type=_engines, default=list(ENGINES), help="separated by ,; duckdb is always among them")
    parser.add_argument("--quoting", choices=("a quarter", "every row", "all cells"), default="a quarter")
    parser.add_argument("--folder", type=Path, help="where to put the files (80 MiB a million rows, twice)")
    return parser.parse_args()


def _engines(text: str) -> list[str]:
    engines = text.split(",")
    return engines if "duckdb" in engines else [*engines, "duckdb"]


if __name__ == "__main__":
    if sys.argv[1:2] == ["--one"]:
        one(sys.argv[2], sys.argv[3], *map(Path, sys.argv[4:]))
    else:
        main()
