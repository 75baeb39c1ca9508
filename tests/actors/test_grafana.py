"""The Grafana dashboard, held against the metrics that there are."""

import json
import re
from pathlib import Path

from actors import metrics

ROOT = Path(__file__).parents[2]


def test_the_dashboard_shows_every_metric_and_no_other() -> None:
    told = set(re.findall(r'(?:Gauge|Counter|Histogram)\("(\w+)"', Path(metrics.__file__).read_text()))
    panels = json.loads((ROOT / "ops" / "grafana.json").read_text())["panels"]

    shown = {
        re.sub(r"_(total|bucket)$", "", name)
        for panel in panels
        for target in panel["targets"]
        for name in re.findall(r"ray_(converter_\w+)", target["expr"])
    }

    assert shown == told
