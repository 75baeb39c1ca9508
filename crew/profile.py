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
_FEWEST_TO_HOLD_OUT_FROM = 5
_MOST_HELD_OUT = 200

_DATE = re.compile(r"\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}([ T]\d{1,2}:\d{2}.*)?")
_KINDS = (
    ("integer", re.compile(r"[-+]?\d+")),
    ("number", re.compile(r"[-+]?[\d,.]*\d[\d,.]*(e[-+]?\d+)?", re.IGNORECASE)),
    ("date", _DATE),
)


def clipped(text: str, most_bytes: int) -> str:
    """The text, cut to at most `most_bytes` of UTF-8 with a mark where it was cut."""
    encoded = text.encode()
    if len(encoded) <= most_bytes:
        return text
    return encoded[: max(0, most_bytes - 20)].decode(errors="ignore") + "… [cut here]"


_FENCES = "input|expected|difference|error|instructions|program|plan|history"


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
        half = PROFILE_BYTES // 2 - 200
        given, wanted = self.example.input, self.example.expected
        shown = self._shown_rows()
        parts = [
            f"{self._relation()}\n",
            fenced("input", clipped(_described(given, shown[0], frozenset()), half)),
            fenced("expected", clipped(_described(wanted, shown[1], self.hidden), half)),
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


def _described(table: Table, shown: Sequence[int], hidden: frozenset[int]) -> str:
    kind = "with a header" if table.header is not None else "without a header"
    lines = [f"{len(table.rows)} rows, {table.width} columns, {kind}. Columns:"]
    visible = [row for at, row in enumerate(_profiled(table)) if at not in hidden]
    rows = "\n".join(f"{at + 1}: {_row_text(table.rows[at])}" for at in sorted(shown))
    columns = "\n".join(_column_text(name, [row[at] for row in visible]) for at, name in enumerate(table.columns))
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
        shapes = Counter(map(pattern, filled)).most_common(_SHOWN_PATTERNS)
        facts.append(f"patterns {_texts(shape[:40] for shape, _ in shapes)}")
    return f"- {json.dumps(name, ensure_ascii=False)}: {', '.join(fact for fact in facts if fact)}"


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
