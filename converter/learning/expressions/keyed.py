"""Texts of pairs, such as `Size:M,Color:Red`, `id=4&lang=en`, `/NAME/Ann/IBAN/NL00`, and JSON: the value of a key."""

import json
import re
from collections import Counter
from collections.abc import Iterator

from converter.learning.expressions.patterns import escaped, extracted
from converter.learning.kinds import Column, Kind
from converter.learning.nodes import Function, Node
from converter.learning.sql import literal

MOST_KEYS = 16
LEAST_SHARE = 0.5
_KEY = r"[A-Za-z_][\w .-]{0,30}?"
# What stands between key and value, and between pairs, the likeliest first.
_FORMS = (
    ("=", "&"), ("=", ";"), ("=", "; "), ("=", ", "), ("=", ","), ("=", "|"), ("=", " "), (":", ","), (":", ";"), (":", "|"),
    (":", " "),
    (": ", ", "), (": ", "; "), (": ", ","), (": ", ";"), (": ", " | "), (": ", "|"), (": ", "\n"), (":", ", "), (":", "; "),
    (": ", " / "), (" ", ", "),
)  # fmt: skip


def keyed(node: Node, values: Column) -> Iterator[Node]:
    """The values of the keys that the texts have."""
    texts = [value for value in values if isinstance(value, str) and value]
    if not texts:
        return
    if texts[0].lstrip().startswith("{"):
        yield from _of_json(node, texts)
        return
    if sum(text.startswith("/") and text.count("/") >= 4 for text in texts) >= LEAST_SHARE * len(texts):
        keys = Counter(key for text in texts for key in re.findall(r"/([A-Z]{3,5})/", text))
        for key, _ in keys.most_common(MOST_KEYS):
            yield slashed(key)(node)
    queried = Counter(key for text in texts for key in re.findall(r"[?&]([A-Za-z_]\w*)=", text))
    if sum("?" in text or "&" in text for text in texts) >= LEAST_SHARE * len(texts):
        for key, _ in queried.most_common(MOST_KEYS):
            yield extracted(rf"[?&]{key}=([^&#]*)", 1.2, 1)(node)
    for between, end in _FORMS:
        if not all(between in text for text in texts):
            continue
        pairs = [_pairs(text, between, end) for text in texts]
        if any(pair is None for pair in pairs) or not any(len(pair) > 1 for pair in pairs if pair):
            continue
        counts = Counter(key for pair in pairs if pair for key in pair)
        if len(counts) < sum(counts.values()) or len(texts) == 1:
            for key, _ in counts.most_common(MOST_KEYS):
                yield value_of(key, between, end)(node)
            return


def _pairs(text: str, between: str, end: str) -> dict[str, str] | None:
    found = {}
    for part in text.split(end):
        key, mark, value = part.partition(between)
        if not mark or not re.fullmatch(_KEY, key.strip()):
            return None
        found[key] = value
    return found


def value_of(key: str, between: str, end: str) -> Function:
    """The value of the key in a text of pairs; empty where it has none."""
    stop = escaped(end[0]) if end[0] in "\\]^" else end[0]
    values = f"[^{stop}]*" if len(end) == 1 or end[0] != " " else f".*?(?:{escaped(end)}|$)"
    pattern = f"(?:^|{escaped(end)}){escaped(key + between)}({values})"
    search = re.compile(pattern)

    def compute(text: str) -> str:
        match = search.search(text)
        return match[1] if match else ""

    return Function("value of", Kind.TEXT, f"regexp_extract({{0}}, {literal(pattern)}, 1)", compute, 1.3, (key, between, end))


def slashed(key: str) -> Function:
    """What stands behind `/KEY/`, up to the next slash; empty where there is none."""
    pattern = f"/{key}/([^/]*)"
    search = re.compile(pattern)

    def compute(text: str) -> str:
        match = search.search(text)
        return match[1] if match else ""

    return Function("value of", Kind.TEXT, f"regexp_extract({{0}}, {literal(pattern)}, 1)", compute, 1.3, (key, "/"))


def _of_json(node: Node, texts: list[str]) -> Iterator[Node]:
    paths: Counter[tuple[str, ...]] = Counter()
    for text in texts:
        found = _loaded(text)
        if found is None:
            return
        paths.update(_paths(found))
    for path, _ in paths.most_common(2 * MOST_KEYS):
        yield json_value(path)(node)


def _loaded(text: str) -> dict[str, object] | None:
    try:
        found = json.loads(text)
    except ValueError:
        return None
    return found if isinstance(found, dict) else None


def _paths(found: dict[str, object], before: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    for key, value in found.items():
        if isinstance(value, dict) and len(before) < 2:
            yield from _paths(value, (*before, key))
        else:
            yield (*before, key)


def json_value(path: tuple[str, ...]) -> Function:
    """The value at the path of a JSON object, as text; blank where it has none."""

    def compute(text: str) -> str | None:
        value: object = _loaded(text)
        for key in path:
            value = value.get(key) if isinstance(value, dict) else None
        if value is None or isinstance(value, str):
            return value
        return json.dumps(value, separators=(",", ":"), ensure_ascii=False)

    steps = "".join(f".{key}" if re.fullmatch(r"[A-Za-z_]\w*", key) else f'."{key}"' for key in path)
    return Function("json", Kind.TEXT, f"{{0}} ->> {literal('$' + steps)}", compute, 1.2, path)
