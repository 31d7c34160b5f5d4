"""Find the SE blocks of a network, by the class of its modules and never by their names.

``.se`` in timm's ResNets can hold ECA or CBAM as well as SE. What gates channels and is no SE block of a known class
is listed as unsupported, so that nobody takes a network for one without gates when it has some.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from timm.layers.cbam import CbamModule, LightCbamModule
from timm.layers.coord_attn import CoordAttn, SimpleCoordAttn
from timm.layers.eca import CecaModule, EcaModule
from timm.layers.gather_excite import GatherExcite
from timm.layers.global_context import GlobalContext
from timm.layers.selective_kernel import SelectiveKernel
from timm.layers.split_attn import SplitAttn
from torch import nn

from se_explorer.blocks.adapter import BlockAdapter, BlockFacts
from se_explorer.blocks.registry import known_blocks
from se_explorer.blocks.se_block import NoSqueezeBlock
from se_explorer.errors import BlockError, SEExplorerError
from se_explorer.language import Text, Words, later, list_of

__all__ = ["BlockSurvey", "FoundBlock", "UnsupportedGate", "adapter_for", "find_blocks", "require_adapter"]

OTHER_GATES: dict[type[nn.Module], Text] = {
    EcaModule: later("ECA: a 1-d convolution over the channels, no hidden layer"),
    CecaModule: later("circular ECA: a 1-d convolution over the channels, no hidden layer"),
    CbamModule: later("CBAM: gates channels and then places"),
    LightCbamModule: later("light CBAM: gates channels and then places"),
    CoordAttn: later("coordinate attention: gates rows and columns"),
    SimpleCoordAttn: later("coordinate attention: gates rows and columns"),
    GatherExcite: later("gather-excite: gates may differ from place to place"),
    NoSqueezeBlock: later("NoSqueeze of the paper's Table 16: gates differ from place to place"),
    GlobalContext: later("global context: squeezes with attention over places"),
    SelectiveKernel: later("selective kernel: gates compete between branches"),
    SplitAttn: later("split attention: gates compete between groups"),
}
# A class that calls itself an SE block but that no adapter is written for, such as timm's EseModule of HGNet.
SE_NAME = re.compile(r"(?i:squeeze.{0,5}excit)|(^|[a-z_])(E?SE|Ese|Se)(Module|Block|Layer|Unit|Gate|$)", re.ASCII)


@dataclass(frozen=True)
class FoundBlock:
    """One SE block of a network, in the order of its modules."""

    path: str
    module: nn.Module
    adapter: BlockAdapter
    facts: BlockFacts


@dataclass(frozen=True)
class UnsupportedGate:
    """A module that gates channels and that this package cannot open up."""

    path: str
    kind: str
    reason: Words


@dataclass(frozen=True)
class BlockSurvey:
    """All channel gates of a network: those that can be opened up, and those that cannot."""

    blocks: tuple[FoundBlock, ...]
    unsupported: tuple[UnsupportedGate, ...]


def adapter_for(module: nn.Module) -> BlockAdapter | None:
    """The adapter of the module's class, or of the class whose ``forward`` it inherits unchanged."""
    known = known_blocks()
    for parent in type(module).__mro__:
        adapter = known.get(parent)
        if adapter is not None:
            return adapter
        if "forward" in vars(parent):  # its own forward: what its parents do is no longer what it does
            return None
    return None


def require_adapter(module: nn.Module) -> BlockAdapter:
    """The adapter of the module's class.

    Raises:
        BlockError: there is none.
    """
    adapter = adapter_for(module)
    if adapter is None:
        known = sorted(f"{kind.__module__}.{kind.__qualname__}" for kind in known_blocks())
        raise BlockError(
            later("an SE block of a known class ({names})", names=Text.of(list_of, known)),
            repr(type(module)),
            later("Use one of these classes, or make it known with register_block."),
        )
    return adapter


def _other_gate(path: str, module: nn.Module) -> UnsupportedGate | None:
    kind = type(module)
    for known, reason in OTHER_GATES.items():
        if isinstance(module, known):
            return UnsupportedGate(path, kind.__name__, reason)
    if isinstance(module, tuple(known_blocks())):  # adapter_for has refused it
        own = later("derived from a known SE block, but with a forward of its own")
        return UnsupportedGate(path, kind.__name__, own)
    if SE_NAME.search(kind.__name__) and len(list(module.modules())) <= 12:
        named = later("its name says SE, but its class is not a known one")
        return UnsupportedGate(path, kind.__name__, named)
    return None


def _facts(path: str, module: nn.Module, adapter: BlockAdapter) -> BlockFacts:
    try:
        return adapter.facts(module)
    except SEExplorerError:
        raise
    except Exception as error:  # a registered adapter is a person's own code
        raise BlockError(
            later(
                "an adapter that reads its module ({adapter} for {module})",
                adapter=type(adapter).__qualname__,
                module=type(module).__qualname__,
            ),
            later("{fault} at {path}", fault=f"{type(error).__name__}: {str(error)[:200]}", path=path),
            later("Correct it."),
        ) from error


def find_blocks(network: nn.Module) -> BlockSurvey:
    """Survey a network's channel gates.

    A module inside an SE block or inside another gate is part of it, and not looked at again.

    Raises:
        BlockError: a registered adapter cannot read its module.
    """
    blocks: list[FoundBlock] = []
    unsupported: list[UnsupportedGate] = []
    inside: list[str] = []
    for path, module in network.named_modules():
        if any(path.startswith(prefix) for prefix in inside):
            continue
        adapter = adapter_for(module)
        other = None if adapter else _other_gate(path, module)
        if adapter is not None:
            blocks.append(FoundBlock(path, module, adapter, _facts(path, module, adapter)))
        elif other is not None:
            unsupported.append(other)
        else:
            continue
        inside.append(f"{path}." if path else "")
    return BlockSurvey(tuple(blocks), tuple(unsupported))
