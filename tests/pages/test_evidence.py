"""The Evidence page, driven as a session."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from se_explorer.analysis import Sweeper, agreement, contributions, gradient_x_gate
from se_explorer.engine import Engine
from se_explorer.engine.differentiable import DifferentiableNetwork
from se_explorer.figures import number
from se_explorer.images import open_sample, samples
from tests.pages.driver import assert_healthy, open_app, texts
from tests.pages.test_ablate_ranking import chart

FIRST = samples()[0].id


def click(app: Any, label: str) -> None:
    next(button for button in app.button if button.label == label).click().run()
    assert_healthy(app)


def test_the_quick_ones_are_there_without_a_click(engine: Engine) -> None:
    app = open_app("evidence")
    picture = open_sample(FIRST)
    target = engine.trace(picture).top(1)[0].index
    found = gradient_x_gate(DifferentiableNetwork(engine), picture, target).per_block
    real = contributions(Sweeper(engine, picture, mode="zero", target=target).run())
    bars = chart(app, "Gradient x gate, logits beside")["data"]
    order = np.argsort(-real, kind="stable")
    assert bars[0]["customdata"][0] == list(engine.channels)[order[0]]
    compared = agreement(found, real, 1e-4)
    said = texts(app)
    assert f"Spearman {number(compared.spearman)[:4]}" in said
    assert "All evidence here is of the unedited network" not in said
    table = app.dataframe[0].value
    assert list(table["Ablation"]) == ["its own: zero", "off"]
    assert table["Spearman"].iloc[0] == pytest.approx(compared.spearman, abs=0.01)
    shown = [image.proto.imgs[0] for image in app.get("image")]
    assert [image.caption.partition(":")[0] for image in shown] == [
        "What the network saw",
        "Grad-CAM of golf ball at SE_4_6",
        "",
    ]
    assert shown[1].url.endswith(".png"), "no second compression"


@pytest.mark.slow
def test_slow_ones_come_when_they_are_asked_for() -> None:
    app = open_app("evidence")
    click(app, "Integrate gradients")
    assert "Gap:" in texts(app)
    click(app, "Work out the others too")
    table = app.dataframe[0].value
    assert list(dict.fromkeys(table["Attribution"])) == [
        "Gradient x gate",
        "Integrated gradients",
        "Conductance",
        "Shapley values",
    ]
    assert not [button for button in app.button if button.label == "Work out the others too"]
    click(app, "Edit each gate alone (zero)")
    assert chart(app, "taken away if the gate alone is edited (zero), logits against Gradient x gate")
    app.selectbox(key="block").set_value("SE_5_3").run()
    assert_healthy(app)
    assert "Which gates of SE_5_3" in texts(app)


@pytest.mark.parametrize("method", ["integrated", "conductance", "shapley"])
def test_a_link_opens_a_method_and_offers_to_work_it_out(method: str) -> None:
    app = open_app("evidence", evidence=method, target="4", edits="SE_2_1=off")
    assert "All evidence here is of the unedited network" in texts(app)
    label = {"integrated": "integrated gradients", "conductance": "conductance", "shapley": "Shapley values"}[method]
    click(app, f"Work out {label}")
    said = texts(app)
    expected = {
        "integrated": "Gap:",
        "conductance": "the last doubling moved no block by more than",
        "shapley": "24 random orders",
    }
    assert expected[method] in said
    if method == "integrated":
        click(app, "Integrated gradients of SE_4_6's gates")
        assert "Of SE_4_6 alone" in texts(app)
    if method == "shapley":
        assert "Shapley values are of whole blocks" in texts(app)


def test_another_network_with_random_weights_and_no_means() -> None:
    app = open_app("evidence", model="timm:mobilenetv3_small_050.lamb_in1k", weights="random:0")
    said = texts(app)
    assert "mean gates" in said
    click(app, "Work out the others too")
    assert set(app.dataframe[0].value["Attribution"]) == {"Gradient x gate", "Conductance", "Shapley values"}
