"""The paper's figures agree with one another, with equation 5 and with the systems that are built from them."""

from __future__ import annotations

from pathlib import Path

import pytest

from se_explorer.errors import ModelError
from se_explorer.models.paper import paper_systems
from se_explorer.models.published import PUBLISHED, load_published, published

UNITS = {2: (3, 256), 3: (4, 512), 4: (6, 1024), 5: (3, 2048)}  # of ResNet-50


def equation5(reduction: int) -> float:
    """Extra parameters of SE-ResNet-50, in millions."""
    return 2 / reduction * sum(count * channels**2 for count, channels in UNITS.values()) / 1e6


def test_every_table_is_whole_and_every_row_names_its_source() -> None:
    found = published()
    ids = [row.id for row in found.rows]
    assert len(set(ids)) == len(ids)
    assert all(row.source in found.sources for row in (*found.rows, *found.statements))
    counts = {table: len(found.of_table(table)) for table in found.tables}
    assert counts == {2: 23, 3: 4, 4: 8, 5: 8, 10: 6, 11: 2, 12: 3, 13: 4, 14: 4, 15: 1, 16: 1}
    assert [row.place for row in found.of_table(None)] == ["SENet-154 at 224 px", "SENet-154 at 320 px"]
    assert sum(counts.values()) + 2 == len(found.rows)
    assert all(row.id.startswith(f"table{row.table}-") for row in found.rows if row.table)
    assert {row.data for row in found.of_table(4)} == {"CIFAR-10"}
    assert {row.data for row in found.of_table(5)} == {"CIFAR-100"}


def test_se_lowers_every_error_and_costs_something() -> None:
    found = published()
    pairs = [pair for table in (2, 3, 4, 5) for pair in found.pairs(table)]
    assert [len(found.pairs(table)) for table in (2, 3, 4, 5, 10, 14)] == [8, 2, 4, 4, 0, 0]
    for pair in pairs:
        plain, with_se = pair.plain, pair.with_se
        assert (plain.model, plain.data, plain.input_side) == (with_se.model, with_se.data, with_se.input_side)
        assert pair.top1_gain > 0
        assert (pair.top5_gain is None) == (plain.table in (4, 5))
        assert pair.top5_gain is None or pair.top5_gain > 0
        if plain.gflops is not None:
            assert with_se.gflops is not None
            assert 0 < with_se.gflops - plain.gflops <= 0.0201
        for row in (plain, with_se):
            assert row.top5_error is None or row.top5_error < row.top1_error
    by_model = {pair.plain.model: pair for pair in found.pairs(2)}
    assert by_model["ResNet-50"].top1_gain == pytest.approx(1.51)
    assert by_model["ResNet-50"].top5_gain == pytest.approx(0.86)
    assert all(row.top1_error > 15 for row in found.of_table(5))


def test_flops_rise_by_a_quarter_of_a_percent_and_parameters_by_equation_5() -> None:
    found = published()
    plain, with_se = found.row("table2-resnet50").gflops, found.row("table2-resnet50-se").gflops
    assert plain is not None
    assert with_se is not None
    assert f"{with_se / plain - 1:.2%}" == "0.26%"
    bare = found.row("table10-original").parameters_millions
    assert bare == pytest.approx(25.557, abs=0.05)
    for reduction in (2, 4, 8, 16, 32):
        printed = found.row(f"table10-r{reduction}").parameters_millions
        assert printed is not None
        assert -0.05 < printed - (25.557 + equation5(reduction)) < 0.12, reduction
    assert equation5(16) == pytest.approx(2.514944)
    assert f"{equation5(16) / 25.557:.0%}" == "10%"
    three = found.row("table15-3x3").parameters_millions
    assert three == pytest.approx(25.557 + (3 * 64**2 + 4 * 128**2 + 6 * 256**2 + 3 * 512**2) / 8e6, abs=0.12)


def test_one_network_has_one_error_wherever_it_stands() -> None:
    same = ("table10-r16", "table11-average", "table12-sigmoid", "table13-all", "table14-standard")
    assert {(published().row(name).top1_error, published().row(name).top5_error) for name in same} == {(22.28, 6.03)}


def test_the_ensemble_is_a_quarter_better_than_the_winner_before_and_no_single_network() -> None:
    found = published()
    ensemble, before = found.statement("ilsvrc2017"), found.statement("ilsvrc2016")
    assert (ensemble.value, before.value) == (2.251, 2.991)
    assert 1 - ensemble.value / before.value == pytest.approx(0.25, abs=0.01)  # the paper: about 25 %
    assert "ensemble" in ensemble.of
    assert "test set" in ensemble.of
    singles = [row.top5_error for row in found.rows if row.top5_error is not None]
    assert min(singles) == found.row("senet154-320").top5_error == 3.79
    assert found.statement("train-se").value > found.statement("train-plain").value
    assert found.statement("cpu-se").value > found.statement("cpu-plain").value


def test_systems_take_their_figures_from_here() -> None:
    rows = {row.id: row for row in published().rows}
    for system in paper_systems():
        row = rows.pop(system.id)
        assert (system.table, system.top1_error, system.top5_error) == (row.table, row.top1_error, row.top5_error)
        assert (system.gflops, system.parameters_millions) == (row.gflops, row.parameters_millions)
    assert {row.table for row in rows.values() if row.variant != "original"} == {4, 5, None}, "others cannot be built"


def test_another_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"nothing\.json"):
        load_published(tmp_path / "nothing.json")
    path = tmp_path / "other.json"
    for text in ("[", "{}", PUBLISHED.read_text(encoding="utf-8").replace('"gflops"', '"flops"', 1)):
        path.write_text(text, encoding="utf-8")
        with pytest.raises(ModelError, match=r"other\.json"):
            load_published(path)
