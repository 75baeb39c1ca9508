"""The benchmark of learning: what it counts, and the pictures that it draws."""

import json
from collections import Counter
from pathlib import Path

from bench import pictures
from bench.learning import Case, calibration, cross_validated, curve_of_cases, judged
from converter.learning import doubt


def _case(folder: Path, given: list[str], expected: list[str], further: list[str], wanted: list[str]) -> Path:
    folder.mkdir(parents=True)
    for name, lines in (
        ("train_input", given),
        ("train_expected", expected),
        ("test_input", further),
        ("test_expected", wanted),
    ):
        (folder / f"{name}.csv").write_text("\n".join(lines) + "\n")
    (folder / "meta.json").write_text(json.dumps({"suite": folder.parent.name, "case": folder.name, "header": True}))
    return folder


def test_a_case_is_judged_on_the_further_file_by_how_many_rows_were_learned_from(tmp_path: Path) -> None:
    words = ["ant", "bee", "cat", "dog", "elk", "fox", "gnu", "hen"]
    folder = _case(tmp_path / "suite" / "upper", ["a,n", *(f"{one},{at}" for at, one in enumerate(words))],
                   ["a", *map(str.upper, words)], ["a,n", "owl,1"], ["a", "OWL"])  # fmt: skip

    case = judged(folder)

    assert (case.suite, case.verdict) == ("suite", "solved")
    assert curve_of_cases([case])[8] == Counter(solved=1)


def test_a_converter_that_makes_something_else_of_the_further_file_is_wrong(tmp_path: Path) -> None:
    folder = _case(tmp_path / "suite" / "odd", ["a,n", "x,1", "y,2", "z,3"], ["a", "X", "Y", "Z"], ["a,n", "q,1"], ["a", "q"])

    assert judged(folder).verdict == "wrong"


def test_bands_of_confidence_tell_how_many_were_right() -> None:
    assert calibration([(0.96, True), (0.98, False), (0.55, True)]) == [(0.5, 0.55, 1, 1), (0.95, 0.97, 1, 2)]


def _made(suite: str, verdict: str, sure: float) -> Case:
    features = dict.fromkeys(doubt.FEATURES, 0.0) | {"bias": 1.0, "dearest": 1.0 - sure}
    return Case(suite, f"{sure}", verdict, sure, 0.1, features)


CASES = [_made("one", "solved", 0.9), _made("one", "wrong", 0.4), _made("two", "solved", 0.8), _made("two", "declined", 0.3)]


def test_each_suite_is_foretold_by_the_others() -> None:
    found = cross_validated(CASES)

    assert len(found) == 4
    assert all(0 < sure < 1 for sure, _ in found)


def test_the_figures_are_drawn(tmp_path: Path) -> None:
    curve = {2: Counter(solved=1, wrong=1), 8: Counter(solved=2)}

    pictures.draw(tmp_path, CASES, [(0.5, 0.55, 1, 1)], [], {"cases": curve}, {"width": [(5, 0.1), (10, 0.2)]})

    assert {one.name for one in tmp_path.iterdir()} == {"suites.svg", "calibration.svg", "curves.svg", "time.svg"}
    assert all("<svg" in one.read_text() for one in tmp_path.iterdir())
