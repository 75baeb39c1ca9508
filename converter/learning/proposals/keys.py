"""Texts with keys in them, as lines of a log have them: the value of the key that the output column is named after.

`PROTO=TCP`, `user: ann`, `status="late"`. What other rows have there may be of another form, so all up to the mark that ends a
value is taken, whatever it is; where the key is not, the cell is blank.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from converter.learning.expressions.patterns import compiled, escaped, extracted
from converter.learning.nodes import Node
from converter.learning.proposals.goal import Goal

_COST = 1.0
_NEXT = 0.15
"""What each way less usual to end a value costs."""
_BETWEEN = r'(=|: ?)("?)'
_ENDS = ("[^ ]*", "[^,]*", "[^;]*", "[^,;]*", "[^|]*", "[^&]*", "[^ ,;]*", "[^ ,;)}]*")
_QUOTED = '[^"]*'
_LEAST = 2


def of_key_named(goal: Goal) -> Iterator[tuple[Node, float]]:
    """The values of the key that is the output column's name, from texts that have it."""
    name = (goal.name or "").strip()
    if len(name) < _LEAST or not name[0].isalpha() or len(goal.cells) < _LEAST:
        return
    find = re.compile(rf"(?i)(?<!\w){re.escape(name)}{_BETWEEN}").search
    for entry in goal.bank.texts:
        texts = [value for value in entry.values if isinstance(value, str)]
        found = [match for match in map(find, texts) if match]
        if len(found) < _LEAST or len({match[0] for match in found}) > 1:
            continue
        ends = (_QUOTED,) if found[0][2] else _ends(texts, found[0][1])
        for pattern, cost in _patterns(found[0][0], ends):
            if _gives(goal, entry.values, pattern):
                yield extracted(pattern, _COST + cost, 1)(entry.node), 0.0
                break


def _ends(texts: Sequence[str], between: str) -> Iterator[str]:
    """What a value may be: all up to the mark that stands before the other keys, or up to a usual one."""
    marks = Counter(mark for text in texts for mark in re.findall(rf"(\W)[A-Za-z_][\w.-]*{re.escape(between)}", text))
    yield from (f"[^{mark}]*" for mark, _ in marks.most_common(1) if mark not in "\\]^-")
    yield from _ENDS


def _patterns(before: str, ends: Iterable[str]) -> Iterator[tuple[str, float]]:
    for at, inner in enumerate(dict.fromkeys(ends)):
        yield rf"\b{escaped(before)}({inner})", _NEXT * at


def _gives(goal: Goal, values: Sequence[object], pattern: str) -> bool:
    search = compiled(pattern).search
    made = [search(value) if isinstance(value, str) else None for value in values]
    return all(((made[at] or ("", ""))[1] or None) == goal.target[at] for at in range(goal.size))
