"""The rules for alerts, held by Prometheus' own tool and against the metrics that there are."""

import json
import re
import shutil
import subprocess
from pathlib import Path

from actors import metrics
from tests.debian import needs

ROOT = Path(__file__).parents[2]
ALERTS = ROOT / "ops" / "alerts.yml"
# Ray's own, of a node's disk (ray/dashboard/modules/reporter/reporter_agent.py).
_OF_RAY = {"ray_node_disk_free", "ray_node_disk_utilization_percentage"}


@needs("promtool", "prometheus")
def test_prometheus_takes_the_rules() -> None:
    _promtool("check", "rules", str(ALERTS))


@needs("promtool", "prometheus")
def test_each_alert_fires_when_it_should_and_not_before() -> None:
    _promtool("test", "rules", str(Path(__file__).with_name("alerts_test.yml")))


@needs("promtool", "prometheus")
def test_a_rule_that_never_fires_is_noticed(tmp_path: Path) -> None:
    (tmp_path / "ops").mkdir()
    (tmp_path / "tests" / "ops").mkdir(parents=True)
    (tmp_path / "ops" / "alerts.yml").write_text(ALERTS.read_text().replace("store_reachable) == 0", "store_reachable) == 2"))
    shutil.copy(Path(__file__).with_name("alerts_test.yml"), tmp_path / "tests" / "ops")

    done = subprocess.run(
        ["promtool", "test", "rules", tmp_path / "tests" / "ops" / "alerts_test.yml"], capture_output=True, text=True
    )

    assert done.returncode != 0
    assert "StoreAway" in done.stdout + done.stderr


def test_every_alert_is_tested() -> None:
    alerts = re.findall(r"- alert: (\w+)", ALERTS.read_text())
    tested = Path(__file__).with_name("alerts_test.yml").read_text()

    assert alerts
    assert [one for one in alerts if f"alertname: {one}\n" not in tested] == []


def test_alerts_are_about_metrics_that_there_are() -> None:
    told = {f"ray_{name}" for name in re.findall(r'(?:Gauge|Counter|Histogram)\("(\w+)"', Path(metrics.__file__).read_text())}
    asked = {re.sub(r"_total$", "", name) for name in re.findall(r"\bray_\w+", ALERTS.read_text()) if not name.endswith("_")}

    assert asked <= told | _OF_RAY


def test_every_alert_says_what_to_do() -> None:
    rules = ALERTS.read_text().split("- alert: ")[1:]

    assert [rule.split()[0] for rule in rules if "summary: " not in rule or "action: " not in rule] == []


def test_the_dashboard_is_one_that_grafana_provisions() -> None:
    dashboard = json.loads((ROOT / "ops" / "grafana.json").read_text())

    # A file with an id of its own, or with inputs to be asked for, is none that can be provisioned.
    assert dashboard.get("id") is None
    assert "__inputs" not in dashboard
    assert [one["type"] for one in dashboard["templating"]["list"]] == ["datasource"]


def _promtool(*words: str) -> None:
    done = subprocess.run(["promtool", *words], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
