"""Own checkpoints with any number of classes, and modules made in Python."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import pytest
import torch
from timm.layers.eca import EcaModule
from torch import Tensor, nn

from se_explorer.engine import Engine
from se_explorer.errors import ModelError, WeightsError
from se_explorer.images import Preprocessing
from se_explorer.models import DEFAULT_MODEL, network_of_module, open_checkpoint, open_network
from se_explorer.models.architectures import build
from tests.models.files import safetensors, zipped
from tests.networks import Toy, noise

SMALL = "own:seresnet50,width=1/16"
MOBILE = "timm:mobilenetv3_small_050"
VISION = "torchvision:mobilenet_v3_small"
TINY = Preprocessing(16)


def file_for(architecture: str, classes: int, seed: int = 3, **wrapped: Any) -> bytes:
    state = build(architecture, classes, seed).state_dict()
    return zipped({"state_dict": state, **wrapped} if wrapped else state)


@pytest.mark.parametrize("architecture", [SMALL, MOBILE, VISION, DEFAULT_MODEL])
@pytest.mark.parametrize("classes", [1, 7])
def test_the_number_of_classes_is_the_files(architecture: str, classes: int) -> None:
    data = file_for(architecture, classes)
    network = open_checkpoint(architecture, data, name="my.pt")
    wanted = build(architecture, classes, 3)
    assert len(network.labels) == classes
    batch = noise(64)
    with torch.inference_mode():
        assert torch.equal(network.module(batch), wanted(batch))
    assert network.labels == network.class_ids == tuple(f"class {index}" for index in range(classes))
    assert "by number" in str(network.notes[-1])
    assert network.weights.startswith("file:")
    assert "my.pt" in network.title
    assert not network.is_random
    assert network.card is None
    assert not any(value.requires_grad or value.is_meta for value in network.module.parameters())


def test_what_was_saved_in_either_format_opens_with_its_labels(tmp_path: Path) -> None:
    module = build(SMALL, 3, 1)
    (tmp_path / "a.safetensors").write_bytes(safetensors(module.state_dict()))
    (tmp_path / "labels.txt").write_text("cat\ndog\nowl\n")
    first = open_checkpoint(SMALL, tmp_path / "a.safetensors", labels=tmp_path / "labels.txt")
    second = open_checkpoint(SMALL, zipped(module.state_dict()), labels=["cat", "dog", "owl"])
    assert first.labels == second.labels == first.class_ids == ("cat", "dog", "owl")
    assert first.weights == str(tmp_path / "a.safetensors")
    assert first.notes == second.notes == ()
    one, two = (Engine(network).logits(noise(224)) for network in (first, second))
    assert (one == two).all()


def test_notes_say_what_was_unwrapped_and_assumed() -> None:
    ema = {f"module.{name}": value for name, value in build(SMALL, 1000, 4).state_dict().items()}
    network = open_checkpoint(SMALL, file_for(SMALL, 1000, state_dict_ema=ema))
    assert torch.equal(network.module.fc.weight, build(SMALL, 1000, 4).fc.weight)
    assert "'state_dict_ema'" in str(network.notes[0])
    assert "ImageNet's" in str(network.notes[-1])
    assert "assumption" in str(network.notes[-1])
    assert network.labels[0].startswith("tench")
    assert network.class_ids[0] == "n01440764"


def test_a_file_for_the_bundled_network_takes_its_labels_and_says_so() -> None:
    network = open_checkpoint(DEFAULT_MODEL, file_for(DEFAULT_MODEL, 10))
    assert network.labels == open_network(DEFAULT_MODEL).labels
    assert f"{DEFAULT_MODEL}'s" in str(network.notes[-1])
    given = open_checkpoint(DEFAULT_MODEL, file_for(DEFAULT_MODEL, 10), labels=[f"x{i}" for i in range(10)])
    assert given.notes == ()


@pytest.mark.parametrize("count", [2, 4])
def test_a_wrong_number_of_labels_is_refused_with_both(count: int) -> None:
    with pytest.raises(ModelError, match=f"3 labels.*{count} in"):
        open_checkpoint(SMALL, file_for(SMALL, 3), labels=["x"] * count)


def test_a_file_for_another_network_is_told_by_name_and_shape() -> None:
    with pytest.raises(WeightsError, match=r"other shapes: conv1\.weight \(4, 3, 7, 7\) instead of \(8, 3, 7, 7\)"):
        open_checkpoint("own:seresnet50,width=1/8", file_for(SMALL, 3))
    with pytest.raises(WeightsError, match=r"missing: conv_stem\.weight.*unknown: conv1\.weight"):
        open_checkpoint(MOBILE, file_for(SMALL, 3))
    with pytest.raises(ModelError, match="vgg16"):
        open_checkpoint("vgg16", b"")


def test_a_huge_classifier_builds_no_network() -> None:
    """A file of 10^5 and one classes is refused; so is one whose classifier fits nothing else."""
    state = {"fc.weight": torch.zeros(100_001, 1, dtype=torch.float16), "fc.bias": torch.zeros(1)}
    with pytest.raises(WeightsError, match="100,000 classes"):
        open_checkpoint(SMALL, zipped(state))
    state["fc.weight"] = torch.zeros(90_000, 1)
    with pytest.raises(WeightsError, match="missing: conv1"):
        open_checkpoint(SMALL, zipped(state))
    with pytest.raises(WeightsError, match="with 0"):
        open_checkpoint(SMALL, zipped({"fc.weight": torch.zeros(0, 1)}))


def test_opening_moves_no_random_state() -> None:
    data = file_for(SMALL, 3)
    torch.manual_seed(1)
    before = torch.random.get_rng_state()
    open_checkpoint(SMALL, data)
    assert torch.equal(before, torch.random.get_rng_state())


def test_a_module_of_ones_own_is_copied() -> None:
    module = Toy().train()
    state = copy.deepcopy(module.state_dict())
    network = network_of_module(module, ["a", "b", "c", "d"], TINY, "my net")
    assert (network.id, network.weights, network.labels) == ("my net", "given", ("a", "b", "c", "d"))
    assert network.preprocessing == TINY
    assert module.training
    assert all(value.requires_grad for value in module.parameters())
    assert not network.module.training
    assert "training mode" in str(network.notes[0])
    with torch.no_grad():
        module.fc.bias += 1
    assert torch.equal(network.module.fc.bias, state["fc.bias"])


def test_what_is_not_given_is_the_usual() -> None:
    network = network_of_module(Toy().eval())
    assert network.preprocessing == Preprocessing(224)
    assert network.labels == ("class 0", "class 1", "class 2", "class 3")
    assert (network.title, network.notes) == ("Toy", ())


def test_half_precision_runs_in_float32_and_says_so() -> None:
    network = network_of_module(Toy().eval().half(), preprocessing=TINY)
    assert network.module.fc.weight.dtype == torch.float32
    assert "torch.float16" in str(network.notes[0])


class Plain(nn.Sequential):
    def __init__(self, *more: nn.Module) -> None:
        super().__init__(nn.Conv2d(3, 8, 3), *more, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(8, 2))


class Tupled(Toy):
    def forward(self, x: Tensor) -> Any:
        return super().forward(x), x


class Mapped(Toy):
    def forward(self, x: Tensor) -> Tensor:
        return self.first(self.stem(x))


class Failing(Toy):
    def forward(self, x: Tensor) -> Tensor:
        raise KeyError("mine")


class Uncopied(Toy):
    def __deepcopy__(self, memo: Any) -> Any:
        raise RuntimeError("not me")


REFUSED: dict[str, tuple[Any, dict[str, Any], str]] = {
    "no module": ("net", {}, "torch.nn.Module"),
    "a class": (Toy, {}, "torch.nn.Module"),
    "no SE blocks": (Plain(), {}, "register_block"),
    "other gates": (Plain(EcaModule(8)), {}, "1 (EcaModule: ECA"),
    "a tuple": (Tupled(), {}, "a tuple for 2 pictures"),
    "maps": (Mapped(), {}, "a Tensor (2, 8, 8, 8) for 2 pictures"),
    "a failure": (Failing(), {}, "KeyError: 'mine'"),
    "no copy": (Uncopied(), {}, "RuntimeError: not me"),
    "too few labels": (Toy(), {"labels": ["a"]}, "4 labels"),
    "a transform": (Toy(), {"preprocessing": lambda x: x}, "a Preprocessing"),
}


@pytest.mark.parametrize(("module", "more", "said"), REFUSED.values(), ids=REFUSED)
def test_modules_that_cannot_be_opened(module: Any, more: dict[str, Any], said: str) -> None:
    with pytest.raises(ModelError) as caught:
        network_of_module(module, **{"preprocessing": TINY, **more})
    assert said in str(caught.value)
