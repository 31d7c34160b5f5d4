"""Records of finished trainings: written, read back, and refused where they are not whole."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from se_explorer.errors import RecipeError
from se_explorer.training.data_sets import load_splits
from se_explorer.training.finishing import make_record
from se_explorer.training.record import RunRecord, read_record, record_name, write_record
from tests.training.tiny import TEXT, ignore, on_disk, recipe, trainer


@pytest.fixture(scope="module")
def record(tmp_path_factory: pytest.TempPathFactory) -> RunRecord:
    """Of the tiny training."""
    folder = tmp_path_factory.mktemp("run")
    splits = load_splits(recipe().data, on_disk(folder / "data", 16, 10))
    run = trainer(folder)
    run.run(ignore)
    return make_record(run, splits, TEXT, Path("tiny.toml"))


def test_a_record_says_what_was_done(record: RunRecord) -> None:
    assert (record.run, record.seed, record.steps, record.batch_size, record.epochs) == ("tiny", 0, 6, 8, 3)
    assert (record.count, record.data.train, record.data.test) == (10, 16, 10)
    assert 0 < record.se_parameters < record.parameters
    assert [entry.epoch for entry in record.gates] == [0, 1, 2, 3]
    assert record.parsed == recipe()
    assert record_name(record) == "tiny-seed0.json"
    for block in record.gates[0].blocks:
        assert sum(block.histogram) == 10 * round(sum(block.histogram) / 10) > 0
        assert 0 <= block.min <= block.quantiles[0] <= block.mean <= block.quantiles[-1] <= block.max <= 1


def test_a_record_comes_back(record: RunRecord, tmp_path: Path) -> None:
    write_record(record, tmp_path / "run.json")
    assert read_record(tmp_path / "run.json") == record


FAULTS: dict[str, Callable[[dict[str, Any]], object]] = {
    "unknown key": lambda table: table.update(more=1),
    "another format": lambda table: table.update(format=2),
    "more right than there are": lambda table: table.update(right=11),
    "a short curve": lambda table: table["curve"].pop(),
    "another recipe": lambda table: table.update(recipe=TEXT.replace('"tiny"', '"other"')),
    "no recipe": lambda table: table.update(recipe="[["),
    "no number": lambda table: table.update(loss=float("nan")),
    "no number in the curve": lambda table: table["curve"][0].update(loss=float("inf")),
    "no number among gates": lambda table: table["gates"][0]["blocks"][0].update(mean=float("nan")),
    "a gate histogram that is too long": lambda table: table["gates"][0]["blocks"][0]["histogram"].append(1),
    "a long text": lambda table: table.update(title="x" * 1000),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_what_is_no_record_is_refused(fault: str, record: RunRecord, tmp_path: Path) -> None:
    table = json.loads(record.model_dump_json())
    FAULTS[fault](table)
    (tmp_path / "run.json").write_text(json.dumps(table), encoding="utf-8")
    with pytest.raises(RecipeError):
        read_record(tmp_path / "run.json")


@pytest.mark.parametrize(
    "content", [b"", b"{", b"[" * 100_000, b"\xff", b"[]", b"7"], ids=lambda content: repr(content[:3])
)
def test_what_is_no_json_is_refused(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "run.json").write_bytes(content)
    with pytest.raises(RecipeError, match="the record of a finished training"):
        read_record(tmp_path / "run.json")
    with pytest.raises(RecipeError, match="the record of a finished training"):
        read_record(tmp_path)
