"""Where a table stands among the rows of its file: its heading, and the lines that people and programs put above and below.

A file that is a plain table keeps every row: only what cannot be a row of it stands apart. Rows are told by their width
first, then by what their cells look like; a blank line ends nothing where rows of the table go on below it.
"""

import re
from collections import Counter, deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain, islice

from converter.errors import BadCsv
from converter.notes import first_text, rows_named, shown
from converter.table import Cell, Row, column_names

HEADING_ROWS = 500
"""Rows in which a heading is looked for. The longest preambles met in the wild (instruments' settings) have some 200."""
FOOTER_ROWS = 100
"""Rows at a file's end that may stand below the table."""
_LATER_ROWS = 10_000
"""Rows behind a table's end, at most: a second table, or remarks. More of them are a file that should be cut by hand."""
_TYPED_ROWS = 200
_MOST_BROKEN = 0.2
"""The share of rows that may be too wide for a heading on the first line, for them to be broken rather than it no heading."""
_FIGURES_SHARE = 0.8

# A cell of figures has a digit and no letters but those of times in ISO 8601, exponents and am/pm.
_FIGURE = re.compile(r"[\W\d_]*\d(?:[\W\d_]|(?<=\d)[TZeE](?=[-+\d]|$)|(?<=\d) ?[ap]\.?m\.?$)*", re.IGNORECASE)
_YEAR = re.compile(r"(19|20)\d\d")
# What databases and report writers put below their tables.
CLOSING = re.compile(r"\(?\d+ (rows?|records?)\b[\w ]*\)?\.?|[-=* ]*end of (report|file|data|list|document)\b.*", re.IGNORECASE)


def filled(row: Row) -> int:
    """The number of cells up to the last one that has text."""
    width = len(row)
    while width and not (row[width - 1] or "").strip():
        width -= 1
    return width


def is_sparse(row: Row, width: int) -> bool:
    """Whether a row of a table of that width has no text in its second half."""
    return 2 * filled(row) <= width


def _is_title(row: Row, width: int) -> bool:
    return width > 2 and sum(bool(cell and cell.strip()) for cell in row) == 1


def is_figure(cell: Cell) -> bool:
    """Whether a cell has figures and no words: a number, amount, date or time."""
    return cell is not None and _FIGURE.fullmatch(cell.strip()) is not None


def heading_at(rows: Sequence[Row]) -> int:
    """The position of the likeliest heading among a file's first rows.

    It is the first row that is no blank line, unless what stands there is no part of the table below it.
    """
    first = next((at for at, row in enumerate(rows) if filled(row)), 0)
    if rows and _is_remark(rows[first]):
        others = [at for at, row in enumerate(rows) if row and not _is_remark(row)]
        widths = Counter(len(rows[at]) for at in others)
        width = max(widths, key=lambda one: (widths[one] * (one - 1), one), default=0)
        if others and not any(len(row) == width for row in rows if _is_remark(row)):
            return others[heading_at([rows[at] for at in others])]
    if all(filled(row) <= len(rows[first]) for row in rows[first + 1 :]):
        return _below_sparse_rows(rows, first)
    return _below_narrow_rows(rows, first)


def _is_remark(row: Row) -> bool:
    return bool(row) and (row[0] or "").startswith("#")


def named_at(rows: Sequence[Row], names: Sequence[str]) -> int | None:
    """The position of the first row that has all the column names, else of that which has most (half at least)."""
    wanted = {name.casefold() for name in names}
    best, most = None, (len(wanted) - 1) // 2
    for at, row in enumerate(rows[:HEADING_ROWS]):
        if len(row) * 2 < len(wanted):
            continue
        there = {name.casefold() for name in column_names(as_header(row), len(row))}
        common = len(wanted & there)
        if common > most:
            best, most = at, common
        if common == len(wanted):
            break
    return best


def has_sure_heading(rows: Sequence[Row], at: int) -> bool:
    """Whether the row at `at` can be nothing but a heading: names, with figures below them or a blank line above."""
    width = filled(rows[at])
    return width > 1 and _is_heading(rows[at][:width]) and (_has_figures_below(rows, at, width) or not filled(rows[at - 1]))


def as_header(row: Row) -> tuple[str, ...]:
    """A heading's names as the file has them."""
    return tuple(cell or "" for cell in row)


def _below_sparse_rows(rows: Sequence[Row], first: int) -> int:
    """The heading where no row is wider than the first: a full row of names, with figures below it or a blank row above it,
    that stands below rows that are blank but for their first cells or for one."""
    width = filled(max(rows[first:], key=filled, default=()))
    if (at := _below_pairs(rows, first, width)) is not None:
        return at
    above_blank = False
    for at in range(first, min(len(rows), HEADING_ROWS)):
        row, above = rows[at], rows[first:at]
        if width > 1 and above and filled(row) == width and _is_heading(row[:width]):
            is_contrast = _has_figures_below(rows, at, width)
            # A heading may lack names at its end: two such rows or more are none.
            are_sparse = all(is_sparse(one, width) or _is_title(one, width) for one in above) or (
                len(above) > 1 and is_contrast
            )
            needed = 1 if width > 2 else 2
            if are_sparse and is_contrast + above_blank >= needed:
                return at
            return first
        if (filled(row) >= width or (row and not row[0] and filled(row))) and not _is_title(row, width):
            return first
        above_blank = above_blank or not filled(row)
    return first


def _below_pairs(rows: Sequence[Row], first: int, width: int) -> int | None:
    """The heading below lines as wide as the table, such as `Account;4711` and a blank one; None where there is none."""
    blank = next((at for at in range(first, min(len(rows), HEADING_ROWS)) if not filled(rows[at])), len(rows))
    at = next((at for at in range(blank, min(len(rows), HEADING_ROWS)) if filled(rows[at])), None)
    if at is None or width < 2 or filled(rows[first]) != width or _is_heading(rows[first][:width]):
        return None
    is_sure = filled(rows[at]) == width and _is_heading(rows[at][:width]) and _has_figures_below(rows, at, width)
    return at if is_sure and not _has_figures_below(rows[:blank], first, width) else None


def _below_narrow_rows(rows: Sequence[Row], first: int) -> int:
    """The heading where some rows are wider than the first: the first of those rows that make most of the file's cells."""
    ends = _blank_ends(rows)
    widths = [_width(row, ends) for row in rows]
    below = [width for width in widths[first + 1 :] if width]
    too_wide = [width for width in below if width > widths[first]]
    if 2 * widths[first] > max(below) and len(too_wide) <= max(1, _MOST_BROKEN * len(below)):
        return first
    counts = Counter(width for width in widths if width)
    # A heading and a row at least, if there is such a table.
    common = [one for one in counts if counts[one] > 1] or list(counts)
    width = max(common, key=lambda one: (counts[one] * (one - 1), one))
    candidates = [at for at in range(first, min(len(rows), HEADING_ROWS)) if widths[at] == width]
    if not candidates:
        return first
    likely = [at for at in candidates[:5] if _is_heading(rows[at][:width]) and _has_figures_below(rows, at, width)]
    at = likely[0] if likely else candidates[0]
    is_uniform = len(set(below)) == 1 and 2 * widths[first] > width
    if is_uniform and not (_is_heading(rows[at][:width]) and (at in likely or not all(rows[first:at]))):
        # Every row has a cell too many: the first is their heading, and they are broken.
        return first
    return at


def _blank_ends(rows: Sequence[Row]) -> set[int]:
    """The lengths of rows that all end with a blank cell: a delimiter too many."""
    by_length: dict[int, bool] = {}
    for row in rows:
        if row:
            by_length[len(row)] = by_length.get(len(row), True) and not row[-1]
    return {length for length, is_blank in by_length.items() if is_blank and length > 1}


def _width(row: Row, blank_ends: set[int]) -> int:
    return len(row) - 1 if len(row) in blank_ends else len(row)


def _is_heading(cells: Row) -> bool:
    """Whether these can be names of columns: all filled, words, not figures; different, but for one over several columns."""
    names = [(cell or "").strip().casefold() for cell in cells]
    names = [name for at, name in enumerate(names) if not at or name != names[at - 1]]
    figures = sum(is_figure(name) and not _YEAR.fullmatch(name) for name in names)
    return (
        all(names)
        and len(set(names)) == len(names) >= min(2, len(cells))
        and not is_figure(names[0])
        and 3 * figures < len(names)
    )


def _has_figures_below(rows: Sequence[Row], at: int, width: int) -> bool:
    """Whether there is a column of figures whose cell in the row at `at` has none."""
    sample = rows[at + 1 : at + 1 + _TYPED_ROWS]
    return any(not is_figure(rows[at][column]) for column in _figure_columns(sample, width))


def _figure_columns(rows: Iterable[Row], width: int) -> list[int]:
    """The columns whose filled cells are figures, nearly all of them."""
    counts, figures = [0] * width, [0] * width
    for row in rows:
        for column, cell in enumerate(row[:width]):
            if cell and cell.strip():
                counts[column] += 1
                figures[column] += is_figure(cell)
    return [column for column in range(width) if counts[column] and figures[column] >= _FIGURES_SHARE * counts[column]]


@dataclass
class TableRows:
    """A table's rows, one after the other, each as wide as its heading; what stands below them is in `footer` afterwards.

    Short rows are filled with missing cells, blank cells too many at a row's end are left out, blank lines are passed over;
    which rows these were is kept. A row with a filled cell too many raises `BadCsv`, with its number in the file, unless a
    blank row stands above it or `is_lenient`: then it ends the table. In a part of a file (`is_part`), a short row raises, too,
    and all rows are the table's.
    """

    numbered: Iterator[tuple[int, Row]]
    width: int
    name: str
    is_lenient: bool = False
    is_part: bool = False
    footer: tuple[Row, ...] = ()
    short: list[int] = field(default_factory=list)
    long: list[int] = field(default_factory=list)
    blank: list[int] = field(default_factory=list)
    comments: list[int] = field(default_factory=list)
    _typed: list[Row] = field(default_factory=list)
    _known: tuple[int, frozenset[int]] = (-1, frozenset())
    _has_sparse: bool = False

    def __iter__(self) -> Iterator[Row]:
        # The last rows are held back until it is known that they are the last.
        held: deque[tuple[int, Row]] = deque()
        has_passed, later = False, list[Row]()
        for number, row in self.numbered:
            if len(row) != self.width and self._is_comment(row):
                self.comments.append(number)
                continue
            if len(row) > self.width and filled(row) > self.width:
                later = self._later(number, row, is_below_blank=bool(held) and not filled(held[-1][1]))
                break
            if len(row) == self.width and len(self._typed) < _TYPED_ROWS:
                self._typed.append(row)
            held.append((number, row))
            if len(held) > FOOTER_ROWS:
                has_passed = True
                number, row = held.popleft()
                self._has_sparse = self._has_sparse or (bool(row) and not row[-1] and is_sparse(row, self.width))
                yield from self._fitted(number, row)
        rows = [row for _, row in held]
        start = len(rows) if self.is_part else _Tail(rows, self.width, self._typed, self._has_sparse).footer_start()
        if not start and not has_passed:
            # A table is never all footer.
            start = len(rows)
        end = start
        while end and len(rows[end - 1]) < self.width and not filled(rows[end - 1]):
            end -= 1
        for number, row in islice(held, end):
            yield from self._fitted(number, row)
        self.footer = _without_blank_ends([*rows[start:], *later])

    def notes(self) -> Iterator[str]:
        """What a person should know of how the rows were read; complete when they were."""
        if self.short:
            yield f"{rows_named(self.short)} fewer cells than the heading; the missing ones are taken as empty"
        if self.long:
            yield f"{rows_named(self.long)} a delimiter too many at the end; it is passed over"
        if self.blank:
            yield f"{rows_named(self.blank)} nothing on the line; blank lines are passed over"
        if self.comments:
            yield f"{rows_named(self.comments)} a comment (#) in place of a row; comments are passed over"
        if self.footer:
            count = sum(1 for row in self.footer if filled(row))
            lines = f"{count} lines" if count > 1 else "1 line"
            yield f"{lines} below the table kept apart, beginning with {first_text(self.footer)}"

    def _is_comment(self, row: Row) -> bool:
        """Whether a row of another width than the table's is a remark between its rows, none of which begins like that."""
        return _is_remark(row) and not self.is_lenient and not any(map(_is_remark, self._typed))

    def _later(self, number: int, row: Row, *, is_below_blank: bool) -> list[Row]:
        """The rows from this one on, which is too wide for the table. Raises `BadCsv` where it is a broken row of it."""
        if self.is_part or not (self.is_lenient or is_below_blank):
            raise BadCsv(self.name, misfit(row, self.width), row=number)
        later = [row, *(row for _, row in islice(self.numbered, _LATER_ROWS))]
        if len(later) > _LATER_ROWS:
            raise BadCsv(self.name, f"{misfit(row, self.width)}, and so many rows follow that they are no footer", row=number)
        return later

    def _fitted(self, number: int, row: Row) -> Iterator[Row]:
        length = len(row)
        if length == self.width:
            yield row
        elif not filled(row) and length < self.width:
            self.blank.append(number)
        elif length > self.width:
            self.long.append(number)
            yield row[: self.width]
        else:
            if self.is_part:
                raise BadCsv(self.name, misfit(row, self.width), row=number)
            if self.short and self.short[-1] == number - 1:
                self._check_uncut(number, row)
            self.short.append(number)
            yield row + (None,) * (self.width - length)

    def _check_uncut(self, number: int, row: Row) -> None:
        """Raises `BadCsv` for a short row below another one, with words where all others have figures: a row in two pieces."""
        if self.is_lenient or len(self._typed) < 2:
            return
        figures = self._figures()
        odd = next((cell for at, cell in enumerate(row) if cell and at in figures and not is_figure(cell)), None)
        if odd is not None:
            problem = (
                f"{misfit(row, self.width)}, and {shown(odd)} stands where others have numbers or dates; "
                "a cell with a line break or a delimiter in it must stand between quotes"
            )
            raise BadCsv(self.name, problem, row=number)

    def _figures(self) -> frozenset[int]:
        if self._known[0] < len(self._typed):
            self._known = (len(self._typed), frozenset(_figure_columns(self._typed, self.width)))
        return self._known[1]


@dataclass(frozen=True)
class _Tail:
    """A file's last rows, below a heading of `width` cells; `typed` are rows as wide as that.

    `has_sparse` tells whether rows above these are blank but for their first cells.
    """

    rows: list[Row]
    width: int
    typed: list[Row]
    has_sparse: bool

    def footer_start(self) -> int:
        """The position of the first of the rows that stand below the table; their number where none does."""
        end = self._above_blanks(len(self.rows))
        start = self._above_blanks(self._blocks_start(end))
        while start and self._is_closing(self.rows[start - 1]):
            start = self._above_blanks(start - 1)
        return start if start < end else len(self.rows)

    def _above_blanks(self, end: int) -> int:
        while end and not filled(self.rows[end - 1]):
            end -= 1
        return end

    def _blocks_start(self, end: int) -> int:
        """The start of the last blocks of rows, below a blank row each, none of whose rows can be one of the table."""
        start = at = end
        while at and is_sparse(self.rows[at - 1], self.width):
            above = self._above_blanks(at - 1)
            if above < at - 1 and above:
                start = at - 1
            at = above
        block = self.rows[start:end]
        if any(len(row) >= self.width and filled(row) for row in block):
            # As wide as the table: only where no row of the table has as many blanks, it can be told from one.
            has_sparse = self.has_sparse or any(is_sparse(row, self.width) for row in self.rows[:start] if filled(row))
            return end if has_sparse or self.width < 3 else start
        return start

    def _is_closing(self, row: Row) -> bool:
        """Whether a row at the end, with no blank one above it, can be none of the table."""
        if filled(row) != 1:
            return False
        text = (row[0] or "").strip()
        if CLOSING.fullmatch(text):
            return True
        cells = [one[0].strip() for one in self.typed if one[0]]
        if len(row) == self.width or not cells or is_figure(text):
            return False
        most_words = max(len(cell.split()) for cell in cells)
        return all(map(is_figure, cells)) or len(text.split()) > most_words or text.endswith(":")


def misfit(row: Row, width: int) -> str:
    """What is wrong with a row that is not as wide as the heading."""
    return f"has {len(row)} cell{'s' * (len(row) != 1)}, the header has {width}"


def below(sample: Sequence[Row], at: int, rest: Iterator[Row]) -> Iterator[tuple[int, Row]]:
    """The rows below that at `at`, with their numbers in the file: those of the sample, then the rest."""
    return enumerate(chain(sample[at + 1 :], rest), at + 2)


def is_no_table(rows: Sequence[Row], at: int) -> bool:
    """Whether so many rows of different widths are wider than the heading that the file is no table at all."""
    widths = [filled(row) for row in rows[at + 1 :] if filled(row)]
    wide = sum(width > len(rows[at]) for width in widths)
    return len(set(widths)) > 1 and wide > max(1, _MOST_BROKEN * len(widths))


def _without_blank_ends(rows: list[Row]) -> tuple[Row, ...]:
    there = [at for at, row in enumerate(rows) if filled(row)]
    return tuple(rows[there[0] : there[-1] + 1]) if there else ()
