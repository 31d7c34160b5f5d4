"""Make ``assets/catalog/library.json``: the cards of timm's and torchvision's pretrained SE networks.

What the installed libraries say of themselves is read from them. Two things they do not say of every network are in
``scripts/catalog``: the accuracies of timm's result tables ([T] of the project's facts), and families and titles for
people. Run from the project's root: ``python scripts/make_catalog.py``.
"""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Iterator
from importlib.metadata import metadata
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from torch import nn
from torchvision.models import WeightsEnum, get_model_weights

from se_explorer.blocks import find_blocks
from se_explorer.images import Preprocessing
from se_explorer.models.card import Preset
from se_explorer.models.cards import LIBRARY_CARDS
from se_explorer.models.library_card import LibraryCard, Published
from se_explorer.models.library_names import timm_config, timm_preprocessing, torchvision_preprocessing
from se_explorer.models.meta import build_on_meta
from se_explorer.models.weights.origins import timm_origin, torchvision_origin

DATA = Path(__file__).resolve().parent / "catalog"
#: arXiv numbers, as timm's and torchvision's sources name them.
PAPERS = {
    "SE-ResNet": "1709.01507",
    "SE-ResNeXt": "1709.01507",
    "SENet-154": "1709.01507",
    "RegNet-Y": "2003.13678",
    "MobileNetV3": "1905.02244",
    "EfficientNet": "1905.11946",
    "EfficientNetV2": "2104.00298",
    "MnasNet": "1807.11626",
    "LCNet": "2109.15099",
    "TinyNet": "2010.14819",
    "GhostNet": "1911.11907",
    "ReXNet": "2007.00992",
    "MaxViT": "2204.01697",
}
#: The paper's own families stand first, the others by name.
FIRST = ("SE-ResNet", "SE-ResNeXt", "SENet-154")
#: torchvision's weights that were trained on ImageNet-1k alone; the SWAG ones were not, and are not free to use.
TORCHVISION_WEIGHTS = ("IMAGENET1K_V1", "IMAGENET1K_V2")


def rows(name: str) -> list[dict[str, str]]:
    """A table of ``scripts/catalog``."""
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def share(percent: float | str) -> float:
    """Percent -> share, without the digits that the division makes up."""
    return round(float(percent) / 100, 7)


def preset(preprocessing: Preprocessing) -> Preset:
    """Preprocessing as a card holds it."""
    return Preset(**vars(preprocessing))


def counted(module: nn.Module) -> dict[str, int]:
    """Parameters and SE blocks of a network, which may be on the meta device."""
    return {
        "parameters": sum(parameter.numel() for parameter in module.parameters()),
        "se_blocks": len(find_blocks(module).blocks),
    }


def timm_card(network: dict[str, str], result: dict[str, str]) -> LibraryCard:
    """The card of one of timm's weights."""
    name = result["weights"]
    architecture, _, tag = name.partition(".")
    config = timm_config(name)
    module = build_on_meta("timm", name)
    tensors = sum(value.numel() * value.element_size() for value in module.state_dict().values())
    legacy = "timm legacy" if architecture.startswith("legacy_") else "timm"
    training = (config.paper_ids.removeprefix("arXiv:"),) if config.paper_ids else ()
    return LibraryCard(
        id=f"timm:{name}",
        title=f"{network['title']}, {legacy} {tag}",
        source="timm",
        family=network["family"],
        preprocessing=preset(timm_preprocessing(config.to_dict())),
        **counted(module),
        licence=config.license,
        architecture=architecture,
        weights_name=name,
        classes=config.num_classes,
        published=Published(
            top1=share(result["top1_percent"]), top5=None, size=int(result["size"]), source="timm results tables"
        ),
        origin=timm_origin(name).model_copy(update={"bytes": tensors, "about": True}),
        papers=(PAPERS[network["family"]], *training),
    )


def torchvision_card(network: dict[str, str], weights: WeightsEnum, default: bool) -> LibraryCard:
    """The card of one of torchvision's weights."""
    architecture = network["architecture"]
    module = build_on_meta("torchvision", architecture)
    accuracy = weights.meta["_metrics"]["ImageNet-1K"]
    seen = torchvision_preprocessing(weights)
    return LibraryCard(
        id=f"torchvision:{architecture}" + ("" if default else f"@{weights.name}"),
        title=f"{network['title']}, torchvision {weights.name.removeprefix('IMAGENET1K_')}",
        source="torchvision",
        family=network["family"],
        preprocessing=preset(seen),
        **counted(module),
        licence=f"{metadata('torchvision')['License']} (the library's)",
        architecture=architecture,
        weights_name=str(weights),
        classes=len(weights.meta["categories"]),
        published=Published(
            top1=share(accuracy["acc@1"]),
            top5=share(accuracy["acc@5"]),
            size=seen.size,
            source="torchvision weights metadata",
        ),
        origin=torchvision_origin(weights),
        papers=(PAPERS[network["family"]],),
    )


def all_cards() -> Iterator[LibraryCard]:
    """Every card, in no order."""
    results: dict[str, list[dict[str, str]]] = {}
    for result in rows("timm_results.csv"):
        results.setdefault(result["weights"].partition(".")[0], []).append(result)
    for network in rows("networks.csv"):
        if network["library"] == "timm":
            yield from (timm_card(network, result) for result in results[network["architecture"]])
            continue
        known = get_model_weights(network["architecture"])
        for weights in known:
            if weights.name in TORCHVISION_WEIGHTS:
                yield torchvision_card(network, weights, weights is known.DEFAULT)


def place(card: LibraryCard) -> tuple[Any, ...]:
    """Sorting: by family, then by size."""
    family = FIRST.index(card.family) if card.family in FIRST else len(FIRST)
    return family, card.family, card.parameters, card.id


def main() -> None:
    """Write the file."""
    made = [card.model_dump(mode="json") for card in sorted(all_cards(), key=place)]
    LIBRARY_CARDS.parent.mkdir(parents=True, exist_ok=True)
    LIBRARY_CARDS.write_text(json.dumps(made, indent=1) + "\n", encoding="utf-8")
    print(f"{LIBRARY_CARDS}: {len(made)} cards")


if __name__ == "__main__":
    main()
