"""What a person imports from the package, and the page that says so."""

from pathlib import Path

import converter
from converter.errors import ConverterError

PAGE = (Path(__file__).parents[2] / "docs" / "reference" / "library.md").read_text()


def test_everything_that_can_be_imported_is_there_and_on_its_page() -> None:
    assert {name for name in converter.__all__ if not hasattr(converter, name)} == set()
    assert {name for name in converter.__all__ if name not in PAGE} == set()


def test_every_error_is_on_the_page() -> None:
    # SandboxKilled is a StatementFailed to all but the service, which tries again.
    raised = {error.__name__ for error in ConverterError.__subclasses__()}

    assert {name for name in raised if f" {name} " not in PAGE} == set()
    assert raised <= set(converter.__all__)


def test_the_functions_stay_functions_when_their_modules_are_imported(tmp_path: Path) -> None:
    (tmp_path / "in.csv").write_text("a\nx\ny\n")
    (tmp_path / "out.csv").write_text("A\nx\ny\n")

    for _ in range(2):
        lesson = converter.learn(tmp_path / "in.csv", str(tmp_path / "out.csv"))
        assert lesson.converter is not None
        converter.run(lesson.converter, tmp_path / "in.csv", tmp_path / "made.csv")

        assert converter.compare(tmp_path / "made.csv", tmp_path / "out.csv").equal


def test_what_is_written_is_delimited_as_the_expected_file_is(tmp_path: Path) -> None:
    (tmp_path / "in.csv").write_text("a,b\nx,1\ny,2\n")
    (tmp_path / "out.csv").write_text("b;a\n1;x\n2;y\n")

    lesson = converter.learn(tmp_path / "in.csv", tmp_path / "out.csv")

    assert lesson.converter is not None
    assert lesson.converter.output_delimiter == ";"
