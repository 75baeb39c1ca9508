"""Prometheus and Grafana beside the service: Ray's own dashboards and ours, rules for alerts, on loopback.

Both are programs of others, started where they are installed. `python -m actors.monitoring` runs them in the foreground, as
systemd does on a cluster's head (cluster.yaml); a service that starts its own Ray starts them with it (`MONITORING=true`).
"""

import json
import os
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import MutableMapping
from pathlib import Path
from typing import Any

from ray._common.utils import get_default_ray_temp_dir

from settings import Settings

OPS = Path(__file__).parents[1] / "ops"
DISCOVERY = "prom_metrics_service_discovery.json"
"""The file below Ray's folder in which Ray lists where its nodes tell their metrics."""

# As Ray's own configuration has it; its dashboards' queries count on no less.
_SECONDS = 10
_KEPT = ("--storage.tsdb.retention.time=15d", "--storage.tsdb.retention.size=2GB")
_STOP_SECONDS = 10.0
_DATA_SOURCE = "Prometheus"
# Grafana 9 and before, and since.
_GRAFANA_SERVERS = (("grafana-server",), ("grafana", "server"))
_GRAFANA_HOMES = ("/usr/share/grafana", "/usr/local/share/grafana")


class MonitoringMissing(Exception):
    """Prometheus is to be started and is not installed."""


def tell_ray(settings: Settings, environment: MutableMapping[str, str]) -> None:
    """Has the Ray that is started next show the charts of these; an operator's own settings of Ray's stay as they are."""
    environment.setdefault("RAY_PROMETHEUS_HOST", _url(settings.prometheus_port))
    environment.setdefault("RAY_PROMETHEUS_NAME", _DATA_SOURCE)
    # Without Grafana, Ray's dashboard would show frames of a server that is not there.
    environment.setdefault("RAY_GRAFANA_HOST", _url(settings.grafana_port) if _grafana() else "DISABLED")


class Monitoring:
    """Both programs, as the settings say, until `stop`."""

    def __init__(self, settings: Settings, ray_folder: Path) -> None:
        """`ray_folder` is Ray's temporary folder. Raises `MonitoringMissing`."""
        self._settings, self._ray_folder = settings, ray_folder
        self._folder = settings.data_dir.resolve() / "monitoring"
        self._prometheus = shutil.which("prometheus")
        if self._prometheus is None:
            raise MonitoringMissing("MONITORING needs Prometheus; install it (Debian and Ubuntu: apt install prometheus)")
        self._running: list[subprocess.Popen[bytes]] = []

    def start(self) -> None:
        """Writes their configuration and starts what is installed."""
        self._folder.mkdir(parents=True, exist_ok=True)
        self._run("prometheus", self._prometheus_command())
        if (grafana := _grafana()) is not None:
            self._run("grafana", self._grafana_command(grafana))

    @property
    def has_ended(self) -> bool:
        """Whether one of them has ended by itself."""
        return any(one.poll() is not None for one in self._running)

    def stop(self) -> None:
        """Ends them, and waits until their files are written."""
        for one in self._running:
            one.terminate()
        for one in self._running:
            try:
                one.wait(_STOP_SECONDS)
            except subprocess.TimeoutExpired:
                one.kill()
                one.wait()

    def _run(self, name: str, command: list[str]) -> None:
        # What a killed service leaves behind must not hold the ports.
        tied = ["setpriv", "--pdeathsig", "TERM", *command] if shutil.which("setpriv") else command
        with (self._folder / f"{name}.log").open("wb") as log:
            self._running.append(subprocess.Popen(tied, stdout=log, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL))

    def _prometheus_command(self) -> list[str]:
        assert self._prometheus is not None
        file = self._written("prometheus.yml", _yaml(prometheus_configuration(self._settings, self._ray_folder)))
        return [
            self._prometheus,
            f"--config.file={file}",
            f"--web.listen-address=127.0.0.1:{self._settings.prometheus_port}",
            f"--storage.tsdb.path={self._folder / 'prometheus'}",
            *_KEPT,
        ]

    def _grafana_command(self, server: tuple[str, ...]) -> list[str]:
        provisioning = self._folder / "provisioning"
        for name, content in provisioned(self._settings, self._ray_folder).items():
            self._written(f"provisioning/{name}", _yaml(content))
        file = self._written("grafana.ini", grafana_ini(self._settings, self._folder, provisioning))
        home = next((home for home in _GRAFANA_HOMES if Path(home).is_dir()), None)
        return [*server, "--config", str(file), *(["--homepath", home] if home else [])]

    def _written(self, name: str, text: str) -> Path:
        path = self._folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        return path


def prometheus_configuration(settings: Settings, ray_folder: Path) -> dict[str, Any]:
    """What Prometheus is to scrape, by which rules it tells of trouble, and whom."""
    alerting = {"alertmanagers": [{"static_configs": [{"targets": [settings.alertmanager]}]}]}
    return {
        "global": {"scrape_interval": f"{_SECONDS}s", "evaluation_interval": f"{_SECONDS}s"},
        "rule_files": [str(OPS / "alerts.yml")],
        "scrape_configs": [
            {
                "job_name": "ray",
                # Ray puts it anew in the place of a link; a watch on the folder would not see that.
                "file_sd_configs": [{"files": [str(ray_folder / DISCOVERY)], "refresh_interval": f"{_SECONDS}s"}],
            }
        ],
    } | ({"alerting": alerting} if settings.alertmanager else {})


def provisioned(settings: Settings, ray_folder: Path) -> dict[str, Any]:
    """What Grafana finds set up: the data source, Ray's dashboards, ours; by the files' names."""
    dashboards = {"Ray": ray_folder / "session_latest" / "metrics" / "grafana" / "dashboards", "AI CSV Converter": OPS}
    source = {
        "name": _DATA_SOURCE,
        "type": "prometheus",
        "access": "proxy",
        "isDefault": True,
        "url": _url(settings.prometheus_port),
    }
    return {
        "datasources/prometheus.yaml": {"apiVersion": 1, "datasources": [source]},
        "dashboards/dashboards.yaml": {
            "apiVersion": 1,
            "providers": [
                {"name": name, "folder": name, "type": "file", "options": {"path": str(path)}}
                for name, path in dashboards.items()
            ],
        },
    }


def grafana_ini(settings: Settings, folder: Path, provisioning: Path) -> str:
    """Grafana's settings: on loopback, to look at without signing in, within Ray's dashboard too; it reports nothing home."""
    sections: dict[str, dict[str, object]] = {
        "server": {"http_addr": "127.0.0.1", "http_port": settings.grafana_port},
        "security": {"allow_embedding": "true", "disable_initial_admin_creation": "true"},
        "auth.anonymous": {"enabled": "true", "org_role": "Viewer"},
        "analytics": {"reporting_enabled": "false", "check_for_updates": "false", "check_for_plugin_updates": "false"},
        "paths": {"data": folder / "grafana", "logs": folder / "grafana", "provisioning": provisioning},
    }
    return "\n".join(
        f"[{name}]\n" + "".join(f"{key} = {value}\n" for key, value in section.items()) for name, section in sections.items()
    )


def _grafana() -> tuple[str, ...] | None:
    return next((server for server in _GRAFANA_SERVERS if shutil.which(server[0])), None)


def _yaml(content: dict[str, Any]) -> str:
    # JSON is YAML.
    return json.dumps(content, indent=1)


def _url(port: int) -> str:
    return f"http://127.0.0.1:{port}"


def main() -> None:
    """Runs both beside the Ray of this machine until SIGINT or SIGTERM, or until one of them ends."""
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    settings = Settings()  # type: ignore[call-arg]  # mypy sees no positional defaults.
    try:
        monitoring = Monitoring(settings, Path(get_default_ray_temp_dir()))
    except MonitoringMissing as error:
        sys.exit(str(error))
    monitoring.start()
    try:
        while not stop.wait(1):
            if monitoring.has_ended:
                sys.exit(f"Prometheus or Grafana has ended; see {settings.data_dir / 'monitoring'}/*.log")
    finally:
        monitoring.stop()


if __name__ == "__main__":
    os.umask(0o077)
    main()
