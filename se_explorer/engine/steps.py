"""A traced network as a list of steps, and the loop that works through them.

All values of a run lie in one dict of its own, by the name of the step that made them, and go when the last step that
needs them is done. What is there when an SE block's turn comes is therefore all that the rest of the network needs:
a run can be taken up again from it, and a batch can grow at it.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from torch import fx, nn

from se_explorer.engine.rewriting import PASSED_ON, Reuse
from se_explorer.errors import TraceError
from se_explorer.language import later

__all__ = ["AtBlock", "Program", "Step", "Values", "steps_of"]

#: The values of a run, by name of the step that made them.
Values = dict[str, Any]


@dataclass(frozen=True, eq=False)
class Step:
    """One step. ``fx.Node`` in the arguments stands for the value of the step of that name.

    Attributes:
        name: of the value that it makes.
        call: what is called with the arguments; at an SE block, its module.
        block: the running number of the SE block, or None. Its first argument is u.
        overwritten: whether a later step writes over the value, which must then be a tensor that nobody else has.
        node: that it was made from.
    """

    name: str
    call: Callable[..., Any]
    args: tuple[Any, ...] = ()
    kwargs: Mapping[str, Any] = field(default_factory=dict)
    block: int | None = None
    overwritten: bool = False
    node: fx.Node | None = None

    @property
    def inputs(self) -> tuple[str, ...]:
        """Names of the values that it needs, each once."""
        names: dict[str, None] = {}
        fx.map_arg((self.args, dict(self.kwargs)), lambda node: names.setdefault(node.name))
        return tuple(names)


#: Called at an SE block; puts the value of the step's name among the values.
AtBlock = Callable[[Step, Values], None]


def steps_of(graph: fx.GraphModule, blocks: Mapping[fx.Node, int], reuse: Reuse) -> tuple[Step, ...]:
    """The steps of a graph that was rewritten not to work in place, the output as the last.

    Args:
        blocks: the SE nodes and their running numbers.
        reuse: the steps that work in place after all.
    """
    modules = dict(graph.named_modules())
    steps = []
    for node in graph.graph.nodes:
        call, args = reuse.calls.get(node) or _call(node, graph, modules), tuple(node.args)
        if node in blocks:  # its maps may be given by name
            args = (node.all_input_nodes[0],)
        kwargs = {} if node in blocks else dict(node.kwargs)
        args = () if node.op in ("placeholder", "get_attr") else args
        steps.append(Step(node.name, call, args, kwargs, blocks.get(node), node in reuse.overwritten, node))
    if not steps or next(reversed(graph.graph.nodes)).op != "output":
        raise TraceError(
            later("a graph that ends in an output"), later("one without"), later("Report this network to us.")
        )
    return _without_identities(steps)


def _without_identities(steps: Sequence[Step]) -> tuple[Step, ...]:
    """The steps without those that hand on their input; who read these reads that."""
    stands_for: dict[fx.Node, fx.Node] = {}
    kept = []
    for step in steps:
        args, kwargs = fx.map_arg((step.args, dict(step.kwargs)), lambda node: stands_for.get(node, node))
        if type(step.call) in PASSED_ON and len(args) == 1 and isinstance(args[0], fx.Node) and step.node is not None:
            stands_for[step.node] = args[0]
        else:
            kept.append(replace(step, args=args, kwargs=kwargs))
    return tuple(kept)


def _call(node: fx.Node, graph: fx.GraphModule, modules: Mapping[str, nn.Module]) -> Callable[..., Any]:
    target = str(node.target)
    match node.op:
        case "call_module":
            return modules[target]
        case "call_function":
            assert callable(node.target)
            return node.target
        case "call_method":
            return lambda owner, *args, **kwargs: getattr(owner, target)(*args, **kwargs)
        case "get_attr":
            return lambda: operator.attrgetter(target)(graph)
        case "placeholder":
            default = node.args[0] if node.args else None
            return lambda: default
    return lambda output: output


def _reader(argument: Any) -> Callable[[Values], Any]:
    """What gives an argument's value, worked out once."""
    if isinstance(argument, fx.Node):
        return operator.itemgetter(argument.name)
    found: list[fx.Node] = []
    fx.map_arg(argument, found.append)
    if found:
        return lambda values: fx.map_arg(argument, lambda node: values[node.name])
    return lambda _values: argument


def _last_uses(steps: Sequence[Step]) -> list[tuple[str, ...]]:
    """Which values each step is the last to need, its own included if nobody needs it."""
    needed: set[str] = set()
    frees: list[tuple[str, ...]] = []
    for step in reversed(steps):
        frees.append(tuple(name for name in (*step.inputs, step.name) if name not in needed))
        needed.update(step.inputs, (step.name,))
    return frees[::-1]


class Program:
    """Steps made ready to run; running changes nothing in it, so that any number of threads may.

    Attributes:
        steps: the last gives the output.
        blocks: those at SE blocks, in running order.
        frees: by SE block, the values that nobody needs after it.
    """

    def __init__(self, steps: Iterable[Step]) -> None:
        self.steps = tuple(steps)
        frees = _last_uses(self.steps)
        self._work = [(step, _worked(step), done) for step, done in zip(self.steps, frees, strict=True)]
        self._place = {step.block: place for place, step in enumerate(self.steps) if step.block is not None}
        self.blocks = tuple(self.steps[place] for place in self._place.values())
        self.frees = tuple(frees[place] for place in self._place.values())

    def run(
        self, values: Values, at_block: AtBlock, first: int | None = None, after: Callable[[Values], None] | None = None
    ) -> Any:
        """Work through the steps.

        Args:
            values: the batch under the name of the first step; or all values that are alive at block ``first``.
            at_block: does an SE block's step.
            first: the SE block to begin at; None begins at the beginning.
            after: sees all values after each step, before those go that nobody needs any more.
        """
        output: Any = None
        for step, work, done in self._work[0 if first is None else self._place[first] :]:
            if step.block is not None:
                output = None  # else maps that nobody needs any more would live through the next step
                at_block(step, values)
            elif step.name not in values:  # the batch is there already
                output = values[step.name] = work(values)
            if after is not None:
                after(values)
            for name in done:
                del values[name]
        return output


def _worked(step: Step) -> Callable[[Values], Any]:
    """What gives a step's value. Most steps have one argument, and what Python does for each of them counts."""
    call = step.call
    if len(step.args) == 1 and not step.kwargs and isinstance(step.args[0], fx.Node):
        name = step.args[0].name
        return lambda values: call(values[name])
    readers = [_reader(value) for value in step.args]
    named = [(key, _reader(value)) for key, value in step.kwargs.items()]
    return lambda values: call(*[read(values) for read in readers], **{key: read(values) for key, read in named})
