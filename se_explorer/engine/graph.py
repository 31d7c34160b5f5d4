"""A network as a list of steps in which every SE block is one step of the engine's own.

The network is traced once to an FX graph with SE modules as leaves, and rewritten so that nothing works in place:
a value that is kept stays what it was, and bypassing a block can hand its input on without copying it. Running the
steps changes nothing, so any number of threads may run one graph.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from typing import Any

import timm.models  # noqa: F401  (its import registers the modules and functions that must stay leaves)
import torch
from timm.layers._fx import get_notrace_functions, get_notrace_modules
from torch import Tensor, fx, nn
from torch.utils._pytree import tree_leaves

from se_explorer.blocks import adapter_for
from se_explorer.engine.rewriting import Reuse, reusable, rewrite_in_place
from se_explorer.engine.steps import Program, Step, Values, steps_of
from se_explorer.errors import TraceError
from se_explorer.language import later

__all__ = ["Arrive", "NetworkGraph", "Visit"]

#: Called at the i-th SE block with its maps ``u``; gives ``x~``.
Visit = Callable[[int, Tensor], Tensor]
#: Called before the i-th SE block with all values that are alive there, which it may copy but not change.
Arrive = Callable[[int, Mapping[str, object]], None]

GPU_TOLERANCE = 1e-3  # a GPU may take another algorithm for the same step


_tracing = threading.RLock()  # what torch.fx puts in the place of Module's methods, two tracings would not take away


class _Tracer(fx.Tracer):
    """torch.fx sends the module calls of all threads through what traces: those of others go on as they were."""

    def __init__(self) -> None:
        super().__init__(autowrap_functions=tuple(get_notrace_functions()))  # type: ignore[no-untyped-call]
        self.leaves = tuple(get_notrace_modules())  # type: ignore[no-untyped-call]
        self._thread = threading.get_ident()

    def trace(self, root: nn.Module | Callable[..., Any], concrete_args: dict[str, Any] | None = None) -> fx.Graph:
        with _tracing:
            return super().trace(root, concrete_args)

    def call_module(
        self, m: nn.Module, forward: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> Any:
        if threading.get_ident() != self._thread:
            return forward(*args, **kwargs)
        return super().call_module(m, forward, args, kwargs)

    def getattr(self, attr: str, attr_val: Any, parameter_proxy_cache: dict[str, Any]) -> Any:
        if threading.get_ident() != self._thread:
            return attr_val
        return super().getattr(attr, attr_val, parameter_proxy_cache)

    def is_leaf_module(self, m: nn.Module, module_qualified_name: str) -> bool:
        if adapter_for(m) is not None:
            return True
        if any(adapter_for(inner) is not None for inner in m.modules()):  # timm keeps NormFreeBlock whole, SE and all
            return False
        return isinstance(m, self.leaves) or super().is_leaf_module(m, module_qualified_name)


class NetworkGraph:
    """A traced network.

    Args:
        network: in evaluation mode; its weights are shared, its modules are not changed.
        in_place: whether steps may write over what nobody else reads; the way back for gradients needs what was there.

    Attributes:
        sites: path of the SE module at each place where one runs, in running order.
        program: its steps.

    Raises:
        TraceError: the network cannot be traced symbolically.
    """

    def __init__(self, network: nn.Module, *, in_place: bool = True) -> None:
        try:
            graph = fx.GraphModule(network, _Tracer().trace(network))
            rewrite_in_place(graph)
        except Exception as error:  # tracing runs the network's own code, which can fail in any way
            raise TraceError(
                later("a network that torch.fx can trace"), f"{error}", later("It will be run with hooks.")
            ) from error
        modules = dict(graph.named_modules())
        nodes = [node for node in graph.graph.nodes if _is_block(node, modules)]
        self.sites: tuple[str, ...] = tuple(str(node.target) for node in nodes)
        reuse = reusable(list(graph.graph.nodes), modules, nodes) if in_place else Reuse({}, frozenset())
        self.program = Program(steps_of(graph, {node: index for index, node in enumerate(nodes)}, reuse))

    def check(self, network: nn.Module, batch: Tensor) -> None:
        """Run the network as it is and this graph, with the stock blocks, side by side.

        Raises:
            TraceError: they differ, or a step writes over what was alive at an SE block, such as the maps ``u``
                (in-place work on a view, say).
        """
        seen: dict[int, tuple[Tensor, Tensor]] = {}

        def stock(index: int, u: Tensor) -> Tensor:
            scaled: Tensor = self.program.blocks[index].call(u)
            return scaled

        def arrive(_index: int, alive: Mapping[str, object]) -> None:
            for value in tree_leaves(dict(alive)):
                if isinstance(value, Tensor) and id(value) not in seen:
                    seen[id(value)] = value, value.clone()

        tolerance = 0.0 if batch.device.type == "cpu" else GPU_TOLERANCE
        try:
            with torch.inference_mode():
                expected = network(batch.clone())
                output = self.run(batch, stock, arrive)
                same = torch.allclose(output, expected, rtol=tolerance, atol=tolerance, equal_nan=True)
                whole = all(torch.equal(value.nan_to_num(), copy.nan_to_num()) for value, copy in seen.values())
        except Exception as error:  # this is the network's own code as well
            raise TraceError(later("a graph that runs"), f"{error}", later("It will be run with hooks.")) from error
        if not (same and whole):
            raise TraceError(
                later("a graph that does what its network does"), later("another"), later("It will be run with hooks.")
            )

    def run(self, batch: Tensor, visit: Visit, arrive: Arrive | None = None) -> Tensor:
        """The network's output for a batch, with ``visit`` in the place of every SE block."""
        return self._run({self.program.steps[0].name: batch}, visit, arrive, None)

    def resume(self, first: int, alive: Mapping[str, object], visit: Visit, arrive: Arrive | None = None) -> Tensor:
        """The output of a run that is taken up again at an SE block; what ``arrive`` was given there is left alone."""
        return self._run(dict(alive), visit, arrive, first)

    def _run(self, values: Values, visit: Visit, arrive: Arrive | None, first: int | None) -> Tensor:
        def at_block(step: Step, values: Values) -> None:
            assert step.block is not None
            if arrive is not None:
                arrive(step.block, values)
            u = values[step.inputs[0]]
            scaled = visit(step.block, u)
            values[step.name] = scaled.clone() if scaled is u and step.overwritten else scaled

        output: Tensor = self.program.run(values, at_block, first)
        return output


def _is_block(node: fx.Node, modules: Mapping[str, nn.Module]) -> bool:
    return node.op == "call_module" and adapter_for(modules[str(node.target)]) is not None
