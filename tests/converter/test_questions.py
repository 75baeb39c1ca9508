"""What a lesson does not know: how sure it is, what else would fit, and which row of a new file to ask about."""

import pytest

from converter.commands import main
from converter.errors import InputMismatch
from converter.lesson import ColumnEvidence, Lesson, learn, package
from converter.questions import questions
from converter.table import Example, Table


def lesson_on(pairs: dict[str, str]) -> Lesson:
    given = Table(("name",), tuple((text,) for text in pairs), ("name",))
    expected = Table(("made",), tuple((text,) for text in pairs.values()), ("made",))
    return learn(Example(given, expected), seconds=5)


LAST_NAMES = {"Mr. John Smith": "Smith", "Dr. Mary Lee": "Lee"}


def names(*texts: str) -> Table:
    return Table(("name",), tuple((text,) for text in texts), ("name",))


def test_the_row_is_asked_about_on_which_programs_that_fit_differ() -> None:
    lesson = lesson_on(LAST_NAMES)

    (question,) = questions(lesson, names("Ms. Ann Poe", "Mr. Bo van Dyk"))

    assert (question.row, question.column, question.given) == (2, "made", ("Mr. Bo van Dyk",))
    assert {answer.text for answer in question.answers} == {"Dyk", "van"}


def test_nothing_is_asked_where_all_programs_agree() -> None:
    assert questions(lesson_on(LAST_NAMES), names("Ms. Ann Poe")) == []


def test_a_file_of_other_columns_is_refused() -> None:
    with pytest.raises(InputMismatch, match="'name'"):
        questions(lesson_on(LAST_NAMES), Table(("n",), (("x",),), ("n",)))


def test_alternatives_do_something_else_with_other_rows() -> None:
    (column,) = lesson_on(LAST_NAMES).columns

    assert column.expression not in column.alternatives
    assert len(set(column.alternatives)) == len(column.alternatives) > 0


def test_what_left_out_rows_confirm_is_surer_than_a_choice_that_rests_on_one_row() -> None:
    sure = lesson_on({"a-1": "1", "b-22": "22", "c-333": "333", "d-4": "4"})
    doubtful = lesson_on({"a-1": "1", "b-22": "22", "x": "n/a", "d-4": "4"})
    guessed = lesson_on({"ann@x.org": "ann@x.org", "bo@y.net": "bo@y.net", "cyrus": "cyrus@home.org"})

    assert sure.columns[0].confidence > 0.9
    assert sure.columns[0].confidence > doubtful.columns[0].confidence
    assert guessed.columns[0].confidence < sure.columns[0].confidence
    assert guessed.converter is None or guessed.converter.evidence["confidence"] < 0.75


def test_the_command_line_shows_the_row_to_ask_about(
    tmp_path_factory: pytest.TempPathFactory, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path_factory.mktemp("ask")
    (folder / "in.csv").write_text("name\n" + "\n".join(LAST_NAMES) + "\n")
    (folder / "out.csv").write_text("made\n" + "\n".join(LAST_NAMES.values()) + "\n")
    (folder / "new.csv").write_text("name\nMs. Ann Poe\nMr. Bo van Dyk\n")

    status = main(
        [
            "learn",
            str(folder / "in.csv"),
            str(folder / "out.csv"),
            "-o",
            str(folder / "c.sql"),
            "--ask",
            str(folder / "new.csv"),
        ]
    )

    assert status == 0
    assert "row 2 (Mr. Bo van Dyk): what should made be?" in capsys.readouterr().out


def test_questions_are_asked_of_files_with_other_columns_of_a_family() -> None:
    given = Table(("name", "Q1"), (("Mr. John Smith", "5"), ("Dr. Mary Lee", "6")), ("name", "Q1"))
    wanted = Table(("made", "Q1"), (("Smith", "5"), ("Lee", "6")), ("made", "Q1"))
    last, third = "split_part(name, ' ', -1)", "split_part(name, ' ', 3)"
    converter = package(f"SELECT {last} AS made, COLUMNS('^Q') FROM input", Example(given, wanted), ragged=False, evidence={})
    columns = (
        ColumnEvidence("made", True, 0.6, last, (third,), 2, 2),
        ColumnEvidence("Q1", True, 0.9, "Q1", ("Q2",), 2, 2),
    )
    new = Table(("Q7", "name", "Q8"), (("1", "Mr. Bo van Dyk", "2"),), ("Q7", "name", "Q8"))

    (question,) = questions(Lesson(converter, columns, "", None, 0.1), new)

    assert question.column == "made"
    assert {answer.text for answer in question.answers} == {"Dyk", "van"}
