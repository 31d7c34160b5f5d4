"""What all sessions share: opened networks and the traces of pictures, both bounded."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path
from typing import Any

import numpy as np
import streamlit as st

from se_explorer.analysis import Profile, Sweep, load_profile
from se_explorer.engine import EditPlan, Engine, ResumeCache, Trace
from se_explorer.engine.cache import ByteCache
from se_explorer.engine.differentiable import DifferentiableNetwork
from se_explorer.errors import WeightsError
from se_explorer.images import Picture, Sample, open_sample, samples
from se_explorer.language import current_language, later
from se_explorer.limits import limits
from se_explorer.models import Network, open_network, weights_status
from se_explorer.models.size import check_size
from se_explorer.ui.leaving import leaving
from se_explorer.ui.remote import tracer
from se_explorer.ui.waiting import client, waited

__all__ = [
    "differentiable",
    "engine_for",
    "evidence",
    "moments",
    "own_engine",
    "profile_at",
    "sample_list",
    "sample_picture",
    "sample_titles",
    "sweeps",
    "trace_of",
]

NETWORKS_KEPT = limits().networks  # as the environment was when the server began
TRACE_BYTES = 128 * 2**20
MOMENT_BYTES = 256 * 2**20
SWEEP_BYTES = 16 * 2**20
EVIDENCE_BYTES = 32 * 2**20

TraceKey = tuple[int, str, str, tuple[str, ...], tuple[str, ...]]
#: The engine's serial, the picture's digest, kind and mode of the sweep, the donor's digest, the class watched.
SweepKey = tuple[int, str, str, str, str, int]
#: The engine's serial, the picture's digest, the method, the block or an empty text, the class watched.
EvidenceKey = tuple[int, str, str, str, int]


def _release(engine: Engine) -> None:
    """A network is dropped: so are its traces, sweeps and moments. Its own memory goes later, see ``Leaving``."""
    engine.worker.rest()
    _traces().drop(lambda key: key[0] == engine.serial)
    sweeps().drop(lambda key: key[0] == engine.serial)
    moments().drop(lambda key: key[0] == engine.serial)
    evidence().drop(lambda key: key[0] == engine.serial)
    differentiable.clear(engine.serial, engine)
    leaving.add(engine.network.module)


@st.cache_resource(max_entries=NETWORKS_KEPT, on_release=_release, show_spinner=False)
def engine_for(model: str, weights: str = "pretrained") -> Engine:
    """A network ready to run, built once for all sessions. It downloads nothing.

    Raises:
        ModelError: there is no such network, or it is larger than this process allows.
        WeightsError: its weights are not on this machine.
    """
    check_size(model)
    if weights == "pretrained" and weights_status(model).state == "download":
        raise WeightsError(
            later("weights that are on this machine"),
            later("{model}, whose weights are still to be downloaded", model=model),
            later("Download them on the page Networks, or open the network with random weights there."),
        )
    return Engine(open_network(model, weights), memory=moments())


@st.cache_resource(scope="session", max_entries=1, on_release=_release, show_spinner=False)
def own_engine(token: str, _network: Network) -> Engine:  # noqa: ARG001  (the token is the key)
    """The network of a session's own file; nobody else's session can come by it, and it goes with the session."""
    return Engine(_network, memory=moments())


def sample_titles() -> dict[str, str]:
    """The samples' titles by id, in the language in force."""
    tag = current_language().split("-")[0]
    return {sample.id: sample.title.get(tag, sample.title["en"]) for sample in sample_list()}


@st.cache_resource(max_entries=1, show_spinner=False)
def moments() -> ResumeCache:
    """Where runs of all sessions and networks are taken up again."""
    return ResumeCache(MOMENT_BYTES)


@st.cache_resource(max_entries=1, show_spinner=False)
def _traces() -> ByteCache[TraceKey, Trace]:
    return ByteCache(TRACE_BYTES)


@st.cache_resource(max_entries=1, show_spinner=False)
def sweeps() -> ByteCache[SweepKey, Sweep]:
    """Sweeps of all sessions; see ``ablate_sweep``."""
    return ByteCache(SWEEP_BYTES)


@st.cache_resource(max_entries=NETWORKS_KEPT, show_spinner=False)
def profile_at(path: Path) -> Profile:
    """A profile that comes with the project; people's own are never kept here.

    Raises:
        ProfileError: the file is damaged.
    """
    return load_profile(path)


@st.cache_resource(max_entries=1, show_spinner=False)
def evidence() -> ByteCache[EvidenceKey, Any]:
    """Attributions of all sessions; see ``evidence_work``."""
    return ByteCache(EVIDENCE_BYTES)


@st.cache_resource(max_entries=NETWORKS_KEPT, show_spinner=False)
def differentiable(serial: int, _engine: Engine) -> DifferentiableNetwork:  # noqa: ARG001  (the serial is the key)
    """The side of a network that gradients go through; it goes with the network."""
    return DifferentiableNetwork(_engine)


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
    key = (engine.serial, picture.digest, str(plan), tuple(sorted(keep)), digests)

    def make() -> Trace:
        gates: dict[str, dict[str, np.ndarray]] = {
            name: trace_of(engine, other, EditPlan()).gates for name, other in wanted.items()
        }
        worker = tracer(engine)
        return waited(worker, worker.trace(picture, plan, keep=keep, donors=gates, client=client()))

    return _traces().get(key, make)
