"""What the fuzzer found, or was then looked for, each by its shortest input."""

from __future__ import annotations

import json
import struct
import tracemalloc
from pathlib import Path
from typing import Any

import pytest

from fuzzing.targets import CORPUS
from fuzzing.training_readers import RECIPE
from se_explorer.analysis import load_profile, profile_file
from se_explorer.analysis.data_sweep_record import read_data_sweep
from se_explorer.engine import EditPlan
from se_explorer.errors import DataError, ProfileError, RecipeError
from se_explorer.images.inside import folder_of
from se_explorer.training.pair_progress import read_fault
from se_explorer.training.recipe import MAX_TEXT, load_recipe, parse_recipe
from se_explorer.training.record import parse_record

TEXT = RECIPE.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a = " + "9" * 4301, "4300 digits"),
        ("a = " + "[" * 1500, "recursion"),
        (f"# {'x' * MAX_TEXT}\n{TEXT}", "over 20,000 characters"),
    ],
    ids=["thousands of digits", "nested", "without end"],
)
def test_what_is_no_recipe(text: str, said: str, tmp_path: Path) -> None:
    with pytest.raises(RecipeError, match="a training recipe, a TOML file") as caught:
        parse_recipe(text, "a.toml")
    assert said in caught.value.received
    path = tmp_path / "a.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(RecipeError, match="a training recipe, a TOML file"):
        load_recipe(path)


@pytest.mark.parametrize("width", ['"1e999999999"', "inf", "nan", '"1/0"', '"0.5e3"'])
def test_a_width_that_is_no_fraction(width: str) -> None:
    """The first would be worked out, digit by digit, for hours."""
    with pytest.raises(RecipeError, match=r"network\.width"):
        parse_recipe(TEXT.replace("[network]", f"[network]\nwidth = {width}", 1), "a.toml")


def test_a_rate_without_end() -> None:
    text = "\n".join("peak_learning_rate = inf" if line.startswith("peak") else line for line in TEXT.splitlines())
    with pytest.raises(RecipeError, match=r"optimiser\.peak_learning_rate"):
        parse_recipe(text, "a.toml")


def test_thousands_of_unknown_entries_do_not_fill_the_page() -> None:
    with pytest.raises(RecipeError) as caught:
        parse_recipe(TEXT.replace("[network]", "".join(f"a{n} = 1\n" for n in range(1500)) + "[network]", 1), "a.toml")
    assert "a0: " in caught.value.received
    assert len(str(caught.value)) < 2500


def test_a_fault_that_is_no_utf_8_is_none(tmp_path: Path) -> None:
    (tmp_path / "fault.json").write_bytes(b'{"said": "\x80"}')
    assert read_fault(tmp_path) is None


def test_a_path_that_is_no_utf_8_can_be_told() -> None:
    with pytest.raises(DataError) as caught:
        folder_of("/pass\udcfed")
    for said in (str(caught.value), caught.value.received):
        assert "/pass?d" in said.encode().decode()


def test_a_profile_whose_list_of_contents_is_too_long_is_not_worked_through(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(profile_file, "MAX_HEADER", 1 << 20)
    header = b'{"__metadata__": [' + b"[]," * (1 << 19) + b"[]]}"
    with pytest.raises(ProfileError, match="list of contents is over 1 MiB long"):
        load_profile(struct.pack("<Q", len(header)) + header)


def ablation(blocks: list[str]) -> dict[str, Any]:
    """The record of the corpus with one row of so many blocks, which do not do what its plan says."""
    table = json.loads((CORPUS / "ablation" / "stages.json").read_bytes())
    plan = str(EditPlan.parse(";".join(f"{block}=mean" for block in blocks)))
    table["rows"], table["contrasts"] = [{**table["rows"][0], "mode": "off", "blocks": blocks, "edits": plan}], []
    return table


def test_a_row_of_a_thousand_blocks_is_put_together_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Block by block it took time by their square, and a file of 8 MiB holds hundreds of such rows."""
    monkeypatch.setattr(EditPlan, "with_mode", lambda *_: pytest.fail("one block at a time"))
    blocks = [f"SE_{stage}_{unit}" for stage in range(1, 41) for unit in range(1, 26)]
    with pytest.raises(DataError, match="does not do what its blocks and mode say"):
        read_data_sweep(json.dumps(ablation(blocks)).encode(), "a.json")


def test_a_record_that_claims_two_billion_epochs_is_refused_before_they_are_counted() -> None:
    tracemalloc.start()
    with pytest.raises(RecipeError, match="one entry for each epoch"):
        parse_record((CORPUS / "record" / "found-two-billion-epochs").read_bytes(), "a file")
    _now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 20 * 2**20
