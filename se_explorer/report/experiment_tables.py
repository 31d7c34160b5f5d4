"""Experiments as tables, for the page, its files and the documents: every number in full, units in the headings."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from se_explorer.analysis import wilson
from se_explorer.analysis.experiment_seeds import Comparison, SeedMean
from se_explorer.language import _
from se_explorer.training.experiments import Experiment, Runs, step_ratio
from se_explorer.training.record import RunRecord

__all__ = ["Names", "cost_table", "difference_table", "ends_of", "final_table", "gate_table", "run_table"]

Names = Mapping[str, str]


def ends_of(accuracy: SeedMean, first: RunRecord) -> tuple[float, float, str] | None:
    """The ends of an accuracy's interval and what it is over; None for two seeds, which allow none.

    Of one seed it is Wilson's over the test pictures, which says nothing of other seeds.
    """
    if accuracy.interval is not None:
        return accuracy.interval.low, accuracy.interval.high, _("seeds (Student's t)")
    if accuracy.count == 1:
        return *wilson(first.right, first.count), _("test pictures of one seed (Wilson)")
    return None


def final_table(experiment: Experiment, names: Names) -> pd.DataFrame:
    """One line a recipe: accuracy over its seeds."""
    lines = []
    for runs in experiment.runs:
        accuracy, ends = runs.accuracy, ends_of(runs.accuracy, runs.first)
        losses = [record.loss for record in runs.records.values()]
        lines.append(
            {
                _("Recipe"): names[runs.key],
                _("Seeds"): accuracy.count,
                _("Accuracy, mean (%)"): 100 * accuracy.mean,
                _("95 % interval from (%)"): None if ends is None else 100 * ends[0],
                _("to (%)"): None if ends is None else 100 * ends[1],
                _("Interval over"): _("none: two seeds") if ends is None else ends[2],
                _("Least (%)"): 100 * min(accuracy.values.values()),
                _("Greatest (%)"): 100 * max(accuracy.values.values()),
                _("Loss, mean (nats)"): sum(losses) / len(losses),
                _("Parameters"): runs.first.parameters,
                _("of them in SE"): runs.first.se_parameters,
            }
        )
    return pd.DataFrame(lines)


def difference_table(found: Mapping[str, Comparison], base: Runs, names: Names) -> pd.DataFrame:
    """One line a recipe: its accuracy less the base's, seed by seed."""
    lines = []
    for key, comparison in found.items():
        interval = comparison.interval
        lines.append(
            {
                _("Recipe"): names[key],
                _("less"): names[base.key],
                _("Common seeds"): comparison.count,
                _("Difference (points)"): None if comparison.mean is None else 100 * comparison.mean,
                _("95 % interval from (points)"): None if interval is None else 100 * interval.low,
                _("to (points)"): None if interval is None else 100 * interval.high,
                _("p (t-test)"): comparison.p,
                _("p after Holm"): comparison.p_holm,
                _("p by signs alone"): comparison.p_exact,
            }
        )
    return pd.DataFrame(lines)


def cost_table(experiment: Experiment, base: Runs, names: Names) -> pd.DataFrame:
    """One line a recipe: time a step and parameters, and how many times the base's."""
    lines = []
    for runs in experiment.runs:
        seconds, ratio = runs.step_seconds, step_ratio(runs, base)
        spread = None if seconds is None else list(seconds.values.values())
        lines.append(
            {
                _("Recipe"): names[runs.key],
                _("Seconds a step, median"): None if spread is None else float(pd.Series(spread).median()),
                _("least of the seeds"): None if spread is None else min(spread),
                _("greatest of the seeds"): None if spread is None else max(spread),
                _("Times the base's, median"): None if ratio is None else ratio[0],
                _("ratio, least"): None if ratio is None else ratio[1],
                _("ratio, greatest"): None if ratio is None else ratio[2],
                _("Parameters"): runs.first.parameters,
                _("Parameters, times the base's"): runs.first.parameters / base.first.parameters,
                _("Steps"): runs.first.steps,
                _("Minutes in all, mean"): sum(r.seconds_total for r in runs.records.values()) / len(runs.records) / 60,
            }
        )
    return pd.DataFrame(lines)


def gate_table(record: RunRecord) -> pd.DataFrame:
    """One line a block and moment: how its gates lay when first logged, and last."""
    moments = [record.gates[0], *record.gates[1:][-1:]]
    return pd.DataFrame(
        [
            {
                _("Block"): block.block,
                _("Epoch"): moment.epoch,
                _("Mean gate"): block.mean,
                _("Spread"): block.std,
                _("between channels"): block.between,
                _("within a channel, over pictures"): block.within,
                _("Least"): block.min,
                _("Greatest"): block.max,
            }
            for place in range(len(record.gates[0].blocks))
            for moment in moments
            for block in (moment.blocks[place],)
        ]
    )


def run_table(experiment: Experiment) -> pd.DataFrame:
    """One line a training, with where it comes from; in English, for files."""
    return pd.DataFrame(
        [
            {
                "experiment": experiment.name,
                "run": runs.key,
                "title": record.title,
                "seed": seed,
                "own": seed in runs.own,
                "right": record.right,
                "count": record.count,
                "accuracy": record.accuracy,
                "loss": record.loss,
                "split": record.split,
                "parameters": record.parameters,
                "se_parameters": record.se_parameters,
                "steps": record.steps,
                "batch_size": record.batch_size,
                "epochs": record.epochs,
                "seconds_per_step_median": record.seconds_per_step_median,
                "seconds_total": record.seconds_total,
                "device": record.device,
                "processor": record.machine.processor,
                "threads": record.software.threads,
                "torch": record.software.torch,
                "commit": record.commit,
            }
            for runs in experiment.runs
            for seed, record in runs.records.items()
        ]
    )
