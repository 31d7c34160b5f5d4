"""The slow path: a network that cannot be traced runs as it is, with hooks on its SE modules.

Hooks belong to the module and so to every thread that runs it. What a hook does is therefore kept in a ContextVar,
the hooks are taken off again whatever happens, and one run at a time passes through a network.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any

import torch
from torch import Tensor, nn

from se_explorer.blocks import find_blocks
from se_explorer.engine.graph import Visit
from se_explorer.errors import TraceError
from se_explorer.language import later

__all__ = ["HookedNetwork"]


@dataclass
class _Run:
    """The run in progress: whose, its visitor (None to change nothing), and the SE modules that it came through.

    ``entered`` are the maps u of the modules that it is in.
    """

    owner: HookedNetwork
    visit: Visit | None
    passed: list[str] = field(default_factory=list)
    entered: list[Tensor] = field(default_factory=list)


_current: ContextVar[_Run | None] = ContextVar("se_explorer_hooked_run", default=None)


class HookedNetwork:
    """A network run through scoped hooks; takes the place of a ``NetworkGraph``.

    Args:
        network: in evaluation mode.
        example: a batch of one picture, to see in which order the SE blocks run.

    Attributes:
        sites: path of the SE module at each place where one runs, in running order.
    """

    def __init__(self, network: nn.Module, example: Tensor) -> None:
        self._network = network
        self._modules = {block.path: block.module for block in find_blocks(network).blocks}
        self._lock = threading.Lock()
        self.sites: tuple[str, ...] = ()
        with torch.inference_mode():
            self.sites = tuple(self._pass(example, None)[1])

    def run(self, batch: Tensor, visit: Visit) -> Tensor:
        """The network's output for a batch, with ``visit`` in the place of every SE block."""
        output, passed = self._pass(batch, visit)
        if tuple(passed) != self.sites:
            raise TraceError(
                later("the SE blocks in the same order in every run"),
                later("{count} of {all} blocks", count=len(passed), all=len(self.sites)),
                later("A network whose blocks depend on its input cannot be explored."),
            )
        return output

    def _pass(self, batch: Tensor, visit: Visit | None) -> tuple[Tensor, list[str]]:
        run = _Run(self, visit)
        token = _current.set(run)
        try:
            with self._lock, self._hooks():
                output: Tensor = self._network(batch.clone())  # its first step may work in place
        finally:
            _current.reset(token)
        return output, run.passed

    @contextmanager
    def _hooks(self) -> Iterator[None]:
        handles = []
        for path, module in self._modules.items():
            handles.append(module.register_forward_pre_hook(self._enter, with_kwargs=True))
            handles.append(module.register_forward_hook(self._hook(path), with_kwargs=True))
        try:
            yield
        finally:
            for handle in handles:
                handle.remove()

    def _enter(self, _module: nn.Module, args: tuple[Any, ...], *others: Any) -> Any:
        """The module works on a copy of u: a block of a person's own may scale in place."""
        run = _current.get()
        if run is None or run.owner is not self:
            return None
        named: dict[str, Any] = others[0] if others else {}
        u = (*args, *named.values())[0]
        run.entered.append(u)
        if args:
            return (u.clone(), *args[1:]), named
        return args, {name: value.clone() if value is u else value for name, value in named.items()}

    def _hook(self, path: str) -> Any:
        def hook(_module: nn.Module, *others: Any) -> Tensor:
            # While a hook is put on or taken off, PyTorch calls it without the arguments by name: in another thread.
            output: Tensor = others[-1]
            run = _current.get()
            if run is None or run.owner is not self:  # somebody else's use of the network
                return output
            u, index = run.entered.pop(), len(run.passed)
            run.passed.append(path)
            if run.visit is None:
                return output
            if index >= len(self.sites):
                raise TraceError(
                    later("{count} SE blocks in a run", count=len(self.sites)),
                    later("one more"),
                    later("Such a network can't be explored."),
                )
            scaled = run.visit(index, u)
            # The network may add to the block's output in place, which must not reach a u that is handed on or kept.
            return scaled.clone() if scaled is u else scaled

        return hook
