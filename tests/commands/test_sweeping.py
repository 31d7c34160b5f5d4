"""``sweep``: what programs get is what the sweep gave."""

from __future__ import annotations

from pathlib import Path

import pytest

from se_explorer.analysis import Sweeper
from se_explorer.engine import Engine
from se_explorer.images import load_picture
from se_explorer.models import open_network
from tests.commands.conftest import Command

MODEL = ("--model", "timm:mobilenetv3_small_050", "--weights", "random:0")
ROW_KEYS = ["edits", "target_logit_delta", "target_probability_delta", "kl", "flipped"]


@pytest.fixture(scope="module")
def engine() -> Engine:
    """A small network."""
    return Engine(open_network("timm:mobilenetv3_small_050", "random:0"))


def test_json_has_exactly_the_documented_schema(command: Command, pictures: dict[str, Path], engine: Engine) -> None:
    told = command("sweep", pictures["church"], *MODEL, "--json").json
    assert list(told)[-5:] == ["baseline", "rows", "seconds", "forward_equivalents", "one_pass"]
    assert [list(row) for row in told["rows"]] == [ROW_KEYS] * len(engine.blocks)
    sweep = Sweeper(engine, load_picture(pictures["church"])).run()
    for row, expected in zip(told["rows"], sweep.rows, strict=True):
        assert row == {"edits": str(expected.edits), **{key: getattr(expected, key) for key in ROW_KEYS[1:]}}
    assert told["baseline"]["target"] == told["baseline"]["answer"]
    assert told["baseline"]["target"]["index"] == sweep.baseline.target.index
    assert told["forward_equivalents"] == pytest.approx(sweep.forward_equivalents)
    assert told["one_pass"]
    assert told["seconds"] > 0


def test_all_options(command: Command, pictures: dict[str, Path], engine: Engine) -> None:
    last = engine.blocks[-1].name
    edits = f"{engine.blocks[0].name}=zero"
    options = ("--kind", f"channels:{last}:3", "--mode", "constant:0.25", "--target", "7", "--edits", edits)
    told = command("sweep", pictures["church"], *MODEL, *options, "--json").json
    assert (told["kind"], told["mode"]) == (f"channels:{last}:3", "constant:0.25")
    assert [row["edits"].split("=")[-1] for row in told["rows"]] == ["0.25"] * 3
    assert all(row["edits"].startswith(edits) for row in told["rows"])
    assert told["baseline"]["target"]["index"] == 7


def test_a_class_by_number_label_or_id(command: Command, pictures: dict[str, Path], engine: Engine) -> None:
    network = engine.network
    stages = ("--kind", "stages", "--json")
    for text in ("7", network.labels[7], network.class_ids[7]):
        told = command("sweep", pictures["church"], *MODEL, *stages, "--target", text).json
        assert told["baseline"]["target"]["label"] == network.labels[7]


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--mode", "donor:a"), "--donor KEY=IMAGE"),
        (("--workers", "2"), "a folder for"),
        (("--address", "x"), "a folder"),
    ],
)
def test_what_needs_more_than_one_picture_is_refused(
    options: tuple[str, str], said: str, command: Command, pictures: dict[str, Path]
) -> None:
    outcome = command("sweep", pictures["church"], *MODEL, *options)
    assert outcome.status == 2
    assert said in outcome.err


def test_pairs_tell_their_interaction(command: Command, pictures: dict[str, Path], engine: Engine) -> None:
    rows = command("sweep", pictures["church"], *MODEL, "--kind", "pairs", "--json").json["rows"]
    count = len(engine.blocks)
    assert ["interaction" in row for row in rows] == [False] * count + [True] * (count * (count - 1) // 2)
    alone = {row["edits"]: row["target_logit_delta"] for row in rows[:count]}
    for row in rows[count:]:
        parts = sum(alone[edit] for edit in row["edits"].split(";"))
        assert row["interaction"] == pytest.approx(row["target_logit_delta"] - parts)


def test_the_table(command: Command, pictures: dict[str, Path], engine: Engine) -> None:
    shown = command("sweep", pictures["church"], *MODEL, "--kind", "stages")
    assert shown.status == 0
    for stage in {block.stage for block in engine.blocks}:
        assert f"SE_{stage}_1=off" in shown.out
    assert "forward passes" in shown.out


@pytest.mark.parametrize(
    ("options", "kind", "part"),
    [
        (("--kind", "all"), "EditPlanError", "'all'"),
        (("--kind", "channels:SE_9_9"), "BlockError", "SE_9_9"),
        (("--mode", "on"), "EditPlanError", "'on'"),
        (("--mode", "mean"), "EditPlanError", "mean gates"),
        (("--target", "1000"), "TraceError", "1000"),
        (("--target", "no such thing"), "TraceError", "no such thing"),
        (("--edits", "SE_9_9=off"), "EditPlanError", "SE_9_9"),
    ],
    ids=str,
)
def test_an_error_is_one_line(
    options: tuple[str, ...], kind: str, part: str, command: Command, pictures: dict[str, Path]
) -> None:
    outcome = command("sweep", pictures["church"], *MODEL, *options)
    assert (outcome.status, outcome.out) == (2, "")
    told = [line for line in outcome.err.splitlines() if not line.startswith("sweeping")]
    assert len(told) == 1
    assert told[0].startswith(f"{kind}: Expected ")
    assert part in told[0]
