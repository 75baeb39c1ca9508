"""The figures of `bench.learning` as pictures: suites, learning curves, a reliability diagram, time by width and length."""

from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import matplotlib

matplotlib.use("svg")
from matplotlib import pyplot as plt

from bench.learning import VERDICTS, Case

_COLOURS = {"solved": "#2a7f4f", "wrong": "#c0392b", "declined": "#b8b8b8"}
_SIZE = (7.0, 4.2)
Bands = Sequence[tuple[float, float, int, int]]


def draw(
    folder: Path,
    cases: Sequence[Case],
    bands: Bands,
    crossed: Bands,
    curves: Mapping[str, Mapping[int, Counter[str]]],
    times: Mapping[str, Sequence[tuple[int, float]]],
) -> None:
    """Writes suites.svg, calibration.svg, curves.svg and time.svg."""
    _suites(folder / "suites.svg", cases)
    _calibration(folder / "calibration.svg", bands, crossed)
    _curves(folder / "curves.svg", curves)
    _times(folder / "time.svg", times)


def _saved(figure: Any, path: Path) -> None:
    figure.tight_layout()
    figure.savefig(path)
    plt.close(figure)


def _suites(path: Path, cases: Sequence[Case]) -> None:
    suites = sorted({one.suite for one in cases})
    figure, axes = plt.subplots(figsize=_SIZE)
    left = [0.0] * len(suites)
    for verdict in VERDICTS:
        shares = []
        for suite in suites:
            mine = [one for one in cases if one.suite == suite]
            shares.append(sum(one.verdict == verdict for one in mine) / len(mine))
        axes.barh(suites, shares, left=left, color=_COLOURS[verdict], label=verdict)
        left = [one + more for one, more in zip(left, shares, strict=True)]
    axes.set_xlabel("share of the cases")
    axes.set_xlim(0, 1)
    axes.invert_yaxis()
    axes.legend(ncols=3, loc="lower center", bbox_to_anchor=(0.5, 1.0), frameon=False)
    _saved(figure, path)


def _calibration(path: Path, bands: Bands, crossed: Bands) -> None:
    figure, axes = plt.subplots(figsize=_SIZE)
    axes.plot([0, 1], [0, 1], color="#999999", linewidth=1, label="as said")
    for found, label, mark in ((bands, "as it is", "o"), (crossed, "fitted on the other suites", "x")):
        said = [mean for _, mean, _, _ in found]
        right = [count and good / count for _, _, good, count in found]
        axes.plot(said, right, marker=mark, linestyle="--", label=label)
        for (_, mean, good, count), share in zip(found, right, strict=True):
            axes.annotate(f"{good}/{count}", (mean, share), textcoords="offset points", xytext=(5, -9), fontsize=7)
    axes.set_xlabel("confidence that was said")
    axes.set_ylabel("share that came out right")
    axes.legend(frameon=False)
    _saved(figure, path)


def _curves(path: Path, curves: Mapping[str, Mapping[int, Counter[str]]]) -> None:
    figure, axes = plt.subplots(1, len(curves), figsize=_SIZE, sharey=True, squeeze=False)
    for place, (of, curve) in zip(axes[0], curves.items(), strict=True):
        rows = sorted(curve)
        for verdict in VERDICTS:
            shares = [curve[one][verdict] / max(1, sum(curve[one].values())) for one in rows]
            place.plot(rows, shares, marker="o", color=_COLOURS[verdict], label=verdict)
        place.set_title(of)
        place.set_xlabel("rows of the example")
        place.set_ylim(0, 1)
    axes[0][0].set_ylabel("share")
    axes[0][0].legend(frameon=False)
    _saved(figure, path)


def _times(path: Path, times: Mapping[str, Sequence[tuple[int, float]]]) -> None:
    figure, axes = plt.subplots(1, len(times), figsize=_SIZE, squeeze=False)
    for place, (of, found) in zip(axes[0], times.items(), strict=True):
        place.plot([one for one, _ in found], [seconds for _, seconds in found], marker="o")
        place.set_xlabel("columns" if of == "width" else "rows")
        place.set_xscale("linear" if of == "width" else "log")
        place.set_ylabel("processor time, s")
        place.set_ylim(bottom=0)
    _saved(figure, path)
