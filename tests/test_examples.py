"""What `make demo` shows has to be learnable, and soon."""

from pathlib import Path

from converter.lesson import learn
from converter.reading import read_table
from converter.table import Example

EXAMPLES = Path(__file__).parents[1] / "examples"


def test_the_demonstration_is_learned() -> None:
    example = Example(
        read_table(EXAMPLES / "orders.csv", header=True, name="orders.csv"),
        read_table(EXAMPLES / "expected.csv", header=True, name="expected.csv"),
    )

    lesson = learn(example)

    assert lesson.converter is not None, lesson.reason
