"""A cluster that Ray's autoscaler grows for jobs that wait, and shrinks when there are none. A program of its own:

    unshare --mount --pid --net --fork --mount-proc python -m tests.integration.autoscaling

since `AutoscalingCluster` stops every Ray that it can see, and takes Ray's usual ports and folder. Prints one JSON object.
"""

import fcntl
import json
import shutil
import socket
import struct
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import ray
from ray.autoscaler._private import fake_multi_node
from ray.cluster_utils import AutoscalingCluster

from settings import Settings
from tests.integration.running import Running

# So many that they still wait when the second node has come, on a busy machine too.
_SLOTS, _NODES, _JOBS = 2, 2, 16
_CONFIGURATION = {
    "cluster_name": "fake",
    "max_workers": _NODES,
    "provider": {
        "type": "fake_multinode",
        "use_node_id_as_ip": True,
        "disable_node_updaters": True,
        "disable_launch_config_check": True,
    },
    "available_node_types": {},
    "head_node_type": "ray.head.default",
    "auth": {},
    "upscaling_speed": 1.0,
    "idle_timeout_minutes": 0.1,
    "docker": {},
    "file_mounts": {},
    "file_mounts_sync_continuously": False,
    **{
        key: []
        for key in (
            "initialization_commands",
            "setup_commands",
            "head_setup_commands",
            "worker_setup_commands",
            "head_start_ray_commands",
            "worker_start_ray_commands",
            "cluster_synced_files",
            "rsync_exclude",
            "rsync_filter",
        )
    },
}
_SIOCSIFFLAGS, _IFF_UP = 0x8914, 1


def main() -> None:
    """Has jobs wait on a head without slots, and follows the number of slots until they have gone again."""
    _loopback_up()
    # Not over /tmp as a whole: the checkout may lie there.
    Path("/tmp/ray").mkdir(exist_ok=True)
    subprocess.run(["mount", "-t", "tmpfs", "none", "/tmp/ray"], check=True)
    worker = {"resources": {"CPU": _SLOTS}, "node_config": {}, "min_workers": 0, "max_workers": _NODES}
    _add_missing_defaults()
    cluster = AutoscalingCluster({"CPU": 0}, {"worker": worker}, autoscaler_v2=True)
    cluster.start()
    try:
        ray.init("auto", log_to_driver=False, logging_level="ERROR")
        print(json.dumps(_followed()), flush=True)
    finally:
        ray.shutdown()
        cluster.shutdown()


def _followed() -> dict[str, object]:
    folder = Path(tempfile.mkdtemp())
    running = Running(
        Settings(data_dir=folder, warm_workers=False, cluster_slots=_SLOTS * _NODES, aws_bucket_name=None, _env_file=None)
    )
    records = [running.slow_inference() for _ in range(_JOBS)]
    began, seen = time.monotonic(), [(0.0, _slots(running))]
    while time.monotonic() - began < 200:
        if (now := _slots(running)) != seen[-1][1]:
            seen.append((round(time.monotonic() - began, 1), now))
        if now == 0 and all(running.status(record).is_final for record in records):
            break
        time.sleep(0.2)
    return {"slots": seen, "ended": [running.status(record) for record in records]}


def _slots(running: Running) -> int:
    return int(ray.get(running.queue.status.remote())["queue_info"]["max_workers"])


def _add_missing_defaults() -> None:
    """Puts the provider's default configuration, which Ray's wheel lacks, where Ray reads it; in this mount namespace only."""
    folder = Path(fake_multi_node.__path__[0])
    filled = Path(tempfile.mkdtemp(), "fake_multi_node")
    shutil.copytree(folder, filled)
    # JSON is YAML.
    (filled / "example.yaml").write_text(json.dumps(_CONFIGURATION))
    subprocess.run(["mount", "--bind", str(filled), str(folder)], check=True)


def _loopback_up() -> None:
    """A network of one's own begins with nothing up."""
    with socket.socket() as any_socket:
        fcntl.ioctl(any_socket, _SIOCSIFFLAGS, struct.pack("16sh14x", b"lo", _IFF_UP))


if __name__ == "__main__":
    sys.exit(main())
