"""SQL laid out as an analyst writes it: a clause a line, an output column a line, and what is short in one line."""

from sqlglot import exp
from sqlglot.generators.duckdb import DuckDBGenerator

WIDTH = 96
"""Up to so many characters an expression stays in one line."""
_QUERY_WIDTH = 72
_CLAUSES = (exp.From, exp.Where, exp.Group, exp.Having, exp.Qualify, exp.Order, exp.Limit, exp.Offset)


_gathered = DuckDBGenerator.TRANSFORMS[exp.GroupConcat]


class _Printer(DuckDBGenerator):
    """DuckDB's generator, which breaks lines only where they would grow long."""

    # Of its own node it would take the order away, and what is printed in one line may be printed again in several.
    TRANSFORMS = DuckDBGenerator.TRANSFORMS | {exp.GroupConcat: lambda printer, node: _gathered(printer, node.copy())}

    def sql(self, expression: "str | exp.Expr | None", key: str | None = None, comment: bool = True) -> str:
        if self.pretty and key is None and isinstance(expression, exp.Expression) and expression.parent is not None:
            line = self._in_one_line(expression, comment)
            if line is not None:
                return line
        return super().sql(expression, key, comment)

    def _in_one_line(self, expression: exp.Expression, comment: bool) -> str | None:
        if isinstance(expression, exp.With | exp.CTE):
            return None
        self.pretty = False
        try:
            line = super().sql(expression, None, comment)
        finally:
            self.pretty = True
        longest = _QUERY_WIDTH if expression.find(exp.Query) else WIDTH
        # A line break within a text must not be indented.
        if len(line) > longest or "\n" in line:
            return None
        return f"\n{line.lstrip()}" if isinstance(expression, _CLAUSES) and line.startswith(" ") else line


def printed(query: exp.Expression) -> str:
    """The query as DuckDB's SQL, laid out. The tree is used up."""
    return _Printer(dialect="duckdb", pretty=True).generate(query, copy=False)
