"""Errors said in Chinese have no English prose in them: names, paths, shapes and code stay as they are."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from PIL import Image
from timm.layers.eca import EcaModule
from torch import nn
from torchvision.models import resnet18, squeezenet1_0

from se_explorer.blocks import SEBlock, insert_se, register_block, unregister_block
from se_explorer.blocks.find import OTHER_GATES, find_blocks, require_adapter
from se_explorer.blocks.places import POSITIONS, find_places
from se_explorer.blocks.se_block import GATES, SQUEEZES
from se_explorer.errors import SEExplorerError
from se_explorer.images import decode_picture, load_picture, open_sample, samples
from se_explorer.images.data_sources import DATA_SETS, open_pictures
from se_explorer.images.folder import find_split, open_folder
from se_explorer.images.inside import folder_of, picture_inside
from se_explorer.language import language
from se_explorer.models import open_network
from se_explorer.models.architectures import find_architecture
from se_explorer.models.bundled import bundled_cards
from se_explorer.models.checkpoints import load_weights
from se_explorer.models.labels import read_labels
from se_explorer.models.own import network_of_module
from se_explorer.models.weights.faults import RECEIVED, fault_error
from se_explorer.models.weights.origins import origin_of
from tests.images.test_refusals import BOMBS, encode
from tests.pages.spoken import words

#: Code, commands, paths and values, which are the same in every language.
CODE = re.compile(
    r"python -m se_explorer(?: --?\w+| [\w:.]+| FOLDER)*|"
    r"'[^']*'|<[^>]*>|\w[\w.]*\([^()]*\)|[\w-]+(?:[:=@/][\w./=@,-]+)+|\w+(?:[._]\w+)+|\b[A-Z][a-z]+[A-Z]\w*",
    re.ASCII,
)
VALUES = (
    *GATES,
    *SQUEEZES,
    *POSITIONS,
    *DATA_SETS,
    *bundled_cards(),
    *(sample.id for sample in samples()),
    *("layer1", "train", "val", "test", "a" * 300, "SEED", "DEFAULT", "FOLDER", "FILE"),
    *("PDF", "UTF-8", "ECA", "CBAM", "gather-excite", "NoSqueeze", "safetensors"),
    *("Sequential", "Identity", "Tensor", "object", "int"),
)
SMALL = nn.Sequential(nn.Conv2d(3, 4, 1), nn.BatchNorm2d(4))


def mine() -> SEBlock:
    return SEBlock(8, 2)


BLOCKS: dict[str, Callable[[], object]] = {
    "squeeze": lambda: SEBlock(8, 2, squeeze="median"),
    "gate": lambda: SEBlock(8, 2, gate="swish"),
    "reduction": lambda: insert_se(resnet18(), reduction=0),
    "gates there": lambda: insert_se(nn.Sequential(mine())),
    "stages": lambda: insert_se(resnet18(), stages=(9,)),
    "position": lambda: find_places(resnet18(), "nowhere"),
    "position 3x3": lambda: find_places(resnet18(), "3x3"),
    "no places": lambda: find_places(squeezenet1_0()),
    "unknown class": lambda: require_adapter(nn.Conv2d(3, 4, 1)),
    "no class": lambda: register_block(3, object()),  # type: ignore[arg-type]
    "no adapter": lambda: register_block(nn.Identity, object()),  # type: ignore[arg-type]
    "not registered": lambda: unregister_block(nn.Identity),
}
IMAGES: dict[str, Callable[[Path], object]] = {
    "empty": lambda _: decode_picture(b""),
    "pdf": lambda _: decode_picture(b"%PDF-1.7"),
    "no picture": lambda _: decode_picture(b"hello, world"),
    "small": lambda _: decode_picture(encode(Image.new("L", (1, 1)), "PNG")),
    "long": lambda _: decode_picture(encode(Image.new("L", (16, 321)), "PNG")),
    "missing": lambda folder: load_picture(folder / "a.jpg"),
    "a folder": lambda folder: load_picture(folder),
    "name too long": lambda folder: load_picture(folder / ("a" * 300)),
    "leads out": lambda folder: picture_inside(folder, "../a.jpg"),
    "missing inside": lambda folder: picture_inside(folder, "a.jpg"),
    "no such folder": lambda folder: folder_of(str(folder / "2026")),
    "no class folders": lambda folder: open_folder(folder),
    "no split": lambda folder: find_split(folder, "train", "val"),
    "no sample": lambda _: open_sample("dodo"),
    "data set": lambda _: open_pictures("mnist:data"),
    "split": lambda folder: open_pictures(f"cifar10:{folder}:val"),
    **{name: lambda _, bomb=bomb: decode_picture(bomb) for name, bomb in BOMBS.items()},  # type: ignore[misc]
}
MODELS: dict[str, Callable[[Path], object]] = {
    "unknown": lambda _: open_network("resnet"),
    "timm": lambda _: open_network("timm:nothing"),
    "torchvision": lambda _: open_network("torchvision:mobilenet_v3_large@V9"),
    "seed": lambda _: open_network(weights="random:x"),
    "paper": lambda _: open_network("paper:table2-vgg16"),
    "architecture": lambda _: find_architecture("own:seresnet50,width=9"),
    "missing file": lambda folder: load_weights(SMALL, folder / "a.pt"),
    "a folder": lambda folder: load_weights(SMALL, folder),
    "no weights": lambda _: load_weights(SMALL, b"something else", "a.pt"),
    "without a name": lambda _: load_weights(SMALL, b""),
    "labels": lambda _: read_labels(b"cat\ndog", 3),
    "empty label": lambda _: read_labels(b"cat\n\ndog", 3),
    "label twice": lambda _: read_labels(b'{"a": 1, "a": 2}', 2),
    "labels missing": lambda folder: read_labels(folder / "none.txt", 2),
    "no module": lambda _: network_of_module(3),  # type: ignore[arg-type]
    "no blocks": lambda _: network_of_module(nn.Sequential(EcaModule(4))),
    "no logits": lambda _: network_of_module(nn.Sequential(nn.Conv2d(3, 8, 1), mine())),
}


def prose(told: str) -> list[str]:
    """What is English in a Chinese text, but for code, names and values."""
    return words(CODE.sub(" ", told), *VALUES)


def said_in_chinese(call: Callable[[], object]) -> str:
    """The error that a call raises, in both languages, and the Chinese of it."""
    with pytest.raises(SEExplorerError) as caught:
        call()
    assert str(caught.value).startswith("Expected ")
    with language("zh-Hans"):
        told = str(caught.value)
    assert re.match("需要：.+；得到：.+。", told)
    return told


@pytest.mark.parametrize("call", BLOCKS.values(), ids=BLOCKS)
def test_of_blocks(call: Callable[[], object]) -> None:
    assert prose(said_in_chinese(call)) == []


@pytest.mark.parametrize("call", [*IMAGES.values(), *MODELS.values()], ids=[*IMAGES, *MODELS])
def test_of_images_and_models(call: Callable[[Path], object], tmp_path: Path) -> None:
    told = said_in_chinese(lambda: call(tmp_path)).replace(str(tmp_path), " ")
    assert prose(told) == []


@pytest.mark.parametrize("word", RECEIVED)
def test_of_downloads(word: str) -> None:
    error = fault_error("timm:lcnet_050", origin_of("timm:lcnet_050"), word, "ENOTFOUND")
    with language("zh-Hans"):
        told = str(error).replace("ENOTFOUND", " ").replace(str(Path.home()), "")
    assert prose(told) == []


def test_of_weights_that_do_not_fit() -> None:
    state = {"module.0.weight": torch.ones(2), "module.more": torch.ones(1)}
    file = Path(__file__)

    def call() -> None:
        from se_explorer.models.checkpoints import fit
        from se_explorer.models.unwrap import unwrap

        fit(unwrap({"model": state}, SMALL.state_dict(), file.name), SMALL.state_dict(), file.name)

    told = said_in_chinese(call)
    for part in ("缺少：", "未知：more", "形状不符：0.weight 为 (2,)，应为 (4, 3, 1, 1)"):
        assert part in told


def test_notes_and_reasons() -> None:
    frames = [Image.new("RGB", (32, 32), colour) for colour in ("red", "lime")]
    picture = decode_picture(encode(frames[0], "GIF", save_all=True, append_images=frames[1:]), "a.png")
    network = network_of_module(nn.Sequential(nn.Conv2d(3, 8, 1), mine(), nn.AdaptiveAvgPool2d(1), nn.Flatten()))
    reasons = [gate.reason for gate in find_blocks(nn.Sequential(EcaModule(4))).unsupported]
    assert len(picture.notes) == 2
    assert len(network.notes) == 1
    with language("zh-Hans"):
        for text in (*picture.notes, *network.notes, *reasons, *OTHER_GATES.values()):
            assert prose(str(text).replace(".png", "")) == []
