"""The Ablate page's blocks over data, driven as a session."""

from __future__ import annotations

import base64
import json
from typing import Any

import numpy as np
import pytest

from se_explorer.analysis import Sweeper
from se_explorer.analysis.data_sweep_record import DataSweep, read_data_sweep
from se_explorer.analysis.data_verdicts import agreement_of_rankings
from se_explorer.engine import Engine
from se_explorer.figures import number
from se_explorer.images import open_sample, samples
from se_explorer.models import DEFAULT_MODEL
from se_explorer.models.bundled import ASSETS
from se_explorer.ui.ablate_data import labels_of
from se_explorer.ui.ablate_data_file import plain
from se_explorer.ui.ablate_data_words import tell_all
from tests.pages.driver import assert_healthy, open_app, texts

FIRST = samples()[0].id
SHIPPED = ASSETS / "ablation" / f"{DEFAULT_MODEL}.val.json"
OTHER = "timm:mobilenetv3_small_050"


@pytest.fixture(scope="module")
def sweep() -> DataSweep:
    """What is shipped."""
    return read_data_sweep(SHIPPED.read_bytes(), SHIPPED.name)


def points(app: Any, unit: str = "change of the accuracy") -> list[Any]:
    """The series of the chart."""
    (found,) = [chart for chart in app.get("plotly_chart") if chart.proto.alt.startswith(unit)]
    return [each for each in json.loads(found.proto.spec)["data"] if each.get("customdata")]


def decoded(values: Any) -> list[float]:
    """Numbers as plotly sends them."""
    if not isinstance(values, dict):
        return list(values)
    found: list[float] = np.frombuffer(base64.b64decode(values["bdata"]), values["dtype"]).tolist()
    return found


def test_the_shipped_result_is_there_without_a_click(sweep: DataSweep) -> None:
    app = open_app("ablate", order="depth")
    series = points(app)
    assert [each["name"] for each in series] == list(sweep.modes[:2])
    names = [row.blocks[0] for row in sweep.of_mode("off")]
    for each in series:
        rows = sweep.of_mode(each["name"])
        assert each["customdata"] == names
        assert decoded(each["x"]) == pytest.approx([100 * row.difference.accuracy.value for row in rows])
        filled = [colour == each["marker"]["line"]["color"] for colour in each["marker"]["color"]]
        assert filled == [row.difference.significant for row in rows]
    said = texts(app)
    assert "### SE\\_4\\_6 over the data" in said or "### SE_4_6 over the data" in said
    for mode in ("off", "mean"):
        sure = sum(row.difference.significant for row in sweep.of_mode(mode))
        assert f"**{sure} of 16**" in said
    assert "3,925 pictures" in said
    assert "91.03% right" in said
    assert "not the paper's retrained ablation" in said
    assert "Blocks over data as CSV" in [button.proto.label for button in app.get("download_button")]


def test_order_measure_and_block_are_obeyed(sweep: DataSweep) -> None:
    app = open_app("ablate", data_measure="loss", block="SE_2_1")
    series = points(app, "change of the loss")
    rows = sorted(sweep.of_mode("off"), key=lambda row: -abs(row.difference.loss.value))
    assert series[0]["customdata"] == [row.blocks[0] for row in rows]
    assert decoded(series[0]["x"]) == pytest.approx([row.difference.loss.value for row in rows])
    said = texts(app)
    assert "SE_2_1 matters, but no effect of its answering to the picture was seen" in said
    row = next(row for row in sweep.of_mode("off") if row.blocks == ("SE_2_1",))
    assert f"{row.difference.lost} pictures lost and {row.difference.gained} gained" in said


def test_the_pictures_ranking_is_set_beside_the_datas(sweep: DataSweep, engine: Engine) -> None:
    for mode in ("off", "mean"):
        app = open_app("ablate", mode=mode)
        one = Sweeper(engine, open_sample(FIRST), "leave-one-out", mode=mode).run()
        rho = agreement_of_rankings(sweep, mode, [row.target_logit_delta for row in one.rows], "accuracy")
        assert rho is not None
        said = texts(app)
        assert "Spearman" in said
        told = float(said.split("rank correlation **")[1].split("**")[0].replace("−", "-"))
        assert told == pytest.approx(rho, abs=0.02)
    app = open_app("ablate", mode="constant", constant="0.5")
    assert "no rank correlation with the ranking" in texts(app)


def test_more_modes_are_shown_when_asked_for(sweep: DataSweep) -> None:
    assert len(sweep.modes) > 2
    other = sweep.modes[2]
    app = open_app("ablate", data_modes=other)
    assert [each["name"] for each in points(app)] == [other]
    app.selectbox(key="data_modes").set_value("all").run()
    assert_healthy(app)
    assert [each["name"] for each in points(app)] == list(sweep.modes)


def test_a_network_without_a_result_is_told_how_to_make_one() -> None:
    app = open_app("ablate", model=OTHER, weights="random:0")
    assert_healthy(app)
    assert "No result over data is there for this network" in texts(app)
    (code,) = [each.value for each in app.code if "sweep DIR" in each.value]
    assert (
        code == f"python -m se_explorer sweep DIR --model {OTHER} --weights random:0 --modes off,zero --out result.json"
    )


def load(app: Any, data: bytes) -> Any:
    """Bring a file, and run again."""
    next(each for each in app.get("file_uploader") if "sweep DIR" in each.label).upload(
        "mine.json", data, "application/json"
    )
    return app.run()


def test_a_result_of_ones_own_takes_the_place_of_the_shipped_one() -> None:
    told = json.loads(SHIPPED.read_text(encoding="utf-8")) | {"data": "my *data*"}
    app = load(open_app("ablate"), json.dumps(told).encode())
    assert_healthy(app)
    assert plain("my *data*") in texts(app)
    assert "The result that you loaded is shown." in texts(app)


def test_a_result_of_ones_own_is_let_go() -> None:
    told = json.loads(SHIPPED.read_text(encoding="utf-8")) | {"data": "mine"}
    app = load(open_app("ablate"), json.dumps(told).encode())
    app.switch_page("pages/explore.py").run()
    app.switch_page("pages/ablate.py").run()
    assert "mine, " in texts(app)  # it stays, though the widget of the file is empty now
    app.button(key="_data_sweep_forget").click().run()
    assert_healthy(app)
    assert "mine, " not in texts(app)
    assert "3,925 pictures" in texts(app)


def test_rows_are_called_what_they_are(sweep: DataSweep) -> None:
    stages = SHIPPED.with_name(SHIPPED.name.replace(".val.", ".val.stages."))
    assert "Of all stages, each alone, " in tell_all(read_data_sweep(stages.read_bytes(), stages.name))
    assert "Of all blocks, each alone, " in tell_all(sweep)
    for kind, wanted in (
        ("keep-one", "each kept alone"),
        ("pairs", "blocks and pairs of blocks"),
        ("cumulative:front", "each a set of blocks"),
        ("", "each a set of blocks"),
    ):
        assert wanted in tell_all(sweep.model_copy(update={"kind": kind}))


def test_a_pair_is_no_range(sweep: DataSweep, engine: Engine) -> None:
    first, *others = sweep.rows
    pair = first.model_copy(update={"blocks": ("SE_2_1", "SE_5_3")})
    pairs = sweep.model_copy(update={"kind": "pairs", "rows": (pair, *others)})
    assert labels_of(pairs, engine.blocks)[0] == ("SE_2_1, SE_5_3", "SE_2_1")


def test_a_hostile_or_foreign_result_is_refused_and_the_shipped_one_stays() -> None:
    app = load(open_app("ablate"), b'{"format": "**bold** <script>"}')
    assert_healthy(app)
    assert any("as sweep DIR --out writes it" in error.value for error in app.error)
    assert "3,925 pictures" in texts(app)
    told = json.loads(SHIPPED.read_text(encoding="utf-8")) | {"weights_sha256": "0" * 64}
    app = load(app, json.dumps(told).encode())
    assert_healthy(app)
    assert any("not of the network at hand" in warning.value for warning in app.warning)
    assert "3,925 pictures" in texts(app)


def test_a_negative_change_has_a_true_minus(sweep: DataSweep) -> None:
    row = next(row for row in sweep.of_mode("off") if row.blocks == ("SE_4_6",))
    value = 100 * row.difference.accuracy.value
    assert f"accuracy {number(value, digits=2, signed=True)} points" in texts(open_app("ablate"))
