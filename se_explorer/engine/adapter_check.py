"""Registered adapters are held against their modules, once, when an engine is made.

The libraries' adapters are held by tests. One that a person registered is known only by what it does, and an adapter
that is nearly right would show numbers that are nearly true.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

from se_explorer.blocks import Excitation, FoundBlock, registered_blocks
from se_explorer.engine.graph import NetworkGraph
from se_explorer.engine.hooked import HookedNetwork
from se_explorer.errors import BlockError, SEExplorerError
from se_explorer.language import Words, later

__all__ = ["check_adapters"]

RELATIVE, ABSOLUTE = 1e-3, 1e-5  # other kernels for the same sums round otherwise; a wrong sum is off by far more


def check_adapters(runner: NetworkGraph | HookedNetwork, sites: Sequence[FoundBlock], batch: Tensor) -> None:
    """Run a batch, and compare at each block with a registered adapter.

    Args:
        batch: float32 (N, 3, H, W); noise, so that no two channels are alike.

    Raises:
        BlockError: what an adapter gives is not what its module does.
    """
    registered = tuple(registered_blocks().values())
    if not any(site.adapter is one for site in sites for one in registered):
        return

    def visit(index: int, u: Tensor) -> Tensor:
        site = sites[index]
        if any(site.adapter is one for one in registered):
            return _checked(site, u)
        return site.adapter.scale(u, site.adapter.excite(site.module, u).s)

    with torch.inference_mode():
        runner.run(batch, visit)


def _wrong(site: FoundBlock, fault: Words) -> BlockError:
    kind, adapter = type(site.module).__qualname__, type(site.adapter).__qualname__
    return BlockError(
        later("an adapter that does what its module does ({adapter} for {kind})", adapter=adapter, kind=kind),
        later("{fault} at {path}", fault=fault, path=site.path),
        later("Correct it."),
    )


def _checked(site: FoundBlock, u: Tensor) -> Tensor:
    """x~ as the module itself gives it, if the adapter gives the same."""
    own: Tensor = site.module.forward(u.clone())  # not called: a network that runs by hooks has one on it
    try:
        excitation = site.adapter.excite(site.module, u)
        scaled = site.adapter.scale(u, excitation.s)
        layers = site.adapter.layers(site.module)
    except SEExplorerError:
        raise
    except Exception as error:  # this is the person's own code
        raise _wrong(site, f"{type(error).__name__}: {str(error)[:200]}") from error
    _check_shapes(site, u, excitation)
    if own.shape != scaled.shape or not torch.allclose(own, scaled, RELATIVE, ABSOLUTE, equal_nan=True):
        raise _wrong(site, later("another x~"))
    hidden = excitation.z if layers.w1 is None else excitation.hidden
    sums = hidden.double() @ layers.w2.T + layers.b2
    if not torch.allclose(sums, excitation.preactivation.double(), RELATIVE, ABSOLUTE, equal_nan=True):
        raise _wrong(site, later("layers whose sum is not what goes into the gate"))
    return own


def _check_shapes(site: FoundBlock, u: Tensor, excitation: Excitation) -> None:
    facts, pictures = site.facts, len(u)
    channels = u.shape[-1 if site.adapter.channels_last else 1]
    shapes = {
        "z": (excitation.z, channels),
        "hidden": (excitation.hidden, facts.hidden_units),
        "preactivation": (excitation.preactivation, channels),
        "s": (excitation.s, channels),
    }
    for name, (values, width) in shapes.items():
        if values.shape != (pictures, width):
            both = {"shape": tuple(values.shape), "wanted": (pictures, width)}
            raise _wrong(site, later("{name} of shape {shape} instead of {wanted}", name=name, **both))
    if facts.channels != channels:
        raise _wrong(site, later("{found} channels instead of {wanted}", found=facts.channels, wanted=channels))
