"""A real Ray cluster of three nodes on this machine, small; what needs it is skipped where Ray is not installed."""

from __future__ import annotations

import contextlib
import importlib
import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
TURNS = 4  # of starting it
STORE = 80 * 2**20  # bytes of shared memory a node


class Nodes:
    """The cluster: a head with one CPU, and two nodes with one each, of which one may be killed."""

    def __init__(self, cluster: Any) -> None:
        self._cluster = cluster
        self.address: str = cluster.address
        self._others = [cluster.add_node(num_cpus=1, object_store_memory=STORE) for _ in range(2)]

    def shut_down(self) -> None:
        """End all nodes."""
        self._cluster.shutdown()

    def kill(self) -> None:
        """Kill a node, as a power cut does."""
        self._cluster.remove_node(self._others.pop(), allow_graceful=False)


def _be_patient(services: Any) -> None:
    """Let nodes take longer to start, as they do on a machine that is busy; Ray gives them 30 seconds."""
    look = services.get_node

    def looked(*arguments: Any) -> Any:
        for _ in range(60):
            with contextlib.suppress(RuntimeError):
                return look(*arguments)
            time.sleep(1)
        return look(*arguments)

    services.get_node = looked


def _started(utils: Any) -> Nodes:
    """A cluster; a raylet of a busy machine may give up while it starts, and then another is tried."""
    head = {"num_cpus": 1, "object_store_memory": STORE, "include_dashboard": False}
    for turn in range(TURNS):
        try:
            return Nodes(utils.Cluster(initialize_head=True, head_node_args=head))
        except Exception:  # Ray raises no other kind
            if turn == TURNS - 1:
                raise
    raise AssertionError


@pytest.fixture(scope="session")
def nodes() -> Iterator[Nodes]:
    """See ``Nodes``."""
    pytest.importorskip("ray", reason="Ray is not installed: make test-ray")
    os.environ["RAY_USAGE_STATS_ENABLED"] = "0"
    os.environ["RAY_worker_niceness"] = "0"  # noqa: SIM112  (else a busy machine gives workers nothing)
    os.environ["PYTHONPATH"] = str(ROOT)  # the nodes' workers import the package and the tests
    ray, utils = importlib.import_module("ray"), importlib.import_module("ray.cluster_utils")
    _be_patient(importlib.import_module("ray._private.services"))
    found = _started(utils)
    yield found
    ray.shutdown()
    found.shut_down()
