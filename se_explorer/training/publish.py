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

from se_explorer.analysis import Evaluation, evaluate, measure_gates
from se_explorer.engine import Engine
from se_explorer.files import write_whole
from se_explorer.images.folder import LabelledFolder
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
from se_explorer.training.data_sets import DATA_NOTES
from se_explorer.training.networks import build_network, preprocessing_of
from se_explorer.training.recipe import Recipe

__all__ = ["publish"]

Report = Callable[[str, int, int], None]

IMAGENETTE = {
    "n01440764": "tench",
    "n02102040": "English springer",
    "n02979186": "cassette player",
    "n03000684": "chain saw",
    "n03028079": "church",
    "n03394916": "French horn",
    "n03417042": "garbage truck",
    "n03425413": "gas pump",
    "n03445777": "golf ball",
    "n03888257": "parachute",
}
RESEARCH_NOTE = (
    "Trained on Imagenette, a part of ImageNet, whose pictures are for research use; use these weights for research "
    "and teaching only. The network knows ten classes and answers with one of them whatever it is shown."
)


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


def _accuracy(result: Evaluation, recipe: Recipe) -> Accuracy:
    low, high = result.interval
    size, resized = recipe.resolution.evaluate, preprocessing_of(recipe).resized
    return Accuracy(
        right=result.right,
        count=result.count,
        low=low,
        high=high,
        split="Imagenette validation split",
        protocol=f"shorter side resized to {resized} px, centre crop of {size} px, float32",
    )


def _record(recipe: Recipe, recipe_file: Path, seed: int, curve: tuple[EpochReport, ...]) -> TrainingRecord:
    return TrainingRecord(
        recipe=recipe_file.read_text(encoding="utf-8"),
        recipe_file=recipe_file.name,
        seed=seed,
        epochs=len(curve),
        curve=curve,
        finished=len(curve) == recipe.epochs,
        data=DATA_NOTES[recipe.data.dataset],
        software={
            "python": platform.python_version(),
            "torch": torch.__version__,
            "torchvision": torchvision.__version__,
            "numpy": numpy.__version__,
        },
    )


def _card(engine: Engine, recipe: Recipe, sha256: str, accuracy: Accuracy, record: TrainingRecord) -> Card:
    network, preset = engine.network, engine.network.preprocessing
    entries = zip(network.class_ids, network.labels, strict=True)
    return Card(
        id=recipe.name,
        title=recipe.title,
        source="bundled",
        family="SE-ResNet",
        architecture=Architecture(
            name=recipe.network.architecture, width=str(recipe.network.width), reduction=recipe.network.reduction
        ),
        preprocessing=Preset(
            size=preset.size, crop=preset.crop, mean=preset.mean, std=preset.std, interpolation=preset.interpolation
        ),
        classes=tuple(ClassEntry(id=name, label=label) for name, label in entries),
        parameters=sum(parameter.numel() for parameter in network.module.parameters()),
        se_blocks=len(engine.blocks),
        weights_file=f"{recipe.name}.safetensors",
        sha256=sha256,
        storage="matrices in float16, statistics and biases in float32; computed in float32",
        gates_file=f"{recipe.name}.gates.safetensors",
        licence="MIT for the code; see the note for the weights",
        note=RESEARCH_NOTE,
        accuracy=accuracy,
        training=record,
    )


def publish(
    network: nn.Module,
    recipe: Recipe,
    recipe_file: Path,
    seed: int,
    curve: tuple[EpochReport, ...],
    train: LabelledFolder,
    validation: LabelledFolder,
    folder: Path,
    report: Report,
) -> Card:
    """Measure the network as it will be stored, and write weights, gate statistics and card into ``folder``.

    The accuracy is that of the validation split; the gates are measured over the training split.
    """
    stored = _stored(network)
    ids = train.classes
    labels = tuple(IMAGENETTE.get(name, name) for name in ids)
    engine = Engine(_reopened(stored, recipe, labels, ids), "cpu")
    result = evaluate(engine, validation, report=lambda done, total: report("validation", done, total))
    gates = measure_gates(engine, train, report=lambda done, total: report("gate statistics", done, total))
    weights_path = folder / f"{recipe.name}.safetensors"
    write_whole(weights_path, lambda part: save_tensors(stored, part))
    arrays = {f"{name}.mean": values for name, values in gates.means.items()}
    arrays |= {f"{name}.std": values for name, values in gates.deviations.items()}
    write_whole(folder / f"{recipe.name}.gates.safetensors", lambda part: save_arrays(arrays, part))
    digest = hashlib.sha256(weights_path.read_bytes()).hexdigest()
    record = _record(recipe, recipe_file, seed, curve)
    card = _card(engine, recipe, digest, _accuracy(result, recipe), record)
    text = card.model_dump_json(indent=1) + "\n"
    write_whole(folder / f"{recipe.name}.card.json", lambda part: part.write_text(text, encoding="utf-8"))
    return card
