"""Networks of one's own from a notebook; the example of docs/own-networks.md is run as it stands."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import torch

from se_explorer import Preprocessing, load_model, open_model, trace
from se_explorer.blocks import registered_blocks, unregister_block
from se_explorer.errors import DeviceError, ModelError
from se_explorer.images.samples import FOLDER
from se_explorer.models.architectures import build
from tests.networks import Toy, randomise

CHURCH = FOLDER / "church.jpg"
GUIDE = Path(__file__).resolve().parents[1] / "docs" / "own-networks.md"
SMALL = "own:seresnet50,width=1/16"


@pytest.fixture(autouse=True)
def clean() -> Iterator[None]:
    yield
    for cls in registered_blocks():
        unregister_block(cls)


def test_a_checkpoint_with_labels(tmp_path: Path) -> None:
    torch.save({"model": build(SMALL, 3, 2).state_dict()}, tmp_path / "a.pt")
    model = load_model(SMALL, weights=tmp_path / "a.pt", labels=["cat", "dog", "owl"], device="cpu")
    result = trace(model, CHURCH)
    assert sorted(answer.label for answer in result.top(3)) == ["cat", "dog", "owl"]
    assert len(result.blocks) == 16
    assert tuple(map(str, model.network.notes)) == ("The weights are taken from 'model' in the file.",)


def test_a_module_of_ones_own() -> None:
    module = randomise(Toy()).train()
    model = open_model(module, labels=["a", "b", "c", "d"], preprocess=Preprocessing(32), name="mine", device="cpu")
    result = trace(model, CHURCH, "SE_1_1=off")
    assert (result.model, result.weights) == ("mine", "given")
    assert module.training
    batch = torch.randn(2, 3, 32, 32)
    with torch.inference_mode():
        # The engine runs channels last, the module given does not: their sums may differ in the last place.
        np.testing.assert_allclose(model.logits(batch), module.eval()(batch).numpy(), rtol=1e-5, atol=1e-6)


def test_errors() -> None:
    with pytest.raises(ModelError, match="3 in"):
        open_model(Toy(), labels=["a", "b", "c"], preprocess=Preprocessing(32))
    with pytest.raises(DeviceError):
        open_model(Toy(), preprocess=Preprocessing(32), device="warp")
    with pytest.raises(ModelError, match="10 labels"):
        load_model(labels=["a"])


def test_the_guides_examples_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    blocks = re.findall(r"```python\n(.*?)```", GUIDE.read_text(encoding="utf-8"), re.DOTALL)
    assert len(blocks) == 2
    torch.save({"state_dict": build(SMALL, 3, 2).state_dict()}, tmp_path / "my.pt")
    (tmp_path / "labels.txt").write_text("cat\ndog\nowl\n")
    (tmp_path / "photo.jpg").write_bytes(CHURCH.read_bytes())
    monkeypatch.chdir(tmp_path)
    for block in blocks:
        names: dict[str, object] = {"__name__": "guide"}
        exec(block, names)
        assert names["result"].blocks  # type: ignore[attr-defined]
