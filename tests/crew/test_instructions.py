from pathlib import Path

import pytest

from converter.lesson import learn, package
from crew.errors import BadInstructions
from crew.instructions import Instructions
from tests.crew.examples import example

KEPT = example("id,name\n1,ada\n2,bob\n3,cy\n", "id,name\n1,Ada\n2,Bob\n3,Cy\n")


def test_an_empty_instruction_and_its_paraphrases_mean_same_as_input() -> None:
    instructions = Instructions(columns={"a": "", "b": "Same as input.", "c": "keep as is", "d": "same but upper case"})

    assert instructions.same_as_input == ("a", "b", "c")
    assert instructions.words == ["column 'd': same but upper case"]


def test_same_as_input_is_proven_by_a_program_that_takes_the_column_over() -> None:
    converter = learn(KEPT).converter
    assert converter is not None

    assert Instructions(columns={"id": ""}).unproven(converter, KEPT) == []


def test_same_as_input_is_not_proven_by_a_program_that_does_more() -> None:
    converter = package("SELECT trim(id) AS id, upper(name) AS name FROM input", KEPT, ragged=False, evidence={})

    assert Instructions(columns={"id": ""}).unproven(converter, KEPT) == ["column 'id': same as input"]


def test_an_empty_instruction_that_the_example_contradicts_is_told() -> None:
    (note,) = Instructions(columns={"name": ""}).held_against(KEPT)

    assert "'name'" in note
    assert "the example won" in note


def test_an_instruction_for_a_column_that_is_not_there_is_told() -> None:
    (note,) = Instructions(columns={"nmae": "upper case"}).held_against(KEPT)

    assert "'nmae', which is no column of the expected output" in note


@pytest.mark.parametrize(
    ("text", "problem"),
    [('{"columns": {}}', "has columns"), ('{"column_instructions": {"a": 1}}', "is a text"), ("{nonsense", "is none")],
)
def test_a_file_of_instructions_that_cannot_be_read_says_why(tmp_path: Path, text: str, problem: str) -> None:
    path = tmp_path / "instructions.json"
    path.write_text(text)

    with pytest.raises(BadInstructions, match=problem):
        Instructions.read(path)
