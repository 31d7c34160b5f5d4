"""The server's side of a trace, whatever carries it: a request's body in, an answer's body out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from concurrent.futures import Future
from dataclasses import dataclass, fields, replace

import numpy as np
from torch import Tensor

from se_explorer.cluster.identity import identity_of
from se_explorer.cluster.wire import ASK_BYTES, Ask, Fault, Reply, pack, unpack
from se_explorer.engine import Engine, ResumeCache, Trace
from se_explorer.errors import BusyError, ClusterError, ImageError, SEExplorerError
from se_explorer.images import Picture, Preprocessing
from se_explorer.images.picture import digest_of
from se_explorer.language import later
from se_explorer.models import Network

__all__ = ["UNKNOWN", "Answer", "Service", "too_long"]

MOMENT_BYTES = 256 * 2**20
UNKNOWN = 404  # the status that says: another network than the server's


class _AsSeen(Preprocessing):
    """Of pictures that were cut before they came."""

    def see(self, pixels: Tensor) -> Tensor:
        """The crop as it is."""
        return pixels


@dataclass(frozen=True)
class Answer:
    """An HTTP answer: status and body; safetensors with 200, else the JSON of a ``Fault``."""

    status: int
    body: bytes

    @classmethod
    def refusing(cls, error: SEExplorerError, tag: str = "en", status: int | None = None) -> Answer:
        """An error as an answer."""
        fitting = 503 if isinstance(error, BusyError) else 400
        return cls(status or fitting, Fault.of(error, tag).model_dump_json().encode())


def too_long(count: int) -> Answer:
    """The refusal of a body of more than ``ASK_BYTES``."""
    expected = later("a request of at most {size} MiB", size=ASK_BYTES >> 20)
    error = ClusterError(expected, later("{size} MiB", size=count >> 20), later("Use fewer donors."))
    return Answer.refusing(error, status=413)


class Service:
    """Answers requests for some networks.

    Args:
        networks: each is opened once.
        device: see ``choose_device``.
    """

    def __init__(self, networks: Iterable[Network], device: str | None = None) -> None:
        self._memory = ResumeCache(MOMENT_BYTES)
        self._engines: dict[str, Engine] = {}
        for network in networks:
            steps = network.preprocessing
            seen = _AsSeen(**{field.name: getattr(steps, field.name) for field in fields(steps)})
            key = identity_of(network)  # before its pictures come cut
            self._engines[key] = Engine(replace(network, preprocessing=seen), device, self._memory)

    def submit(self, body: bytes) -> Future[Trace] | Answer:
        """Check a request and let it wait; what comes within a moment runs as rows of one batch (``Worker``).

        Returns:
            The trace to come, for ``reply``, or at once a refusal.
        """
        if len(body) > ASK_BYTES:
            return too_long(len(body))
        tag = "en"
        try:
            ask, arrays = unpack(body, Ask)
            tag = ask.language
            engine = self._engines.get(ask.network)
            if engine is None:
                return Answer.refusing(_unknown(ask.network), tag, UNKNOWN)
            pixels, donors = arrays.pop("pixels", None), _donors(arrays)
            picture = _picture(pixels, engine.network.preprocessing.size)
            return engine.worker.trace(picture, ask.plan, keep=ask.keep, donors=donors, client=ask.client)
        except SEExplorerError as error:
            return Answer.refusing(error, tag)

    def reply(self, future: Future[Trace]) -> Answer:
        """The answer of a trace that is there. An error that is none of ours is a fault of the server: it is raised."""
        try:
            trace = future.result()
        except SEExplorerError as error:
            return Answer.refusing(error)
        arrays = {"logits": trace.logits}
        for each in trace.blocks:
            arrays |= {f"{each.block.name}/{name}": values for name, values in each.arrays.items()}
        message = Reply(device=trace.device, resumed_from=trace.resumed_from)
        return Answer(200, pack(message, arrays))


def _picture(pixels: np.ndarray | None, size: int) -> Picture:
    if pixels is None or pixels.dtype != np.uint8 or pixels.shape != (size, size, 3):
        received = "-" if pixels is None else f"{pixels.dtype} {pixels.shape}"
        expected = later("a crop of {size} x {size} colour pixels", size=size)
        raise ImageError(expected, received, later("Send the crop that the network sees."))
    return Picture(pixels, "", "array", digest_of(pixels))


def _donors(arrays: Mapping[str, np.ndarray]) -> dict[str, dict[str, np.ndarray]]:
    """Gates by block, by donor key; the engine checks their shapes where a plan takes them."""
    found: dict[str, dict[str, np.ndarray]] = {}
    for name, values in arrays.items():
        kind, _slash, rest = name.partition("/")
        key, _slash, block = rest.partition("/")
        if kind != "donor" or values.dtype != np.float32 or values.ndim != 1 or not np.isfinite(values).all():
            raise ClusterError(
                later("the gates of donors"),
                repr(name[:80]),
                later("Run the same version of SE Explorer on both sides."),
            )
        found.setdefault(key, {})[block] = values
    return found


def _unknown(key: str) -> ClusterError:
    return ClusterError(
        later("a network that the engine server has"),
        later("another ({key})", key=key[:12]),
        later("Name it when the server is started: python -m se_explorer serve --model ID"),
    )
