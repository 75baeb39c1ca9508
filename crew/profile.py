"""What the agents see of an example: a profile of both tables and a few telling rows, bounded whatever the files' size.

The bound is in bytes of UTF-8, as no tokenizer makes more tokens than bytes. Cells are data: they stand as JSON in a
fence that no cell can close. Some expected rows are held out, so that a program that memorises the answers fails.
"""

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from converter.table import Cell, Example, Row, Table

PROFILE_BYTES = 16_000
"""What a profile takes of a prompt, at most: 16,000 tokens in the worst case, about 5,000 in an ordinary one."""
SHOWN_ROWS = 24
"""Rows that are shown of each table, at most."""

# Beyond these, more rows tell little and cost seconds.
_PROFILED_CELLS, _FEWEST_PROFILED_ROWS = 40_000, 50
_FIRST_ROWS = 3
_SHOWN_CHARACTERS = 160
_SHOWN_VALUES = 8
_SHOWN_PATTERNS = 4
_SHAPE_CHARACTERS = 40
_FEWEST_TO_HOLD_OUT_FROM = 5
_MOST_HELD_OUT = 200

_DATE = re.compile(r"\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}([ T]\d{1,2}:\d{2}.*)?")
_KINDS = (
    ("integer", re.compile(r"[-+]?\d+")),
    ("number", re.compile(r"[-+]?(?=[.,]?\d)(\d{1,3}([,.' ]\d{3})+|\d+)?([.,]\d+)?(e[-+]?\d+)?", re.IGNORECASE)),
    ("date", _DATE),
)


def clipped(text: str, most_bytes: int) -> str:
    """The text, cut to at most `most_bytes` of UTF-8 with a mark where it was cut."""
    encoded = text.encode()
    if len(encoded) <= most_bytes:
        return text
    return encoded[: max(0, most_bytes - 20)].decode(errors="ignore") + "… [cut here]"


_FENCES = "input|expected|difference|error|instructions|program|plan|history|around"
_AROUND_BYTES = 1_500


def fenced(name: str, text: str) -> str:
    """The text as data between `<name>` and `</name>`; it can neither close this fence nor open or close another."""
    harmless = re.sub(rf"<(?=\s*/?\s*(?:{_FENCES})\b)", "\\\\u003c", text, flags=re.IGNORECASE)
    return f"<{name}>\n{harmless}\n</{name}>"


@lru_cache(maxsize=50_000)
def pattern(cell: str) -> str:
    """A cell's shape: letters as `A` and `a`, digits as `9`, runs once with a `+`."""
    shape = re.sub(
        r"[^\W\d_]", lambda letter: "A" if letter[0].isupper() else "a", re.sub(r"\d", "9", cell[:_SHOWN_CHARACTERS])
    )
    return re.sub(r"(9|a|A)\1+", r"\1+", shape)


def held_out(expected: Table) -> frozenset[int]:
    """Positions of expected rows that no agent is shown: about a fifth, none of them the only one of its kind.

    A row is shown when it has a value of a category, or a pattern, that no other shown row has; nobody could learn it
    otherwise. An example of a few rows is shown whole.
    """
    rows = _profiled(expected)
    wanted = min(len(rows) // _FEWEST_TO_HOLD_OUT_FROM, _MOST_HELD_OUT)
    features = _features(expected, rows)
    left = Counter(feature for row in features for feature in row)
    chosen: set[int] = set()
    # From the end, at even steps: the first rows are what a person reads too.
    for position in sorted(range(_FIRST_ROWS, len(rows)), key=lambda at: (at % _FEWEST_TO_HOLD_OUT_FROM != 4, -at)):
        if len(chosen) < wanted and all(left[feature] > 1 for feature in features[position]):
            chosen.add(position)
            left.subtract(features[position])
    return frozenset(chosen)


@dataclass(frozen=True)
class Profile:
    """What agents may know of an example. `hidden` are the positions of the expected rows that they do not see."""

    example: Example
    hidden: frozenset[int]

    @classmethod
    def of(cls, example: Example) -> "Profile":
        """The profile of an example with some of its expected rows held out."""
        return cls(example, held_out(example.expected))

    def revealing(self, position: int) -> "Profile":
        """The same profile with one more expected row to be seen, as a counterexample."""
        return Profile(self.example, self.hidden - {position})

    def text(self) -> str:
        """The profile for a prompt: at most `PROFILE_BYTES` long."""
        around = list(_around(self.example.input))
        half = (PROFILE_BYTES - len("".join(around).encode())) // 2 - 250
        given, wanted = self.example.input, self.example.expected
        shown = self._shown_rows()
        # Both over the same rows, where one row gives one: a held-out row's values are no more to be seen than its answer.
        without = self.hidden if len(given.rows) == len(wanted.rows) else frozenset()
        parts = [
            f"{self._relation()}\n",
            *around,
            fenced("input", clipped(_described(given, shown[0], without, _mattering(given, wanted)), half)),
            fenced("expected", clipped(_described(wanted, shown[1], self.hidden, range(wanted.width)), half)),
        ]
        return "\n".join(parts)

    def _relation(self) -> str:
        given, wanted = len(self.example.input.rows), len(self.example.expected.rows)
        if given == wanted:
            return f"Both tables have {given} rows: it is likely that each input row gives the output row at its position."
        return f"The input has {given} rows, the expected output {wanted}."

    def _shown_rows(self) -> tuple[list[int], list[int]]:
        given, wanted = self.example.input, self.example.expected
        answers = _telling_rows(wanted, self.hidden)
        if len(given.rows) != len(wanted.rows):
            return _telling_rows(given, frozenset()), answers
        # Side by side, so that each shown answer stands beside its question.
        questions = _telling_rows(given, self.hidden)
        both = sorted({*questions[: SHOWN_ROWS // 2], *answers[: SHOWN_ROWS // 2], *questions, *answers})
        kept = both if len(both) <= SHOWN_ROWS else sorted({*questions[: SHOWN_ROWS // 2], *answers[: SHOWN_ROWS // 2]})
        return kept, kept


def _profiled(table: Table) -> Sequence[Row]:
    """The first rows, as many as are looked at."""
    return table.rows[: max(_FEWEST_PROFILED_ROWS, _PROFILED_CELLS // max(1, table.width))]


def _around(table: Table) -> Iterator[str]:
    """The lines above and below the table, which a statement can read too."""
    for name, rows in (("preamble", table.preamble), ("footer", table.footer)):
        if rows:
            where = "above the heading" if name == "preamble" else "below the last row"
            text = clipped("\n".join(f"{number}: {_row_text(row)}" for number, row in enumerate(rows, 1)), _AROUND_BYTES)
            yield (
                f"Lines {where} of the input; the statement reads them as the relation `{name}` (line, cells VARCHAR[]), "
                f"such as (SELECT cells[2] FROM {name} WHERE cells[1] = '…'):\n{fenced('around', text)}"
            )


def _mattering(given: Table, wanted: Table) -> list[int]:
    """The input's columns, first those that share a name or a value with the expected output: a wide table is cut behind."""
    names = {name.casefold() for name in (*wanted.columns, *(wanted.header or ()))}
    cells = {cell for row in _profiled(wanted) for cell in row if cell}
    columns = [{cell for row in _profiled(given) if (cell := row[at])} for at in range(given.width)]
    return sorted(range(given.width), key=lambda at: (given.columns[at].casefold() not in names, not columns[at] & cells, at))


def _described(table: Table, shown: Sequence[int], hidden: frozenset[int], order: Iterable[int]) -> str:
    kind = "without a heading" if table.header is None else "with a heading"
    lines = [f"{len(table.rows)} rows, {table.width} columns, {kind}. Columns:"]
    if table.header is not None and table.header != table.columns:
        lines.insert(0, f"The heading as the file has it (SQL uses the names below): {clipped(_texts(table.header), 1_000)}")
    visible = [row for at, row in enumerate(_profiled(table)) if at not in hidden]
    rows = "\n".join(f"{at + 1}: {_row_text(table.rows[at])}" for at in sorted(shown))
    columns = "\n".join(_column_text(table.columns[at], [row[at] for row in visible]) for at in order)
    share = PROFILE_BYTES // 4 - 300
    withheld = f" ({len(hidden)} of the others are held out to test the program)" if hidden else ""
    # Whichever of the two is short leaves its room to the other.
    room_for_rows = max(share, 2 * share - len(columns.encode()))
    room_for_columns = max(share, 2 * share - len(rows.encode()))
    lines += [clipped(columns, room_for_columns), f"Rows, by position{withheld}:", clipped(rows, room_for_rows)]
    return "\n".join(lines)


def _row_text(row: Row) -> str:
    return json.dumps([_shortened(cell) for cell in row], ensure_ascii=False)


def _shortened(cell: Cell) -> Cell:
    if cell is None or len(cell) <= _SHOWN_CHARACTERS:
        return cell
    return f"{cell[:_SHOWN_CHARACTERS]}… [{len(cell)} characters]"


def _column_text(name: str, cells: Sequence[Cell]) -> str:
    filled = [cell for cell in cells if cell]
    counts = Counter(filled)
    facts = [f"{len(counts)} distinct", _kind(filled)]
    if len(filled) < len(cells):
        facts.append(f"{len(cells) - len(filled)} blank")
    if counts and len(counts) <= _SHOWN_VALUES and len(counts) < len(filled):
        facts.append(f"values {_texts(counts)}")
    else:
        shapes = Counter(map(pattern, filled))
        common = [_shape(shape) for shape, _ in shapes.most_common()]
        rest = f" and {len(common) - _SHOWN_PATTERNS} more" if len(common) > _SHOWN_PATTERNS else ""
        facts.append(f"patterns {_texts(common[:_SHOWN_PATTERNS])}{rest}")
    return f"- {json.dumps(name, ensure_ascii=False)}: {', '.join(fact for fact in facts if fact)}"


def _shape(shape: str) -> str:
    return shape if len(shape) <= _SHAPE_CHARACTERS else f"{shape[:_SHAPE_CHARACTERS]}…"


def _texts(values: Iterable[str]) -> str:
    return json.dumps([_shortened(value) for value in values], ensure_ascii=False)


def _kind(cells: Sequence[str]) -> str:
    for kind, form in _KINDS:
        if cells and all(form.fullmatch(cell) for cell in cells):
            return kind
    return "text" if cells else ""


Feature = tuple[int, str]


def _features(table: Table, rows: Sequence[Row]) -> list[set[Feature]]:
    """What is special about each row: per column its pattern, and its value where the column is a category."""
    categories = {
        at for at in range(table.width) if len({row[at] for row in rows}) <= max(2, min(len(rows) // 2, 2 * SHOWN_ROWS))
    }
    return [set(_row_features(row, categories)) for row in rows]


def _row_features(row: Row, categories: set[int]) -> Iterator[Feature]:
    for at, cell in enumerate(row):
        yield at, f"value {cell}" if at in categories and cell else f"pattern {pattern(cell or '')}"


def _telling_rows(table: Table, hidden: frozenset[int]) -> list[int]:
    """Positions of rows to show, the most telling first: the first few, then those with what no other shown row has."""
    rows = _profiled(table)
    visible = [at for at in range(len(rows)) if at not in hidden]
    if len(visible) <= SHOWN_ROWS:
        return visible
    features = _features(table, rows)
    counts = Counter(feature for at in visible for feature in features[at])
    chosen = visible[:_FIRST_ROWS]
    seen = {feature for at in chosen for feature in features[at]}
    for at in sorted(visible[_FIRST_ROWS:], key=lambda one: (-sum(1 / counts[feature] for feature in features[one]), one)):
        if len(chosen) < SHOWN_ROWS and not features[at] <= seen:
            chosen.append(at)
            seen |= features[at]
    chosen += [at for at in (visible[-1], visible[len(visible) // 2]) if at not in chosen]
    return chosen[:SHOWN_ROWS]
