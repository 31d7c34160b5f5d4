"""A network as a list of steps in which every SE block is one step of the engine's own.

The network is traced once to an FX graph with SE modules as leaves, and rewritten so that nothing works in place:
a value that is kept stays what it was, and bypassing a block can hand its input on without copying it. Running the
steps changes nothing, so any number of threads may run one graph.
"""

from __future__ import annotations

import copy
import inspect
import operator
from collections.abc import Callable, Iterable
from typing import Any

import timm.models  # noqa: F401  (its import registers the modules and functions that must stay leaves)
import torch
from timm.layers._fx import get_notrace_functions, get_notrace_modules
from torch import Tensor, fx, nn
from torch.nn import functional

from se_explorer.blocks import adapter_for
from se_explorer.errors import TraceError

__all__ = ["NetworkGraph", "Visit"]

#: Called at the i-th SE block with its maps ``u``; gives ``x~``.
Visit = Callable[[int, Tensor], Tensor]

OUT_OF_PLACE = {
    getattr(operator, f"i{name}"): getattr(operator, name)
    for name in ("add", "sub", "mul", "truediv", "floordiv", "mod", "pow", "matmul")
}
GPU_TOLERANCE = 1e-3  # a GPU may take another algorithm for the same step


class _Tracer(fx.Tracer):
    def __init__(self) -> None:
        super().__init__(autowrap_functions=tuple(get_notrace_functions()))  # type: ignore[no-untyped-call]
        self.leaves = tuple(get_notrace_modules())  # type: ignore[no-untyped-call]

    def is_leaf_module(self, m: nn.Module, module_qualified_name: str) -> bool:
        if adapter_for(m) is not None:
            return True
        if any(adapter_for(inner) is not None for inner in m.modules()):  # timm keeps NormFreeBlock whole, SE and all
            return False
        return isinstance(m, self.leaves) or super().is_leaf_module(m, module_qualified_name)


def _unlike(name: str) -> TraceError:
    return TraceError("steps that can be made to write to a new tensor", name, "It will be run with hooks.")


def _without_argument(node: fx.Node) -> bool:
    """Turn off an ``inplace`` that is given by name or by place; gives whether it was on."""
    try:
        bound = inspect.signature(node.target).bind(*node.args, **node.kwargs)  # type: ignore[arg-type]
    except (TypeError, ValueError):  # a builtin, which says nothing of its arguments
        return False
    if bound.arguments.get("inplace") is not True:
        return False
    bound.arguments["inplace"] = False
    node.args, node.kwargs = bound.args, bound.kwargs
    return True


def _new_function(node: fx.Node) -> bool:
    if "out" in node.kwargs:
        raise _unlike(f"{node.target} with out=")
    name = str(getattr(node.target, "__name__", ""))
    if node.target in OUT_OF_PLACE:
        node.target = OUT_OF_PLACE[node.target]
        return True
    if not name.endswith("_") or name.endswith("__") or getattr(operator, name, None) is node.target:
        return _without_argument(node)
    target = getattr(torch, name[:-1], None) or getattr(functional, name[:-1], None)
    if target is None:
        raise _unlike(name)
    node.target = target
    return True


def _new_method(node: fx.Node) -> bool:
    name = str(node.target)
    if not name.endswith("_") or name.endswith("__"):
        return False
    if not callable(getattr(Tensor, name[:-1], None)):
        raise _unlike(f"Tensor.{name}")
    node.target = name[:-1]
    return True


def _new_module(graph: fx.GraphModule, path: str, module: nn.Module) -> bool:
    if getattr(module, "inplace", False) is not True:
        return False
    fresh = copy.copy(module)  # the graph's own: the network keeps its in-place module
    fresh.inplace = False  # type: ignore[assignment]
    graph.set_submodule(path, fresh)
    return True


def _rewrite_in_place(graph: fx.GraphModule) -> None:
    """Replace in-place modules, operators, functions and methods by ones that make a new tensor.

    A later step that reads what such a step wrote over, under its old name, reads the new tensor instead.
    """
    modules = dict(graph.named_modules())
    nodes = list(graph.graph.nodes)
    for place, node in enumerate(nodes):
        match node.op:
            case "call_module":
                rewritten = _new_module(graph, str(node.target), modules[str(node.target)])
            case "call_function":
                rewritten = _new_function(node)
            case "call_method":
                rewritten = _new_method(node)
            case _:
                rewritten = False
        old = node.all_input_nodes[0] if rewritten and node.all_input_nodes else None
        if old is not None:
            later = set(nodes[place + 1 :])
            old.replace_all_uses_with(node, delete_user_cb=later.__contains__)
    graph.graph.lint()
    graph.recompile()


def _last_uses(nodes: Iterable[fx.Node]) -> dict[fx.Node, list[fx.Node]]:
    """Which values each step is the last to need, so that they can be freed after it."""
    seen: set[fx.Node] = set()
    frees: dict[fx.Node, list[fx.Node]] = {}
    for node in reversed(list(nodes)):
        for value in node.all_input_nodes:
            if value not in seen:
                seen.add(value)
                frees.setdefault(node, []).append(value)
    return frees


class NetworkGraph:
    """A traced network.

    Args:
        network: in evaluation mode; its weights are shared, its modules are not changed.

    Attributes:
        sites: path of the SE module at each place where one runs, in running order.

    Raises:
        TraceError: the network cannot be traced symbolically.
    """

    def __init__(self, network: nn.Module) -> None:
        try:
            graph = fx.GraphModule(network, _Tracer().trace(network))
            _rewrite_in_place(graph)
        except Exception as error:  # tracing runs the network's own code, which can fail in any way
            raise TraceError("a network that torch.fx can trace", f"{error}", "It will be run with hooks.") from error
        self._graph = graph
        self._nodes = tuple(graph.graph.nodes)
        self._modules = dict(graph.named_modules())
        self._frees = _last_uses(self._nodes)
        places = [node for node in self._nodes if self._is_block(node)]
        self._place_of = {node: index for index, node in enumerate(places)}
        self.sites: tuple[str, ...] = tuple(str(node.target) for node in places)

    def check(self, network: nn.Module, batch: Tensor) -> None:
        """Run the network as it is and this graph, with the stock blocks, side by side.

        Raises:
            TraceError: they differ, or a step writes over the maps ``u`` (in-place work on a view, say).
        """
        maps: list[tuple[Tensor, Tensor]] = []

        def stock(index: int, u: Tensor) -> Tensor:
            maps.append((u, u.clone()))
            scaled: Tensor = self._modules[self.sites[index]](u)
            return scaled

        tolerance = 0.0 if batch.device.type == "cpu" else GPU_TOLERANCE
        try:
            with torch.inference_mode():
                expected = network(batch.clone())
                output = self.run(batch, stock)
                same = torch.allclose(output, expected, rtol=tolerance, atol=tolerance, equal_nan=True)
                whole = all(torch.equal(u.nan_to_num(), copied.nan_to_num()) for u, copied in maps)
        except Exception as error:  # this is the network's own code as well
            raise TraceError("a graph that runs", f"{error}", "It will be run with hooks.") from error
        if not (same and whole):
            raise TraceError("a graph that does what its network does", "another", "It will be run with hooks.")

    def _is_block(self, node: fx.Node) -> bool:
        return node.op == "call_module" and adapter_for(self._modules[str(node.target)]) is not None

    def run(self, batch: Tensor, visit: Visit) -> Tensor:
        """The network's output for a batch, with ``visit`` in the place of every SE block."""
        values: dict[fx.Node, Any] = {}

        def ready(argument: Any) -> Any:
            return fx.map_arg(argument, values.__getitem__)

        for node in self._nodes:
            match node.op:
                case "placeholder":
                    values[node] = self._input(node, batch, first=not values)
                case "output":
                    output: Tensor = ready(node.args[0])
                    return output
                case "call_module" if node in self._place_of:
                    values[node] = visit(self._place_of[node], values[node.all_input_nodes[0]])
                case _:
                    values[node] = self._call(node, ready(node.args), ready(node.kwargs))
            for done in self._frees.get(node, ()):
                del values[done]
        raise TraceError("a graph that ends in an output", "one without", "Report this network to us.")

    @staticmethod
    def _input(node: fx.Node, batch: Tensor, first: bool) -> Any:
        return batch if first else (node.args[0] if node.args else None)

    def _call(self, node: fx.Node, args: Any, kwargs: Any) -> Any:
        match node.op:
            case "call_module":
                return self._modules[str(node.target)](*args, **kwargs)
            case "call_function":
                assert callable(node.target)
                return node.target(*args, **kwargs)
            case "call_method":
                return getattr(args[0], str(node.target))(*args[1:], **kwargs)
        return operator.attrgetter(str(node.target))(self._graph)
