"""Networks of a person's own: a checkpoint file for a known architecture, or a module made in Python."""

from __future__ import annotations

import copy
from dataclasses import replace

import torch
from torch import Tensor, nn

from se_explorer.blocks import BlockSurvey, find_blocks
from se_explorer.errors import ModelError, WeightsError
from se_explorer.images import Preprocessing
from se_explorer.language import Text, Words, later, list_of, whole
from se_explorer.models.architectures import Architecture, find_architecture
from se_explorer.models.checkpoint_files import CheckpointData, name_of, origin_of, read_checkpoint
from se_explorer.models.checkpoints import fit
from se_explorer.models.labels import MAX_CLASSES, LabelSource, read_labels
from se_explorer.models.network import Network
from se_explorer.models.refusal import listed, shown_name
from se_explorer.models.unwrap import State, unwrap

__all__ = ["GIVEN", "has_given_labels", "network_of_module", "open_checkpoint", "with_labels"]

#: ``Network.weights`` of a module that was given in Python.
GIVEN = "given"
#: ``Preprocessing`` of a module that says nothing of it: ImageNet's, at 224 px.
DEFAULT_SIZE = 224


def _numbered(classes: int) -> tuple[str, ...]:
    return tuple(f"class {index}" for index in range(classes))


def _count_classes(architecture: Architecture, state: State, name: Words) -> int:
    """Outputs of the file's classifier; the architecture's own number where the file has none.

    The number is used once the rest of the file is known to fit, so that no shape in it sets memory aside.
    """
    sizes = {
        int(state[weight].shape[0])
        for path in architecture.classifiers
        if (weight := f"{path}.weight") in state and state[weight].ndim
    }
    if not sizes:
        return len(architecture.labels)
    if len(sizes) > 1 or not 1 <= max(sizes) <= MAX_CLASSES:
        raise WeightsError(
            later("a classifier of 1 to {limit} classes", limit=Text.of(whole, MAX_CLASSES)),
            later("{name}, with {counts}", name=name, counts=Text.of(list_of, tuple(sorted(sizes)))),
            later("Name the network it belongs to."),
        )
    return sizes.pop()


def _names_itself(architecture: Architecture, classes: int) -> bool:
    """Whether weights with so many classes are taken to have the architecture's own labels."""
    return bool(architecture.labels_of) and classes == len(architecture.labels)


def _named(
    architecture: Architecture, classes: int, labels: LabelSource | None
) -> tuple[tuple[str, ...], tuple[str, ...], tuple[Text, ...]]:
    """Labels, class ids, and what to say of them."""
    count = Text.of(whole, classes)
    if labels is not None:
        given = read_labels(labels, classes)
        return given, given, ()
    if _names_itself(architecture, classes):
        note = later(
            "No labels were given. The file has {count} classes, so they are taken to be {data}'s, in the usual order; "
            "that is an assumption.",
            count=count,
            data=architecture.labels_of,
        )
        return architecture.labels, architecture.class_ids, (note,)
    numbered = _numbered(classes)
    note = later("No labels were given: the {count} classes are told by number, from class 0.", count=count)
    return numbered, numbered, (note,)


def open_checkpoint(
    architecture: str, data: CheckpointData, *, name: str = "", labels: LabelSource | None = None
) -> Network:
    """Open a checkpoint file as a network of a known architecture, with the file's own number of classes.

    Args:
        architecture: ``timm:NAME``, ``torchvision:NAME``, a bundled network's id or ``own:seresnet50,...``; see
            ``architectures``.
        data: the file's path, or its bytes: safetensors, or a PyTorch file of tensors.
        name: the file's name, for messages and the title; a path has its own.
        labels: see ``labels``; without them the classes are told by number, or by the architecture's own labels where
            their number is the same (a note says so).

    Returns:
        A network whose ``weights`` are the path, or "file:" and the first 12 digits of the bytes' SHA-256, and whose
        ``notes`` say what was unwrapped, left out or assumed.

    Raises:
        ModelError: there is no such architecture, or the labels do not fit.
        WeightsError: the file cannot be read, or its weights do not fit.
    """
    known, shown = find_architecture(architecture), name_of(data, name)
    unwrapped = unwrap(read_checkpoint(data, name), known.outline().state_dict(), shown)
    classes = _count_classes(known, unwrapped.state, shown)
    fitted = fit(unwrapped, known.outline(classes).state_dict(), shown)
    names, class_ids, told = _named(known, classes, labels)
    module = known.build(classes)
    report = fitted.load_into(module)
    return Network(
        id=known.id,
        title=f"{known.title}, {shown}",
        module=module,
        preprocessing=known.preprocessing,
        labels=names,
        class_ids=class_ids,
        weights=origin_of(data),
        notes=(*report.notes(), *told),
    )


def has_given_labels(network: Network) -> bool:
    """Whether its labels are others than opening it without any would give; False where that cannot be told."""
    try:
        known = find_architecture(network.id)
    except ModelError:
        return False
    itself = network.weights == "pretrained" or network.is_random
    if itself or _names_itself(known, len(network.labels)):
        return network.labels != known.labels
    return network.labels != _numbered(len(network.labels))


def with_labels(network: Network, labels: LabelSource | None) -> Network:
    """The same network under other labels; None leaves them.

    Raises:
        ModelError: the labels cannot be read or are not one a class.
    """
    return network if labels is None else replace(network, labels=read_labels(labels, len(network.labels)))


def _copied(module: nn.Module) -> tuple[nn.Module, tuple[Text, ...]]:
    """A copy in evaluation mode, without gradients, in float32; and what to say of it."""
    try:
        copied = copy.deepcopy(module)
    except Exception as error:  # copying runs the module's own code, which can fail in any way
        raise ModelError(
            later("a module that can be copied"), f"{type(error).__name__}: {error}", later("Detach its tensors.")
        ) from error
    notes = (later("It was in training mode; its copy here is in evaluation mode."),) if module.training else ()
    others = {str(value.dtype) for value in copied.parameters() if value.is_floating_point()} - {"torch.float32"}
    if others:
        types = Text.of(list_of, sorted(others))
        notes = (*notes, later("Its weights were {types}; the copy runs in float32.", types=types))
    return copied.float().eval().requires_grad_(False), notes


def _outputs(module: nn.Module, preprocessing: Preprocessing) -> int:
    """Classes, from a trial run with two pictures of noise."""
    place = next((value.device for value in module.parameters()), torch.device("cpu"))
    side = preprocessing.size
    batch = torch.randn(2, 3, side, side, generator=torch.Generator().manual_seed(0)).to(place)
    try:
        with torch.inference_mode():
            output = module(batch)
    except Exception as error:  # this is the person's own code
        raise ModelError(
            later("a network that takes pictures {shape}", shape=f"(N, 3, {side}, {side})"),
            f"{type(error).__name__}: {str(error)[:300]}",
            later("Give the preprocessing that it was trained with, preprocess=Preprocessing(size)."),
        ) from error
    if not isinstance(output, Tensor) or output.ndim != 2 or len(output) != 2 or not output.is_floating_point():
        got = type(output).__name__ + (f" {tuple(output.shape)}" if isinstance(output, Tensor) else "")
        raise ModelError(
            later("a network that gives logits (N, classes)"),
            later("a {kind} for 2 pictures", kind=got),
            later("Wrap it so that it returns the logits."),
        )
    return output.shape[1]


def _without_blocks(module: nn.Module, survey: BlockSurvey) -> ModelError:
    received = later("a {kind} without", kind=type(module).__name__)
    if survey.unsupported:
        gates = [
            later("{path} ({kind}: {reason})", path=gate.path, kind=gate.kind, reason=gate.reason)
            for gate in survey.unsupported
        ]
        received = later("a {kind} without; it has {gates}", kind=type(module).__name__, gates=listed(gates))
    return ModelError(
        later("a network with SE blocks of a known class"),
        received,
        later("Make the class of your SE blocks known with register_block(cls, adapter)."),
    )


def network_of_module(
    module: nn.Module,
    labels: LabelSource | None = None,
    preprocessing: Preprocessing | None = None,
    name: str | None = None,
) -> Network:
    """A network from any module whose SE blocks are of a known class; see ``notebook.open_model``.

    Raises:
        ModelError: it is no module, has no SE block, gives no logits (N, classes), or the labels are not one a class.
    """
    if not isinstance(module, nn.Module):
        expected = later("a {kind}", kind="torch.nn.Module")
        raise ModelError(expected, type(module).__name__, later("Give the network itself."))
    if preprocessing is not None and not isinstance(preprocessing, Preprocessing):
        expected = later("a {kind}", kind="Preprocessing")
        raise ModelError(expected, type(preprocessing).__name__, later("Import it from se_explorer."))
    survey = find_blocks(module)
    if not survey.blocks:
        raise _without_blocks(module, survey)
    copied, notes = _copied(module)
    wanted = preprocessing or Preprocessing(DEFAULT_SIZE)
    classes = _outputs(copied, wanted)
    names = _numbered(classes) if labels is None else read_labels(labels, classes)
    title = str(shown_name(name or type(module).__name__))
    return Network(title, title, copied, wanted, names, names, GIVEN, notes=notes)
