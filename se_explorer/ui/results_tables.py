"""Results, the printed figures as tables: what each table is called, its rows, and all of it for a file."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd

from se_explorer.analysis.published_counts import Counted, counted_systems
from se_explorer.figures.published_gain import ErrorPair
from se_explorer.language import _
from se_explorer.models.published import Pair, PublishedRow, published

__all__ = ["STANDARD", "cost_pairs", "frame_of", "is_paired", "printed_rows", "row_keys", "row_name", "table_title"]

STANDARD = "table14-standard"  # SE-ResNet-50 as the ablations train it: what their rows are compared with


def table_title(number: int) -> str:
    """What a table of the paper is about, in our words."""
    titles = {
        2: _("Single-crop error on ImageNet's validation set, without and with SE"),
        3: _("Single-crop error on ImageNet's validation set, networks of low cost"),
        4: _("Error on CIFAR-10"),
        5: _("Error on CIFAR-100"),
        10: _("Reduction ratio r"),
        11: _("Kind of squeeze"),
        12: _("Gate function of the excitation"),
        13: _("Stages that have SE"),
        14: _("Where SE sits in the residual unit"),
        15: _("SE behind the 3x3 convolution"),
        16: _("Without a squeeze"),
    }
    return titles[number]


def is_paired(number: int) -> bool:
    """Whether a table compares networks without and with SE; the others are ablations of SE-ResNet-50."""
    return bool(published().pairs(number))


def row_name(row: PublishedRow) -> str:
    """A row of an ablation, as the paper names it; all are SE-ResNet-50 but the original."""
    return f"{row.model}, {row.variant}" if row.variant == "original" else row.variant


def row_keys(number: int) -> list[str]:
    """Ids of the systems that the lines of ``frame_of`` lead to."""
    if is_paired(number):
        return [pair.with_se.id for pair in published().pairs(number)]
    return [row.id for row in published().of_table(number)]


def _millions(counted: Counted | None) -> float | None:
    return None if counted is None else counted.parameters / 1e6


def _gigamacs(counted: Counted | None) -> float | None:
    return None if counted is None else counted.macs / 1e9


def _paired_line(pair: Pair, originals: dict[str, PublishedRow]) -> dict[str, Any]:
    plain, with_se = pair.plain, pair.with_se
    original = originals.get(plain.model)
    line: dict[str, Any] = {
        _("Network"): plain.model,
        _("Top-1 error without SE (%)"): plain.top1_error,
        _("Top-1 error with SE (%)"): with_se.top1_error,
        _("Top-1 change (points)"): -pair.top1_gain,
        _("Top-5 error without SE (%)"): plain.top5_error,
        _("Top-5 error with SE (%)"): with_se.top5_error,
        _("Top-5 change (points)"): None if pair.top5_gain is None else -pair.top5_gain,
        _("GFLOPs without SE"): plain.gflops,
        _("GFLOPs with SE"): with_se.gflops,
        _("Parameters without SE (M)"): plain.parameters_millions,
        _("Parameters with SE (M)"): with_se.parameters_millions,
        _("Original top-1 error (%)"): original.top1_error if original else None,
        _("Original top-5 error (%)"): original.top5_error if original else None,
    }
    counts = counted_systems()
    first, second = counts.get(plain.id), counts.get(with_se.id)
    return line | {
        _("Counted by us: parameters without SE (M)"): _millions(first),
        _("Counted by us: parameters with SE (M)"): _millions(second),
        _("Counted by us: GFLOPs without SE"): _gigamacs(first),
        _("Counted by us: GFLOPs with SE"): _gigamacs(second),
    }


def _ablation_line(row: PublishedRow) -> dict[str, Any]:
    counted = counted_systems().get(row.id)
    return {
        _("Row"): row_name(row),
        _("Top-1 error (%)"): row.top1_error,
        _("Top-5 error (%)"): row.top5_error,
        _("Top-1 against SE-ResNet-50 (points)"): row.top1_error - published().row(STANDARD).top1_error,
        _("GFLOPs"): row.gflops,
        _("Parameters (M)"): row.parameters_millions,
        _("Counted by us: parameters (M)"): _millions(counted),
        _("Counted by us: GFLOPs"): _gigamacs(counted),
    }


def frame_of(number: int) -> pd.DataFrame:
    """A table as the page shows it: without the columns of which the table has no figure."""
    if is_paired(number):
        rows = [row for row in published().of_table(number) if row.id.endswith("-original")]
        originals = {row.model: row for row in rows}
        lines = [_paired_line(pair, originals) for pair in published().pairs(number)]
    else:
        lines = [_ablation_line(row) for row in published().of_table(number)]
    return pd.DataFrame(lines).dropna(axis="columns", how="all")


def cost_pairs(number: int, top5: bool = False, cost: str = "none") -> list[ErrorPair]:
    """The pairs of a table as the figures take them; those of which something is missing are left out.

    Args:
        top5: the top-5 error instead of the top-1 error.
        cost: "gflops" as printed, "parameters" in millions as we count them, or "none".
    """
    found = []
    for pair in published().pairs(number):
        errors = [row.top5_error if top5 else row.top1_error for row in (pair.plain, pair.with_se)]
        costs = [_cost(row, cost) for row in (pair.plain, pair.with_se)]
        if None not in errors and None not in costs:
            values = [float(value) for value in (*errors, *costs) if value is not None]
            found.append(ErrorPair(pair.with_se.id, pair.plain.model, *values))
    return found


def _cost(row: PublishedRow, cost: str) -> float | None:
    if cost == "gflops":
        return row.gflops
    return _millions(counted_systems().get(row.id)) if cost == "parameters" else 0.0


def printed_rows(numbers: Sequence[int | None]) -> pd.DataFrame:
    """All rows of tables, as printed, with their source, for the file; what we count stands in columns of its own."""
    lines = []
    for number in numbers:
        for row in published().of_table(number):
            source, counted = published().sources[row.source], counted_systems().get(row.id)
            lines.append(
                {
                    **row.model_dump(exclude={"source", "note"}),
                    "place": row.place,
                    "source": source.name,
                    "url": source.url,
                    "note": row.note,
                    "counted_by_us_parameters": counted.parameters if counted else None,
                    "counted_by_us_multiply_adds": counted.macs if counted else None,
                }
            )
    table = pd.DataFrame(lines)
    whole = {name: "Int64" for name in table.columns if name.startswith("counted_by_us") or name == "table"}
    return table.astype(whole)
