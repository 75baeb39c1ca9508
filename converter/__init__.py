"""Learns CSV converters from examples, runs them, compares files.

    import converter

    lesson = converter.learn("examples/orders.csv", "examples/expected.csv")
    lesson.converter.save("converter.sql")
    report = converter.run(lesson.converter, "examples/more_orders.csv", "output.csv")
    converter.compare("output.csv", "expected.csv").equal

What stands in `__all__` is the library; the modules are its inside.
"""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from converter.comparison import Comparison
    from converter.conversion import RunReport
    from converter.dialect import Hints
    from converter.errors import (
        BadConverter,
        BadCorrection,
        BadCsv,
        ConverterError,
        InputMismatch,
        LimitExceeded,
        RefusedStatement,
        SandboxUnavailable,
        StatementFailed,
    )
    from converter.files import compare, learn, run
    from converter.lesson import Lesson
    from converter.manifest import Converter
    from converter.sandbox import Limits

__version__ = "0.2.0"
__all__ = [
    "BadConverter",
    "BadCorrection",
    "BadCsv",
    "Comparison",
    "Converter",
    "ConverterError",
    "Hints",
    "InputMismatch",
    "Lesson",
    "LimitExceeded",
    "Limits",
    "RefusedStatement",
    "RunReport",
    "SandboxUnavailable",
    "StatementFailed",
    "compare",
    "learn",
    "run",
]

_ELSEWHERE = {
    "Comparison": "comparison",
    "Converter": "manifest",
    "Hints": "dialect",
    "Lesson": "lesson",
    "Limits": "sandbox",
    "RunReport": "conversion",
    "compare": "files",
    "learn": "files",
    "run": "files",
}


def __getattr__(name: str) -> object:
    # Imported where it is used: the process that sandboxes are forked from imports this package, too, and soon.
    if name not in __all__:
        raise AttributeError(f"module 'converter' has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(f"converter.{_ELSEWHERE.get(name, 'errors')}"), name)


def __dir__() -> list[str]:
    return [*globals(), *__all__]
