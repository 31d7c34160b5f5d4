"""What people would use instead of ``trace``: each peer is a rival that looks at the SE blocks of a network.

A peer's run gives a list of tensors. All run without gradients, keep both what a block took (u) and what it gave (x~)
where they can, and are set up before they are timed. nnsight and torchlens are no dependencies; they take part where
they are installed. Each of them works on a copy of the network, since what they leave on its modules would slow the
others down.
"""

from __future__ import annotations

import copy
import functools
import importlib.util
import operator
from collections.abc import Callable

import torch
from captum.attr import LayerActivation
from torch import Tensor, nn

from benchmarks.results import Absent
from benchmarks.timing import Rival
from se_explorer.engine import Engine

__all__ = ["PeerAbsentError", "captum", "hooks_that_clone", "hooks_that_measure", "installed_peers", "plain"]


class PeerAbsentError(Exception):
    """A peer cannot take part; says why."""


def _sites(engine: Engine) -> list[nn.Module]:
    return [engine.found(name).module for name in engine.channels]


def _paths(engine: Engine) -> list[str]:
    return [engine.found(name).path for name in engine.channels]


def plain(module: nn.Module, batch: Tensor) -> Callable[[], Tensor]:
    """The network as it is."""

    def run() -> Tensor:
        with torch.inference_mode():
            output: Tensor = module(batch)
        return output

    return run


Handles = list[torch.utils.hooks.RemovableHandle]


def _with_hooks(forward: Callable[[], object], put: Callable[[list[Tensor]], Handles]) -> Rival:
    """A forward pass with hooks that keep tensors; putting them on and taking them off is not timed.

    Args:
        put: puts them on, given the list that they are to fill.
    """
    kept: list[Tensor] = []
    handles: Handles = []

    def before() -> None:
        kept.clear()
        handles.extend(put(kept))

    def after() -> None:
        while handles:
            handles.pop().remove()

    def run() -> list[Tensor]:
        forward()
        return list(kept)

    return Rival(run, before, after)


def hooks_that_clone(engine: Engine, batch: Tensor) -> Rival:
    """Forward hooks that clone what every SE module took and gave: the usual way to look inside."""

    def put(kept: list[Tensor]) -> Handles:
        def look(_module: nn.Module, args: tuple[Tensor, ...], output: Tensor) -> None:
            kept.extend((args[0].clone(), output.clone()))

        return [module.register_forward_hook(look) for module in _sites(engine)]

    return _with_hooks(plain(engine.network.module, batch), put)


def _measure(sides: tuple[int, int], kept: list[Tensor]) -> Callable[[nn.Module, tuple[Tensor, ...]], None]:
    def look(_module: nn.Module, args: tuple[Tensor, ...]) -> None:
        u = args[0]
        kept.append(torch.cat((u.mean(sides), u.square().mean(sides), u.amin(sides), u.amax(sides)), 1).cpu())

    return look


def hooks_that_measure(engine: Engine, batch: Tensor) -> Rival:
    """Hooks that give what ``trace`` gives: z, hidden, s and the maps' statistics, on the CPU."""

    def put(kept: list[Tensor]) -> Handles:
        def keep(_module: nn.Module, _args: tuple[Tensor, ...], output: Tensor) -> None:
            kept.append(output.flatten(1).cpu())

        handles: Handles = []
        for name in engine.channels:
            site = engine.found(name)
            parts = site.adapter.parts(site.module)
            sides = (1, 2) if site.adapter.channels_last else (2, 3)
            handles.append(site.module.register_forward_pre_hook(_measure(sides, kept)))
            handles.extend(part.register_forward_hook(keep) for part in (parts.activation, parts.gate) if part)
        return handles

    return _with_hooks(plain(engine.network.module, batch), put)


def captum(engine: Engine, batch: Tensor) -> Rival:
    """captum's ``LayerActivation`` of all SE modules in one forward pass: what each gave."""
    layers = LayerActivation(engine.network.module, _sites(engine))

    def run() -> object:
        with torch.inference_mode():
            return layers.attribute(batch)

    return Rival(run)


def nnsight(engine: Engine, batch: Tensor) -> Rival:
    """nnsight (0.8): one ``trace`` that saves what every SE module took and gave."""
    from nnsight import NNsight, save

    sight = NNsight(copy.deepcopy(engine.network.module))
    envoys = [sight.get(path) for path in _paths(engine)]

    def run() -> object:
        with torch.inference_mode(), sight.trace(batch):
            kept = save([])
            for envoy in envoys:
                kept.append(envoy.input)
                kept.append(envoy.output)
        return kept

    return Rival(run)


def torchlens(engine: Engine, batch: Tensor) -> Rival:
    """torchlens (2.36): one ``trace`` that saves what every SE module gave and lists all operations.

    It wraps torch's own functions and leaves them so, which makes everybody slower: they are wrapped and unwrapped
    around its runs, outside the time taken.
    """
    import torchlens
    from torchlens.backends.torch.wrappers import unwrap_torch, wrap_torch

    module, paths = copy.deepcopy(engine.network.module), _paths(engine)
    wanted = functools.reduce(operator.or_, (torchlens.module(path) for path in paths))

    def run() -> object:
        with torch.no_grad():
            found = torchlens.trace(module, batch, save=wanted)
        return [found[path].out for path in paths]

    return Rival(run, wrap_torch, unwrap_torch)


#: Peers that are measured where they are installed.
OPTIONAL: dict[str, Callable[[Engine, Tensor], Rival]] = {"nnsight": nnsight, "torchlens": torchlens}


def _try(name: str, make: Callable[[Engine, Tensor], Rival], engine: Engine, batch: Tensor) -> Rival:
    """A peer that has shown that it runs here.

    Raises:
        PeerAbsentError: it is not installed, or does not run.
    """
    if importlib.util.find_spec(name) is None:
        raise PeerAbsentError("It is not installed.")
    try:
        rival = make(engine, batch)
        rival.before()
        try:
            rival.run()
        finally:
            rival.after()
    except Exception as error:  # another project's code, of a version that we do not choose
        raise PeerAbsentError(f"It does not run here: {type(error).__name__}: {error}") from error
    return rival


def installed_peers(engine: Engine, batch: Tensor) -> tuple[dict[str, Rival], tuple[Absent, ...]]:
    """The optional peers that run here, by name, and those that do not."""
    rivals: dict[str, Rival] = {}
    absent: list[Absent] = []
    for name, make in OPTIONAL.items():
        try:
            rivals[name] = _try(name, make, engine, batch)
        except PeerAbsentError as error:
            absent.append(Absent(name, str(error)))
    return rivals, tuple(absent)
