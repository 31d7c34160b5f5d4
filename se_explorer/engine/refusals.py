"""Errors of the engine that several say, or that are long to say."""

from __future__ import annotations

from collections.abc import Iterable

from se_explorer.errors import BlockError, ModelError, TraceError
from se_explorer.language import Text, later, later_n, list_of

__all__ = ["no_such_block", "too_many_maps", "without_blocks"]


def no_such_block(name: str, known: Iterable[str]) -> BlockError:
    """A block that is none of those known."""
    expected = later("one of the blocks {names}", names=Text.of(list_of, list(known)))
    return BlockError(expected, repr(name), later("Choose one of these."))


def without_blocks(network: str, other_gates: int) -> ModelError:
    """A network with no SE block of a known class; it may have gates of other kinds."""
    received = later("{model}, which has none", model=network)
    if other_gates:
        received = later_n(
            "{model}, which has none (it has {count} gate of another kind)",
            "{model}, which has none (it has {count} gates of other kinds)",
            other_gates,
            model=network,
        )
    return ModelError(later("a network with SE blocks"), received, later("Open another network."))


def too_many_maps(size: int, most: int) -> TraceError:
    """More maps to keep than fit; both in bytes."""
    expected = later("maps of at most {size} MiB to keep", size=most >> 20)
    return TraceError(expected, later("{size} MiB", size=size >> 20), later("Keep fewer blocks or pictures."))
