"""SE blocks of a person's own: a class that no library has, and the adapter that opens it up."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from types import MappingProxyType

from torch import nn

from se_explorer.blocks.adapter import BlockAdapter
from se_explorer.blocks.library import LIBRARY
from se_explorer.errors import BlockError
from se_explorer.language import later

__all__ = ["known_blocks", "register_block", "registered_blocks", "unregister_block"]

_lock = threading.Lock()
_known: Mapping[type[nn.Module], BlockAdapter] = MappingProxyType(LIBRARY)  # replaced as a whole: readers need no lock


def known_blocks() -> Mapping[type[nn.Module], BlockAdapter]:
    """All classes of SE blocks that can be opened up: the libraries' and those that were registered."""
    return _known


def registered_blocks() -> Mapping[type[nn.Module], BlockAdapter]:
    """The classes that were registered, with their adapters."""
    return {cls: adapter for cls, adapter in _known.items() if cls not in LIBRARY}


def _class_name(value: object) -> str:
    return value.__qualname__ if isinstance(value, type) else type(value).__qualname__


def _same(one: BlockAdapter, other: BlockAdapter) -> bool:
    return one is other or (type(one) is type(other) and vars(one) == vars(other))


def register_block(cls: type[nn.Module], adapter: BlockAdapter) -> None:
    """Make a class of SE block known, for all networks that are opened from now on in this process.

    Nothing is known yet of how exact the adapter is. When an ``Engine`` is made of a network with such blocks, what
    the adapter gives is held against what the module itself gives, and refused if it differs.

    Args:
        cls: the module's class. Classes derived from it that keep its ``forward`` are known with it.
        adapter: says where its parts lie; see ``BlockAdapter``.

    Raises:
        BlockError: ``cls`` is no class of modules, ``adapter`` is no adapter, or the class has another adapter.
    """
    if not (isinstance(cls, type) and issubclass(cls, nn.Module)) or cls is nn.Module:
        raise BlockError(
            later("a class derived from {parent}", parent="torch.nn.Module"),
            repr(cls)[:80],
            later("Give the SE block's own class."),
        )
    if not isinstance(adapter, BlockAdapter):
        name = _class_name(adapter)
        remedy = (
            later("Give an object: {call}.", call=f"{name}()")
            if isinstance(adapter, type)
            else later("Derive one from it.")
        )
        raise BlockError(later("a {kind}", kind="BlockAdapter"), later("a {kind}", kind=name), remedy)
    global _known
    with _lock:
        present = _known.get(cls)
        if present is None:
            _known = MappingProxyType({**_known, cls: adapter})
        elif not _same(present, adapter):
            raise BlockError(
                later("a class without an adapter, or its own ({adapter})", adapter=type(present).__qualname__),
                later("{cls} with {adapter}", cls=cls.__qualname__, adapter=type(adapter).__qualname__),
                later("Derive a class of your own, or take the first adapter back with unregister_block."),
            )


def unregister_block(cls: type[nn.Module]) -> None:
    """Forget a registered class. Engines that were made before keep its adapter.

    Raises:
        BlockError: it is not registered.
    """
    global _known
    with _lock:
        if cls in LIBRARY or cls not in _known:
            raise BlockError(later("a class that was registered"), _class_name(cls), later("Nothing needs to be done."))
        _known = MappingProxyType({kind: adapter for kind, adapter in _known.items() if kind is not cls})
