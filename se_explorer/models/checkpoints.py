"""Weights from a file into a network: whole or not at all, and what was done to them is reported."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from se_explorer.errors import WeightsError
from se_explorer.language import Text, Words, clauses_of, later, list_of
from se_explorer.models.checkpoint_files import CheckpointData, name_of, read_checkpoint
from se_explorer.models.refusal import listed
from se_explorer.models.unwrap import COUNTER, Unwrapped, unwrap

__all__ = ["Fitted", "LoadReport", "fit", "load_weights"]

FLOATS = (torch.float32, torch.float16, torch.bfloat16, torch.float64)
INTEGERS = (torch.int64, torch.int32, torch.int16, torch.int8, torch.uint8)
#: Heads that help a training and are no part of the answer: GoogLeNet's and Inception v3's.
AUXILIARY = ("aux1.", "aux2.", "AuxLogits.")
#: Left behind in state_dicts by a counter of multiply-adds (thop).
COUNTED = (".total_ops", ".total_params")


@dataclass(frozen=True)
class LoadReport:
    """What was done to a file's weights before they were a network's.

    Attributes:
        unwrapped: wrappers opened, averages chosen and prefixes taken off; sentences for people.
        ignored: names in the file that were not used.
        absent: names of the network that the file lacks and that change no answer; they keep their first value.
        precisions: floating-point types in the file other than float32; the network runs in float32.
    """

    unwrapped: tuple[Text, ...] = ()
    ignored: tuple[str, ...] = ()
    absent: tuple[str, ...] = ()
    precisions: tuple[str, ...] = ()

    def notes(self) -> tuple[Text, ...]:
        """The report in sentences."""
        told = list(self.unwrapped)
        if self.ignored:
            told.append(later("Not used: {names}.", names=listed(self.ignored)))
        if self.absent:
            absent = listed(self.absent)
            told.append(
                later("The file has no counts of training steps ({names}); no answer depends on them.", names=absent)
            )
        if self.precisions:
            told.append(later("Stored as {types}, run in float32.", types=Text.of(list_of, self.precisions)))
        return tuple(told)


@dataclass(frozen=True)
class Fitted:
    """Weights that fit a network, in the network's own types."""

    state: Mapping[str, Tensor]
    report: LoadReport

    def load_into(self, network: nn.Module) -> LoadReport:
        """Copy the weights into the network that they were fitted to."""
        network.load_state_dict({**network.state_dict(), **self.state})
        return self.report


def _harmless(name: str, wanted: Mapping[str, Tensor]) -> bool:
    if name.endswith(COUNTED) or name in ("total_ops", "total_params"):
        return True
    return any(name.startswith(head) and not any(own.startswith(head) for own in wanted) for head in AUXILIARY)


def _sort(given: Tensor, wanted: Tensor) -> Words:
    """What is wrong with the kind of a tensor, or nothing."""
    if given.layout != torch.strided or given.device.type != "cpu" or given.is_quantized:
        return later("no plain tensor")
    return "" if given.dtype in (FLOATS if wanted.is_floating_point() else INTEGERS) else str(given.dtype)


def _faults(wanted: Mapping[str, Tensor], given: Mapping[str, Tensor]) -> tuple[Text, ...]:
    """What does not fit, by name and shape; empty if all does."""
    both = [name for name in wanted if name in given]
    shapes = [
        later("{name} {came} instead of {due}", name=name, came=tuple(given[name].shape), due=tuple(wanted[name].shape))
        for name in both
        if given[name].shape != wanted[name].shape
    ]
    kinds = [
        later("{name} ({fault})", name=name, fault=fault)
        for name in both
        if (fault := _sort(given[name], wanted[name]))
    ]
    missing = [name for name in wanted if name not in given and not name.endswith(COUNTER)]
    unknown = [name for name in given if name not in wanted]
    parts = (
        later("missing: {names}", names=listed(missing)) if missing else None,
        later("unknown: {names}", names=listed(unknown)) if unknown else None,
        later("other shapes: {names}", names=listed(shapes)) if shapes else None,
        later("of another type: {names}", names=listed(kinds)) if kinds else None,
    )
    return tuple(part for part in parts if part)


def fit(unwrapped: Unwrapped, wanted: Mapping[str, Tensor], name: Words) -> Fitted:
    """Hold weights against a network's own names and shapes.

    Args:
        unwrapped: the weights.
        wanted: the network's state_dict, or its outline's.
        name: the file's, for messages.

    Raises:
        WeightsError: a name, a shape or a type does not fit, or a weight is no finite number.
    """
    spare = tuple(each for each in unwrapped.state if each not in wanted and _harmless(each, wanted))
    given = {each: value for each, value in unwrapped.state.items() if each not in spare}
    faults = _faults(wanted, given)
    if faults:
        raise WeightsError(
            later("weights that fit the network"),
            later("{path}: {fault}", path=name, fault=Text.of(clauses_of, faults)),
            later("Name the network they belong to."),
        )
    state = {each: value.to(wanted[each].dtype) for each, value in given.items()}
    broken = [each for each, value in state.items() if value.is_floating_point() and not value.isfinite().all()]
    if broken:
        raise WeightsError(
            later("weights that are finite numbers"),
            later("{name}, with NaN or infinity in {names}", name=name, names=listed(broken)),
            later("Take a checkpoint from before the training broke down."),
        )
    others = {str(value.dtype).removeprefix("torch.") for value in given.values() if value.is_floating_point()}
    return Fitted(
        state,
        LoadReport(
            unwrapped=unwrapped.steps,
            ignored=(*unwrapped.ignored, *spare),
            absent=tuple(each for each in wanted if each not in given),
            precisions=tuple(sorted(others - {"float32"})),
        ),
    )


def load_weights(network: nn.Module, data: CheckpointData, name: str = "") -> LoadReport:
    """Load a file of weights into a network.

    Args:
        network: takes the weights; it keeps its number of classes.
        data: a path, or the file's bytes.
        name: the file's name, for messages; a path has its own.

    Raises:
        WeightsError: the file cannot be read, or does not fit; the network is then unchanged.
    """
    shown, wanted = name_of(data, name), network.state_dict()
    return fit(unwrap(read_checkpoint(data, name), wanted, shown), wanted, shown).load_into(network)
