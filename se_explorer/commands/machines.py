"""``--engine``, ``--address`` and ``--workers``: where a data set is measured."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Literal

from se_explorer.analysis.pool import Pool
from se_explorer.engine import Engine
from se_explorer.errors import ClusterError
from se_explorer.language import later
from se_explorer.models import Network

__all__ = ["HERE", "Machines", "Place"]


@dataclass(frozen=True)
class Place:
    """An engine that knows the network, and the pool that the pictures run in; None: they run in the engine."""

    engine: Engine
    pool: Pool | None


@dataclass(frozen=True)
class Machines:
    """What the options say; see ``open_pool`` for address and workers.

    Raises:
        ClusterError: an option of clusters was given without ``--engine ray``.
    """

    engine: Literal["local", "ray"] = "local"
    address: str | None = None
    workers: int | None = None

    def __post_init__(self) -> None:
        if self.engine == "local" and (self.address is not None or self.workers is not None):
            received = "--address" if self.address is not None else "--workers"
            expected = later("--engine ray for {option}", option=received)
            raise ClusterError(expected, repr(self.engine), later("Add --engine ray."))

    @contextmanager
    def opened(self, network: Network, device: str | None) -> Iterator[Place]:
        """The place, for as long as the block lasts.

        Raises:
            ClusterError: Ray is not installed, or its cluster cannot be had.
            ModelError, BlockError, DeviceError: as ``Engine``.
        """
        if self.engine == "local":
            yield Place(Engine(network, device), None)
            return
        from se_explorer.cluster.pool import open_pool  # it is slow to import, and seldom wanted

        with open_pool(network, device, self.address, self.workers) as pool:
            yield Place(Engine(network, "cpu"), pool)


HERE = Machines()
