"""What all sessions share: opened networks and the traces of pictures, both bounded."""

from __future__ import annotations

from collections.abc import Collection

import numpy as np
import streamlit as st
import torch

from se_explorer.engine import EditPlan, Engine, Trace
from se_explorer.engine.cache import ByteCache
from se_explorer.images import Picture, Sample, open_sample, samples
from se_explorer.models import open_network

__all__ = ["engine_for", "sample_list", "sample_picture", "trace_of"]

NETWORKS_KEPT = 2
TRACE_BYTES = 128 * 2**20

TraceKey = tuple[str, str, str, str, tuple[str, ...], tuple[str, ...]]


def _release(engine: Engine) -> None:
    """Give device memory back when a network is dropped; the weights go with the engine itself."""
    if engine.device.type == "cuda":
        torch.cuda.empty_cache()


@st.cache_resource(max_entries=NETWORKS_KEPT, on_release=_release, show_spinner="Opening the network")
def engine_for(model: str) -> Engine:
    """A network ready to run, built once for all sessions."""
    return Engine(open_network(model))


@st.cache_resource(max_entries=1, show_spinner=False)
def _traces() -> ByteCache[TraceKey, Trace]:
    return ByteCache(TRACE_BYTES)


@st.cache_resource(max_entries=1, show_spinner=False)
def sample_list() -> tuple[Sample, ...]:
    """The samples, the default first."""
    return samples()


@st.cache_resource(max_entries=32, show_spinner=False)
def sample_picture(sample_id: str) -> Picture:
    """A decoded sample. Samples are few and ours; people's own pictures are never kept here."""
    return open_sample(sample_id)


def trace_of(
    engine: Engine,
    picture: Picture,
    plan: EditPlan,
    keep: Collection[str] = (),
    donors: dict[str, Picture] | None = None,
) -> Trace:
    """A picture's trace, from the shared memory if somebody had the same one lately.

    Args:
        donors: pictures whose gates the plan may take, by key.
    """
    others = donors or {}
    used = {edit.mode.key for edit in plan.edits if edit.mode is not None and edit.mode.kind == "donor"}
    wanted = {key: others[key] for key in sorted(used) if key in others}
    digests = tuple(f"{key}:{other.digest}" for key, other in wanted.items())
    network = engine.network
    key = (network.id, network.weights, picture.digest, str(plan), tuple(sorted(keep)), digests)

    def make() -> Trace:
        gates: dict[str, dict[str, np.ndarray]] = {
            name: trace_of(engine, other, EditPlan()).gates for name, other in wanted.items()
        }
        return engine.trace(picture, plan, keep=keep, donors=gates)

    return _traces().get(key, make)
