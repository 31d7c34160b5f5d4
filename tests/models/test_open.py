"""Opening networks by their ids, with random weights."""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import timm
import torch
import torchvision
from timm.data import create_transform, resolve_data_config
from torchvision.models import get_model_weights

from se_explorer.errors import ModelError, WeightsError
from se_explorer.images import Preprocessing
from se_explorer.models import find_card, library, open_network

SMALL = "timm:mobilenetv3_small_050"


def values(model: str, weights: str) -> list[bytes]:
    return [value.numpy().tobytes() for value in open_network(model, weights).module.state_dict().values()]


@pytest.mark.parametrize("model", [SMALL, "torchvision:mobilenet_v3_small"])
def test_a_seed_gives_its_weights_again(model: str) -> None:
    first = values(model, "random:3")
    assert values(model, "random:3") == first
    assert values(model, "random:4") != first


@pytest.mark.parametrize("model", [SMALL, "torchvision:mobilenet_v3_small"])
def test_random_weights_leave_the_global_random_state_alone(model: str) -> None:
    torch.manual_seed(99)
    state = torch.random.get_rng_state()
    open_network(model, "random:5")
    assert torch.equal(torch.random.get_rng_state(), state)


@pytest.mark.parametrize("model", [SMALL, "torchvision:mobilenet_v3_small"])
def test_an_opened_network_is_frozen_in_evaluation_and_says_that_it_is_random(model: str) -> None:
    network = open_network(model, "random:0")
    assert network.id == model
    assert not any(module.training for module in network.module.modules())
    assert not any(parameter.requires_grad for parameter in network.module.parameters())
    assert (network.weights, network.is_random, network.card) == ("random:0", True, find_card(model))
    assert len(network.labels) == len(network.class_ids) == 1000
    assert network.labels[0].startswith("tench")
    assert not network.gate_means


def test_labels_where_there_is_no_imagenet() -> None:
    assert open_network(SMALL, "random:0").class_ids[0] == "n01440764"


UNKNOWN = ["", "nothing", "timm", "timm:", "timm:no_such_net", "timm:hf-hub:some/one", "torchvision:", "hub:x", "../x"]


@pytest.mark.parametrize("model", [*UNKNOWN, "torchvision:fasterrcnn_resnet50_fpn", "torchvision:MobileNet_V3_Small"])
def test_unknown_networks_are_refused(model: str) -> None:
    for weights in ("random:0", "pretrained"):
        with pytest.raises(ModelError) as caught:
            open_network(model, weights)
        assert not isinstance(caught.value, WeightsError)
        assert "models" in caught.value.remedy


def test_a_tag_that_timm_does_not_have_is_refused() -> None:
    for weights in ("random:0", "pretrained"):
        with pytest.raises(ModelError) as caught:
            open_network(f"{SMALL}.no_such_tag", weights)
        assert not isinstance(caught.value, WeightsError)


def test_a_tag_that_timm_has_is_opened() -> None:
    assert open_network(f"{SMALL}.lamb_in1k", "random:0").id == f"{SMALL}.lamb_in1k"


@pytest.mark.parametrize(
    "weights", ["random", "random:", "random:x", "random:-1", "random:1.5", "random:\u0663", f"random:{'9' * 10}"]
)
def test_a_bad_seed_is_refused(weights: str) -> None:
    with pytest.raises(WeightsError, match="random:SEED"):
        open_network(SMALL, weights)


def test_own_weights(tmp_path: Path) -> None:
    path = tmp_path / "mine.pt"
    torch.save(open_network(SMALL, "random:8").module.state_dict(), path)
    network = open_network(SMALL, str(path))
    assert (network.weights, network.is_random) == (str(path), False)
    assert [value.numpy().tobytes() for value in network.module.state_dict().values()] == values(SMALL, "random:8")
    with pytest.raises(WeightsError, match="missing"):
        open_network("timm:lcnet_035", str(path))


def test_networks_without_a_card_open_too() -> None:
    network = open_network("timm:lcnet_035", "random:0")
    assert (network.title, network.card) == ("lcnet_035", None)
    swag = open_network("torchvision:regnet_y_16gf@IMAGENET1K_SWAG_LINEAR_V1", "random:0")
    assert (swag.preprocessing.interpolation, swag.card) == ("bicubic", None)


@pytest.mark.parametrize("error", [OSError("no route"), RuntimeError("other names"), EOFError()], ids=repr)
def test_weights_that_cannot_be_loaded_say_what_to_do(
    error: Exception, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: Any, **__: Any) -> None:
        raise error

    monkeypatch.setattr(library, "fetch", lambda model: tmp_path / "weights.pth")
    monkeypatch.setattr(library.timm, "create_model", broken)
    monkeypatch.setattr(library, "get_model", broken)
    for model in (SMALL, "torchvision:mobilenet_v3_small"):
        with pytest.raises(WeightsError, match="whole weights") as caught:
            open_network(model)
        assert f"fetch {model}" in caught.value.remedy


def pixels(side: int) -> np.ndarray:
    return np.random.default_rng(0).integers(0, 256, (side, side, 3), dtype=np.uint8)


def test_preprocessing_is_torchvisions_own() -> None:
    ours = open_network("torchvision:regnet_y_400mf", "random:0").preprocessing
    picture = torch.from_numpy(pixels(300)).permute(2, 0, 1)[None].contiguous()
    theirs = get_model_weights("regnet_y_400mf").DEFAULT.transforms()
    assert (ours.size, ours.resized, ours.interpolation) == (224, 232, "bilinear")
    step = 1.01 / 255 / min(ours.std)  # torchvision's two resizes round a few pixels to neighbouring greys
    torch.testing.assert_close(ours(picture), theirs(picture), rtol=0, atol=step)


def test_preprocessing_is_timms_own() -> None:
    network = open_network("timm:seresnet50", "random:0")
    config = resolve_data_config({}, model=network.module)
    steps = create_transform(**config).transforms
    ours = network.preprocessing
    assert (ours.resized, ours.size) == (steps[0].size, steps[1].size[0])
    assert ours.interpolation == steps[0].interpolation.value
    assert steps[-1].mean.tolist() == pytest.approx(ours.mean)
    assert steps[-1].std.tolist() == pytest.approx(ours.std)


def _timm_config(name: str) -> tuple[Preprocessing, int]:
    config = timm.get_pretrained_cfg(name)
    assert config is not None
    size = config.input_size[-1]
    return Preprocessing(size, config.crop_pct), math.floor(size / config.crop_pct)


def _torchvision_preset(name: str) -> tuple[Preprocessing, int]:
    preset = get_model_weights(name).DEFAULT.transforms()
    size = preset.crop_size[0]
    return Preprocessing(size, size / preset.resize_size[0]), preset.resize_size[0]


@pytest.mark.parametrize(
    ("names", "read"),
    [
        (torchvision.models.list_models(module=torchvision.models), _torchvision_preset),
        (["seresnet50", "mobilenetv3_small_050", "regnety_032", "efficientnet_b2", "lcnet_100"], _timm_config),
    ],
    ids=["torchvision", "timm"],
)
def test_the_resized_side_is_the_librarys(names: list[str], read: Callable[[str], tuple[Preprocessing, int]]) -> None:
    """A share such as 224 / 232 must lead back to 232, and not to 231."""
    for name in names:
        ours, theirs = read(name)
        assert ours.resized == theirs, name
