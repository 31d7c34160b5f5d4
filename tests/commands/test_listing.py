"""``models``."""

from __future__ import annotations

from pathlib import Path

import pytest
from huggingface_hub import constants

from se_explorer.models import DEFAULT_MODEL, Card, LibraryCard, bundled_cards, cards, catalog
from tests.commands.conftest import Command

KEYS = ["id", "source", "family", "se_blocks", "params", "input_size", "classes", "top1", "weights"]


@pytest.fixture(autouse=True)
def _empty_caches(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(tmp_path / "hub"))
    monkeypatch.setenv("TORCH_HOME", str(tmp_path / "torch"))
    monkeypatch.setenv("SE_EXPLORER_WEIGHTS", str(tmp_path / "own"))


def test_json_has_exactly_the_documented_keys(command: Command) -> None:
    entries = command("models", "--json").json
    assert [list(entry) for entry in entries] == [KEYS] * len(cards())


def test_json_says_what_the_cards_say(command: Command) -> None:
    entries = {entry["id"]: entry for entry in command("models", "--json").json}
    assert entries.keys() == cards().keys()
    for model, card in cards().items():
        entry = entries[model]
        assert (entry["source"], entry["family"]) == (card.source, card.family)
        assert (entry["params"], entry["se_blocks"]) == (card.parameters, card.se_blocks)
        assert (entry["classes"], entry["input_size"]) == (card.class_count, card.preprocessing.size)
        assert entry["top1"] == card.top1
        assert entry["weights"] == ("bundled" if isinstance(card, Card) else "download")


def test_the_table_names_every_network_in_full(command: Command) -> None:
    shown = command("models")
    assert (shown.status, shown.err) == (0, "")
    for name, card in cards().items():
        line = next(line for line in shown.out.splitlines() if f"{name} " in line)
        assert f"{card.top1:.2%}" in line
        assert card.family in line
        assert isinstance(card, LibraryCard) == (" MB" in line)
    assert "timm:NAME" in shown.out
    assert max(len(line) for line in shown.out.splitlines()) <= 100


def test_the_size_that_was_measured_at_is_named_where_it_is_not_the_default(command: Command) -> None:
    lines = [line for line in command("models").out.splitlines() if " @" in line and "%" in line]
    assert [line.split()[0] for line in lines] == ["timm:efficientnet_b1.ft_in1k"]
    assert "78.81% @256" in lines[0]


def test_one_family(command: Command) -> None:
    entries = command("models", "--family", "senet-154", "--json").json
    assert [entry["id"] for entry in entries] == ["timm:legacy_senet154.in1k", "timm:senet154.gluon_in1k"]


def test_what_can_be_used_now(command: Command) -> None:
    assert [entry["id"] for entry in command("models", "--usable", "--json").json] == list(bundled_cards())
    assert command("models", "--usable", "--family", "LCNet", "--json").json == []
    assert DEFAULT_MODEL in command("models", "--usable").out


def test_listing_builds_no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    def build(*_: object, **__: object) -> None:
        raise AssertionError("a network was built")

    monkeypatch.setattr("torch.nn.Module.__init__", build)
    assert len(catalog()) == len(cards())
