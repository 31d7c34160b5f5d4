"""``models``."""

from __future__ import annotations

from se_explorer.models import DEFAULT_MODEL, bundled_cards
from tests.commands.conftest import Command

KEYS = ["id", "source", "family", "se_blocks", "params", "input_size", "classes", "top1", "weights"]


def test_json_has_exactly_the_documented_keys(command: Command) -> None:
    entries = command("models", "--json").json
    assert [list(entry) for entry in entries] == [KEYS] * len(bundled_cards())


def test_json_says_what_the_cards_say(command: Command) -> None:
    entries = {entry["id"]: entry for entry in command("models", "--json").json}
    assert entries.keys() == bundled_cards().keys()
    entry, card = entries[DEFAULT_MODEL], bundled_cards()[DEFAULT_MODEL]
    assert (entry["params"], entry["se_blocks"]) == (card.parameters, 16)
    assert (entry["classes"], entry["input_size"]) == (len(card.classes), card.preprocessing.size)
    assert entry["top1"] == card.accuracy.right / card.accuracy.count
    assert (entry["source"], entry["weights"]) == ("bundled", "bundled")


def test_the_table_names_every_network_in_full(command: Command) -> None:
    shown = command("models")
    assert (shown.status, shown.err) == (0, "")
    for name, card in bundled_cards().items():
        assert name in shown.out
        assert f"{card.accuracy.top1:.2%}" in shown.out
    assert "timm:NAME" in shown.out
