"""The Classes page, driven as a session."""

from __future__ import annotations

import base64
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from se_explorer.analysis import (
    Profile,
    Removal,
    bundled_profile,
    claims_of,
    class_distances,
    sampled_channels,
    save_profile,
    specificity,
)
from se_explorer.analysis.data_removal import removal_in
from se_explorer.analysis.data_sweep_record import read_data_sweep
from se_explorer.engine import Engine
from se_explorer.images import open_sample, samples
from se_explorer.models import ASSETS
from se_explorer.ui import classes_claims, profile_choice
from tests.pages.driver import assert_healthy, open_app, texts

FIRST = samples()[0].id
HOSTILE = "![x](https://example.org/p.png) <b>bold</b>"


@pytest.fixture(scope="module")
def profile(engine: Engine) -> Profile:
    found = bundled_profile(engine.network)
    assert found is not None
    return found


def chart(app: Any, alt: str) -> Any:
    """The specification of the chart whose alternative text begins so."""
    (found,) = [chart for chart in app.get("plotly_chart") if chart.proto.alt.startswith(alt)]
    return json.loads(found.proto.spec)


def values(data: Any) -> np.ndarray:
    """Numbers of a plotly specification, plain or packed."""
    if isinstance(data, dict):
        return np.frombuffer(base64.b64decode(data["bdata"]), data["dtype"])
    return np.array(data)


def as_bytes(profile: Profile, path: Path, **header: Any) -> bytes:
    """The file of a profile with another header."""
    save_profile(
        replace(profile, header=profile.header.model_copy(update=header)), path / "p.safetensors", compact=True
    )
    return (path / "p.safetensors").read_bytes()


def bring(app: Any, data: bytes) -> None:
    """Upload a profile."""
    app.file_uploader(key="_profile_upload").set_value(("p.safetensors", data, "application/octet-stream")).run()
    assert_healthy(app)


def test_the_first_visit_shows_the_shipped_profile(engine: Engine, profile: Profile) -> None:
    app = open_app("classes")
    said = texts(app).replace("\\", "")
    assert f"**imagenette2-160, val**: {profile.count:,} pictures of 10 classes" in said
    assert f"commit {profile.header.code.commit[:10]}" in said
    assert profile.header.made in said
    assert not app.error
    assert len(app.get("plotly_chart")) == 6
    assert all(chart.proto.alt for chart in app.get("plotly_chart"))

    block = profile.block("SE_4_6")
    channels = sampled_channels(profile, block, "number")
    lines = chart(app, "Mean gates in SE_4_6")["data"]
    assert [line["name"] for line in lines] == ["tench", "cassette player", "French horn", "gas pump", "all classes"]
    np.testing.assert_allclose(values(lines[1]["y"]), block.gates.class_mean[2][channels], rtol=1e-6)
    np.testing.assert_allclose(values(lines[-1]["y"]), block.gates.mean[channels], rtol=1e-6)
    assert lines[0]["customdata"] == channels.tolist()


def test_spread_is_the_profiles(profile: Profile) -> None:
    app = open_app("classes", spread_a="n03028079", block="SE_5_1")
    block = profile.block("SE_5_1")
    channels = sampled_channels(profile, block, "number")
    low, high, line, _ = chart(app, "church in SE_5_1")["data"]
    mean, deviation = block.gates.class_mean[4][channels], block.gates.class_deviation[4][channels]
    np.testing.assert_allclose(values(low["y"]), mean - deviation, rtol=1e-5, atol=1e-6)
    np.testing.assert_allclose(values(high["y"]), mean + deviation, rtol=1e-5)
    app.segmented_control(key="band").set_value("quantiles").run()
    assert_healthy(app)
    data = chart(app, "church in SE_5_1")["data"]
    np.testing.assert_allclose(values(data[0]["y"]), block.gates.class_quantiles[4][0][channels], rtol=1e-6)
    np.testing.assert_allclose(values(data[4]["y"]), block.gates.class_quantiles[4][2][channels], rtol=1e-6)
    assert data[4]["name"] == "church"
    assert line["name"] == "church"


def test_specificity_and_nearest_class_are_the_analysiss(engine: Engine, profile: Profile) -> None:
    app = open_app("classes", picture="church")
    found = specificity(profile)
    bars = chart(app, "Variance that lies between classes")["data"]
    np.testing.assert_allclose(values(bars[0]["y"]), [each.explained_mean for each in found], rtol=1e-5)
    np.testing.assert_allclose(values(bars[1]["y"]), [each.explained_by_chance for each in found], rtol=1e-5)
    told = chart(app, "What a gate tells of the class")["data"]
    np.testing.assert_allclose(values(told[0]["y"]), [each.information_mean for each in found], rtol=1e-5)

    trace = engine.trace(open_sample("church"))
    distances = class_distances(profile, trace)
    said = texts(app)
    assert f"nearest to **{profile.classes[distances.nearest_overall].label}**" in said
    assert f"The network answers **{trace.top(1)[0].label}**" in said
    place = [entry.label for entry in profile.classes].index(trace.top(1)[0].label)
    count = int((distances.nearest == place).sum())
    assert f"The answer is the nearest class at {count} of 16 blocks" in said
    rings = chart(app, "Distances to 10 classes")["data"][2]
    order = distances.order.tolist()
    assert rings["y"] == [order.index(nearest) for nearest in distances.nearest.tolist()]


def measured_removal() -> Removal | None:
    """What the shipped ablations say of the last stage, all of it bypassed."""
    sweeps = [read_data_sweep(path.read_bytes(), path.name) for path in sorted((ASSETS / "ablation").glob("*.json"))]
    found = [removal_in(sweep, ["SE_5_1", "SE_5_2", "SE_5_3"]) for sweep in sweeps]
    return next((removal for removal in found if removal is not None), None)


def verdicts(app: Any) -> list[str]:
    """Those of the claims, from top to bottom."""
    lines = texts(app).splitlines()
    return [line.rpartition(": ")[2].removesuffix("]") for line in lines if "-badge[" in line]


def test_claims_are_told_with_figure_and_verdict(profile: Profile) -> None:
    app = open_app("classes")
    said = texts(app)
    claims = claims_of(profile, measured_removal())
    for claim in claims:
        assert f"Section {claim.section}, which speaks of {', '.join(claim.paper_blocks)}" in said
    assert verdicts(app) == [claim.verdict.value for claim in claims]
    early = claims[0].figure
    assert early is not None
    assert f"**{early:.1%} variance between classes**" in said
    assert "It holds at 10.0% or less." in said
    buttons = [button.proto.label for button in app.get("download_button")]
    assert buttons.count("CSV") == 3


@pytest.mark.parametrize(
    ("low", "high", "verdict", "told"),
    [
        (
            0.05,
            0.07,
            "does not hold",
            "**6.00 points accuracy lost (below 0: gained) (95 %: 5.00 points to 7.00 points)**",
        ),
        (-0.002, 0.0005, "holds", "points accuracy lost"),
        (-0.01, 0.01, "cannot be told", "The interval holds both answers"),
        (None, None, "cannot be told", "It takes an ablation over these data"),
    ],
)
def test_the_last_stages_claim_follows_the_ablation_at_hand(
    monkeypatch: pytest.MonkeyPatch, low: float | None, high: float | None, verdict: str, told: str
) -> None:
    removal = None if low is None or high is None else Removal("top-1", 0.9, 0.9 - (low + high) / 2, low, high)
    monkeypatch.setattr(classes_claims, "removal_in", lambda *_: removal)
    app = open_app("classes")
    assert verdicts(app)[-1] == verdict
    assert told in texts(app)


def test_an_ablation_over_other_data_says_nothing(profile: Profile, tmp_path: Path) -> None:
    app = open_app("classes")
    bring(app, as_bytes(profile, tmp_path, data=profile.header.data.model_copy(update={"name": "other"})))
    assert "It takes an ablation over these data" in texts(app)


def test_classes_picking_and_every_block_stand_in_the_address(profile: Profile) -> None:
    app = open_app("classes", classes="n03028079|nonsense|n01440764", pick="specific", every="yes", block="SE_2_1")
    assert app.multiselect(key="_classes").value == ["n03028079", "n01440764"]
    lines = chart(app, "Mean gates in SE_2_1")["data"]
    assert [line["name"] for line in lines] == ["church", "tench", "all classes"]
    assert lines[0]["customdata"] == sampled_channels(profile, profile.block("SE_2_1"), "specific").tolist()
    grid = chart(app, "Mean gates by class in 16 blocks")
    assert len([trace for trace in grid["data"] if trace["mode"] == "markers"]) == 16
    app.multiselect(key="_classes").set_value(["n03445777"]).run()
    assert_healthy(app)
    assert app.query_params["classes"] in ("n03445777", ["n03445777"])
    app.switch_page("pages/architecture.py").run()
    app.switch_page("pages/classes.py").run()
    assert_healthy(app)
    assert app.multiselect(key="_classes").value == ["n03445777"]
    app.multiselect(key="_classes").set_value([]).run()
    assert_healthy(app)
    assert [line["name"] for line in chart(app, "Mean gates in SE_2_1")["data"]] == ["all classes"]


@pytest.mark.parametrize(
    "query", [{"classes": "🙂" * 500}, {"pick": "x"}, {"spread_a": "../x"}, {"band": "1"}, {"every": "<b>"}], ids=str
)
def test_a_wrong_address_still_shows_a_result(query: dict[str, str]) -> None:
    app = open_app("classes", **query)
    assert len(app.get("plotly_chart")) == 6
    assert app.multiselect(key="_classes").value == ["n01440764", "n02979186", "n03394916", "n03425413"]


def test_an_edit_plan_changes_nothing_and_is_told(engine: Engine) -> None:
    app, edited = open_app("classes"), open_app("classes", edits="SE_2_1=zero")
    assert "the plan at hand is not in it" in texts(edited)
    answer = [line for line in texts(app).splitlines() if line.startswith("Over all blocks")]
    assert answer == [line for line in texts(edited).splitlines() if line.startswith("Over all blocks")]


def test_bad_profiles_are_explained_and_the_one_before_stays(profile: Profile, tmp_path: Path) -> None:
    app = open_app("classes")
    before = chart(app, "Mean gates in SE_4_6")
    whole = as_bytes(profile, tmp_path)
    for data in (
        b"",
        b"no profile",
        whole[: len(whole) // 2],
        whole[:-1],
        whole.replace(b"se-explorer-profile-1", b"se-explorer-profile-9"),
        as_bytes(profile, tmp_path, model="timm:legacy_seresnet18"),
    ):
        bring(app, data)
        assert len(app.error) == 1
        assert "Expected a profile" in app.error[0].value
        assert "The profile before it stays." in texts(app)
        assert chart(app, "Mean gates in SE_4_6") == before
    bring(app, whole)
    assert not app.error
    assert "Your file: a profile made" in texts(app)


def test_more_classes_than_a_page_can_list_are_refused(
    profile: Profile, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(profile_choice, "MOST_CLASSES", 9)
    app = open_app("classes")
    bring(app, as_bytes(profile, tmp_path))
    assert "at most 9 classes, but got one of 10" in app.error[0].value
    assert "Comes with the network" in texts(app)


def test_an_own_profile_is_used_and_let_go_and_its_texts_are_only_texts(profile: Profile, tmp_path: Path) -> None:
    classes = (profile.classes[0].model_copy(update={"label": HOSTILE, "id": HOSTILE}), *profile.classes[1:])
    data = profile.header.data.model_copy(update={"name": HOSTILE})
    app = open_app("classes")
    bring(app, as_bytes(profile, tmp_path, classes=classes, data=data, weights="other"))
    assert not app.error
    assert HOSTILE not in texts(app)
    assert "](https" not in texts(app)
    assert any("made with the weights other" in warning.value for warning in app.warning)
    app.multiselect(key="_classes").set_value([HOSTILE, "n03028079"]).run()
    assert_healthy(app)
    lines = chart(app, "Mean gates in SE_4_6")["data"]
    assert lines[0]["name"].startswith("![x](https")
    assert "<b>" not in lines[0]["name"]
    app.switch_page("pages/explore.py").run()
    assert_healthy(app)
    assert HOSTILE not in texts(app)
    app.switch_page("pages/classes.py").run()
    assert "Your file" in texts(app), "it outlives a change of page"
    app.button(key="_profile_forget").click().run()
    assert_healthy(app)
    assert "Comes with the network" in texts(app)


def test_a_network_without_a_profile_is_told_how_to_make_one() -> None:
    app = open_app("classes", weights="random:3")
    assert_healthy(app)
    assert any("There is no profile of" in info.value for info in app.info)
    (command,) = [code.value for code in app.get("code")]
    assert command == (
        "python -m se_explorer profile DIR --model seresnet50-imagenette --weights random:3 --out PROFILE.safetensors "
        "--compact"
    )
    assert not app.get("plotly_chart")
    assert app.file_uploader(key="_profile_upload") is not None
