"""``sweep`` over a folder: modes side by side, the record that is written, and what is refused."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from se_explorer.analysis.data_sweep_record import DataSweep, read_data_sweep
from se_explorer.commands import data_sweeping
from tests.commands.conftest import Command

CHURCH, PARACHUTE = "n03028079", "n03888257"


@pytest.fixture
def folder(tmp_path: Path, pictures: dict[str, Path]) -> Path:
    """A data set whose validation split has two classes and a file that is no picture."""
    for name, sample in ((CHURCH, "church"), (CHURCH, "temple"), (PARACHUTE, "parachute")):
        (tmp_path / "set" / "val" / name).mkdir(parents=True, exist_ok=True)
        shutil.copy(pictures[sample], tmp_path / "set" / "val" / name)
    (tmp_path / "set" / "val" / CHURCH / "broken.jpg").write_bytes(b"no picture")
    return tmp_path / "set"


def test_json_and_file_are_the_record(command: Command, folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "result.json"
    shown = command("sweep", folder, "--kind", "stages", "--json", "--out", out)
    assert shown.status == 0, shown.err
    told = read_data_sweep(shown.out.encode(), "output")
    assert told == read_data_sweep(out.read_bytes(), "result.json")
    assert (told.kind, told.modes, told.data, told.split, told.count) == ("stages", ("off", "mean"), "set", "val", 3)
    assert [row.mode for row in told.rows] == ["off"] * 4 + ["mean"] * 4
    assert len(told.contrasts) == 4
    assert "broken.jpg" in told.unreadable[0]


def test_modes_are_obeyed_and_the_tables_tell_all(command: Command, folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "result.json"
    shown = command("sweep", folder, "--modes", "zero, constant:0.5", "--out", out)
    assert shown.status == 0, shown.err
    parts = ("leave-one-out, zero", "constant:0.5 against zero", "SE_2_1=zero", "p, Holm", "33 plans", "broken.jpg")
    for part in (*parts, "Written to"):
        assert part in shown.out
    assert command("sweep", folder, "--kind", "stages", "--mode", "zero", "--json").json["modes"] == ["zero"]


def test_without_means_the_blocks_are_bypassed(command: Command, folder: Path) -> None:
    told = command("sweep", folder, "--kind", "stages", "--weights", "random:1", "--json").json
    assert (told["modes"], told["contrasts"], told["weights"]) == (["off"], [], "random:1")


def test_a_sweep_that_is_stopped_leaves_no_file(
    command: Command, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stop(*_: object) -> DataSweep:
        raise KeyboardInterrupt

    monkeypatch.setattr(data_sweeping.DataSweeper, "run", stop)
    outcome = command("sweep", folder, "--out", tmp_path / "result.json")
    assert (outcome.status, outcome.out) == (130, "")
    assert not (tmp_path / "result.json").exists()


@pytest.mark.parametrize(
    ("options", "kind", "part"),
    [
        (("--target", "3"), "EditPlanError", "--target"),
        (("--edits", "SE_2_1=off"), "EditPlanError", "--edits"),
        (("--mode", "off", "--modes", "off"), "EditPlanError", "--modes"),
        (("--modes", "off,on"), "EditPlanError", "'on'"),
        (("--kind", "channels:SE_2_1"), "EditPlanError", "depend on the picture"),
        (("--out", "/no/such/folder/result.json"), "DataError", "/no/such/folder"),
        (("--out", "."), "DataError", "can be written to"),
    ],
    ids=str,
)
def test_an_error_is_one_line(options: tuple[str, ...], kind: str, part: str, command: Command, folder: Path) -> None:
    outcome = command("sweep", folder, *options)
    assert (outcome.status, outcome.out) == (2, "")
    told = [line for line in outcome.err.splitlines() if not line.startswith("sweeping")]
    assert len(told) == 1
    assert told[0].startswith(f"{kind}: Expected ")
    assert part in told[0]


def test_classes_that_the_network_does_not_have(command: Command, folder: Path) -> None:
    (folder / "val" / CHURCH).rename(folder / "val" / "cathedral")
    outcome = command("sweep", folder)
    assert (outcome.status, outcome.out) == (2, "")
    assert "cathedral" in outcome.err


@pytest.mark.parametrize("options", [("--modes", "off,zero"), ("--out", "result.json"), ("--labels", "x.txt")], ids=str)
def test_what_is_for_a_folder_is_refused_for_a_picture(
    options: tuple[str, ...], command: Command, pictures: dict[str, Path]
) -> None:
    outcome = command("sweep", pictures["church"], *options)
    assert outcome.status == 2
    assert "a folder for --modes" in outcome.err
