"""Addresses of pages and files: the path and the parameters of a URL; the name without its extension, the extension."""

import re
from collections import Counter
from collections.abc import Iterator
from urllib.parse import unquote_plus

from converter.learning.expressions.texts import extracted
from converter.learning.kinds import Column, Kind
from converter.learning.nodes import Function, Node

MOST_PARAMETERS = 12
LEAST_SHARE = 0.5
"""So many of the cells have to be addresses."""
_URL = re.compile(r"[a-z][a-z0-9+.-]*://[^/?#\s]+", re.IGNORECASE).match
_PARAMETER = re.compile(r"[?&]([\w.-]+)=")
_FILE = re.compile(r"[^\n]*[^.\\/\n]\.[A-Za-z][A-Za-z0-9]{0,4}").fullmatch
_PATH = extracted(r"^[A-Za-z][A-Za-z0-9+.-]*://[^/?#]+([^?#]*)", 1.2, 1)
_EXTENSION = extracted(r"\.([^.\\/]+)$", 1.1, 1)
_AROUND_STEM = re.compile(r"^.*[\\/]|\.[^.\\/]*$")
STEM = Function(
    "file stem",
    Kind.TEXT,
    r"regexp_replace({0}, '^.*[\\/]|\.[^.\\/]*$', '', 'g')",
    lambda text: _AROUND_STEM.sub("", text),
    1.3,
)
DECODED = Function(
    "URL decoded",
    Kind.TEXT,
    "url_decode(replace({0}, '+', ' '))",
    lambda text: unquote_plus(text),
    0.6,
)


def pieces(node: Node, values: Column) -> Iterator[Node]:
    """What the texts consist of, where most are addresses."""
    texts = [value for value in values if isinstance(value, str) and value]
    if not texts:
        return
    least = LEAST_SHARE * len(texts)
    if sum(bool(_URL(text)) for text in texts) >= least:
        yield _PATH(node)
        counts = Counter(key for text in texts for key in _PARAMETER.findall(text))
        for key, _ in counts.most_common(MOST_PARAMETERS):
            value = parameter(key)(node)
            yield value
            if any("+" in text or "%" in text for text in texts):
                yield DECODED(value)
    elif sum(bool(_FILE(text)) for text in texts) >= least:
        yield from (STEM(node), _EXTENSION(node))


def parameter(key: str) -> Function:
    """The value of the URL's parameter as it stands there; empty where it has none."""
    return extracted(rf"[?&]{re.escape(key).replace('/', '')}=([^&#]*)", 1.2, 1)
