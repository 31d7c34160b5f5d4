"""A record comes back as it was written; a file from anywhere is refused unless it is one and adds up."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from se_explorer.analysis.data_sweep import DataSweeper, compare_plans
from se_explorer.analysis.data_sweep_record import MAX_BYTES, DataSweep, read_data_sweep, write_data_sweep
from se_explorer.errors import DataError
from tests.analysis.toys import colour_engine, painted_folder

RED, GREEN, BLUE = (204, 102, 51), (51, 204, 102), (102, 51, 204)


@pytest.fixture(scope="module")
def sweep(tmp_path_factory: pytest.TempPathFactory) -> DataSweep:
    """Two modes over five pictures."""
    folder = painted_folder(tmp_path_factory.mktemp("set") / "val", {"r": [RED, RED, GREEN], "g": [GREEN], "b": [BLUE]})
    return DataSweeper(colour_engine(), folder, modes=["off", "zero"], resamples=200).run()


def test_a_record_comes_back(sweep: DataSweep, tmp_path: Path) -> None:
    path = tmp_path / "deeper" / "sweep.json"
    write_data_sweep(path, sweep)
    assert read_data_sweep(path.read_bytes(), "sweep.json") == sweep
    assert [each.name for each in path.parent.iterdir()] == ["sweep.json"]


def test_it_says_what_it_is_of(sweep: DataSweep) -> None:
    told = json.loads(sweep.model_dump_json())
    assert (told["model"], told["weights"], told["split"], told["count"], told["classes"]) == (
        "toy",
        "random:0",
        "val",
        5,
        3,
    )
    assert told["data"].startswith("set")
    assert len(told["weights_sha256"]) == 64
    assert told["code"]["package"]
    assert told["date"].endswith("+00:00")
    assert (told["modes"], told["kind"], told["level"], told["resamples"]) == (
        ["off", "zero"],
        "leave-one-out",
        0.95,
        200,
    )


def test_plans_of_ones_own_make_a_record_too(tmp_path: Path) -> None:
    folder = painted_folder(tmp_path, {"r": [RED], "g": [GREEN]})
    sweep = compare_plans(colour_engine(), folder, ["SE_1_1.0=0"], resamples=50)
    assert read_data_sweep(sweep.model_dump_json().encode(), "x") == sweep


def _set(*path: str | int, value: Any) -> Callable[[Any], None]:
    def change(told: Any) -> None:
        for part in path[:-1]:
            told = told[part]
        told[path[-1]] = value

    return change


@pytest.mark.parametrize(
    "change",
    [
        _set("format", value="a cake"),
        _set("version", value=2),
        _set("extra", value=1),
        _set("count", value="5"),
        _set("count", value=0),
        _set("count", value=4),
        _set("model", value="x\n# heading"),
        _set("model", value="x" * 1000),
        _set("weights_sha256", value="0" * 63),
        _set("date", value="yesterday"),
        _set("modes", value=["off", "on"]),
        _set("modes", value=["off"]),
        _set("rows", 0, "edits", value="SE_1_1=zero"),
        _set("rows", 0, "edits", value="SE_1_1=off;<script>"),
        _set("rows", 0, "blocks", value=["**SE**"]),
        _set("rows", 0, "right", value=5),
        _set("rows", 0, "right", value=-1),
        _set("rows", 0, "right5", value=6),
        _set("rows", 0, "agreeing", value=6),
        _set("rows", 0, "loss", value=float("nan")),
        _set("rows", 0, "loss", value=float("inf")),
        _set("rows", 0, "difference", "accuracy", "value", value=0.3),
        _set("rows", 0, "difference", "accuracy", "low", value=0.3),
        _set("rows", 0, "difference", "p", value=1.5),
        _set("rows", 0, "difference", "lost", value=3),
        _set("rows", 1, value={}),
        _set("contrasts", 0, "difference", "gained", value=7),
        _set("contrasts", 0, "mode", value=3),
        _set("level", value=1.0),
    ],
)
def test_what_is_wrong_is_refused_in_one_line(change: Callable[[Any], None], sweep: DataSweep) -> None:
    told = json.loads(sweep.model_dump_json())
    change(told)
    with pytest.raises(DataError, match="ablation over data, as sweep DIR --out writes it") as refusal:
        read_data_sweep(json.dumps(told).encode(), "mine.json")
    assert "mine.json" in str(refusal.value)
    assert "\n" not in str(refusal.value)
    assert len(str(refusal.value)) < 700


@pytest.mark.parametrize("data", [b"", b"\xff\xfe", b"[" * 100_000, b"{}", b"null", b'{"format": '])
def test_what_is_no_record_is_refused(data: bytes) -> None:
    with pytest.raises(DataError, match=r"mine\.json"):
        read_data_sweep(data, "mine.json")


def test_a_file_too_large_is_not_even_read() -> None:
    with pytest.raises(DataError, match="at most 8 MiB"):
        read_data_sweep(b" " * (MAX_BYTES + 1), "mine.json")


def test_a_row_that_is_there_twice(sweep: DataSweep) -> None:
    told = json.loads(sweep.model_dump_json())
    told["rows"].append(told["rows"][0])
    with pytest.raises(DataError, match="there twice"):
        read_data_sweep(json.dumps(told).encode(), "mine.json")


def test_a_place_that_cannot_be_written_to(sweep: DataSweep, tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(DataError, match="a place to write to"):
        write_data_sweep(tmp_path / "file" / "sweep.json", sweep)
