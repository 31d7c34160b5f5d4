"""A pool of networks in a Ray cluster: portions of a data set go out, their parts come back in order.

Ray Data hands the portions to an actor pool. A worker or a machine that dies has its portion done again elsewhere; only
the machine that the command runs on, and the cluster's head, must live. The parts come in any order and are handed out
in the data's, so that the figures do not depend on who was when ready.
"""

from __future__ import annotations

import copy
import logging
import math
import os
import pickle
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from types import ModuleType
from typing import Any

from se_explorer.analysis.pool import Part, Work
from se_explorer.cluster.ray_package import ray_module
from se_explorer.cluster.tracing import COLUMN, Answer, Listed, Tracing, decode_rows
from se_explorer.errors import ClusterError, DeviceError
from se_explorer.images import PictureSet
from se_explorer.language import Text, later, list_of
from se_explorer.models import Network

__all__ = ["RayPool", "device_of", "joined", "open_pool"]

BATCHES = 4  # of a portion, at least: what is lost with a worker, and what a part's size is shared by
MOST_BATCHES = 32
PARTS = 1000  # of a set, about: the process that merges them takes tens of milliseconds for each
PORTION_BYTES = 64 * 2**20  # of pictures that are decoded apart
STORE_BYTES = 200 * 2**20  # of a cluster that is started here
RAY_NOISE = {"log_to_driver": False, "logging_level": "ERROR", "include_dashboard": False}


class RayPool:
    """See ``Pool``.

    Args:
        network: on the CPU; each worker gets a copy.
        device: "cuda" or "cpu", of the workers.
        workers: how many.
        apart: decode in tasks of their own, on CPUs of any machine, rather than in the workers.
    """

    def __init__(self, network: Network, device: str, workers: int, *, apart: bool) -> None:
        self.kind, self.workers, self._apart = device, workers, apart
        self._ray = ray_module()
        self._preprocessing = network.preprocessing
        self._network = self._ray.put(network)
        self._devices: set[str] = set()

    @property
    def device(self) -> str:
        """See ``Pool``."""
        return ", ".join(sorted(self._devices)) or self.kind

    def parts(self, work: Work[Part], data: PictureSet, batch: int, start: int = 0) -> Iterator[tuple[int, Part]]:
        """See ``Pool``."""
        self._devices.clear()
        waiting: dict[int, Answer] = {}
        for row in self._rows(work, data, batch, start):
            answer: Answer = pickle.loads(row[COLUMN])
            if answer.error is not None:
                raise answer.error
            self._devices.add(answer.device)
            waiting[answer.start] = answer
            while start in waiting:
                ready = waiting.pop(start)
                start = ready.stop
                yield start, ready.part
        if start != len(data):
            raise _broken(later("{done} of {all} pictures", done=start, all=len(data)))

    def _rows(self, work: Work[Any], data: PictureSet, batch: int, start: int) -> Iterator[dict[str, bytes]]:
        """Answers, pickled, in any order."""
        size = batch * self._batches(len(data), batch)
        begins = range(start, len(data), size)
        portions = (Listed(begin, data.part(begin, min(begin + size, len(data)))) for begin in begins)
        rows = [{COLUMN: pickle.dumps(portion, protocol=5)} for portion in portions]
        if not rows:
            return
        try:
            yield from self._dataset(rows, work, batch).iter_rows()
        except (self._ray.exceptions.RayError, ConnectionError) as error:
            raise _broken(f"{type(error).__name__}: {error}"[:300]) from error

    def _batches(self, pictures: int, batch: int) -> int:
        """Of a portion. It does not depend on the workers, and so neither do the bits of what is merged."""
        wanted = min(MOST_BATCHES, max(BATCHES, math.ceil(pictures / (batch * PARTS))))
        fitting = PORTION_BYTES // (batch * 3 * self._preprocessing.size**2) if self._apart else wanted
        return max(1, min(wanted, fitting))

    def _dataset(self, rows: list[dict[str, bytes]], work: Work[Any], batch: int) -> Any:
        ray_data = ray_module("ray.data")
        context = ray_data.DataContext.get_current()
        context.enable_progress_bars = context.print_on_execution_start = False
        logging.getLogger("ray.data").setLevel(logging.ERROR)
        found = ray_data.from_items(rows, override_num_blocks=len(rows))
        if self._apart:
            told = {"preprocessing": self._preprocessing, "batch": batch}
            found = found.map_batches(decode_rows, batch_size=1, batch_format="numpy", num_cpus=1, fn_kwargs=told)
        workers = min(self.workers, len(rows))
        needs = {"num_gpus": 1, "num_cpus": 0} if self.kind == "cuda" else {"num_cpus": 1}
        threads = max(1, (os.cpu_count() or 1) // max(1, workers)) if self.kind == "cuda" else 1
        return found.map_batches(
            Tracing,
            fn_constructor_args=(partial(self._ray.get, self._network), self.kind, threads, work, batch),
            batch_size=1,
            batch_format="numpy",
            compute=ray_data.ActorPoolStrategy(size=workers),
            **needs,
        )


def _broken(received: Text | str) -> ClusterError:
    return ClusterError(
        later("a cluster whose workers do their portions"),
        received,
        later("See Ray's logs. A profile goes on from where it was when the command is given again."),
    )


@contextmanager
def open_pool(network: Network, device: str | None, address: str | None, workers: int | None) -> Iterator[RayPool]:
    """Join a Ray cluster, or start one on this machine, for as long as the block lasts.

    Args:
        network: on any device; it is copied.
        device: "cuda" or "cpu"; None takes GPUs if the cluster has some.
        address: of the cluster's head, as ``ray start`` tells it, or "auto"; None starts one here.
        workers: networks that work at once; None takes one a GPU, or one a CPU.

    Raises:
        ClusterError: Ray is not installed, the cluster cannot be reached, or has not as much to give.
        DeviceError: it has no such device.
    """
    ray = ray_module()
    joined(ray, address, workers)
    try:
        kind, limit = device_of(ray, device)
        wanted = limit if workers is None else workers
        if not 1 <= wanted <= limit:
            raise ClusterError(
                later("1 to {count} workers, as many as the cluster has {device} for", count=limit, device=kind),
                str(wanted),
                later("Give other --workers."),
            )
        on_cpu = replace(network, module=_copied(network)) if _is_elsewhere(network) else network
        yield RayPool(on_cpu, kind, wanted, apart=kind == "cuda")
    finally:
        ray.shutdown()


def joined(ray: ModuleType, address: str | None, workers: int | None) -> None:
    """Join a cluster, or start one here with room for so many workers; see ``open_pool``."""
    try:
        if address is None:
            cpus = max(workers or 1, os.cpu_count() or 1)
            ray.init(address="local", num_cpus=cpus, object_store_memory=STORE_BYTES, **RAY_NOISE)
        else:
            ray.init(address=address, **{name: RAY_NOISE[name] for name in ("log_to_driver", "logging_level")})
    except (ConnectionError, RuntimeError, ValueError, OSError) as error:
        raise ClusterError(
            later("the address of a Ray cluster that runs"),
            later("{address} ({fault})", address=address or "local", fault=str(error).strip()[:300]),
            later("Start one with ray start --head, and give the address that it tells."),
        ) from error


def device_of(ray: ModuleType, device: str | None) -> tuple[str, int]:
    """What the workers run on, and how many there is room for."""
    there = ray.cluster_resources()
    gpus, cpus = int(there.get("GPU", 0)), int(there.get("CPU", 0))
    kind = device or ("cuda" if gpus else "cpu")
    if kind not in ("cuda", "cpu") or (kind == "cuda" and not gpus):
        known = Text.of(list_of, ("cpu", "cuda") if gpus else ("cpu",))
        raise DeviceError(later("a device of the cluster: {known}", known=known), kind, later("Name one of these."))
    return kind, gpus if kind == "cuda" else math.floor(cpus)


def _is_elsewhere(network: Network) -> bool:
    return any(value.device.type != "cpu" for value in network.module.state_dict().values())


def _copied(network: Network) -> Any:
    """The module on the CPU, where every machine can unpack it; the original stays where it is."""
    return copy.deepcopy(network.module).cpu()
