r"""Parts of things that are written in more ways than one: people's names and domains of the internet.

`Doe, John` and `Mr. John A. Doe, Jr.` have the same given and family name, `cnn.com` and `www.cnn.co.uk` the same second level.
Each part is one regular expression, after what stands around it is taken off.
"""

from converter.learning.expressions.patterns import compiled, literal
from converter.learning.expressions.texts import TEXT
from converter.learning.nodes import Function

_AROUND_NAME = (
    r"^[^\pL]*(?:(?:Mr|Mrs|Ms|Miss|Mx|Dr|Prof|Sir|Rev|Hon)\.? +)*"
    r"|(?:,? +(?:Jr|Sr|II|III|IV|MD|M\.D|PhD|Ph\.D|Esq)\.?)*[^\pL]*$"
)
_SECOND_LEVELS = "(?:(?:ac|co|com|edu|go|gov|mil|ne|net|nom|or|org)\\.)?"
"""What stands below a country's domain in place of a name, by the Public Suffix List's commonest entries."""
_END_OF_HOST = "(?:[:/?#].*)?$"


def _component(name: str, pattern: str, around: str, cost: float) -> Function:
    search, drop = compiled(pattern).search, compiled(around).sub

    def compute(text: str) -> str:
        match = search(drop("", text) if around else text)
        return match[1] if match else ""

    inner = f"regexp_replace({{0}}, {literal(around)}, '', 'g')" if around else "{0}"
    return Function("component", TEXT, f"regexp_extract({inner}, {literal(pattern)}, 1)", compute, cost, (name,))


COMPONENTS = (
    _component("given name", r"^(?:[^,]*, *)?(\pL[^ ,]*)", _AROUND_NAME, 2.0),
    _component("initial", r"^(?:[^,]*, *)?(\pL)", _AROUND_NAME, 2.0),
    _component("family name", r"(?:^|^[^,]* )([^ ,]+)(?:,.*)?$", _AROUND_NAME, 2.1),
    _component("second-level domain", rf"([^./:@]+)\.{_SECOND_LEVELS}[A-Za-z]+{_END_OF_HOST}", "", 2.2),
    _component("registered domain", rf"([^./:@]+\.{_SECOND_LEVELS}[A-Za-z]+){_END_OF_HOST}", "", 2.3),
    _component("public suffix", rf"\.({_SECOND_LEVELS}[A-Za-z]+){_END_OF_HOST}", "", 2.3),
)
