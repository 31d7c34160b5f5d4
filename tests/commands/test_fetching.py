"""``fetch``, and the commands that need weights which are not there yet."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from se_explorer.models import open_network, weights_status
from tests.commands.conftest import Command
from tests.models.weights.conftest import (
    HUB_NETWORK,
    HUB_REPOSITORY,
    Places,
    places,
    safetensors_file,
    same,
    shelf,
    state_of,
)
from tests.models.weights.shelf import Book, Shelf

__all__ = ["places", "shelf"]  # fixtures

NAME = "timm--mobilenetv3_small_050.lamb_in1k.safetensors"
FAILING = "timm:lcnet_050.ra2_in1k"  # the hub of these tests does not have it


@pytest.fixture
def path(shelf: Shelf) -> str:
    """The hub has the small network's weights."""
    return shelf.put_on_hub(HUB_REPOSITORY, "model.safetensors", Book(safetensors_file()))


def test_into_the_librarys_cache(command: Command, path: str, shelf: Shelf) -> None:
    first = command("fetch", HUB_NETWORK)
    assert first.status == 0
    cached = weights_status(HUB_NETWORK).path
    assert first.out == f"{HUB_NETWORK}: {cached}\n"
    assert "100%" in first.err or "MB" in first.err
    asked = len(shelf.requests)
    assert command("fetch", HUB_NETWORK, "seresnet50-imagenette").out.splitlines() == [
        f"{HUB_NETWORK}: {cached}",
        "seresnet50-imagenette: comes with the project",
    ]
    assert len(shelf.requests) == asked


def test_onto_another_machine(
    command: Command, path: str, tmp_path: Path, places: Places, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "stick"
    assert command("fetch", HUB_NETWORK, "--to", folder).out == f"{HUB_NETWORK}: {folder / NAME}\n"
    assert [file.name for file in folder.iterdir()] == [NAME]
    assert not (folder / NAME).is_symlink()
    assert hashlib.sha256((folder / NAME).read_bytes()).digest() == hashlib.sha256(safetensors_file()).digest()
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path / "other machine"))
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    monkeypatch.setenv("SE_EXPLORER_WEIGHTS", str(folder))
    assert same(open_network(HUB_NETWORK).module.state_dict(), state_of(HUB_NETWORK))


def test_a_folder_that_cannot_be_written_to(command: Command, path: str, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")
    outcome = command("fetch", HUB_NETWORK, "--to", tmp_path / "file")
    assert outcome.status == 2
    assert "--to" in outcome.err


def test_what_failed_is_told_and_what_came_before_is_kept(command: Command, path: str) -> None:
    outcome = command("fetch", HUB_NETWORK, FAILING)
    assert outcome.status == 2
    assert outcome.out.startswith(f"{HUB_NETWORK}: ")
    assert outcome.err.splitlines()[-1].startswith("WeightsError: Expected the weights of timm:lcnet_050.ra2_in1k")
    assert weights_status(HUB_NETWORK).state == "cached"


@pytest.mark.parametrize(
    ("arguments", "part"),
    [
        (["nothing"], "timm:NAME"),
        (["timm:no_such_net"], "no_such_net"),
        (["timm:resnet18.a1_in1k", "--to", "x"], "with --to"),
        (["timm:seresnet18"], "pretrained weights"),
    ],
)
def test_unknown_ids_are_refused_before_anything_is_fetched(
    arguments: list[str], part: str, command: Command, path: str, shelf: Shelf
) -> None:
    outcome = command("fetch", HUB_NETWORK, *arguments)
    assert outcome.status == 2
    assert part in outcome.err
    assert (outcome.out, shelf.requests) == ("", [])


def test_a_damaged_file_is_said_and_replaced(command: Command, path: str) -> None:
    command("fetch", HUB_NETWORK)
    file = weights_status(HUB_NETWORK).path
    assert file is not None
    file.resolve().write_bytes(b"half")
    outcome = command("fetch", HUB_NETWORK)
    assert outcome.status == 0
    assert f"{file} is damaged" in outcome.err.replace("\n", "")
    assert file.read_bytes() == safetensors_file()


def test_other_commands_fetch_what_they_need(command: Command, path: str, pictures: dict[str, Path]) -> None:
    outcome = command("trace", pictures["church"], "--model", HUB_NETWORK, "--device", "cpu", "--json")
    assert outcome.json["weights"] == "pretrained"
    assert HUB_NETWORK in outcome.err
