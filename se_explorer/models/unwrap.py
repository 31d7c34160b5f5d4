"""From what a checkpoint file holds to the weights in it: out of wrappers, without prefixes, and all of it said.

Training scripts put a network's weights under a key (``state_dict``, ``model``, ``net`` ...), beside them a moving
average (EMA), and before each name what the network was wrapped in (``module.`` by data parallelism, ``_orig_mod.`` by
``torch.compile``, ``model.`` by Lightning). Where there is an average it is taken, as timm does.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice

import torch
from torch import Tensor

from se_explorer.language import Text, Words, later, whole
from se_explorer.models.refusal import SAVE_AGAIN, listed, refused

__all__ = ["COUNTER", "Unwrapped", "unwrap"]

State = Mapping[str, Tensor]

COUNTER = "num_batches_tracked"  # of a batch norm; no part of what a network says
#: "averaged" and "network" are those of our own trainings.
AVERAGED = ("state_dict_ema", "model_ema", "ema_state_dict", "ema_model", "model_averaged", "averaged", "ema")
RAW = ("state_dict", "model_state_dict", "model", "net", "network", "module", "weights", "checkpoint")
AVERAGED_PREFIXES = ("ema_model.", "model_ema.", "ema.")
RAW_PREFIXES = ("module.", "_orig_mod.", "model.", "net.", "network.")
MAX_WRAPPERS = 4
MAX_PREFIXES = 6
MAX_CANDIDATES = 16


@dataclass(frozen=True)
class Unwrapped:
    """Weights by the network's own names.

    Attributes:
        state: tensors by name.
        steps: what was done to get there, sentences for people.
        ignored: names in the file that stand beside the weights and were left out.
    """

    state: State
    steps: tuple[Text, ...] = ()
    ignored: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Candidate:
    path: tuple[str, ...]
    state: State

    @property
    def averaged(self) -> bool:
        return any(key in AVERAGED for key in self.path)

    @property
    def begun(self) -> bool:
        """False of an average over no steps: torch's ``AveragedModel`` holds what the training began with then."""
        count = self.state.get("n_averaged")
        return count is None or bool(count.any())

    @property
    def place(self) -> str:
        return " / ".join(self.path)


def _is_state(content: object) -> bool:
    return isinstance(content, dict) and all(
        isinstance(name, str) and isinstance(value, Tensor) for name, value in content.items()
    )


def _candidates(content: object, path: tuple[str, ...] = ()) -> Iterator[_Candidate]:
    """The sets of weights in a file, averages first."""
    if _is_state(content):
        assert isinstance(content, dict)
        if content or not path:
            yield _Candidate(path, content)
    elif isinstance(content, dict) and len(path) < MAX_WRAPPERS:
        for key in (*AVERAGED, *RAW):
            if key in content:
                yield from _candidates(content[key], (*path, key))


def _fits(state: State, wanted: Collection[str]) -> bool:
    return all(name in state for name in wanted if not name.endswith(COUNTER))


def _without(state: State, prefix: str) -> dict[str, Tensor]:
    return {name[len(prefix) :]: value for name, value in state.items() if name.startswith(prefix)}


def _stripped(now: Unwrapped, wanted: Collection[str], depth: int = 0) -> Unwrapped | None:
    """Without prefixes, so that every wanted name is there; None if no prefix leads to that."""
    if _fits(now.state, wanted):
        return now
    for prefix in (*AVERAGED_PREFIXES, *RAW_PREFIXES) if depth < MAX_PREFIXES else ():
        part = _without(now.state, prefix)
        if part:
            others = tuple(name for name in now.state if not name.startswith(prefix))
            found = _stripped(Unwrapped(part, (*now.steps, _told(prefix, others)), others), wanted, depth + 1)
            if found is not None:
                return Unwrapped(found.state, found.steps, tuple({**dict.fromkeys(now.ignored + found.ignored)}))
    return None


def _told(prefix: str, others: tuple[str, ...]) -> Text:
    if prefix in AVERAGED_PREFIXES:
        return later("Averaged weights (EMA) are used: the names that begin with {prefix}.", prefix=repr(prefix))
    if others:
        return later("Took {prefix} off the names that begin with it.", prefix=repr(prefix))
    return later("Took {prefix} off every name.", prefix=repr(prefix))


def _stripped_anyway(now: Unwrapped, wanted: Collection[str]) -> Unwrapped:
    """Without the prefixes that are on every name: what does not fit is then told by the network's own names."""
    for _ in range(MAX_PREFIXES):
        for prefix in (*AVERAGED_PREFIXES, *RAW_PREFIXES):
            if now.state and all(name.startswith(prefix) and name not in wanted for name in now.state):
                now = Unwrapped(_without(now.state, prefix), (*now.steps, _told(prefix, ())), now.ignored)
    return now


def _begun(candidate: _Candidate) -> Unwrapped:
    """Out of torch's ``AveragedModel``, which counts its steps in ``n_averaged``."""
    state = dict(candidate.state)
    count = state.pop("n_averaged", None)
    if count is None:
        return Unwrapped(state)
    told = later("They are an average by torch's AveragedModel.")
    if count.numel() == 1 and count.dtype == torch.int64:
        steps = Text.of(whole, int(count))
        told = later("They are an average by torch's AveragedModel, over {count} steps.", count=steps)
    return Unwrapped(state, (told,), ("n_averaged",))


def _choice(taken: _Candidate, candidates: list[_Candidate]) -> tuple[Text, ...]:
    """What to say of a choice between averaged and raw weights."""
    others = [other for other in candidates if other is not taken and other.averaged != taken.averaged]
    place = repr(taken.place)
    if not others and not taken.path:
        return ()
    if not others and taken.averaged:
        return (later("Averaged weights (EMA) are taken from {place} in the file.", place=place),)
    if not others:
        return (later("The weights are taken from {place} in the file.", place=place),)
    fields = {"place": place, "other": repr(others[0].place)}
    if taken.averaged:
        return (later("Averaged weights (EMA, {place}) are used; the file's raw ones ({other}) are left.", **fields),)
    if not others[0].begun:
        told = later(
            "The file's averaged weights ({other}) are over no steps; its raw ones ({place}) are used.", **fields
        )
        return (told,)
    return (later("The file's averaged weights ({other}) do not fit; its raw ones ({place}) are used.", **fields),)


def unwrap(content: object, wanted: Collection[str], name: Words) -> Unwrapped:
    """Find a network's weights in what a file holds.

    Args:
        content: of the file; see ``read_checkpoint``.
        wanted: the names of the network's own state_dict.
        name: the file's, for messages.

    Raises:
        WeightsError: there are no weights in it.
    """
    candidates = sorted(islice(_candidates(content), MAX_CANDIDATES), key=lambda candidate: not candidate.begun)
    if not candidates:
        keys = [str(key) for key in content if isinstance(key, str)] if isinstance(content, dict) else []
        fault = later("which holds something else and no tensors by name")
        if keys:
            fault = later("which holds the keys {names} and no tensors by name", names=listed(keys))
        raise refused(name, fault, SAVE_AGAIN)
    for candidate in candidates:
        found = _stripped(_begun(candidate), wanted)
        if found is not None:
            return Unwrapped(found.state, (*_choice(candidate, candidates), *found.steps), found.ignored)
    first = candidates[0]
    return _stripped_anyway(_begun(first), wanted)
