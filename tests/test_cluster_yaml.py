"""The cluster's configuration, held against Ray's own schema and defaults."""

import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml
from ray.autoscaler._private.util import prepare_config, validate_config

from settings import MOST_SLOTS, Settings

PATH = Path(__file__).parents[1] / "cluster.yaml"


@pytest.fixture
def config() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load(PATH.read_text())
    return loaded


def test_ray_accepts_it(config: dict[str, Any]) -> None:
    validate_config(prepare_config(config))


def test_ray_would_refuse_a_misspelt_key(config: dict[str, Any]) -> None:
    config["max_wrokers"] = config.pop("max_workers")

    with pytest.raises(Exception, match="max_wrokers"):
        validate_config(prepare_config(config))


def test_the_head_runs_no_workflow_and_a_worker_at_most_32(config: dict[str, Any]) -> None:
    types = config["available_node_types"]

    assert types[config["head_node_type"]]["resources"] == {"CPU": 0}
    assert {name: one["resources"] for name, one in types.items() if name != "head"} == {
        "worker": {"CPU": MOST_SLOTS},
        "worker-spot": {"CPU": MOST_SLOTS},
    }


def test_every_node_has_an_image_and_not_rays_default(config: dict[str, Any]) -> None:
    images = {kind["node_config"]["ImageId"] for kind in config["available_node_types"].values()}

    assert len(images) == 1
    assert "ubuntu/server/24.04" in images.pop()


def test_it_holds_no_secret() -> None:
    assert not re.search(r"SECRET|ACCESS_KEY|API_KEY|AKIA|sk-", PATH.read_text().replace("AWS_SECRET_NAME", ""))


def test_all_that_speak_to_ray_have_its_token(config: dict[str, Any]) -> None:
    speaking = [
        command
        for kind in ("head_start_ray_commands", "worker_start_ray_commands")
        for command in config[kind]
        if "actors.forking start" in command or "serve_app.py" in command
    ]

    assert len(speaking) == 3
    assert [command for command in speaking if "RAY_AUTH_MODE=token" not in command] == []
    assert config["file_mounts"]["/home/ubuntu/.ray/auth_token"] == "~/.ray/auth_token"
    assert any("chmod 600 .ray/auth_token" in command for command in config["setup_commands"])


def test_the_operators_settings_travel_and_nobody_else_reads_them(config: dict[str, Any]) -> None:
    assert ".env" not in config["rsync_exclude"]
    assert any("chmod 600 .env" in command for command in config["setup_commands"])


def test_workers_install_what_the_head_has_fetched(config: dict[str, Any]) -> None:
    assert config["head_setup_commands"][0] == "ai-csv-converter/ops/install head"
    assert config["worker_setup_commands"] == ["ai-csv-converter/ops/install worker"]
    assert config["cluster_synced_files"] == ["/home/ubuntu/wheels"]


def test_ray_shows_the_charts_of_the_prometheus_that_runs_beside_it(config: dict[str, Any]) -> None:
    commands = " ".join(config["head_start_ray_commands"])

    assert f"RAY_PROMETHEUS_HOST=http://127.0.0.1:{Settings.model_fields['prometheus_port'].default} " in commands
    assert "-m actors.monitoring" in commands


def test_commands_are_shell(config: dict[str, Any]) -> None:
    for kind in ("setup", "head_setup", "worker_setup", "head_start_ray", "worker_start_ray"):
        for command in config[f"{kind}_commands"]:
            subprocess.run(["bash", "-n", "-c", command], check=True)


def test_the_queue_asks_for_no_more_than_the_cluster_may_have(config: dict[str, Any]) -> None:
    (slots,) = re.findall(r"CLUSTER_SLOTS=(\d+)", PATH.read_text())

    assert int(slots) == config["max_workers"] * MOST_SLOTS
