"""The Learn page, driven as a session: every step, with the engine's numbers, in both languages."""

from __future__ import annotations

import re

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from se_explorer.engine import Engine
from se_explorer.images import open_sample, samples
from se_explorer.ui.learn_steps import SCREENS, STEPS
from tests.pages.driver import assert_healthy, open_app, texts

PICTURES = [sample.id for sample in samples()][:3]


def formulas(app: AppTest) -> str:
    """All equations on the page, without colours."""
    text = "\n".join(str(element.value) for element in app.get("latex"))
    for _ in range(3):
        text = re.sub(r"\\textcolor\{#\w{6}\}\{((?:[^{}]|\{[^{}]*\})*)\}", r"\1", text)
    return text


def button(app: AppTest, start: str) -> None:
    """Press the button whose label begins so."""
    next(each for each in app.button if each.label.startswith(start)).click().run()
    assert_healthy(app)


def plan_of(app: AppTest) -> dict[str, list[str]]:
    return {name: list(values) for name, values in app.query_params.items()}


@pytest.mark.slow
@pytest.mark.parametrize("sample", PICTURES)
def test_the_numbers_of_every_step_are_the_engines(engine: Engine, sample: str) -> None:
    block, channel = "SE_4_6", 17
    trace = engine.trace(open_sample(sample), keep=[block]).block(block)
    app = open_app("learn", picture=sample, block=block, channel=str(channel), place="2.3", step="overview")
    seen: dict[str, str] = {}
    for step in STEPS:
        app.segmented_control(key="step").set_value(step).run()
        assert_healthy(app)
        assert not app.error
        assert not any("{" in str(element.value) for element in app.caption)
        seen[step] = formulas(app)
    z = re.search(r"z_\{17\} = \\frac\{(-?[\d.]+)\}\{64\} = (-?[\d.]+)", seen["squeeze"])
    assert z is not None
    places = len(z[2].partition(".")[2])
    assert f"{float(z[1]) / 64:.{places}f}" == z[2] == f"{float(trace.squeeze[channel]):.{places}f}"
    s = re.search(r"\\frac\{1\}\{1\+e\^\{-\((-?[\d.]+)\)\}\} = ([\d.]+)", seen["excitation"])
    assert s is not None
    places = len(s[2].partition(".")[2])
    assert f"{1 / (1 + np.exp(-float(s[1]))):.{places}f}" == s[2] == f"{float(trace.gates[channel]):.{places}f}"
    x = re.search(r"&= ([\d.]+)\\cdot\(?(-?[\d.]+)\)? = (-?[\d.]+)", seen["scale"])
    assert x is not None
    places = len(x[3].partition(".")[2])
    product = f"{float(x[1]) * float(x[2]):.{places}f}"
    assert float(product) == float(x[3]) == float(f"{float(trace.scaled_maps[channel, 2, 3]):.{places}f}")
    u = re.search(r"u_\{17\}\(2,3\) &= .*&= (-?[\d.]+)\\end", seen["convolution"])
    assert u is not None
    places = len(u[1].partition(".")[2])
    assert float(u[1]) == float(f"{float(trace.kept_maps[channel, 2, 3]):.{places}f}")
    assert r"\mathbf{353{,}664}" in seen["cost"]


def test_the_first_second_shows_the_lesson() -> None:
    app = open_app("learn")
    said = texts(app)
    assert "1 · Overview" in said
    assert "In **SE_4_6**, 384 maps of 8 × 8 become 384 numbers:" in said
    assert all(chart.proto.alt for chart in app.get("plotly_chart"))
    button(app, "Next step")
    assert "2 · Convolution and channels" in texts(app)
    assert "convolution" in app.query_params["step"]


@pytest.mark.slow
def test_every_step_speaks_chinese() -> None:
    app = open_app("learn", lang="zh-Hans")
    for step in STEPS:
        app.segmented_control(key="step").set_value(step).run()
        assert_healthy(app)
        told = [str(element.value) for element in (*app.markdown, *app.header) if len(str(element.value)) > 30]
        assert told
        assert all(re.search(r"[\u4e00-\u9fff]", text) for text in told), told


def test_predict_then_reveal(engine: Engine) -> None:
    app = open_app("learn", step="excitation")
    reveal = next(each for each in app.button if each.label == "Reveal")
    assert reveal.disabled
    guess = app.radio[0]
    options = list(guess.options)
    assert len(options) == 3
    gates = engine.trace(open_sample(PICTURES[0])).block("SE_4_6").gates
    right = max(options, key=lambda option: gates[int(option.split()[1])])
    guess.set_value(options.index(right)).run()
    button(app, "Reveal")
    assert app.success[0].value == f"Yes: {right}."
    button(app, "Hide")
    app.radio[0].set_value((options.index(right) + 1) % 3).run()
    button(app, "Reveal")
    assert app.warning[0].value == f"No, the answer is: {right}."


def test_class_mode_counts_hands_in_the_session_alone() -> None:
    app = open_app("learn", step="cost")
    app.toggle(key="_class_mode").set_value(True).run()
    hands = [each for each in app.number_input if str(each.key).startswith("_hands")]
    assert [each.label for each in hands] == ["half as many", "as many", "twice as many", "four times as many"]
    before = plan_of(app)
    hands[2].set_value(9).run()
    hands = [each for each in app.number_input if str(each.key).startswith("_hands")]
    hands[0].set_value(3).run()
    button(app, "Reveal")
    assert app.info[0].value == "9 of 12 hands were up for it: twice as many."
    assert plan_of(app) == before


def test_the_switch_of_the_gate_function_and_a_dragged_z() -> None:
    app = open_app("learn", step="excitation", channel="17")
    slider = next(each for each in app.slider if each.label == "z 17")
    gate = next(each for each in app.metric if each.label == "Gate 17").value
    slider.set_value(slider.max).run()
    assert_healthy(app)
    assert next(each for each in app.metric if each.label == "Gate 17").value != gate
    app.segmented_control(key="_learn_excite").set_value("softmax").run()
    assert_healthy(app)
    assert "share a single 1 among 384 channels" in texts(app)


def test_a_z_that_an_edit_moved_was_not_dragged() -> None:
    app = open_app("learn", step="excitation", block="SE_2_3", channel="5")
    app.text_input(key="edits").set_value("SE_2_1=zero").run()
    assert_healthy(app)
    assert next(each for each in app.metric if each.label == "Gate 5").delta == ""
    assert "0 of 96 gates moved by more than 0.01." in texts(app)


def test_another_r() -> None:
    app = open_app("learn", step="cost")
    app.select_slider[0].set_value("2").run()
    assert_healthy(app)
    assert next(each for each in app.metric if each.label == "Equation 5").value == "2,829,312"


def test_presenter_mode_is_in_the_address_and_goes_through_all_screens() -> None:
    app = open_app(
        "learn", present="1", step="scale", part="numbers", block="SE_5_1", channel="3", edits="SE_5_1.3=0.5"
    )
    said = texts(app)
    assert "5 · Scale: In numbers" in said
    assert "SE_5_1, channel 3 · edits SE_5_1.3=0.5" in said
    assert "0.5000 is applied" in "\n".join(element.value for element in app.info)
    button(app, "Next")
    assert "5 · Scale: Try it" in texts(app)
    button(app, "Back")
    assert "5 · Scale: In numbers" in texts(app)
    for key, value in {"present": "1", "step": "scale", "part": "numbers", "block": "SE_5_1", "channel": "3"}.items():
        assert value in app.query_params[key]
    button(app, "Leave")
    assert app.title[0].value == "Learn"
    assert "5 · Scale" in texts(app)
    assert "present" not in app.query_params


def test_every_step_has_its_screens() -> None:
    assert [step for step, part in SCREENS if part == "question"] == list(STEPS)
    assert len(SCREENS) == 4 * len(STEPS) + 1


@pytest.mark.parametrize(
    "query",
    [
        {"step": "nonsense", "part": "more", "present": "2"},
        {"present": "1", "part": "more", "step": "squeeze"},
        {"place": "99.99"},
        {"place": "-1.x", "channel": "9999999"},
        {"edits": "SE_4_6=zero"},
        {"block": "SE_2_1"},
    ],
)
def test_strange_and_other_addresses(query: dict[str, str]) -> None:
    app = open_app("learn", **({"step": "squeeze"} | query))
    assert not app.error
    assert formulas(app)


@pytest.mark.slow
def test_networks_of_other_kinds() -> None:
    for model in ("timm:ese_vovnet19b_dw", "timm:mobilenetv3_small_050.lamb_in1k"):
        app = open_app("learn", model=model, weights="random:0", step="excitation")
        assert not app.error, [error.value for error in app.error]
        for step in STEPS:
            app.segmented_control(key="step").set_value(step).run()
            assert_healthy(app)
            assert not app.error, (model, step)
