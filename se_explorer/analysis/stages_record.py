"""One run of a network on a picture of zeros, taken down layer by layer: what the architecture page is made from.

The run happens on a private copy without weights (on PyTorch's meta device, which works out shapes and no values), so
that it is quick, needs no memory to speak of, and touches nothing that another session uses. A network that looks at
values on its way cannot run so; its copy then shares the real weights and really runs.

What depends on what is read off the operations themselves, by a ``TorchDispatchMode``, which belongs to one thread.
FLOPs are counted by PyTorch's own ``FlopCounterMode``; its module tracker is replaced, because that one works with
hooks on every module of the process, whichever thread runs it.
"""

from __future__ import annotations

import copy
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn
from torch.utils.flop_counter import FlopCounterMode

from se_explorer.analysis.stages_watch import Item, Join, JoinKind, Layer, Pool, Site, Watch
from se_explorer.blocks import find_blocks
from se_explorer.errors import TraceError
from se_explorer.language import later

__all__ = ["Item", "Join", "Layer", "Pool", "Recording", "Site", "private_copy", "record"]

# What a network's own code raises where there are no values.
FAULTS = (ArithmeticError, AssertionError, AttributeError, LookupError, RuntimeError, TypeError, ValueError)
FLOPS_A_MULTIPLY_ADD = 2  # PyTorch's counter takes a multiply-add for two operations


@dataclass(frozen=True)
class Recording:
    """A run taken down.

    Attributes:
        size: side of the input in pixels.
        items: layers, poolings and SE modules outside of which nothing was counted, in running order.
        before: for each item the items that its input depends on, as bits.
        joins: sums and concatenations, in running order.
        inputs: shape of what each module took first, by path.
        macs: multiply-adds by path of the module, each with all that is inside; "" is the whole network.
        with_values: whether the copy ran with its real weights.
    """

    size: int
    items: tuple[Item, ...]
    before: tuple[int, ...]
    joins: tuple[Join, ...]
    inputs: Mapping[str, tuple[int, ...]]
    macs: Mapping[str, int]
    with_values: bool

    @property
    def sites(self) -> tuple[int, ...]:
        """Places of the SE modules among the items."""
        return tuple(place for place, item in enumerate(self.items) if isinstance(item, Site))

    def depends(self, later: int, earlier: int) -> bool:
        """Whether an item's input depends on another item."""
        return bool(self.before[later] >> earlier & 1)

    def join_after(self, site: int) -> tuple[JoinKind | None, int, int]:
        """The first join of what came through a block with what went around it, before the next block.

        Returns:
            Its kind (None if there is none), the items of what came through, and those of what went around.
        """
        bit = 1 << site
        following = min((place for place in self.sites if place > site), default=len(self.items))
        for join in self.joins:
            through = [operand for operand in join.operands if operand & bit]
            around = [operand for operand in join.operands if not operand & bit]
            if site < join.place <= following and through and around:
                return join.kind, through[0], around[0]
        return None, 0, 0


def _without_values(tensor: Tensor) -> Tensor:
    empty = torch.empty_like(tensor, device="meta")
    return nn.Parameter(empty, requires_grad=False) if isinstance(tensor, nn.Parameter) else empty


def _tensors(module: nn.Module) -> list[Tensor]:
    plain = [value for inner in module.modules() for value in vars(inner).values() if isinstance(value, Tensor)]
    return [*module.parameters(), *module.buffers(), *plain]


def private_copy(module: nn.Module, with_values: bool = False) -> nn.Module:
    """A copy to do anything with: modules of its own and nobody's hooks.

    Args:
        with_values: share the parameters (which nobody changes in a run) instead of having none on the meta device.

    Raises:
        TraceError: the module cannot be copied.
    """
    memo: dict[int, Any] = {}
    for inner in module.modules():
        for name, value in vars(inner).items():
            if name.endswith("_hooks") and isinstance(value, dict):  # a run in another thread may be hooking just now
                memo[id(value)] = OrderedDict()
    if with_values:
        memo.update({id(parameter): parameter for parameter in module.parameters()})
    else:
        memo.update({id(tensor): _without_values(tensor) for tensor in _tensors(module)})
    try:
        return copy.deepcopy(module, memo)
    except Exception as error:  # the network's own classes say how they are copied
        raise TraceError(
            later("a network that can be copied"), f"{error}", later("Its architecture cannot be shown.")
        ) from error


class _OwnTracker:
    """Stands in for the counter's module tracker: ``parents`` is kept by hooks on the private copy alone."""

    def __init__(self) -> None:
        self.parents: set[str] = {"Global"}

    def __enter__(self) -> _OwnTracker:
        return self

    def __exit__(self, *_: object) -> None:
        return


def _follow(network: nn.Module, watch: Watch, parents: set[str]) -> None:
    """Tell the watch and the counter which module runs; the hooks stay on the copy, which is thrown away."""
    blocks = {block.path: block for block in find_blocks(network).blocks}

    def enter(path: str) -> Callable[..., None]:
        def hook(_: nn.Module, args: tuple[Any, ...], named: dict[str, Any]) -> None:
            parents.add(path)
            watch.enter(path, blocks.get(path), (*args, *named.values()))

        return hook

    def leave(path: str) -> Callable[..., None]:
        def hook(_: nn.Module, _args: tuple[Any, ...], output: Any) -> None:
            parents.discard(path)
            watch.leave(path, blocks.get(path), output)

        return hook

    for path, module in network.named_modules():
        module.register_forward_pre_hook(enter(path), with_kwargs=True)
        module.register_forward_hook(leave(path))


def _run(network: nn.Module, size: int) -> tuple[Watch, dict[str, int]]:
    tensor = next(network.parameters(), torch.empty(0))
    picture = torch.zeros(1, 3, size, size, device=tensor.device)
    watch, tracker = Watch(picture), _OwnTracker()
    counter = FlopCounterMode(display=False)
    counter.mod_tracker = tracker  # type: ignore[assignment]
    _follow(network, watch, tracker.parents)
    with torch.no_grad(), counter, watch:
        network(picture)
    flops = {path: sum(counts.values()) for path, counts in counter.get_flop_counts().items()}
    flops[""] = flops.pop("Global", 0)
    return watch, {path: count // FLOPS_A_MULTIPLY_ADD for path, count in flops.items()}


def record(module: nn.Module, size: int) -> Recording:
    """Run a copy of a network once, on a black picture of ``size`` x ``size``.

    Args:
        module: in evaluation mode; it is not changed, and may be in use by others.

    Raises:
        TraceError: the network cannot be copied or run.
    """
    with_values = False
    try:
        watch, macs = _run(private_copy(module), size)
    except FAULTS:  # it looks at values on its way, say: then it is given some
        with_values = True
        watch, macs = _run_with_values(module, size)
    return Recording(size, tuple(watch.items), tuple(watch.before), tuple(watch.joins), watch.inputs, macs, with_values)


def _run_with_values(module: nn.Module, size: int) -> tuple[Watch, dict[str, int]]:
    try:
        return _run(private_copy(module, with_values=True), size)
    except TraceError:
        raise
    except Exception as error:  # the network's own code
        raise TraceError(
            later("a network that runs"), f"{error}", later("Its architecture cannot be shown.")
        ) from error
