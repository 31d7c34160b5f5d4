"""``trace``: what programs get is what the engine gave, to the bit."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from safetensors.torch import save_file

from se_explorer import Engine, Trace, load_model, load_picture
from se_explorer.models import DEFAULT_MODEL, open_network
from tests.commands.conftest import Command

TRACE_KEYS = ["model", "device", "weights", "edits", "predictions", "blocks"]
PREDICTION_KEYS = ["label", "index", "probability", "logit"]
BLOCK_KEYS = ["name", "path", "channels", "reduction", "gate", "squeeze", "hidden", "gates"]


@pytest.fixture(scope="module")
def engine() -> Engine:
    """The bundled network."""
    return load_model()


def agrees(told: dict[str, Any], trace: Trace) -> None:
    """The JSON holds the trace's own float32 values."""
    assert (told["model"], told["weights"], told["edits"]) == (trace.model, trace.weights, str(trace.plan))
    assert told["device"] == trace.device
    for answer, wanted in zip(told["predictions"], trace.top(5), strict=True):
        assert answer == {key: getattr(wanted, key) for key in PREDICTION_KEYS}
    for block, measured in zip(told["blocks"], trace.blocks, strict=True):
        for key in ("squeeze", "hidden", "gates"):
            assert np.array_equal(np.asarray(block[key], np.float32), getattr(measured, key)), (block["name"], key)


def test_json_has_exactly_the_documented_schema(command: Command, pictures: dict[str, Path], engine: Engine) -> None:
    told = command("trace", pictures["church"], "--json").json
    assert list(told) == TRACE_KEYS
    assert all(list(answer) == PREDICTION_KEYS for answer in told["predictions"])
    assert [list(block) for block in told["blocks"]] == [BLOCK_KEYS] * 16
    assert (told["model"], told["weights"], told["edits"]) == (DEFAULT_MODEL, "pretrained", "")
    assert len(told["predictions"]) == 5
    odds = [answer["probability"] for answer in told["predictions"]]
    assert odds == sorted(odds, reverse=True)
    assert 0 < sum(odds) <= 1 + 1e-6
    for block, known in zip(told["blocks"], engine.blocks, strict=True):
        assert (block["name"], block["path"], block["gate"]) == (known.name, known.path, "sigmoid")
        assert block["channels"] == len(block["gates"]) == len(block["squeeze"]) == known.facts.channels
        assert block["reduction"] == block["channels"] / len(block["hidden"]) == 16
        assert all(0 <= gate <= 1 for gate in block["gates"])
        assert all(unit >= 0 for unit in block["hidden"])


@pytest.mark.parametrize("edits", ["", "SE_3_4=off", " SE_5_*=mean ; SE_2_1.17=0.2"], ids=["none", "off", "several"])
def test_values_are_the_engines(edits: str, command: Command, pictures: dict[str, Path], engine: Engine) -> None:
    told = command("trace", pictures["church"], "--edits", edits, "--json").json
    agrees(told, engine.trace(load_picture(pictures["church"]), edits))


def test_edits_are_told_in_full_and_change_the_answer(command: Command, pictures: dict[str, Path]) -> None:
    plain, edited = (
        command("trace", pictures["church"], "--edits", edits, "--json").json for edits in ("", "SE_5_*=zero")
    )
    assert edited["edits"] == "SE_5_1=zero;SE_5_2=zero;SE_5_3=zero"
    assert plain["predictions"] != edited["predictions"]
    assert plain["blocks"][:13] == edited["blocks"][:13]
    assert plain["blocks"][13]["gates"] == edited["blocks"][13]["gates"]  # what it worked out itself
    assert plain["blocks"][14]["gates"] != edited["blocks"][14]["gates"]


def test_random_weights(command: Command, pictures: dict[str, Path]) -> None:
    first, again, other = (
        command("trace", pictures["church"], "--weights", weights, "--json").json
        for weights in ("random:1", "random:1", "random:2")
    )
    assert first == again
    assert first["weights"] == "random:1"
    assert first["predictions"] != other["predictions"]
    agrees(first, load_model(weights="random:1").trace(load_picture(pictures["church"])))


@pytest.mark.parametrize("suffix", ["pt", "safetensors"])
def test_weights_of_ones_own(suffix: str, command: Command, pictures: dict[str, Path], tmp_path: Path) -> None:
    path = tmp_path / f"own [b] weights.{suffix}"
    state = open_network(DEFAULT_MODEL, "random:3").module.state_dict()
    if suffix == "pt":
        torch.save(state, path)
    else:
        save_file({name: value.contiguous() for name, value in state.items()}, path)
    own, drawn = (
        command("trace", pictures["coffee"], "--weights", weights, "--json").json for weights in (path, "random:3")
    )
    assert own.pop("weights") == str(path)
    assert drawn.pop("weights") == "random:3"
    assert own == drawn
    assert path.name in command("trace", pictures["coffee"], "--weights", path).out


def test_donors(command: Command, pictures: dict[str, Path], engine: Engine) -> None:
    plan, church = "SE_5_3=donor:one;SE_5_2=donor:two", load_picture(pictures["church"])

    def told(**donors: str) -> Any:
        options = [text for key, name in donors.items() for text in ("--donor", f"{key}={pictures[name]}")]
        return command("trace", pictures["church"], "--edits", plan, *options, "--json").json

    gates = {key: engine.trace(load_picture(pictures[name])).gates for key, name in (("one", "cat"), ("two", "rocket"))}
    first, swapped = told(one="cat", two="rocket"), told(two="cat", one="rocket")
    agrees(first, engine.trace(church, plan, donors=gates))
    assert first["predictions"] != swapped["predictions"]


def test_the_tables_name_classes_and_blocks(command: Command, pictures: dict[str, Path], engine: Engine) -> None:
    shown = command("trace", pictures["church"], "--edits", "SE_3_4=off")
    assert (shown.status, shown.err) == (0, "")
    for answer in engine.trace(load_picture(pictures["church"]), "SE_3_4=off").top(5):
        assert answer.label in shown.out
        assert f"{answer.probability:.2%}" in shown.out
    for block in engine.blocks:
        assert block.name in shown.out
        assert block.path in shown.out
    assert "SE_3_4=off" in shown.out
    assert DEFAULT_MODEL in shown.out
