"""Tables that are drawn with dashes: as MySQL, psql, sqlcmd, SQL*Plus, SAP, PowerShell and Markdown print them.

Between cells stands a bar, or blanks where the dashes under the heading have a gap. No cell has quotes around it, so a bar
within one cannot be told from one between two: such a line is refused.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise, takewhile

from converter.errors import BadCsv
from converter.table import Row

_DASH, _CROSSING = "-=─━═", "+|│┃║├┤┼┌┐└┘┬┴╞╡╪╟╢╫╠╣╬╔╗╚╝╦╩╤╧╭╮╰╯┏┓┗┛┳┻┣┫╋"
# Possessive, as a line may be long. Trailing blanks are gone before.
_RULE = re.compile(rf"\s*+(?=.*[{_DASH}]{{3}})[{_DASH}{_CROSSING}]++")
# With spaces, or Markdown's colons: below the heading's that may be a row whose cells are dashes.
_FIRST_RULE = re.compile(rf"\s*+(?=.*[{_DASH}]{{3}})[{_DASH}{_CROSSING}: ]++|\s*+\|(?:\s*+:?-++:?\s*+\|)++")
_GROUPS = re.compile(rf"(?=.*[{_DASH}]{{2}})[{_DASH} ]++")
_GROUP = re.compile(rf"[{_DASH}]+")
_BARS = "|│┃║"
# How sqlcmd, SQL*Plus and DB2 end a table.
_COUNT = re.compile(r"\s*\(?\d+ (rows?|record\(s\))\b.*")


@dataclass(frozen=True)
class Drawing:
    """A table's heading, and what tells its cells apart: the sign `bar`, or the positions `cuts`."""

    heading: Row
    bar: str = ""
    has_frame: bool = False
    cuts: tuple[int, ...] = ()

    @classmethod
    def of(cls, lines: Sequence[str]) -> "Drawing | None":
        """How the table is drawn in a file that begins with these lines; None where it is not."""
        texts = ["", *(line.rstrip() for line in lines), ""]
        # Within quotes of a CSV it is text of a cell.
        marks = accumulate(text.count('"') for text in texts)
        rules = (at for at, count in enumerate(marks) if count % 2 == 0 and _FIRST_RULE.fullmatch(texts[at]))
        return next((found for at in rules if (found := _framed(texts, at) or _barred(texts, at) or _cut(texts, at))), None)

    @classmethod
    def aligned(cls, lines: Sequence[str]) -> "Drawing | None":
        """Columns aligned by spaces, with blank cells: under each gap of two spaces in the first line all others have two."""
        texts = [text for line in lines if (text := line.rstrip())]
        gaps = [match.span() for match in re.finditer(r"(?<=\S) {2,}(?=\S)", texts[0])] if len(texts) > 2 else []
        cuts = tuple(
            next((at for at in range(end - 2, start - 1, -1) if not any(text[at : at + 2].strip() for text in texts)), -1)
            for start, end in gaps
        )
        if not cuts or -1 in cuts:
            return None
        return cls(_stripped(cls((), cuts=cuts).parts(texts[0]) or ()), cuts=cuts)

    def parts(self, text: str) -> list[str] | None:
        """A line's cells as they stand there; None for a line that is none of the table's."""
        if self.cuts:
            fits = all(text[cut : cut + 1] in ("", " ") for cut in self.cuts)
            return [text[one:other] for one, other in pairwise((0, *self.cuts, len(text)))] if fits else None
        if self.has_frame:
            text = text.strip()
            if len(text) < 2 or not text[0] == text[-1] == self.bar:
                return None
            text = text[1:-1]
        return re.split(rf"(?<!\\)\{self.bar}", text) if self.has_frame or self.bar in text else None


def drawn_rows(lines: Iterable[str], drawing: Drawing, name: str) -> Iterator[Row]:
    """The rows of the table under its heading; what stands around it are rows of one cell, below it with blank rows between.

    A heading that each page repeats comes once. Raises `BadCsv` for a line of the table that has not as many cells.
    """
    held: list[str] = []
    for parts in _lines(lines, drawing, name):
        # psql marks a line break within a cell by a plus; the cell goes on in the next line, in which all others are blank.
        breaks = [at for at, part in enumerate(held) if part.endswith("+")]
        if breaks and len(parts) == len(held) and not any(part.strip() for at, part in enumerate(parts) if at not in breaks):
            held = [f"{one[:-1].strip()}\n{parts[at].lstrip()}" if at in breaks else one for at, one in enumerate(held)]
            continue
        if held:
            yield _stripped(held)
        if not parts:
            yield ()
        held = parts
    if held:
        yield _stripped(held)


def _lines(lines: Iterable[str], drawing: Drawing, name: str) -> Iterator[list[str]]:
    later_rule = _RULE if drawing.bar else _GROUPS
    heading_at, is_below_blank = 0, False
    for number, line in enumerate(lines, 1):
        text = line.rstrip()
        if (_FIRST_RULE if heading_at in (0, number - 1) else later_rule).fullmatch(text):
            continue
        parts = drawing.parts(text) if text else None
        if parts is not None and _stripped(parts) == drawing.heading:
            if not heading_at:
                yield parts
            heading_at, is_below_blank = number, False
        elif not heading_at:
            yield [text.strip()] if text else []
        elif not text:
            is_below_blank = True
        elif parts is None or (is_below_blank and _COUNT.fullmatch(text)):
            if drawing.cuts and not is_below_blank:
                raise BadCsv(name, "has text where the dashes under the heading have a gap", row=number)
            yield []
            yield [text.strip()]
        elif len(parts) != len(drawing.heading):
            cells = f"has {len(parts)} cells, the heading {len(drawing.heading)}"
            way_out = "in a table that is drawn no cell can have the sign between cells in it; export it as CSV"
            raise BadCsv(name, f"{cells}; {way_out}", row=number)
        else:
            yield parts


def _stripped(parts: Sequence[str]) -> Row:
    return tuple(part.strip().replace("\\|", "|") or None for part in parts)


def _framed(texts: Sequence[str], at: int) -> Drawing | None:
    """The drawing where lines beside the rule begin and end with a bar. The heading is the first that is as wide as most."""
    for bar in _BARS:
        drawing = Drawing((), bar, has_frame=True)
        if any(drawing.parts(text) and not _FIRST_RULE.fullmatch(text) for text in (texts[at - 1], texts[at + 1])):
            found = [parts for text in texts if not _FIRST_RULE.fullmatch(text) and (parts := drawing.parts(text))]
            ((width, count),) = Counter(map(len, found)).most_common(1)
            if count > 1:
                return Drawing(_stripped(next(parts for parts in found if len(parts) == width)), bar, has_frame=True)
    return None


def _barred(texts: Sequence[str], at: int) -> Drawing | None:
    """The drawing where the rule has a crossing for each bar in the heading above."""
    crossings = len(texts[at].translate(str.maketrans("", "", _DASH + ": ")))
    bar = next((one for one in _BARS if crossings and texts[at - 1].count(one) == crossings), None)
    if bar is None or _FIRST_RULE.fullmatch(texts[at - 1]):
        return None
    drawing = Drawing((), bar)
    return Drawing(_stripped(drawing.parts(texts[at - 1]) or ()), bar)


def _cut(texts: Sequence[str], at: int) -> Drawing | None:
    """The drawing where the rule is dashes in groups, and all lines below it up to a blank one have a blank at each gap."""
    groups = [match.span() for match in _GROUP.finditer(texts[at])]
    if len(groups) < 2 or not texts[at - 1] or _FIRST_RULE.fullmatch(texts[at - 1]) or texts[at].strip(_DASH + " "):
        return None
    block = [texts[at - 1], *takewhile(bool, texts[at + 1 :])]
    block = [text for text in block if not _FIRST_RULE.fullmatch(text)]
    cuts = tuple(
        next((cut for cut in range(end, start) if all(text[cut : cut + 1] in ("", " ") for text in block)), -1)
        for (_, end), (start, _) in pairwise(groups)
    )
    if -1 in cuts:
        return None
    drawing = Drawing((), cuts=cuts)
    return Drawing(_stripped(drawing.parts(texts[at - 1]) or ()), cuts=cuts)
