"""Rewrite a traced network so that nothing works in place, and say where working in place does no harm.

A value that is kept then stays what it was. Where nobody else can see the value that is written over, the in-place
step of the network itself is used after all: the same bits, without a new tensor.
"""

from __future__ import annotations

import copy
import inspect
import operator
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any

import torch
from timm.layers.drop import DropPath
from torch import Tensor, fx, nn
from torch.nn import functional

from se_explorer.errors import TraceError
from se_explorer.language import Words, later

__all__ = ["PASSED_ON", "Reuse", "add_onto", "reusable", "rewrite_in_place"]

OUT_OF_PLACE = {
    getattr(operator, f"i{name}"): getattr(operator, name)
    for name in ("add", "sub", "mul", "truediv", "floordiv", "mod", "pow", "matmul")
}
IN_PLACE = "in place"  # key of a node's own in-place form, in its meta
NEW_TENSOR_MODULES = (nn.Conv2d, nn.Linear, nn.BatchNorm2d)
NEW_TENSOR_FUNCTIONS = (operator.add, torch.add, torch.cat)
PASSED_ON = (nn.Identity, nn.Dropout, DropPath)  # in evaluation mode they give their input itself
ACTIVATIONS = (nn.ReLU, nn.ReLU6, nn.SiLU, nn.Hardswish, nn.Hardsigmoid, nn.LeakyReLU, nn.ELU)


def _unlike(name: Words) -> TraceError:
    return TraceError(
        later("steps that can be made to write to a new tensor"), name, later("It will be run with hooks.")
    )


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
        raise _unlike(later("{function} with out=", function=node.target))
    name = str(getattr(node.target, "__name__", ""))
    if node.target in OUT_OF_PLACE:
        node.meta[IN_PLACE] = node.target
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


def _new_module(graph: fx.GraphModule, node: fx.Node, module: nn.Module) -> bool:
    if getattr(module, "inplace", False) is not True:
        return False
    node.meta[IN_PLACE] = module
    fresh = copy.copy(module)  # the graph's own: the network keeps its in-place module
    fresh.inplace = False  # type: ignore[assignment]
    graph.set_submodule(str(node.target), fresh)
    return True


def rewrite_in_place(graph: fx.GraphModule) -> None:
    """Replace in-place modules, operators, functions and methods by ones that make a new tensor.

    A later step that reads what such a step wrote over, under its old name, reads the new tensor instead.
    """
    modules = dict(graph.named_modules())
    nodes = list(graph.graph.nodes)
    for place, node in enumerate(nodes):
        match node.op:
            case "call_module":
                rewritten = _new_module(graph, node, modules[str(node.target)])
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


@dataclass(frozen=True)
class Reuse:
    """Where a step may write over its input.

    Attributes:
        calls: by node, its in-place form.
        overwritten: SE nodes whose output is written over, and so must not be ``u`` itself.
    """

    calls: Mapping[fx.Node, Callable[..., Any]]
    overwritten: Collection[fx.Node]


def reusable(nodes: Collection[fx.Node], modules: Mapping[str, nn.Module], blocks: Collection[fx.Node]) -> Reuse:
    """The steps that may work in place, since nobody can tell them from steps that make a new tensor.

    Such a step is the only one to read a tensor that was made since the last SE node. So what is alive at an SE node,
    and may be kept there for other runs, is never written over.
    """
    made: dict[fx.Node, fx.Node] = {}  # by node whose value is nobody else's: the node that made its tensor
    calls: dict[fx.Node, Callable[..., Any]] = {}
    overwritten: set[fx.Node] = set()
    for node in nodes:
        first = node.all_input_nodes[0] if node.all_input_nodes else None
        owned = made.get(first) if first is not None and first is _argument(node) and len(first.users) == 1 else None
        if node in blocks:
            made = {node: node}
        elif owned is not None and (in_place := _in_place(node, modules)) is not None:
            calls[node] = in_place
            overwritten |= {owned} & set(blocks)
            made[node] = owned
        elif owned is not None and _kind(node, modules) in PASSED_ON:
            made[node] = owned
        elif _kind(node, modules) in NEW_TENSOR_MODULES or node.target in NEW_TENSOR_FUNCTIONS:
            made[node] = node
    return Reuse(calls, frozenset(overwritten))


def _in_place(node: fx.Node, modules: Mapping[str, nn.Module]) -> Callable[..., Any] | None:
    """The step's in-place form: the network's own, or that of an activation, which gives the same bits."""
    own: Callable[..., Any] | None = node.meta.get(IN_PLACE)
    if own is None and node.target in (torch.relu, functional.relu):
        return lambda x, *_, **__: torch.relu_(x)
    if own is None and _kind(node, modules) in ACTIVATIONS:
        module = copy.copy(modules[str(node.target)])
        module.inplace = True  # type: ignore[assignment]
        own = module
    if own is None and node.target in (operator.add, torch.add) and len(node.args) == 2 and not node.kwargs:
        return add_onto
    return own


def add_onto(x: Any, other: Any) -> Any:
    """The sum, written over ``x`` if it has its shape and type: what ``x += other`` did before it was traced."""
    tensors = isinstance(x, Tensor) and isinstance(other, Tensor)
    return x.add_(other) if tensors and (x.shape, x.dtype) == (other.shape, other.dtype) else x + other


def _argument(node: fx.Node) -> Any:
    """The first argument, if no other is the same."""
    first = node.args[0] if node.args else None
    return first if node.args[1:].count(first) == 0 and first not in node.kwargs.values() else None


def _kind(node: fx.Node, modules: Mapping[str, nn.Module]) -> type[nn.Module] | None:
    return type(modules[str(node.target)]) if node.op == "call_module" else None
