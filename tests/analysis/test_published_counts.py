"""The counts that are shipped are those of the networks, and agree with one another."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch

from se_explorer.analysis.published_counts import COUNTED, count_system, counted_systems, load_counted
from se_explorer.errors import ModelError
from se_explorer.models.paper import paper_system, paper_systems
from se_explorer.models.published import published

QUICK = ("table2-bn-inception-se", "table3-shufflenet", "table13-stage2", "table16-nosqueeze")


@pytest.mark.parametrize(
    "name",
    [pytest.param(s.id, marks=() if s.id in QUICK else pytest.mark.slow) for s in paper_systems()],
)
def test_counted_anew(name: str) -> None:
    with torch.device("meta"):
        assert count_system(paper_system(name)) == counted_systems()[name]


def test_every_system_is_there_and_what_se_adds_is_its_own() -> None:
    counted = counted_systems()
    assert list(counted) == [system.id for system in paper_systems()]
    for pair in (*published().pairs(2), *published().pairs(3)):
        plain, with_se = counted[pair.plain.id], counted[pair.with_se.id]
        assert plain.se_parameters == 0
        if pair.plain.model != "ShuffleNet":
            assert with_se.parameters - with_se.se_parameters == plain.parameters
            assert with_se.macs - plain.macs == with_se.se_parameters, "one multiply-add a weight: the squeeze is 1x1"
    for reduction in (2, 4, 8, 16, 32):
        assert counted[f"table10-r{reduction}"].se_parameters * reduction == 2 * 20_119_552


def test_what_is_counted_is_near_what_is_printed() -> None:
    for name, counted in counted_systems().items():
        row = published().row(name)
        if row.parameters_millions is not None:
            assert counted.parameters / 1e6 == pytest.approx(row.parameters_millions, abs=0.12)
        if row.gflops is not None and "inception-resnet" not in name:
            assert counted.macs / 1e9 == pytest.approx(row.gflops, rel=0.03)


def test_another_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "other.json"
    for text in ("", "[]", COUNTED.read_text(encoding="utf-8").replace('"macs"', '"flops"', 1)):
        path.write_text(text, encoding="utf-8")
        with pytest.raises(ModelError, match=r"other\.json"):
            load_counted(path)
