"""What everybody knows: `DE` is Germany, `Fe` is iron, `March` is 3.

What the example shows is written for the whole relation, so that it holds for values that the example does not have.
"""

from collections.abc import Iterator, Sequence

from converter.learning.bank import Entry
from converter.learning.expressions.choices import Lookup
from converter.learning.expressions.texts import LOWER
from converter.learning.nodes import Constant, Node
from converter.learning.proposals.goal import Goal
from converter.learning.values.relations import Relation, relations, relations_of_numbers

COST = 2.0
FOLDED_COST = 2.2
LONGEST = 60
MOST_PIECES = 60


def known(goal: Goal) -> Iterator[tuple[Node, float]]:
    """Columns, or their parts, whose texts stand in a relation beside the cells."""
    cells = [goal.target[at] or "" for at in goal.places]
    if len(set(cells)) < 2 or max(map(len, cells)) > LONGEST:
        return
    of_numbers = all(cell.isdecimal() for cell in cells)
    tables = relations_of_numbers() if of_numbers else tuple(relations().values())
    folded = [cell.casefold() for cell in cells]
    wanted = [(table, [at for at, texts in enumerate(table.texts) if texts.issuperset(folded)]) for table in tables]
    wanted = [(table, values) for table, values in wanted if values]
    if not wanted:
        return
    for entry in (*goal.bank.texts, *goal.bank.pieces[:MOST_PIECES]):
        texts = [entry.values[at] for at in goal.places]
        given = [text for text in texts if isinstance(text, str) and text]
        if len(given) == len(texts) and len(set(given)) > 1 and [text.casefold() for text in given] != folded:
            for table, values in wanted:
                yield from _lookups(table, values, entry, given, cells)


def _lookups(
    table: Relation, values: Sequence[int], entry: Entry, texts: Sequence[str], cells: Sequence[str]
) -> Iterator[tuple[Node, float]]:
    lowered = [text.lower() for text in texts]
    for key in range(len(table.attributes)):
        if not table.texts[key].issuperset(lowered):
            continue
        for value in values:
            if value == key:
                continue
            pairs = table.mapping(key, value)
            if [pairs.get(text) for text in texts] == list(cells):
                map: dict[str, str | None] = {text: said for text, said in sorted(pairs.items()) if text}
                yield Lookup(entry.node, map, Constant(None), COST + entry.node.cost), 0.0
                continue
            plain = {text.lower(): said for text, said in pairs.items() if text}
            if [(plain.get(text) or "").casefold() for text in lowered] == [cell.casefold() for cell in cells]:
                yield Lookup(LOWER(entry.node), dict(sorted(plain.items())), Constant(None), FOLDED_COST + entry.node.cost), 0.0
