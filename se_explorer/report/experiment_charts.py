"""Experiments as charts, the same for the page and for files."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

import numpy as np
import plotly.graph_objects as go

from se_explorer.analysis.experiment_curves import seed_curve
from se_explorer.analysis.experiment_seeds import Comparison
from se_explorer.figures import Theme
from se_explorer.figures.experiment_curves import MOST_CURVES, CurveSeries, seed_curves
from se_explorer.figures.experiment_gates import gate_histograms, gate_ribbons
from se_explorer.figures.experiment_points import SeedRow, SeedSeries, seed_points
from se_explorer.language import _, decimal, percent
from se_explorer.report.experiment_tables import Names, ends_of
from se_explorer.report.experiment_words import points
from se_explorer.training.experiments import Experiment, Runs
from se_explorer.training.gate_log import QUANTILES
from se_explorer.training.record import RunRecord

__all__ = [
    "Curve",
    "cost_chart",
    "curve_chart",
    "difference_chart",
    "difference_row",
    "final_chart",
    "final_row",
    "gate_charts",
]

Curve = Literal["loss", "accuracy", "validation"]


def final_row(runs: Runs, name: str) -> SeedRow:
    """A recipe's accuracy in per cent, by seed and on average."""
    accuracy, ends = runs.accuracy, ends_of(runs.accuracy, runs.first)
    told = _("{name}: {mean} on average (seeds: {count})").format(
        name=name, mean=percent(accuracy.mean, 2), count=accuracy.count
    )
    if ends is not None:
        told += _(" ({low} to {high}; over {what})").format(
            low=percent(ends[0], 2), high=percent(ends[1], 2), what=ends[2]
        )
    seeds = [(str(seed), 100 * value) for seed, value in accuracy.values.items()]
    low, high = (None, None) if ends is None else (100 * ends[0], 100 * ends[1])
    return SeedRow(seeds, 100 * accuracy.mean, low, high, told)


def final_chart(experiment: Experiment, names: Names, theme: Theme) -> go.Figure:
    """Accuracy of the last epoch, a row a recipe; a click gives its key."""
    rows = [final_row(runs, names[runs.key]) for runs in experiment.runs]
    keys = [runs.key for runs in experiment.runs]
    return seed_points(
        [names[key] for key in keys],
        [SeedSeries(_("accuracy"), rows)],
        theme,
        marks=keys,
        title=_("Accuracy after the last epoch"),
        x_title=_("right answers on the test split, %"),
        say=_,
    )


def difference_row(found: Comparison, name: str) -> SeedRow:
    """A comparison in percentage points, by seed and on average."""
    seeds = [(str(seed), 100 * value) for seed, value in found.differences.items()]
    if found.mean is None:
        return SeedRow([], None, None, None, "")
    if found.interval is None:
        return SeedRow(seeds, 100 * found.mean, None, None, _("{name}: no interval").format(name=name))
    told = _("{name}: {change}").format(name=name, change=points(found.interval))
    return SeedRow(seeds, 100 * found.mean, 100 * found.interval.low, 100 * found.interval.high, told)


def difference_chart(found: Mapping[str, Comparison], base: str, names: Names, theme: Theme) -> go.Figure:
    """Accuracy less the base's seed by seed, a row a recipe; a click gives its key."""
    rows = [difference_row(comparison, names[key]) for key, comparison in found.items()]
    return seed_points(
        [names[key] for key in found],
        [SeedSeries(_("difference"), rows)],
        theme,
        marks=list(found),
        zero=True,
        title=_("Difference from {base}, seed by seed").format(base=base),
        x_title=_("accuracy, points"),
        say=_,
    )


def curve_chart(experiment: Experiment, kind: Curve, names: Names, theme: Theme) -> go.Figure:
    """One measure over the epochs; of the first recipes that can be told apart."""
    series = []
    for runs in experiment.runs[:MOST_CURVES]:
        lines = {
            seed: [(report.epoch, value) for report in record.curve if (value := _value(report, kind)) is not None]
            for seed, record in runs.records.items()
        }
        curve = seed_curve(lines)
        band = [(epoch, each.value, each.low, each.high) for epoch, each in curve.band]
        named = [(_("seed {seed}").format(seed=seed), points_) for seed, points_ in curve.lines.items()]
        series.append(CurveSeries(names[runs.key], named, band))
    titles = {
        "loss": (_("Training loss"), _("mean cross-entropy, nats")),
        "accuracy": (_("Accuracy on the training pictures"), _("right answers, %")),
        "validation": (_("Accuracy on the test split"), _("right answers, %")),
    }
    title, unit = titles[kind]
    return seed_curves(series, theme, title=title, x_title=_("epoch"), y_title=unit, say=_)


def _value(report: object, kind: Curve) -> float | None:
    value = getattr(report, kind)
    return value if value is None or kind == "loss" else 100 * float(value)


def cost_chart(experiment: Experiment, names: Names, theme: Theme) -> go.Figure | None:
    """Milliseconds a step, a row a recipe, the range of its seeds as whiskers; None where nobody kept them."""
    rows, keys = [], []
    for runs in experiment.runs:
        seconds = runs.step_seconds
        if seconds is None:
            continue
        values = {seed: 1000 * value for seed, value in seconds.values.items()}
        middle, low, high = float(np.median(list(values.values()))), min(values.values()), max(values.values())
        told = _("{name}: {middle} ms a step (seeds from {low} to {high})").format(
            name=names[runs.key], middle=decimal(middle, 1), low=decimal(low, 1), high=decimal(high, 1)
        )
        rows.append(SeedRow([(str(seed), value) for seed, value in values.items()], middle, low, high, told))
        keys.append(runs.key)
    if not keys:
        return None
    return seed_points(
        [names[key] for key in keys],
        [SeedSeries(_("time"), rows)],
        theme,
        marks=keys,
        title=_("Time of a training step: median of the seeds, and their range"),
        x_title=_("milliseconds"),
        say=_,
    )


def gate_charts(record: RunRecord, place: int, theme: Theme) -> tuple[go.Figure, go.Figure]:
    """One block's gates over the epochs: ribbons of quantiles, and histograms."""
    blocks = [entry.blocks[place] for entry in record.gates]
    epochs = [entry.epoch for entry in record.gates]
    name = blocks[0].block
    ribbons = gate_ribbons(
        epochs,
        np.array([block.quantiles for block in blocks]),
        QUANTILES,
        theme,
        title=_("{block}: where its gates lie").format(block=name),
        say=_,
    )
    limits = (min(block.low for block in blocks), max(block.high for block in blocks))
    if any((block.low, block.high) != limits for block in blocks):
        shares = np.stack([_rebinned(block.histogram, (block.low, block.high), limits) for block in blocks])
    else:
        shares = np.array([block.histogram for block in blocks], np.float64)
    shares /= np.maximum(1, shares.sum(axis=1, keepdims=True))
    title = _("{block}: its gates' histogram by epoch").format(block=name)
    return ribbons, gate_histograms(epochs, shares, limits, theme, title=title, say=_)


def _rebinned(counts: tuple[int, ...], own: tuple[float, float], limits: tuple[float, float]) -> np.ndarray:
    """A histogram in the bins of wider limits: what lies in a bin counts where the bin's middle is."""
    edges = np.linspace(*own, len(counts) + 1)
    found, _edges = np.histogram((edges[:-1] + edges[1:]) / 2, len(counts), limits, weights=np.array(counts, float))
    return np.asarray(found, np.float64)
