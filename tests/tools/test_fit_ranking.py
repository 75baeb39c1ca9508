"""Ranking is fitted: from right and wrong programs to weights, from costs to their slopes."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from converter.learning import weights
from converter.learning.search import search
from tests.converter.learning.kinds_of_tables import KINDS
from tools.fit_ranking import SPREADS, Model, Score, cases_of, contests, cross_validated, report, written
from tools.ranking_cases import Choice, Option, choices, of_kind
from tools.slopes import Dual, slopes_of

ROOT = Path(__file__).parents[2]


def _choice(number: int, right: tuple[float, dict[str, float]], *wrong: tuple[float, dict[str, float]]) -> Choice:
    options = [Option(*right, True, "right"), *(Option(*one, False, f"wrong {at}") for at, one in enumerate(wrong))]
    return Choice(f"suite {number % 3}", f"case {number}", "total", tuple(options))


MADE_UP = [
    *(_choice(at, (3.0, {"map": 1.0, "column": 1.0}), (2.5, {"constant": 1.0}), (9.0, {"position": 1.0})) for at in range(20)),
    *(_choice(at, (4.0, {"constant": 1.0, "column": 1.0}), (4.2, {"map": 1.0, "column": 1.0})) for at in range(20, 23)),
]
"""Twenty cases in which a map is right though a constant is cheaper, three in which a constant is."""


def test_a_fit_puts_right_options_before_wrong_ones() -> None:
    found = contests(MADE_UP)
    moved = Model.of({"map": 2.0, "constant": 1.0}, ["map", "constant"], 0.5).fit(found)
    assert moved["map"] < 0 < moved["constant"]
    before, after = Score.of(found, {}), Score.of(found, moved)
    assert (sum(before.firsts), sum(after.firsts)) == (3, 20)


def test_a_fit_stays_by_the_prior_where_that_is_narrow_and_leaves_other_weights() -> None:
    moved = Model.of({"map": 2.0}, ["map"], 0.01).fit(contests(MADE_UP))
    assert set(moved) == {"map"}
    assert abs(moved["map"]) < 0.02


def test_each_case_counts_once_however_many_columns_it_has() -> None:
    one, other = MADE_UP[0], MADE_UP[-1]
    many = [Choice(one.suite, one.case, f"column {at}", one.options) for at in range(50)]
    model = Model.of({}, ["map", "constant"], 1.0)
    assert model.fit(contests([*many, other])) == pytest.approx(model.fit(contests([one, other])), abs=1e-3)


def test_what_was_fitted_is_judged_on_suites_that_were_not_fitted_on() -> None:
    scores = cross_validated(contests(MADE_UP), Model.of({}, ["map", "constant"], 0.5))
    assert {suite: len(score.firsts) for suite, score in scores.items()} == {"suite 0": 8, "suite 1": 8, "suite 2": 7}
    assert sum(sum(score.firsts) for score in scores.values()) == 20


def test_weights_stay_where_fitting_them_is_worth_nothing_on_other_suites() -> None:
    names = ["map", "constant"]
    assert report(contests(MADE_UP), {}, names) in SPREADS
    # All are right as they are.
    apart = [
        _choice(at, (1.0, {one: 1.0}), (1.2, {other: 1.0}))
        for at, (one, other) in enumerate([("map", "constant"), ("constant", "map")] * 3)
    ]
    assert report(contests(apart), {}, names) == 0


def test_cases_speak_of_the_weights_in_which_near_options_differ() -> None:
    assert cases_of(contests(MADE_UP)) == {"map": 23, "constant": 23, "column": 20}


def test_options_that_are_all_right_or_all_wrong_are_no_contest() -> None:
    right, wrong = Option(1.0, {}, True, "a"), Option(2.0, {}, False, "b")
    assert contests([Choice("s", "c", "", (right, right)), Choice("s", "c", "", (wrong, wrong))]) == []


@pytest.mark.parametrize(
    "made",
    [
        lambda a, b: a + 2 * b - 1,
        lambda a, b: 3 - a - b,
        lambda a, b: a * b + a * 0.5,
        lambda a, b: a / b + 2 / a,
        lambda a, b: sum([1, a, 0.25, b * True]) - -a,
        lambda a, b: max(0.0, a - b) + min(a, b),
    ],
)
def test_slopes_are_those_of_finite_differences(made: Callable[[float, float], float]) -> None:
    a, b, step = 1.3, 0.7, 1e-6
    found = made(Dual(a, {"a": 1.0}), Dual(b, {"b": 1.0}))
    assert float(found) == pytest.approx(made(a, b))
    assert slopes_of(found).get("a", 0.0) == pytest.approx((made(a + step, b) - made(a - step, b)) / (2 * step))
    assert slopes_of(found).get("b", 0.0) == pytest.approx((made(a, b + step) - made(a, b - step)) / (2 * step))


_INSTALLED = """
import json
from tools import slopes
slopes.install()
from converter.learning.search import search
from tests.converter.learning.kinds_of_tables import KINDS
best = search(KINDS[0].example(KINDS[0].rows(6, 1)), seconds=60).programs[0]
print(json.dumps([(repr(held[0].node), float(held[0].cost), slopes.slopes_of(held[0].cost)) for held in best.columns]))
"""


def test_the_search_computes_costs_with_the_slopes_of_the_weights(monkeypatch: pytest.MonkeyPatch) -> None:
    """In a process of its own, since dual numbers stay where they are put."""
    made = subprocess.run([sys.executable, "-c", _INSTALLED], capture_output=True, text=True, check=True, cwd=ROOT)
    installed = json.loads(made.stdout)
    example = KINDS[0].example(KINDS[0].rows(6, 1))

    def costs() -> list[tuple[str, float]]:
        return [(repr(held[0].node), held[0].cost) for held in search(example, seconds=60).programs[0].columns]

    plain = costs()
    assert [(text, pytest.approx(cost)) for text, cost, _ in installed] == plain
    for name in ("NAMED_VALUE", "NAME_SHARED", "BRANCH", "ALTERNATIVES"):
        with monkeypatch.context() as changed:
            changed.setattr(weights, name, getattr(weights, name) + 0.001)
            moved = costs()
        assert any(slopes.get(name) for _, _, slopes in installed)
        for (_, cost), (_, other), (_, _, slopes) in zip(plain, moved, installed, strict=True):
            assert (other - cost) / 0.001 == pytest.approx(slopes.get(name, 0.0), abs=1e-6)


def test_programs_are_judged_on_the_further_file() -> None:
    found = choices(of_kind(KINDS[0], 1, 6))
    [column] = [one for one in found if one.column == "open"]
    assert column.options[0].right
    # Among what else fits are conditions on how often a state comes.
    assert not all(one.right for one in column.options)
    assert Choice.of_json(column.to_json()) == column


def test_weights_are_written_in_place_with_how_many_cases_speak_of_them() -> None:
    text = (
        'KINDS = {\n    "blank": 1.0,\n    "sign": 1.2,  # 9 cases\n}\n"""Kinds."""\n\nMOST = 2\nSINGLE = 1.6\n"""One row."""\n'
    )
    moved = {"KINDS[sign]": 0.333, "SINGLE": -0.6}
    assert written(text, moved, {"KINDS[sign]": 7, "KINDS[blank]": 2, "SINGLE": 40}) == (
        'KINDS = {\n    "blank": 1.0,\n    "sign": 1.53,  # 7 cases\n}\n"""Kinds."""\n\nMOST = 2\n'
        'SINGLE = 1.0  # 40 cases\n"""One row."""\n'
    )
    own = Path(weights.__file__).read_text(encoding="utf-8")
    assert written(own, {}, {}).count("\n") == own.count("\n")
