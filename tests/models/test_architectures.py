"""Architectures with any number of classes, with and without memory for their weights."""

from __future__ import annotations

from fractions import Fraction

import pytest
import timm
import torch
from torchvision.models import get_model

from se_explorer.errors import ModelError
from se_explorer.models import DEFAULT_MODEL, open_network
from se_explorer.models.architectures import build, find_architecture
from se_explorer.models.meta import outlined
from se_explorer.models.seresnet import seresnet50

#: One id for each place where a library keeps its classifier.
CLASSIFIERS = {
    "timm:mobilenetv3_small_050": ("classifier",),
    "timm:regnety_002": ("head.fc",),
    "timm:legacy_seresnet18": ("last_linear",),
    "timm:seresnet50.a1_in1k": ("fc",),
    "timm:deit_tiny_distilled_patch16_224": ("head", "head_dist"),
    "torchvision:mobilenet_v3_small": ("classifier.3",),
    "torchvision:efficientnet_b0": ("classifier.1",),
    "torchvision:regnet_y_400mf": ("fc",),
    "torchvision:maxvit_t": ("classifier.5",),
    "own:seresnet50,width=1/16": ("fc",),
    DEFAULT_MODEL: ("fc",),
}


@pytest.mark.parametrize("name", CLASSIFIERS)
def test_the_outline_has_the_classes_asked_for_and_no_weights(name: str) -> None:
    known = find_architecture(name)
    outline = known.outline(37)
    assert known.classifiers == CLASSIFIERS[name]
    assert {outline.get_submodule(path).weight.shape[0] for path in known.classifiers} == {37}
    assert all(value.is_meta for value in outline.parameters())


@pytest.mark.parametrize(
    "name", ["timm:mobilenetv3_small_050", "torchvision:regnet_y_400mf", "own:seresnet50,width=1/8"]
)
def test_a_built_network_has_the_names_and_shapes_of_its_outline(name: str) -> None:
    known = find_architecture(name)
    built, outline = known.build(5).state_dict(), known.outline(5).state_dict()
    assert {each: value.shape for each, value in built.items()} == {each: v.shape for each, v in outline.items()}
    assert not any(value.is_meta for value in built.values())
    assert not known.build(5).training


def test_the_libraries_build_the_same() -> None:
    for name, twin in (
        ("timm:mobilenetv3_small_050", lambda: timm.create_model("mobilenetv3_small_050", num_classes=6)),
        ("torchvision:mobilenet_v3_small", lambda: get_model("mobilenet_v3_small", weights=None, num_classes=6)),
    ):
        torch.manual_seed(3)
        wanted = twin().state_dict()
        given = build(name, 6, seed=3).state_dict()
        assert all(torch.equal(given[each], wanted[each]) for each in wanted)


@pytest.mark.parametrize("name", ["timm:regnety_002", "torchvision:mobilenet_v3_small", DEFAULT_MODEL])
def test_preprocessing_and_labels_are_those_of_the_opened_network(name: str) -> None:
    known, opened = find_architecture(name), open_network(name, "random:0")
    assert (known.id, known.preprocessing, known.labels) == (opened.id, opened.preprocessing, opened.labels)
    assert known.class_ids == opened.class_ids
    assert known.build(None).state_dict().keys() == opened.module.state_dict().keys()


OWN = {
    "own:seresnet50": ("1", 16, 64),
    "own:seresnet50,width=3/8": ("3/8", 16, 24),
    "own:seresnet50,reduction=8,width=1/16": ("1/16", 8, 4),
    "own:seresnet50,width=2,reduction=4": ("2", 4, 128),
    "own:seresnet50,width=6/16": ("3/8", 16, 24),
}


@pytest.mark.parametrize("name", OWN)
def test_our_own_network_at_any_width_and_reduction(name: str) -> None:
    width, reduction, planes = OWN[name]
    known = find_architecture(name)
    assert known.id == f"own:seresnet50,width={width},reduction={reduction}"
    outline = known.outline(3)
    assert outline.conv1.weight.shape == (planes, 3, 7, 7)
    assert outline.layer4[0].se.fc1.weight.shape == (32 * planes // reduction, 32 * planes)
    assert known.labels[0].startswith("tench")


def test_the_bundled_architecture_is_the_cards() -> None:
    given = find_architecture(DEFAULT_MODEL).outline(10).state_dict()
    with outlined():
        wanted = seresnet50(Fraction(3, 8), 10, 16).state_dict()
    assert {each: value.shape for each, value in given.items()} == {each: v.shape for each, v in wanted.items()}


WRONG_OWN = ["width=0", "width=1/3", "width=5", "width=1/0", "reduction=0", "reduction=257", "reduction=1/2", "width="]
UNKNOWN = ["", "own", "own:", "own:resnet50", "vgg16", "timm:", "timm:nope", "torchvision:nope", "x" * 500]


@pytest.mark.parametrize(
    "name", [*UNKNOWN, *(f"own:seresnet50,{option}" for option in [*WRONG_OWN, "", "depth=3", "width=1e3", "width=٣"])]
)
def test_what_is_no_architecture_is_refused(name: str) -> None:
    with pytest.raises(ModelError) as caught:
        find_architecture(name)
    assert len(str(caught.value)) < 500
