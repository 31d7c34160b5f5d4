"""The library networks' cards say what the installed libraries say, and what was published."""

from __future__ import annotations

import csv
import json
from collections import Counter
from importlib.metadata import metadata
from pathlib import Path

import pytest
from pydantic import ValidationError
from timm.data import resolve_data_config
from torchvision.models import get_model_weights

from se_explorer.blocks import find_blocks
from se_explorer.errors import ModelError
from se_explorer.models import Card, LibraryCard, bundled_cards, cards, find_card
from se_explorer.models.cards import LIBRARY_CARDS, load_library_cards
from se_explorer.models.library_names import timm_config, torchvision_weights
from se_explorer.models.meta import build_on_meta
from tests.networks import se_modules

ROOT = Path(__file__).resolve().parents[2]
LIBRARY = load_library_cards(LIBRARY_CARDS)
TIMM = {card.weights_name: card for card in LIBRARY.values() if card.source == "timm"}
TORCHVISION = {model: card for model, card in LIBRARY.items() if card.source == "torchvision"}
with (ROOT / "scripts" / "catalog" / "timm_results.csv").open(encoding="utf-8", newline="") as file:
    RESULTS = {row["weights"]: row for row in csv.DictReader(file)}

timm_cards = pytest.mark.parametrize("card", TIMM.values(), ids=TIMM)
torchvision_cards = pytest.mark.parametrize("card", TORCHVISION.values(), ids=TORCHVISION)


def test_there_are_at_least_sixty_and_the_bundled_stand_first() -> None:
    known = cards()
    assert len(known) >= 60
    assert list(known)[: len(bundled_cards())] == list(bundled_cards())
    families = [card.family for card in LIBRARY.values()]
    blocks = [family for place, family in enumerate(families) if place == 0 or families[place - 1] != family]
    assert len(blocks) == len(set(families)), "each family stands together"
    for family in blocks:
        sizes = [card.parameters for card in LIBRARY.values() if card.family == family]
        assert sizes == sorted(sizes)


def test_every_network_of_the_lists_is_there() -> None:
    assert TIMM.keys() == RESULTS.keys()
    assert len(RESULTS) == 42
    listed = Counter(card.architecture for card in TORCHVISION.values())
    for name in ["efficientnet_b0", "efficientnet_b2", "efficientnet_b3", "efficientnet_b4", "efficientnet_v2_s"]:
        assert listed[name] == 1
    for name in ["efficientnet_b1", "mobilenet_v3_large", "regnet_y_400mf", "regnet_y_800mf", "regnet_y_8gf"]:
        assert listed[name] == 2


@timm_cards
def test_timms_cards(card: LibraryCard) -> None:
    config = timm_config(card.weights_name)
    data = resolve_data_config({}, pretrained_cfg=config.to_dict())
    seen = card.preprocessing
    assert card.id == f"timm:{card.weights_name}"
    assert card.weights_name == f"{card.architecture}.{config.tag}"
    assert (card.licence, card.classes) == (config.license, config.num_classes)
    assert (3, seen.size, seen.size) == tuple(data["input_size"])
    assert (seen.crop, seen.mean, seen.std) == (data["crop_pct"], data["mean"], data["std"])
    assert (seen.interpolation, data["crop_mode"]) == (data["interpolation"], "center")
    assert (config.paper_ids is None) == (len(card.papers) == 1)
    result = RESULTS[card.weights_name]
    assert card.published.top1 * 100 == pytest.approx(float(result["top1_percent"]), abs=1e-9)
    assert (card.published.size, card.published.top5) == (int(result["size"]), None)
    assert card.published.source == "timm results tables"


@torchvision_cards
def test_torchvisions_cards(card: LibraryCard) -> None:
    weights = get_model_weights(card.architecture)[card.weights_name.rpartition(".")[2]]
    assert (str(weights), weights) == (card.weights_name, torchvision_weights(card.id.partition(":")[2]))
    assert ("@" in card.id) == (weights is not get_model_weights(card.architecture).DEFAULT)
    preset, seen = weights.transforms(), card.preprocessing
    assert [seen.size] == preset.crop_size
    assert seen.size / seen.crop == pytest.approx(preset.resize_size[0])
    assert (list(seen.mean), list(seen.std)) == (list(preset.mean), list(preset.std))
    assert seen.interpolation == preset.interpolation.value
    assert (card.classes, card.parameters) == (len(weights.meta["categories"]), weights.meta["num_params"])
    accuracy = weights.meta["_metrics"]["ImageNet-1K"]
    assert card.published.top1 * 100 == pytest.approx(accuracy["acc@1"], abs=1e-9)
    assert card.published.top5 is not None
    assert card.published.top5 * 100 == pytest.approx(accuracy["acc@5"], abs=1e-9)
    assert (card.published.size, card.published.source) == (seen.size, "torchvision weights metadata")
    assert card.licence.startswith(metadata("torchvision")["License"])
    assert "license" not in weights.meta, "weights with a licence of their own are not in the catalog"
    assert card.origin.url == weights.url
    assert card.origin.bytes is not None
    assert card.origin.bytes / 2**20 == pytest.approx(weights.meta["_file_size"], abs=1e-6)
    assert not card.origin.about


@pytest.mark.parametrize("card", LIBRARY.values(), ids=LIBRARY)
def test_parameters_and_blocks_are_those_of_the_network_itself(card: LibraryCard) -> None:
    module = build_on_meta(card.source, card.weights_name if card.source == "timm" else card.architecture)
    assert all(parameter.is_meta for parameter in module.parameters())
    assert sum(parameter.numel() for parameter in module.parameters()) == card.parameters
    survey = find_blocks(module)
    assert (len(survey.blocks), survey.unsupported) == (card.se_blocks, ())
    assert [block.path for block in survey.blocks] == list(se_modules(module))
    if card.source == "timm":
        tensors = sum(value.numel() * value.element_size() for value in module.state_dict().values())
        assert (card.origin.bytes, card.origin.about) == (tensors, True)


def test_where_the_published_size_is_not_the_default_both_are_known() -> None:
    card = LIBRARY["timm:efficientnet_b1.ft_in1k"]
    assert (card.preprocessing.size, card.published.size) == (224, 256)
    assert "256 px" in card.claim


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("seresnet50-imagenette", "seresnet50-imagenette"),
        ("timm:seresnet50.ra2_in1k", "timm:seresnet50.ra2_in1k"),
        ("timm:seresnet50", "timm:seresnet50.a1_in1k"),
        ("torchvision:regnet_y_400mf", "torchvision:regnet_y_400mf"),
        ("torchvision:regnet_y_400mf@IMAGENET1K_V2", "torchvision:regnet_y_400mf"),
        ("torchvision:regnet_y_400mf@IMAGENET1K_V1", "torchvision:regnet_y_400mf@IMAGENET1K_V1"),
        ("torchvision:regnet_y_16gf@IMAGENET1K_SWAG_E2E_V1", None),
        ("timm:resnet18", None),
        ("timm:seresnet50.nope", None),
        ("nothing", None),
        ("", None),
    ],
)
def test_a_card_is_found_by_every_name_of_its_weights(asked: str, found: str | None) -> None:
    card = find_card(asked)
    assert (card.id if card else None) == found


def test_ids_are_safe_in_an_address_and_titles_tell_networks_apart() -> None:
    assert all(model.isascii() and not set(model) & set(" #%&+?/\\\"'<>") for model in LIBRARY)
    assert len({card.title for card in cards().values()}) == len(cards())


def test_both_kinds_of_card_answer_the_same_questions() -> None:
    for card in cards().values():
        assert isinstance(card, Card | LibraryCard)
        assert card.class_count in (10, 1000)
        assert 0.5 < card.top1 < 1
        assert f"{card.top1:.2%}" in card.claim


def test_a_card_cannot_be_changed() -> None:
    card = LIBRARY["timm:seresnet50.ra2_in1k"]
    for part, name in ((card, "title"), (card.published, "top1"), (card.origin, "repository")):
        with pytest.raises(ValidationError, match="frozen"):
            setattr(part, name, None)


@pytest.mark.parametrize("text", ["", "{}", "[1]", '[{"id": "timm:x"}]', "\udcff"], ids=ascii)
def test_what_is_no_list_of_cards_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "library.json"
    path.write_bytes(text.encode("utf-8", "surrogateescape"))
    with pytest.raises(ModelError, match="cards of library networks"):
        load_library_cards(path)


def test_a_wrong_entry_is_refused_by_name(tmp_path: Path) -> None:
    entries = json.loads(LIBRARY_CARDS.read_text(encoding="utf-8"))
    entries[3]["published"]["top1"] = 77.65
    path = tmp_path / "library.json"
    path.write_text(json.dumps(entries), encoding="utf-8")
    with pytest.raises(ModelError, match=r"3\.published\.top1"):
        load_library_cards(path)
