"""The package without the app: the short way in, and what it makes public."""

from __future__ import annotations

import importlib
import shutil
import textwrap
from pathlib import Path

import numpy as np
import pytest

import se_explorer
from se_explorer import (
    Engine,
    Trace,
    load_model,
    load_picture,
    load_profile,
    open_folder,
    open_sample,
    profile,
    save_profile,
    trace,
)
from se_explorer.errors import BlockError, DataError, DeviceError, EditPlanError, ImageError, ModelError, WeightsError
from se_explorer.images.samples import FOLDER
from se_explorer.models import DEFAULT_MODEL

CHURCH = FOLDER / "church.jpg"


@pytest.fixture(scope="module")
def model() -> Engine:
    """The bundled network."""
    return load_model()


def same(first: Trace, second: Trace) -> bool:
    """Whether two traces hold the same numbers."""
    gates = zip(first.blocks, second.blocks, strict=True)
    return np.array_equal(first.logits, second.logits) and all(
        np.array_equal(one.gates, other.gates) for one, other in gates
    )


def test_the_bundled_network_is_the_default(model: Engine) -> None:
    assert (model.network.id, model.network.weights) == (DEFAULT_MODEL, "pretrained")
    assert len(model.blocks) == 16
    assert model.traced
    assert model.unsupported == ()


def test_other_weights_and_devices() -> None:
    first, second = (load_model(weights="random:4", device="cpu") for _ in range(2))
    assert str(first.device) == "cpu"
    assert first.network.is_random
    picture = open_sample("church")
    assert same(trace(first, picture), trace(second, picture))
    assert not same(trace(first, picture), trace(load_model(weights="random:5"), picture))


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        ({"model": "vgg16"}, ModelError),
        ({"model": "torchvision:nope"}, ModelError),
        ({"weights": "none.pt"}, WeightsError),
        ({"weights": "random:-1"}, WeightsError),
        ({"device": "warp"}, DeviceError),
    ],
    ids=["model", "library", "weights", "seed", "device"],
)
def test_what_cannot_be_opened(arguments: dict[str, str], error: type[Exception]) -> None:
    with pytest.raises(error):
        load_model(**arguments)


def test_a_picture_and_its_path_give_the_same(model: Engine) -> None:
    picture = load_picture(CHURCH)
    first = trace(model, picture)
    assert same(first, trace(model, CHURCH))
    assert same(first, trace(model, str(CHURCH)))
    assert same(first, model.trace(picture))
    assert same(first, trace(model, open_sample("church")))
    assert not same(first, trace(model, FOLDER / "cat.jpg"))


def test_edits_as_text_or_plan(model: Engine) -> None:
    plan = se_explorer.EditPlan.parse("SE_3_4=off;SE_2_1.17=0.2")
    first, second = trace(model, CHURCH, plan), trace(model, CHURCH, edits="SE_2_1.17=0.2;SE_3_4=off")
    assert same(first, second)
    assert first.plan == plan
    assert first.block("SE_2_1").applied[17] == np.float32(0.2)
    assert (first.block("SE_3_4").applied == 1).all()
    assert not np.array_equal(first.logits, trace(model, CHURCH).logits)


def test_maps_are_kept_where_they_are_asked_for(model: Engine) -> None:
    kept = trace(model, CHURCH, keep=["SE_4_6"])
    block = kept.block("SE_4_6")
    assert block.kept_maps.shape == (block.block.facts.channels, block.block.height, block.block.width)
    np.testing.assert_allclose(block.kept_maps.mean(axis=(1, 2)), block.squeeze, atol=1e-5)
    assert [other.block.name for other in kept.blocks if other.maps is not None] == ["SE_4_6"]


@pytest.mark.parametrize("kind", ["picture", "path", "text"])
def test_donors(kind: str, model: Engine) -> None:
    path = FOLDER / "cat.jpg"
    donor = {"picture": load_picture(path), "path": path, "text": str(path)}[kind]
    result = trace(model, CHURCH, "SE_5_1=donor:cat", donors={"cat": donor})
    given = trace(model, path).block("SE_5_1").gates
    assert np.array_equal(result.block("SE_5_1").applied, given)
    assert not np.array_equal(result.block("SE_5_1").gates, given)


def test_a_picture_that_gives_its_gates_to_itself(model: Engine) -> None:
    plan = ";".join(f"{block.name}=donor:self" for block in model.blocks)
    result = trace(model, CHURCH, plan, donors={"self": CHURCH})
    assert same(result, trace(model, CHURCH))


def test_a_profile_of_a_folder_and_of_its_listing(model: Engine, tmp_path: Path) -> None:
    for name in ("church", "temple", "parachute"):
        (tmp_path / name[:1]).mkdir(exist_ok=True)
        shutil.copy(FOLDER / f"{name}.jpg", tmp_path / name[:1])
    found = profile(model, tmp_path, batch=2)
    assert [(entry.id, entry.count) for entry in found.classes] == [("c", 1), ("p", 1), ("t", 1)]
    listed = profile(model, open_folder(tmp_path), batch=2)
    for name, values in found.arrays().items():
        np.testing.assert_array_equal(values, listed.arrays()[name])
    save_profile(found, tmp_path / "file")
    assert load_profile(tmp_path / "file").header == found.header
    save_profile(found, str(tmp_path / "text"))
    assert load_profile(str(tmp_path / "text")).header == found.header
    with pytest.raises(DataError):
        profile(model, tmp_path / "none")


def test_errors(model: Engine, tmp_path: Path) -> None:
    with pytest.raises(ImageError, match=r"none\.jpg"):
        trace(model, tmp_path / "none.jpg")
    with pytest.raises(ImageError, match=r"none\.jpg"):
        trace(model, CHURCH, "SE_5_1=donor:x", donors={"x": str(tmp_path / "none.jpg")})
    with pytest.raises(EditPlanError, match="donor:x"):
        trace(model, CHURCH, "SE_5_1=donor:x")
    with pytest.raises(EditPlanError, match="SE_8_1"):
        trace(model, CHURCH, "SE_8_1=off")
    with pytest.raises(BlockError, match="SE_8_1"):
        trace(model, CHURCH, keep=["SE_8_1"])


def test_the_example_in_the_docstring_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert se_explorer.__doc__ is not None
    lines = se_explorer.__doc__.splitlines()
    example = textwrap.dedent("\n".join(line for line in lines if line.startswith("    ")))
    assert "photo.jpg" in example
    shutil.copy(CHURCH, tmp_path / "photo.jpg")
    monkeypatch.chdir(tmp_path)
    *statements, shown = example.strip().splitlines()
    names: dict[str, object] = {}
    exec("\n".join(statements), names)
    top, gates = eval(shown, names)
    assert len(top) == 3
    assert top[0].probability >= top[2].probability
    assert np.array_equal(gates, trace(load_model(), CHURCH, "SE_3_4=off").block("SE_4_6").gates)


def test_the_example_uses_only_public_names() -> None:
    names: dict[str, object] = {}
    exec("from se_explorer import *", names)
    assert names.keys() - {"__builtins__"} == set(se_explorer.__all__)


@pytest.mark.parametrize("name", se_explorer.__all__)
def test_public_names_are_there_and_explained(name: str) -> None:
    value = getattr(se_explorer, name)
    assert value.__module__.startswith("se_explorer.")
    assert value.__doc__
    home = importlib.import_module(value.__module__)
    assert name in home.__all__


def test_public_names_are_sorted_as_ruff_wants_them() -> None:
    def order(name: str) -> tuple[bool, bool, str]:
        return not name.isupper(), not name[0].isupper(), name

    assert list(se_explorer.__all__) == sorted(set(se_explorer.__all__), key=order)
