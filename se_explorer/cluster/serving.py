"""The engine behind Ray Serve: as many replicas as there are GPUs, or as are asked for, behind one address.

Ray Serve spreads requests over the replicas. Within a replica, the engine's own worker gathers what comes while it
works, and runs it as rows of one batch, each with a picture and a plan of its own; clients take turns.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from types import ModuleType
from typing import TYPE_CHECKING, Any

import torch

from se_explorer.cluster.pool import device_of, joined
from se_explorer.cluster.ray_package import ray_module
from se_explorer.cluster.service import Answer, Service, too_long
from se_explorer.cluster.wire import ASK_BYTES, MEDIA_TYPE
from se_explorer.errors import ClusterError
from se_explorer.language import later
from se_explorer.models import open_network

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

__all__ = ["Replica", "Serving", "start", "stop"]

NAME = "se-explorer"
AT_ONCE = 64  # requests that a replica has at a time; more wait in line
WAITING = 512  # that may wait at the entry


@dataclass(frozen=True)
class Serving:
    """What to serve, and where.

    Attributes:
        models: ids of networks, with the weights that each machine has.
        host, port: to listen at.
        replicas: None takes one a GPU, or one.
        device: "cuda" or "cpu"; None takes GPUs if the cluster has some.
        address: of a Ray cluster; None starts one here.
    """

    models: tuple[str, ...]
    host: str
    port: int
    replicas: int | None
    device: str | None
    address: str | None


class Replica:
    """One process with networks of its own."""

    def __init__(self, models: Sequence[str], device: str, threads: int) -> None:
        torch.set_num_threads(threads)
        self._service = Service([open_network(model) for model in models], device)

    async def __call__(self, request: Request) -> Response:
        """Answer an HTTP request."""
        from starlette.responses import Response

        if request.url.path == "/health":
            return Response("ok", media_type="text/plain")
        if request.url.path != "/trace" or request.method != "POST":
            return Response(status_code=404)
        answer = await self._answered(request)
        kind = MEDIA_TYPE if answer.status == 200 else "application/json"
        return Response(answer.body, answer.status, media_type=kind)

    async def _answered(self, request: Request) -> Answer:
        parts, size = list[bytes](), 0
        async for part in request.stream():
            size += len(part)
            if size > ASK_BYTES:
                return too_long(size)
            parts.append(part)
        found = await asyncio.to_thread(self._service.submit, b"".join(parts))
        if isinstance(found, Answer):
            return found
        await asyncio.wait([asyncio.wrap_future(found)])
        return await asyncio.to_thread(self._service.reply, found)


def start(wanted: Serving) -> int:
    """Serve until ``stop``; returns when all replicas are ready, with their number.

    Raises:
        ClusterError: Ray is not installed, its cluster cannot be had or has not as much to give, or does not get ready.
        DeviceError: it has no such device.
    """
    ray = ray_module()
    ray_module("ray.serve")
    joined(ray, wanted.address, wanted.replicas)
    try:
        return _deployed(ray, wanted)
    except BaseException:
        ray.shutdown()  # what was joined is left again, whatever happened
        raise


def _deployed(ray: ModuleType, wanted: Serving) -> int:
    """See ``start``; the cluster has been joined."""
    serve = ray_module("ray.serve")
    kind, limit = device_of(ray, wanted.device)
    replicas = wanted.replicas or (limit if kind == "cuda" else 1)
    if replicas > limit:
        raise ClusterError(
            later("1 to {count} replicas, as many as the cluster has {device} for", count=limit, device=kind),
            str(replicas),
            later("Give other --replicas."),
        )
    threads = max(1, limit // replicas) if kind == "cpu" else 1
    needs: dict[str, Any] = {"num_gpus": 1, "num_cpus": 0} if kind == "cuda" else {"num_cpus": 1}
    deployment = serve.deployment(
        Replica,
        name=NAME,
        num_replicas=replicas,
        max_ongoing_requests=AT_ONCE,
        max_queued_requests=WAITING,
        ray_actor_options=needs,
        health_check_period_s=10,
    )
    try:
        serve.start(http_options={"host": wanted.host, "port": wanted.port, "location": "HeadOnly"})
        serve.run(deployment.bind(wanted.models, kind, threads), name=NAME, route_prefix="/")
    except (RuntimeError, TimeoutError, OSError, ray.exceptions.RayError) as error:
        raise ClusterError(
            later("replicas that get ready at {host}:{port}", host=wanted.host, port=wanted.port),
            f"{type(error).__name__}: {error}"[:300],
            later("See Ray's logs, and whether the port is free."),
        ) from error
    return replicas


def stop() -> None:
    """End the replicas, and leave the cluster."""
    ray_module("ray.serve").shutdown()
    ray_module().shutdown()
