"""From a training to a bundled network: weights, gate statistics and the card that says how they came about."""

from __future__ import annotations

import hashlib
import platform
from collections.abc import Callable
from pathlib import Path

import numpy
import torch
import torchvision
from safetensors.numpy import save_file as save_arrays
from safetensors.torch import save_file as save_tensors
from torch import Tensor, nn

from se_explorer.analysis import measure_gates, wilson
from se_explorer.blocks import find_blocks
from se_explorer.engine import Engine
from se_explorer.errors import DataError
from se_explorer.images import PictureSet
from se_explorer.language import later
from se_explorer.models import Network
from se_explorer.models.card import (
    Accuracy,
    Architecture,
    Card,
    ClassEntry,
    EpochReport,
    Preset,
    TrainingRecord,
)
from se_explorer.training.checkpoint import write_or_say
from se_explorer.training.data_sets import IMAGENETTE_LABELS, TEST_SPLITS, Splits
from se_explorer.training.measuring import Score, measure_set
from se_explorer.training.networks import build_network, preprocessing_of
from se_explorer.training.recipe import Recipe

__all__ = ["publish"]

Report = Callable[[str, int, int], None]

ANSWERS_ALWAYS = "The network knows {classes} classes and answers with one of them whatever it is shown."
RESEARCH_NOTES = {
    "imagenette": (
        "Trained on Imagenette, a part of ImageNet, whose pictures are for research use; use these weights for "
        "research and teaching only."
    ),
    "cifar10": (
        "Trained on CIFAR-10, pictures of 32 x 32 pixels that were gathered from the web for research and come without "
        "licences of their own; use these weights for research and teaching only. A photograph is shrunk to 32 x 32 "
        "pixels before the network sees it."
    ),
    "digits": "Trained on scikit-learn's digits (UCI, CC BY 4.0), grey and 8 x 8 pixels.",
    "folder": "Trained on a folder of pictures; what may be done with the weights depends on their licence.",
}
FAMILIES = {"seresnet50": "ResNet", "seresnet20": "ResNet", "notes-cnn": "notes' network"}


def _stored(network: nn.Module) -> dict[str, Tensor]:
    """Matrices in half precision, all else as it is: half the bytes, and the network that is measured is this one."""
    return {
        name: (value.half() if value.is_floating_point() and value.ndim > 1 else value).contiguous()
        for name, value in network.state_dict().items()
    }


def _reopened(stored: dict[str, Tensor], recipe: Recipe, labels: tuple[str, ...], ids: tuple[str, ...]) -> Network:
    module = build_network(recipe, len(labels))
    module.load_state_dict({name: v.float() if v.is_floating_point() else v for name, v in stored.items()})
    module.eval().requires_grad_(False)
    return Network(recipe.name, recipe.title, module, preprocessing_of(recipe), labels, ids, "pretrained")


def _accuracy(score: Score, recipe: Recipe) -> Accuracy:
    low, high = wilson(score.right, score.count)
    size, resized = recipe.resolution.evaluate, preprocessing_of(recipe).resized
    return Accuracy(
        right=score.right,
        count=score.count,
        low=low,
        high=high,
        split=TEST_SPLITS[recipe.data.dataset],
        protocol=f"shorter side resized to {resized} px, centre crop of {size} px, float32",
    )


def _record(recipe: Recipe, recipe_file: Path, seed: int, curve: tuple[EpochReport, ...], note: str) -> TrainingRecord:
    return TrainingRecord(
        recipe=recipe_file.read_text(encoding="utf-8"),
        recipe_file=recipe_file.name,
        seed=seed,
        epochs=len(curve),
        curve=curve,
        finished=len(curve) == recipe.epochs,
        data=note,
        software={
            "python": platform.python_version(),
            "torch": torch.__version__,
            "torchvision": torchvision.__version__,
            "numpy": numpy.__version__,
        },
    )


def _family(recipe: Recipe) -> str:
    plain = FAMILIES.get(recipe.network.architecture, recipe.network.architecture.partition(":")[2])
    return f"SE-{plain}" if recipe.network.se else plain


def _card(network: Network, blocks: int, recipe: Recipe, sha256: str, score: Score, record: TrainingRecord) -> Card:
    preset = network.preprocessing
    entries = zip(network.class_ids, network.labels, strict=True)
    note = ANSWERS_ALWAYS.format(classes=len(network.labels))
    return Card(
        id=recipe.name,
        title=recipe.title,
        source="bundled",
        family=_family(recipe),
        architecture=Architecture.of(recipe.network.design),
        preprocessing=Preset(
            size=preset.size, crop=preset.crop, mean=preset.mean, std=preset.std, interpolation=preset.interpolation
        ),
        classes=tuple(ClassEntry(id=name, label=label) for name, label in entries),
        parameters=sum(parameter.numel() for parameter in network.module.parameters()),
        se_blocks=blocks,
        weights_file=f"{recipe.name}.safetensors",
        sha256=sha256,
        storage="matrices in float16, statistics and biases in float32; computed in float32",
        gates_file=f"{recipe.name}.gates.safetensors" if blocks else None,
        licence="MIT for the code; see the note for the weights",
        note=f"{RESEARCH_NOTES[recipe.data.dataset]} {note}",
        accuracy=_accuracy(score, recipe),
        training=record,
    )


def _check_classes(splits: Splits) -> None:
    train, test = splits.train_set, splits.test_set
    if train.classes != test.classes:
        raise DataError(
            later("a test split of the training split's classes"),
            ", ".join(test.classes[:12]),
            later("Give both splits the same class folders."),
        )


def _gate_arrays(network: Network, train: PictureSet, report: Report) -> dict[str, numpy.ndarray]:
    gates = measure_gates(Engine(network, "cpu"), train, report=lambda done, total: report("gates", done, total))
    arrays = {f"{name}.mean": values for name, values in gates.means.items()}
    return arrays | {f"{name}.std": values for name, values in gates.deviations.items()}


def publish(
    network: nn.Module,
    recipe: Recipe,
    recipe_file: Path,
    seed: int,
    curve: tuple[EpochReport, ...],
    splits: Splits,
    folder: Path,
    report: Report,
) -> Card:
    """Measure the network as it will be stored, and write weights, gate statistics and card into ``folder``.

    The accuracy is that of the test split; the gates are measured over the training split. A plain network has none.

    Raises:
        DataError: the splits have different classes, or a picture cannot be read.
        RecipeError: a file cannot be written.
    """
    train, test = splits.train_set, splits.test_set
    _check_classes(splits)
    stored = _stored(network)
    labels = tuple(IMAGENETTE_LABELS.get(name, name) for name in train.classes)
    reopened = _reopened(stored, recipe, labels, train.classes)
    score = measure_set(
        reopened.module, test, reopened.preprocessing, report=lambda done, total: report("test split", done, total)
    )
    blocks = len(find_blocks(reopened.module).blocks)
    arrays = _gate_arrays(reopened, train, report) if blocks else {}
    weights_path = folder / f"{recipe.name}.safetensors"
    write_or_say(weights_path, lambda part: save_tensors(stored, part))
    if blocks:
        write_or_say(folder / f"{recipe.name}.gates.safetensors", lambda part: save_arrays(arrays, part))
    digest = hashlib.sha256(weights_path.read_bytes()).hexdigest()
    card = _card(reopened, blocks, recipe, digest, score, _record(recipe, recipe_file, seed, curve, splits.note))
    text = card.model_dump_json(indent=1) + "\n"
    write_or_say(folder / f"{recipe.name}.card.json", lambda part: part.write_text(text, encoding="utf-8"))
    return card
