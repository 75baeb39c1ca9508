"""A conversion composed at random from its parts, and whether its example shows what it needs to.

An example that leaves the conversion open is no fault of who learns from it, so those are drawn anew.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from random import Random
from typing import Any

from bench.composed.choices import BoundedWay
from bench.composed.columns import TIE, Column, Kind, Row, Rows
from bench.composed.conditions import KINDS, Condition, drawn, is_decided, is_told
from bench.composed.domains import DOMAINS
from bench.composed.expressions import EXPRESSIONS
from bench.composed.grouping import group
from bench.composed.outputs import Maker as OutputMaker
from bench.composed.outputs import Output, copy
from bench.composed.row_steps import Maker as StepMaker
from bench.composed.row_steps import (
    Step,
    as_they_stand,
    difference,
    distinct,
    fill_down,
    first_of_each,
    parents,
    pivot,
    running,
    sort,
    top,
    totals,
    two_lines,
    unnest,
    unpivot,
)

STEPS: tuple[StepMaker, ...] = (
    *(as_they_stand,) * 7, *(group,) * 4, first_of_each, first_of_each, top, unpivot, unpivot, pivot, unnest, running, running,
    difference, two_lines, fill_down, parents, totals, distinct, sort, sort,
)  # fmt: skip
"""The row steps, those that come oftener more often."""
FURTHER_ROWS = 20
_LEAST_ROWS, _MOST_ROWS = 8, 20
_LEAST_REDUCED = 14
"""So many at the least where rows are left out or put together, so that enough of them are seen."""
_REDUCING = ("group", "one of", "distinct", "pivot")
_FILTERED = 0.4
"""The share of conversions that leave rows out."""
_MOST_MADE, _MOST_COPIES = 4, 4
"""So many output columns at the most are expressions, and copies, beside those of the row step."""
_PARTS, _TRIES, _TABLES = 40, 150, 6
"""So many choices of parts are tried, so many conversions of each, so many tables for each conversion."""
_RIVALS = 200
"""So many other expressions are looked at, whether the example tells the output's from them."""

Lines = list[tuple[str, ...]]


@dataclass(frozen=True)
class Sheet:
    """A table of texts with its heading."""

    heading: tuple[str, ...]
    rows: Lines


@dataclass(frozen=True)
class Conversion:
    """A conversion: example and further file, each with what is expected of it; its parts by their kinds."""

    seed: int
    domain: str
    step: str
    filter: str
    said: str
    kinds: tuple[str, ...]
    given: Sheet
    expected: Sheet
    further: Sheet
    wanted: Sheet


@dataclass(frozen=True)
class Parts:
    """What a conversion is to be composed of, before a table is drawn for it: what is hard to show must not become rare."""

    step: StepMaker
    filter: str | None
    made: tuple[OutputMaker, ...]
    copies: int

    @classmethod
    def drawn(cls, chance: Random) -> "Parts":
        """Parts of all kinds."""
        kind = chance.choice(KINDS) if chance.random() < _FILTERED else None
        made = tuple(chance.choice(EXPRESSIONS) for _ in range(chance.randint(0, _MOST_MADE)))
        return cls(chance.choice(STEPS), kind, made, chance.randint(1, _MOST_COPIES))


def compose(seed: int) -> Conversion:
    """The conversion of this seed, always the same."""
    choice = Random(f"parts {seed}")
    for at in range(_PARTS):
        parts = Parts.drawn(choice)
        for attempt in range(_TRIES):
            made = _composed(Random(f"{seed}/{at}/{attempt}"), seed, parts)
            if made is not None:
                return made
    raise ValueError(f"no conversion of seed {seed} could be told from its example")


def _composed(chance: Random, seed: int, parts: Parts) -> Conversion | None:
    domain = chance.choice(list(DOMAINS))
    step = parts.step(chance, _columns(chance, domain))
    if step is None or len({one.name for one in step.given}) < len(step.given):
        return None
    is_filtered = parts.filter is not None and step.filters
    condition = drawn(chance, step.given, parts.filter) if is_filtered else None
    if is_filtered and condition is None:
        return None
    outputs = _outputs(chance, step, parts)
    if len(outputs) < 2:
        return None
    least = _LEAST_REDUCED if condition is not None or step.kind.startswith(_REDUCING) else _LEAST_ROWS
    for _ in range(_TABLES):
        example, further = (_rows(chance, step, count) for count in (chance.randint(least, _MOST_ROWS), FURTHER_ROWS))
        if _tells(chance, step, condition, outputs, example, further):
            break
    else:
        return None
    return Conversion(
        seed,
        domain,
        step.kind,
        condition.kind if condition else "none",
        condition.said if condition else "",
        tuple(one.kind for one in outputs),
        _input(step, example),
        _expected(step, condition, outputs, example),
        _input(step, further),
        _expected(step, condition, outputs, further),
    )


def _columns(chance: Random, domain: str) -> tuple[Column, ...]:
    """Some of the domain's columns in their order, none without the one that it depends on."""
    fields = DOMAINS[domain]
    count = min(len(fields), chance.randint(5, 14))
    kept = sorted(chance.sample(range(len(fields)), count))
    made: dict[str, Column] = {}
    for at in kept:
        field = fields[at]
        if field.base is None or field.base in made:
            made[field.headings[0]] = field.column(chance, made.get(field.base or ""))
    return tuple(made.values())


def _outputs(chance: Random, step: Step, parts: Parts) -> tuple[Output, ...]:
    """The step's own, what the parts ask for as far as there is room, copies, each heading once; none if one does not fit."""
    found = list(step.outputs)
    makers = [*parts.made, *(copy,) * parts.copies][: step.most]
    for maker in makers:
        made = maker(chance, step.after)
        if made is None and maker is not copy:
            return ()
        if made is not None and all(made.heading.casefold() != one.heading.casefold() for one in found):
            found.insert(chance.randint(0, len(found)), made)
    return () if step.total and found[0].exact is not None else tuple(found)


def _rows(chance: Random, step: Step, count: int) -> Rows:
    rows: Rows = []
    for at in range(count):
        row: Row = {}
        for column in step.given:
            row[column.name] = column.draw(chance, at, row)
        rows.append(row)
    return step.arranged(chance, rows)


def _kept(condition: Condition | None, rows: Rows) -> Rows:
    return [row for row in rows if condition is None or condition.holds(row)]


def _input(step: Step, rows: Rows) -> Sheet:
    shown = step.shown(rows)
    return Sheet(
        tuple(one.name for one in step.given), [tuple(one.write(row[one.name]) for one in step.given) for row in shown]
    )


def _expected(step: Step, condition: Condition | None, outputs: Sequence[Output], rows: Rows) -> Sheet:
    made = step.apply(_kept(condition, rows))
    lines = [tuple(one.text(made, at) for one in outputs) for at in range(len(made))]
    if step.total:
        lines.append(_total(outputs, made))
    return Sheet(tuple(one.heading for one in outputs), lines)


def _total(outputs: Sequence[Output], rows: Rows) -> tuple[str, ...]:
    cells = []
    for at, one in enumerate(outputs):
        is_summed = one.kind == "total" and one.exact is not None and one.notation is not None
        sums = [one.exact(rows, row) for row in range(len(rows))] if is_summed and one.exact else []
        text = (
            one.notation.write(sum((value for value in sums if value is not None), Decimal(0))) if one.notation and sums else ""
        )
        cells.append(text if at else "Total")
    return tuple(cells)


# Whether the example shows what it needs to.


def _tells(
    chance: Random, step: Step, condition: Condition | None, outputs: Sequence[Output], example: Rows, further: Rows
) -> bool:
    kept, others = _kept(condition, example), _kept(condition, further)
    if condition is not None and not (
        len(example) - len(kept) >= 2 and len(kept) >= 3 and is_told(condition, step.given, example, further, either=False)
    ):
        return False
    if len(others) < 3:
        return False
    here, there = step.apply(kept), step.apply(others)
    if len(here) < 3 or len(there) < 2:
        return False
    if step.kind.startswith(_REDUCING) and len(kept) - len(here) < 4:
        return False
    return (
        _is_step_told(step, outputs, kept, others)
        and all(_is_shown(one, here, there) for one in outputs)
        and all(_is_output_told(chance, one, step.after, here, there) for one in outputs)
        and _are_columns_apart(outputs, here)
    )


def _table(outputs: Sequence[Output], rows: Rows) -> Lines:
    return [tuple(one.text(rows, at) for one in outputs) for at in range(len(rows))]


def _is_step_told(step: Step, outputs: Sequence[Output], kept: Rows, others: Rows) -> bool:
    """Whether each step for which it could be taken gives something else, where it does of the further rows."""
    here, there = (_table(outputs, step.apply(rows)) for rows in (kept, others))
    if step.kind in ("sort", "top") and here == _table(outputs, kept)[: len(here)]:
        return False
    for rival in step.rivals:
        if _table(outputs, rival(others)) != there and _table(outputs, rival(kept)) == here:
            return False
    return not (step.kind == "top" and len(kept) - len(here) < 2) and _has_no_ties(step, kept, others)


def _has_no_ties(step: Step, kept: Rows, others: Rows) -> bool:
    """Whether no two rows could change places: of the input turned round the step makes the same rows in the same order."""
    if step.kind not in ("sort", "top"):
        return True
    return all(list(map(id, step.apply(rows[::-1]))) == list(map(id, step.apply(rows))) for rows in (kept, others))


def _is_shown(output: Output, here: Rows, there: Rows) -> bool:
    """Whether all that the further rows ask of the column is shown by the example, each branch twice."""
    ways = Counter(output.way(here, at) for at in range(len(here)))
    if output.branch is not None and (len(ways) < 2 or min(ways.values()) < 2):
        return False
    if any(output.way(there, at) not in ways for at in range(len(there))):
        return False
    shown = set().union(*(output.features(here, at) for at in range(len(here))))
    asked = set().union(*(output.features(there, at) for at in range(len(there))))
    if any(one.endswith(TIE) for one in shown | asked) or asked - shown:
        return False
    texts = [output.text(here, at) for at in range(len(here))]
    if output.kind == "rank" and (
        len(set(texts)) < len(texts) or len({output.text(there, at) for at in range(len(there))}) < len(there)
    ):
        return False
    return output.kind == "constant" or len(set(texts)) > 1


def _is_output_told(chance: Random, output: Output, columns: Sequence[Column], here: Rows, there: Rows) -> bool:
    """Whether no other expression that was drawn, and no other column's values, would give the same of the example alone."""
    if output.condition is not None and not is_told(output.condition, columns, here, there, either=True):
        return False
    if isinstance(output.branch, BoundedWay) and not _are_bounds_told(output.branch, here, there):
        return False
    mine, theirs = ([output.text(rows, at) for at in range(len(rows))] for rows in (here, there))
    if (
        output.branch is not None
        and output.condition is None
        and _is_known_by_another(output, columns, here, there, mine, theirs)
    ):
        return False
    for rival in _rivals(chance, columns):
        if [rival.text(here, at) for at in range(len(here))] == mine and [
            rival.text(there, at) for at in range(len(there))
        ] != theirs:
            return False
    return True


def _rivals(chance: Random, columns: Sequence[Column]) -> Iterator[Output]:
    for at in range(_RIVALS):
        made = (copy if at % 3 == 0 else chance.choice(EXPRESSIONS))(chance, columns)
        if made is not None:
            yield made


def _are_bounds_told(way: BoundedWay, here: Rows, there: Rows) -> bool:
    values = sorted(row[way.column.name] for row in here)
    for bound in way.bounds:
        low, high = [one for one in values if one < bound], [one for one in values if one >= bound]
        if not low or not high or not is_decided((low[-1], high[0]), bound, [row[way.column.name] for row in there]):
            return False
    return True


def _is_known_by_another(
    output: Output, columns: Sequence[Column], here: Rows, there: Rows, mine: Sequence[str], theirs: Sequence[str]
) -> bool:
    """Whether another column with few values tells the texts of the example too, but not those of the further rows."""
    for column in columns:
        if column in output.uses or (not column.repeats and column.kind is not Kind.STATE):
            continue
        values = {row[column.name] for row in here}
        if (
            len(values) <= len(here) / 2
            and _decides(column, here, mine)
            and not _decides(column, [*here, *there], [*mine, *theirs])
        ):
            return True
    return False


def _decides(column: Column, rows: Rows, texts: Sequence[str]) -> bool:
    known: dict[Any, str] = {}
    return all(known.setdefault(row[column.name], text) == text for row, text in zip(rows, texts, strict=True))


def _are_columns_apart(outputs: Sequence[Output], here: Rows) -> bool:
    """Whether no two output columns are the same in all rows."""
    columns = [tuple(one.text(here, at) for at in range(len(here))) for one in outputs]
    return len(set(columns)) == len(columns)
