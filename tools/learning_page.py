"""Writes what `learn --explain` prints, and code, into docs/explanation/learning.md: `python -m tools.learning_page`.

In the page a block of text behind `<!-- explain -->` is the output for the two tables above it; a block of Python behind a
comment with a path (and, after a colon, a name) is that file, or that function of it.
"""

import ast
import re
from pathlib import Path

from converter.lesson import learn
from converter.table import Example, Table

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "explanation" / "learning.md"
_TABLE = re.compile(r"^```csv\n(.*?)^```$", re.DOTALL | re.MULTILINE)
_EXPLAINED = re.compile(r"(<!-- explain -->\n```text\n)(.*?)(^```$)", re.DOTALL | re.MULTILINE)
_CODE = re.compile(r"(<!-- ([\w/]+\.py)(?::(\w+))? -->\n```python\n)(.*?)(^```$)", re.DOTALL | re.MULTILINE)


def page(text: str) -> str:
    """The page with its blocks as the code makes them now."""
    told = _EXPLAINED.search(text)
    if told is not None:
        given, expected = (_table(block) for block in _TABLE.findall(text[: told.start()])[-2:])
        trace = learn(Example(given, expected)).trace
        lines = "\n".join(trace.lines()) if trace is not None else "another search made this one"
        text = text[: told.start(2)] + lines + "\n" + text[told.end(2) :]
    return _CODE.sub(lambda match: match[1] + _source(ROOT / match[2], match[3]) + match[5], text)


def _table(block: str) -> Table:
    header, *rows = [tuple(line.split(",")) for line in block.splitlines()]
    return Table(header, tuple(rows), header)


def _source(path: Path, name: str | None) -> str:
    """The file's text, or that of one of its functions or constants."""
    text = path.read_text(encoding="utf-8")
    if name is None:
        return text
    for node in ast.parse(text).body:
        targets = node.targets if isinstance(node, ast.Assign) else [node]
        if any(name in (getattr(one, "name", None), getattr(one, "id", None)) for one in targets):
            return "".join(text.splitlines(keepends=True)[node.lineno - 1 : node.end_lineno])
    raise SystemExit(f"{path} has no {name}")


if __name__ == "__main__":
    PAGE.write_text(page(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
