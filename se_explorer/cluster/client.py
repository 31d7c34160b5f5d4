"""The app's side of an engine server: asks for traces over HTTP."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from types import TracebackType

import httpx2
import numpy as np
from pydantic import ValidationError

from se_explorer.cluster.identity import identity_of
from se_explorer.cluster.service import UNKNOWN
from se_explorer.cluster.wire import MEDIA_TYPE, Ask, Fault, Reply, pack, unpack
from se_explorer.engine import Block, Engine, Trace
from se_explorer.engine.requests import TraceRequest, answered
from se_explorer.engine.results import BlockArrays, Run
from se_explorer.errors import ClusterError, SEExplorerError
from se_explorer.language import Text, Words, later

__all__ = ["RemoteEngine", "UnknownNetworkError"]

HOST = re.compile(r"[A-Za-z0-9._:-]+", re.ASCII)
CONNECT_SECONDS = 2.0
ANSWER_SECONDS = 30.0
FAULT_BYTES = 64 * 1024
SLACK = 2**20  # of an answer beyond its arrays


class UnknownNetworkError(ClusterError):
    """The server is there and has other networks."""


class RemoteEngine:
    """An engine server at an address; any number of threads may ask it.

    Args:
        address: such as ``http://10.0.0.7:8765``. It comes from the administrator, never from a visitor.
        transport: instead of the network, for tests.

    Raises:
        ClusterError: it is no such address.
    """

    def __init__(self, address: str, transport: httpx2.BaseTransport | None = None) -> None:
        try:
            url = httpx2.URL(address.strip())
        except (httpx2.InvalidURL, TypeError) as error:
            raise _no_address() from error
        more = url.userinfo or url.query or url.fragment
        if url.scheme not in ("http", "https") or not HOST.fullmatch(url.host) or more:
            raise _no_address()
        self._client = httpx2.Client(
            base_url=url,
            timeout=httpx2.Timeout(ANSWER_SECONDS, connect=CONNECT_SECONDS),
            trust_env=False,  # neither proxies nor passwords of the surroundings
            follow_redirects=False,
            transport=transport,
        )
        self._identities: dict[int, str] = {}

    def close(self) -> None:
        """Close its connections."""
        self._client.close()

    def __enter__(self) -> RemoteEngine:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def trace(self, engine: Engine, request: TraceRequest, client: str = "", tag: str = "en") -> Trace:
        """A request's trace, as ``Engine.traces`` gives it.

        Args:
            engine: with the same network, which checked the request and checks the answer.
            client: whose turn it takes, in hex digits.
            tag: the language in which the server tells an error.

        Raises:
            UnknownNetworkError: the server has another network.
            ClusterError: it cannot be reached, or does not answer as it should.
            BusyError: too many wait there.
            SEExplorerError: what went wrong there.
        """
        names = list(engine.channels)
        kept = [names[place] for place in sorted(request.keep)]
        pixels = engine.network.preprocessing.see(request.picture.tensor).permute(1, 2, 0).numpy()
        key = self._identity(engine)
        ask = Ask(network=key, plan=str(request.plan), keep=tuple(kept), client=client, language=tag)
        body = pack(ask, {"pixels": pixels, **_donors(request)})
        reply, arrays = unpack(self._posted(body, _most(engine.blocks, kept)), Reply)
        run = _run(engine, arrays, kept, reply.resumed_from)
        return answered(request, run, engine.network, reply.device, engine.blocks)

    def _identity(self, engine: Engine) -> str:
        found = self._identities.get(engine.serial)
        if found is None:
            found = self._identities[engine.serial] = identity_of(engine.network)
        return found

    def _posted(self, body: bytes, most: int) -> bytes:
        try:
            headers = {"content-type": MEDIA_TYPE}
            with self._client.stream("POST", "/trace", content=body, headers=headers) as response:
                answer = _read(response, most if response.status_code == 200 else FAULT_BYTES)
        except httpx2.HTTPError as error:
            raise _unreachable(type(error).__name__) from error
        if response.status_code == 200:
            return answer
        raise _told(response.status_code, answer)


def _read(response: httpx2.Response, most: int) -> bytes:
    """The body, as far as it may reach."""
    parts, size = [], 0
    for part in response.iter_bytes():
        size += len(part)
        if size > most:
            raise _unreachable(later("an answer of more than {size} KiB", size=most >> 10))
        parts.append(part)
    return b"".join(parts)


def _told(status: int, body: bytes) -> SEExplorerError:
    """The error that an answer tells."""
    try:
        error = Fault.model_validate_json(body).error
    except ValidationError:
        return _unreachable(later("an answer with the status {status}", status=status))
    return UnknownNetworkError(*error.parts) if status == UNKNOWN else error


def _donors(request: TraceRequest) -> dict[str, np.ndarray]:
    """The gates that the plan takes from other pictures."""
    taken = [(edit.block, edit.mode) for edit in request.plan.edits if edit.mode and edit.mode.kind == "donor"]
    return {
        f"donor/{mode.key}/{block}": np.asarray(request.sources.gates(block, mode), np.float32) for block, mode in taken
    }


def _shapes(block: Block, kept: bool) -> dict[str, tuple[int, ...]]:
    """Of the arrays of a block, by name."""
    channels = (block.facts.channels,)
    shapes = dict.fromkeys(("squeeze", "preactivation", "gates", "applied", "energy", "low", "high"), channels)
    shapes["hidden"] = (block.facts.hidden_units,)
    return shapes | ({"maps": (*channels, block.height, block.width)} if kept else {})


def _most(blocks: Collection[Block], kept: Collection[str]) -> int:
    """Bytes of the largest answer that there can be."""
    wanted = [shape for block in blocks for shape in _shapes(block, block.name in kept).values()]
    return 4 * sum(int(np.prod(shape)) for shape in wanted) + 4 * 100_000 + SLACK


def _run(engine: Engine, arrays: Mapping[str, np.ndarray], kept: Collection[str], resumed: str | None) -> Run:
    """An answer's arrays as a run of one picture, checked against the network that is here."""
    shapes: dict[str, tuple[int, ...]] = {"logits": (len(engine.network.labels),)}
    for block in engine.blocks:
        shapes |= {f"{block.name}/{name}": shape for name, shape in _shapes(block, block.name in kept).items()}
    fits = {name: each.shape for name, each in arrays.items() if each.dtype == np.float32} == shapes
    if not fits or (resumed is not None and resumed not in engine.channels):
        raise _unreachable(later("arrays of another network"))
    if not all(np.isfinite(each).all() for each in arrays.values()):
        raise _unreachable(later("numbers that are not finite"))
    blocks = []
    for block in engine.blocks:
        own = {name: arrays[f"{block.name}/{name}"][None] for name in _shapes(block, block.name in kept)}
        blocks.append(BlockArrays(**own))
    return Run(arrays["logits"][None], tuple(blocks), resumed)


def _no_address() -> ClusterError:
    return ClusterError(
        later("the address of an engine server in SE_EXPLORER_ENGINE_URL, such as http://10.0.0.7:8765"),
        later("another text"),
        later("Correct the variable and start the app again."),
    )


def _unreachable(received: Text | Words) -> ClusterError:
    return ClusterError(
        later("an engine server that answers"), received, later("Pictures run on this machine until it does.")
    )
