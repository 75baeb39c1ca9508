"""What Prometheus and Grafana are told, as files and settings."""

import configparser
import json
import subprocess
from pathlib import Path

import pytest

from actors.monitoring import OPS, Monitoring, MonitoringMissing, grafana_ini, prometheus_configuration, provisioned, tell_ray
from settings import Settings
from tests.debian import needs


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data_dir=tmp_path, prometheus_port=9091, grafana_port=3001, alertmanager="localhost:9093", _env_file=None)


@needs("promtool", "prometheus")
def test_prometheus_takes_its_configuration(settings: Settings, tmp_path: Path) -> None:
    file = tmp_path / "prometheus.yml"
    file.write_text(json.dumps(prometheus_configuration(settings, tmp_path)))

    done = subprocess.run(["promtool", "check", "config", file], capture_output=True, text=True)

    assert done.returncode == 0, done.stdout + done.stderr
    assert "7 rules found" in done.stdout


def test_grafana_finds_prometheus_rays_dashboards_and_ours(settings: Settings, tmp_path: Path) -> None:
    files = provisioned(settings, tmp_path)

    (source,) = files["datasources/prometheus.yaml"]["datasources"]
    paths = [Path(one["options"]["path"]) for one in files["dashboards/dashboards.yaml"]["providers"]]
    assert source["url"] == "http://127.0.0.1:9091"
    assert paths == [tmp_path / "session_latest" / "metrics" / "grafana" / "dashboards", OPS]
    assert (OPS / "grafana.json").exists()


def test_grafana_stays_on_loopback_and_may_be_shown_within_rays_dashboard(settings: Settings, tmp_path: Path) -> None:
    ini = configparser.ConfigParser()
    ini.read_string(grafana_ini(settings, tmp_path, tmp_path / "provisioning"))

    assert (ini["server"]["http_addr"], ini["server"]["http_port"]) == ("127.0.0.1", "3001")
    assert ini["security"]["allow_embedding"] == "true"
    assert ini["analytics"]["reporting_enabled"] == "false"


def test_ray_is_told_where_they_are_and_an_operators_own_word_stands(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    given = {"RAY_PROMETHEUS_HOST": "http://prometheus.example:9090"}

    tell_ray(settings, given)

    assert given["RAY_PROMETHEUS_HOST"] == "http://prometheus.example:9090"
    assert given["RAY_PROMETHEUS_NAME"] == "Prometheus"
    assert given["RAY_GRAFANA_HOST"] == "DISABLED"


def test_where_grafana_is_installed_ray_shows_its_charts(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "grafana-server").touch(mode=0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    given: dict[str, str] = {}

    tell_ray(settings, given)

    assert given["RAY_GRAFANA_HOST"] == "http://127.0.0.1:3001"


def test_a_prometheus_that_is_not_there_is_told_with_what_to_install(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))

    with pytest.raises(MonitoringMissing, match="apt install prometheus"):
        Monitoring(settings, tmp_path)
