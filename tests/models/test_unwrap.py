"""Out of wrappers and prefixes, and what is said of it."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from torch import Tensor, nn
from torch.optim.swa_utils import AveragedModel

from se_explorer.errors import WeightsError
from se_explorer.models.unwrap import unwrap

State = dict[str, Tensor]
WANTED = ("conv.weight", "fc.weight", "fc.bias", "bn.num_batches_tracked")


def state(value: float = 1.0, prefix: str = "") -> State:
    return {f"{prefix}{name}": torch.tensor([value]) for name in WANTED[:3]}


def got(content: Any) -> tuple[float, tuple[str, ...], tuple[str, ...]]:
    """The value of the weights that were chosen, the steps, and what was left out."""
    found = unwrap(content, WANTED, "a.pt")
    assert set(found.state) >= set(WANTED[:3])
    return float(found.state["fc.bias"]), found.steps, found.ignored


RAW, EMA = state(1.0), state(2.0)

#: What the file holds, the value wanted (1 raw, 2 averaged), and parts of the sentences.
WRAPPED: dict[str, tuple[Any, float, list[str]]] = {
    "bare": (RAW, 1, []),
    "state_dict": ({"state_dict": RAW, "epoch": 9}, 1, ["'state_dict'"]),
    "model": ({"model": RAW, "optimizer": {"state": {}}}, 1, ["'model'"]),
    "model_state_dict": ({"model_state_dict": RAW}, 1, ["'model_state_dict'"]),
    "net": ({"net": RAW, "acc": 0.9}, 1, ["'net'"]),
    "two wrappers": ({"checkpoint": {"model": RAW}}, 1, ["'checkpoint / model'"]),
    "data parallel": (state(1, "module."), 1, ["'module.' off every name"]),
    "compiled": (state(1, "_orig_mod."), 1, ["'_orig_mod.' off every name"]),
    "compiled, then parallel": (state(1, "module._orig_mod."), 1, ["'module.'", "'_orig_mod.'"]),
    "parallel, then compiled": (state(1, "_orig_mod.module."), 1, ["'_orig_mod.'", "'module.'"]),
    "wrapped and parallel": ({"state_dict": state(1, "module.")}, 1, ["'state_dict'", "'module.'"]),
    "lightning": (
        {"pytorch-lightning_version": "2.4", "state_dict": state(1, "model."), "loops": {}, "callbacks": {}},
        1,
        ["'state_dict'", "'model.' off every name"],
    ),
    "lightning, compiled": ({"state_dict": state(1, "net._orig_mod.")}, 1, ["'net.'", "'_orig_mod.'"]),
    "lightning's network": ({"state_dict": state(1, "network.")}, 1, ["'network.'"]),
    "timm": ({"state_dict": RAW, "state_dict_ema": EMA, "arch": "x"}, 2, ["EMA", "'state_dict_ema'", "raw", "left"]),
    "torchvision": ({"model": RAW, "model_ema": state(2, "module.")}, 2, ["'model_ema'", "'model'", "'module.'"]),
    "ema": ({"model": RAW, "ema": EMA}, 2, ["'ema'"]),
    "ema alone": ({"model_ema": EMA}, 2, ["Averaged weights (EMA)", "'model_ema'"]),
    "an average that is none": ({"model": RAW, "ema": None}, 1, ["'model'"]),
    "an average that is a number": ({"model": RAW, "ema": 0.999}, 1, ["'model'"]),
    "an average of something else": (
        {"model": RAW, "ema": {"loss": torch.ones(1)}},
        1,
        ["('ema') do not fit", "raw ones ('model') are used"],
    ),
    "averaged inside a lightning module": (
        {"state_dict": {**state(1, "model."), **state(2, "model_ema.module.")}},
        2,
        ["EMA", "'model_ema.'", "'module.'"],
    ),
    "averaged by torch": (
        {**state(2, "module."), "n_averaged": torch.tensor(190)},
        2,
        ["AveragedModel, over 190 steps", "'module.'"],
    ),
    "our own training without averages": (
        {"recipe": "{}", "network": RAW, "averaged": {"n_averaged": torch.tensor(0), **state(2, "module.")}},
        1,
        ["('averaged') are over no steps", "('network') are used"],
    ),
    "nothing but an average that has not begun": (
        {**state(2, "module."), "n_averaged": torch.tensor(0)},
        2,
        ["over 0 steps"],
    ),
    "our own training": (
        {"recipe": "{}", "seed": 0, "network": RAW, "averaged": {"n_averaged": torch.tensor(5), **state(2, "module.")}},
        2,
        ["'averaged'", "'network'", "over 5 steps"],
    ),
}


@pytest.mark.parametrize(("content", "value", "said"), WRAPPED.values(), ids=WRAPPED)
def test_wrappers_are_opened_and_told(content: Any, value: float, said: list[str]) -> None:
    weight, steps, _ = got(content)
    assert weight == value
    told = " ".join(map(str, steps))
    assert all(part in told for part in said)
    assert bool(steps) == bool(said)


def test_what_stands_beside_the_network_is_left_out_by_name() -> None:
    _, steps, ignored = got({"state_dict": {**state(1, "model."), "criterion.weight": torch.ones(3)}})
    assert ignored == ("criterion.weight",)
    assert "names that begin with it" in " ".join(map(str, steps))
    _, _, ignored = got({**state(2, "ema."), **state(1, "model.")})
    assert ignored == tuple(state(1, "model."))
    assert got({**state(2, "module."), "n_averaged": torch.tensor(1)})[2] == ("n_averaged",)


def test_a_prefix_that_is_the_networks_own_stays() -> None:
    found = unwrap({"model.conv": torch.ones(1)}, ("model.conv",), "a")
    assert list(found.state) == ["model.conv"]
    assert found.steps == ()


def test_torchs_own_wrappers() -> None:
    """The names that the wrappers really give, and not those that we think they give."""
    network = nn.Sequential(nn.Linear(2, 3), nn.BatchNorm1d(3))
    wanted = network.state_dict()
    for wrapped in (
        AveragedModel(network),
        nn.DataParallel(network),
        torch.compile(network),
        torch.compile(nn.DataParallel(network)),
    ):
        found = unwrap(wrapped.state_dict(), wanted, "a")
        assert all(torch.equal(found.state[name], wanted[name]) for name in wanted)
        assert found.steps


def test_names_that_do_not_fit_lose_the_prefixes_that_are_on_all() -> None:
    found = unwrap({"state_dict": state(1, "module.model.") | {"module.model.more": torch.ones(1)}}, ("other",), "a")
    assert set(found.state) == {*WANTED[:3], "more"}
    assert len(found.steps) == 2


NOTHING: dict[str, tuple[Any, str]] = {
    "a list": ([torch.ones(1)], "something else"),
    "a number": (3, "something else"),
    "other keys": ({"epoch": 3, "best\x1b": 0.5}, "the keys epoch, best "),
    "numbers for names": ({0: torch.ones(1)}, "something else"),
    "tensors beside others": ({"fc.weight": torch.ones(1), "epoch": 3}, "the keys fc.weight, epoch"),
    "an empty wrapper": ({"state_dict": {}}, "the keys state_dict"),
}


@pytest.mark.parametrize(("content", "said"), NOTHING.values(), ids=NOTHING)
def test_what_holds_no_weights_is_refused(content: Any, said: str) -> None:
    with pytest.raises(WeightsError) as caught:
        unwrap(content, WANTED, "a.pt")
    assert said in caught.value.received
    assert str(caught.value).isprintable()


def test_wrappers_and_prefixes_without_end() -> None:
    content: Any = {"model": RAW}
    for _ in range(200):
        content = {"model": content, "state_dict": content, "ema": content, "net": content}
    with pytest.raises(WeightsError):
        unwrap(content, WANTED, "a")
    loop: dict[str, Any] = {}
    loop["model"] = loop
    with pytest.raises(WeightsError):
        unwrap(loop, WANTED, "a")
    found = unwrap(state(1, "module." * 1000), WANTED, "a")
    assert not set(WANTED) & set(found.state)
