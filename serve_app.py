"""The Ray Serve application: wires settings, store, queue and HTTP together. Holds no logic.

`python serve_app.py` starts it on this machine (or on the cluster that RAY_ADDRESS names); `serve run serve_app:app` too.
"""

import atexit
import importlib
import logging
import os
import signal
import sys
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

# Before Ray starts: its faster proxy, which learns at once where replicas are and needs no half minute to let one go; no
# reports home; no worker of low priority but those that run jobs (actors/priority.py): Ray's own 15 is for all, the
# replicas that answer HTTP included; and no minute's wait for a GCS that has died, since nobody starts it alone again.
os.environ.setdefault("RAY_worker_niceness", "0")
os.environ.setdefault("RAY_gcs_rpc_server_reconnect_timeout_s", "15")
os.environ.setdefault("RAY_SERVE_ENABLE_HA_PROXY", "1")
os.environ.setdefault("RAY_SERVE_DIRECT_INGRESS_MIN_DRAINING_PERIOD_S", "1")
# On a machine that is busy a proxy starts late. Serve's own 5 s killed it, and the start failed (load of 20 on 2 cores).
os.environ.setdefault("RAY_SERVE_PROXY_READY_CHECK_TIMEOUT_S", "60")
os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
# A client that says nothing, and a request that is never answered, are given up (Serve's defaults are an hour and never).
os.environ.setdefault("RAY_SERVE_HAPROXY_TIMEOUT_CLIENT_S", "60")
os.environ.setdefault("RAY_SERVE_HAPROXY_TIMEOUT_SERVER_S", "900")
os.environ.setdefault("RAY_preload_python_modules", "actors.preload")

import ray
from fastapi import FastAPI

from actors.dashboard import DashboardMissing, start_beside
from actors.forking import fork_workers, serve_early
from actors.loopback import is_free, is_loopback, keep_replica_on_loopback, stay_on_loopback
from actors.monitoring import Monitoring, MonitoringMissing, tell_ray
from actors.run_folder import RunFolder
from jobs.errors import JobError
from jobs.location import job_store, object_store
from jobs.objects import probe
from logs import configure
from settings import Settings

if TYPE_CHECKING:
    from ray import serve

NAME = "ai-csv-converter"
_LOOK_SECONDS = 2.0
# HAProxy holds so many connections at most, so no request ever waits at the replica's door, `/health` least of all: what
# requests may take is bounded where it is taken (api/uploads.py).
_REQUESTS_AT_ONCE = 10_000
_LOGGING = {"log_level": "WARNING", "enable_access_log": False}


def app(_: dict[str, str]) -> "serve.Application":
    """The application, its store tried and Ray and Serve started as the settings say, where they are not.

    Raises `UnsafeStore` where the store ignores conditional writes, and `StoreUnavailable`.
    """
    # Whatever is made from here on, by Ray's processes too, is for its owner alone.
    os.umask(0o077)
    settings = _settings()
    probe(object_store(settings))
    if not ray.is_initialized():
        _start(settings)
    return _ingress(settings)


def _settings() -> Settings:
    given = Settings()
    return given.model_copy(update={"data_dir": given.data_dir.resolve()}).with_api_key()


def main() -> None:
    """Starts the service, says where it is, and stops it, and Ray if it was started here, at SIGINT or SIGTERM."""
    stop = threading.Event()
    try:
        application = app({})
    except JobError as error:
        sys.exit(f"the service does not start: {error}")
    # After Ray's start, since it sets handlers of its own, which end the process before it has cleaned up.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    from ray import serve

    try:
        serve.run(application, name=NAME)
        _announce(Settings())
        _wait(stop)
        _shut_down(_settings())
    finally:
        ray.shutdown()


def _shut_down(settings: Settings) -> None:
    """Stops the service, unless another release was rolled out over this one: then it is that one's to stop."""
    from ray import serve

    if "RAY_ADDRESS" not in os.environ:
        # All else of Serve ends with our Ray; `serve.shutdown` has Ray report the controller's end as a failed task.
        serve.delete(NAME)
        return
    # Not before it is needed: it loads all that jobs need.
    from actors.gateway import is_deployed

    if is_deployed(settings):
        serve.shutdown()


def _wait(stop: threading.Event) -> None:
    """Returns when `stop` is set. Exits where this machine's Ray has died: whoever supervises this process starts both anew."""
    here = ray.get_runtime_context().get_node_id()
    while not stop.wait(_LOOK_SECONDS):
        if not any(node["Alive"] for node in ray.nodes() if node["NodeID"] == here):
            sys.exit(
                "Ray on this machine has died; start the service again, as a supervisor does (ops/ai-csv-converter.service)"
            )


def _start(settings: Settings) -> None:
    """Ray and Serve. What they need of this machine's processors is imported side by side: Serve here, while Ray starts, and
    what jobs need in the process that will fork the workers."""
    importing = threading.Thread(target=importlib.import_module, args=("ray.serve",), name="importing")
    importing.start()
    address = os.environ.get("RAY_ADDRESS")
    if address is None:
        _refuse_taken_ports(settings)
        stay_on_loopback()
        fork_workers()
        folder = RunFolder()
        folder.set(os.environ)
        atexit.register(folder.close)
        monitoring = _monitoring(settings)
        # For what workers import before they know of us.
        os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, (str(Path(__file__).parent), os.environ.get("PYTHONPATH"))))
        serve_early(folder.path)
        dashboard = start_beside()
        ray.init(
            address="local",
            num_cpus=settings.slots,
            include_dashboard=True,
            dashboard_host=settings.dashboard_host,
            dashboard_port=settings.dashboard_port,
            logging_level=logging.WARNING,
        )
        _close_token()
    else:
        try:
            ray.init(address=address, logging_level=logging.WARNING)
        except ConnectionError:
            sys.exit(f"the service does not start: there is no Ray at RAY_ADDRESS={address}; start it, or unset RAY_ADDRESS")
    importing.join()
    from ray import serve

    serve.start(
        # On loopback nothing comes in from another node, so the head answers alone.
        proxy_location="HeadOnly" if is_loopback(settings.host) else "EveryNode",
        http_options={"host": settings.host, "port": settings.port},
        logging_config=_LOGGING,
    )
    if address is None:
        try:
            dashboard.wait()
        except DashboardMissing as error:
            sys.exit(f"the service does not start: {error}")
        if monitoring is not None:
            monitoring.start()
            atexit.register(monitoring.stop)


def _monitoring(settings: Settings) -> Monitoring | None:
    """What is started beside our own Ray, where it is wanted; Ray, which is not there yet, is told of it."""
    if not settings.monitoring:
        return None
    try:
        monitoring = Monitoring(settings, Path(os.environ["RAY_TMPDIR"]) / "ray")
    except MonitoringMissing as error:
        sys.exit(f"the service does not start: {error}")
    tell_ray(settings, os.environ)
    return monitoring


def _close_token() -> None:
    """Has Ray's token readable by its owner alone, one that Ray made before this service was there too."""
    token = Path.home() / ".ray" / "auth_token"
    if token.exists():
        token.chmod(0o600)


def _refuse_taken_ports(settings: Settings) -> None:
    for name, host, port in (
        ("PORT", settings.host, settings.port),
        ("DASHBOARD_PORT", settings.dashboard_host, settings.dashboard_port),
        *((("PROMETHEUS_PORT", "127.0.0.1", settings.prometheus_port),) if settings.monitoring else ()),
        *((("GRAFANA_PORT", "127.0.0.1", settings.grafana_port),) if settings.monitoring else ()),
    ):
        if not is_free(host, port):
            sys.exit(f"the service does not start: port {port} of {host} is taken; set {name} to another")


def _ingress(settings: Settings) -> "serve.Application":
    """The replicas that answer HTTP. They take no workflow's CPU, and get their settings from here, not from their node."""
    from ray import serve

    options: dict[str, Any] = {"num_cpus": 0}
    if is_loopback(settings.host):
        options["resources"] = {"node:__internal_head__": 0.001}

    @serve.deployment(
        name="Ingress", ray_actor_options=options, max_ongoing_requests=_REQUESTS_AT_ONCE, logging_config=_LOGGING
    )
    @serve.ingress(lambda: _application(settings))
    class Ingress:
        pass

    return Ingress.bind()  # type: ignore[attr-defined, no-any-return]


def _application(settings: Settings) -> FastAPI:
    """The FastAPI application, made in the replica that serves it."""
    from actors.backpressure import bound_bodies
    from actors.gateway import JobGateway
    from api.app import create_app
    from api.threads import kept_threads
    from converter.sandbox import warm_up_sandbox

    keep_replica_on_loopback()
    bound_bodies()
    configure(settings)
    queue = JobGateway(settings)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        # What was open when the last service stopped is run without waiting for a first request.
        await queue.start()
        # Previews run in this process's sandboxes; the first one is not to wait for their making.
        threading.Thread(target=warm_up_sandbox, name="warming", daemon=True).start()
        async with kept_threads():
            yield

    return create_app(settings, job_store(settings), queue, lifespan)


def _announce(settings: Settings) -> None:
    key = "the one set" if settings.api_key is not None else f"in {settings.key_path}"
    if settings.documentation != "off":
        print(f"the page: http://{settings.host}:{settings.port}/app", flush=True)
    print(f"the API: http://{settings.host}:{settings.port}/docs (its key: {key})", flush=True)
    dashboard = f"http://{settings.dashboard_host}:{settings.dashboard_port}"
    print(f"the dashboard: {dashboard} (its token: `ray get-auth-token`)", flush=True)
    if settings.monitoring and "RAY_ADDRESS" not in os.environ:
        print(f"Prometheus: http://127.0.0.1:{settings.prometheus_port}", flush=True)


if __name__ == "__main__":
    main()
