"""The cluster's configuration, held against Ray's own schema and defaults."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from ray.autoscaler._private.util import prepare_config, validate_config

from settings import MOST_SLOTS

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
    assert types["worker"]["resources"] == {"CPU": MOST_SLOTS}


def test_every_node_has_an_image_and_not_rays_default(config: dict[str, Any]) -> None:
    images = {kind["node_config"]["ImageId"] for kind in config["available_node_types"].values()}

    assert len(images) == 1
    assert "ubuntu/server/24.04" in images.pop()


def test_it_holds_no_secret() -> None:
    assert not re.search(r"SECRET|ACCESS_KEY|API_KEY|AKIA|sk-", PATH.read_text())
