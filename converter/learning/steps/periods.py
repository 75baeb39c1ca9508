"""Headings that name weeks and quarters of dates: `W10`, `2024-W10`, `KW 10`, `Q1`, `2024-Q1`, `Q1 2024`."""

import re
from collections.abc import Iterator, Sequence

from converter.learning.expressions.choices import Join
from converter.learning.expressions.moments import QUARTER, part_written
from converter.learning.kinds import Kind
from converter.learning.nodes import Constant, Node

_NAME = re.compile(
    r"(?:\d{4}(?P<after>[^\d%]{0,3}))?(?P<word>[^\W\d_]+\.? ?)(?P<number>\d{1,2})(?:(?P<before>[^\d%]{1,3})\d{4})?"
)
_COST = 3.0


def periods(names: Sequence[str], dates: Sequence[Node]) -> Iterator[Node]:
    """Texts that are made of each date as one of the names is written."""
    shapes = {
        (found["after"], found["word"], found["before"], len(found["number"]) == 1)
        for name in names
        if (found := _NAME.fullmatch(name.strip()))
    }
    for after, word, before, is_short in shapes:
        for node in dates:
            if node.kind not in (Kind.DATE, Kind.TIMESTAMP):
                continue
            if word == "Q" and is_short:
                year = part_written("%Y")(node)
                parts = [year, Constant(after)] if after else [year] if after is not None else []
                parts += [QUARTER(node)]
                parts += [Constant(before), year] if before else []
                yield Join(parts, _COST) if len(parts) > 1 else parts[0]
            elif not is_short:
                start, end = f"%G{after}" if after is not None else "", f"{before}%G" if before else ""
                yield part_written(f"{start}{word}%V{end}")(node)
