"""Where figures come from: what is written is so."""

from __future__ import annotations

import hashlib
import shlex
from dataclasses import replace
from pathlib import Path

import pytest

from se_explorer.engine import Engine
from se_explorer.images import open_sample
from se_explorer.models import Card, open_network
from se_explorer.report import Present, gather
from se_explorer.report.parts import Table
from se_explorer.report.provenance import ROOT, command_of, provenance, version, weights_digest
from tests.report.conftest import PLAN


def facts(state: Present) -> dict[str, str]:
    """The table as a mapping."""
    (table,) = [part.table for part in provenance(state).parts if isinstance(part, Table)]
    return dict(zip(table["What"], table["Value"], strict=True))


def test_the_table_names_network_weights_picture_and_plan(present: Present) -> None:
    told = facts(present)
    assert told["Edit plan"] == str(present.engine.fit(PLAN))
    assert told["SHA-256 of shape and pixels"] == present.picture.digest
    assert told["Device"] == "cpu"
    assert told["SE Explorer"] == version() == "0.1.0"
    card = present.engine.network.card
    assert isinstance(card, Card)
    file = ROOT / "assets" / "models" / card.weights_file
    assert told["SHA-256 of the weights"] == hashlib.sha256(file.read_bytes()).hexdigest()


def test_the_command_is_the_state(present: Present) -> None:
    words = shlex.split(command_of(present, "report"))
    assert words[:4] == ["python", "-m", "se_explorer", "report"]
    assert words[4] == "assets/samples/golf-ball.jpg"
    assert (ROOT / words[4]).is_file()
    options = dict(zip(words[5::2], words[6::2], strict=True))
    assert options == {
        "--model": "seresnet50-imagenette",
        "--edits": str(present.plan),
        "--block": "SE_4_2",
        "--channel": "7",
        "--out": "report.html",
    }


@pytest.mark.parametrize("name", ["a b.png", "x;rm -rf ~.png", "$(id).jpg", "-rf.png"])
def test_a_name_stays_one_word_of_the_command(name: str, present: Present) -> None:
    state = replace(present, picture=replace(present.picture, name=name))
    word = shlex.split(command_of(state, "trace"))[4]
    assert word.removeprefix("./") == name
    assert not word.startswith("-")


def test_donors_mode_and_class_are_in_the_command(engine: Engine) -> None:
    donors = {"cat": open_sample("cat")}
    state = gather(engine, open_sample("church"), "SE_3_1=donor:cat", mode="zero", target=0, donors=donors)
    command = command_of(state, "report")
    assert "--donor cat=assets/samples/cat.jpg" in command
    assert "--mode zero" in command
    assert "--target 0" in command


def test_labels_that_were_given_are_in_the_command(present: Present) -> None:
    network = present.engine.network
    renamed = replace(network, labels=tuple(f"class {number}" for number in range(10)))
    state = replace(present, engine=Engine(renamed, "cpu"))
    assert "--labels LABELS.txt" in command_of(state, "trace")
    assert "--labels" not in command_of(present, "trace")


@pytest.mark.parametrize(
    ("model", "weights"), [("own-digits-notes-cnn-r1-12-epochs-se", "file:0123456789ab"), ("mine", "given")]
)
def test_what_no_command_opens_is_told_so(model: str, weights: str, present: Present) -> None:
    """Networks of the Train page, and those that were made in Python."""
    network = replace(present.engine.network, id=model, weights=weights, card=None)
    state = replace(present, engine=Engine(network, "cpu"))
    assert command_of(state, "trace") == "No command opens this network: it was made in Python or on the Train page."


def test_what_is_known_of_the_weights(tmp_path: Path) -> None:
    network = open_network("timm:mobilenetv3_small_050", "random:0")
    assert str(weights_digest(network)) == "none: the weights are random"
    file = tmp_path / "own.pth"
    file.write_bytes(b"weights")
    assert str(weights_digest(replace(network, weights=str(file)))) == hashlib.sha256(b"weights").hexdigest()
    assert str(weights_digest(replace(network, weights="file:0123abcd"))) == "file:0123abcd"
    assert str(weights_digest(replace(network, weights="given"))) == "given"
    assert str(weights_digest(replace(network, weights="pretrained", card=None))) == "unknown"
