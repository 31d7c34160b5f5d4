"""An experiment as one HTML file: conclusions, charts, tables, gates and every training's origin."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from se_explorer.language import _
from se_explorer.report.experiment_charts import cost_chart, curve_chart, difference_chart, final_chart, gate_charts
from se_explorer.report.experiment_tables import (
    Names,
    cost_table,
    difference_table,
    final_table,
    gate_table,
    run_table,
)
from se_explorer.report.experiment_words import tell_comparison, tell_scope, tell_unlike
from se_explorer.report.page import document_html
from se_explorer.report.parts import Chart, Part, Section, Table, Text
from se_explorer.training.experiments import Experiment, Runs, compared, unlike

__all__ = ["conclusions", "experiment_html"]


def conclusions(experiment: Experiment, base: Runs, names: Names) -> list[str]:
    """What can and cannot be concluded, in Markdown: a text a comparison, the scope, and what differs besides."""
    found = compared(experiment, base)
    family = sum(each.p is not None for each in found.values())  # those that Holm's procedure adjusts for
    told = [tell_comparison(each, names[key], names[base.key], family) for key, each in found.items()]
    return [text for text in (*told, tell_scope(experiment, base), tell_unlike(unlike(experiment))) if text]


def _results(experiment: Experiment, base: Runs, named: Callable[[], Names]) -> list[Part]:
    names = named()
    found = compared(experiment, base)
    parts: list[Part] = [
        Chart(final_chart(experiment, names, "light"), "accuracy"),
        Table(lambda: final_table(experiment, named()), "accuracy", _("Accuracy by recipe")),
    ]
    if found:
        parts += [
            Chart(difference_chart(found, names[base.key], names, "light"), "differences"),
            Table(lambda: difference_table(found, base, named()), "differences", _("Differences seed by seed")),
        ]
    kinds = [Chart(curve_chart(experiment, kind, names, "light"), kind) for kind in ("loss", "validation")]
    return [*parts, *kinds]


def _cost(experiment: Experiment, base: Runs, named: Callable[[], Names]) -> list[Part]:
    chart = cost_chart(experiment, named(), "light")
    table = Table(lambda: cost_table(experiment, base, named()), "cost", _("Cost by recipe"))
    return [table] if chart is None else [Chart(chart, "cost"), table]


def _gates(experiment: Experiment, names: Names) -> list[Part]:
    parts: list[Part] = []
    for runs in experiment.runs:
        record = runs.first
        if record.gates and record.gates[0].blocks:
            parts.append(Text(_("{name}, seed {seed}").format(name=names[runs.key], seed=record.seed)))
            parts += [
                Chart(chart, f"gates-{runs.key}-{place}")
                for place in range(len(record.gates[0].blocks))
                for chart in gate_charts(record, place, "light")
            ]
            parts.append(Table(partial(gate_table, record), f"gates-{runs.key}", _("Gates at first and at last")))
    return parts


def experiment_html(experiment: Experiment, base: Runs, named: Callable[[], Names], title: str) -> str:
    """The file, in the language in force, its CSV files in English.

    Args:
        named: gives the recipes' names in the language in force, plain text.
        title: plain text too.
    """
    names = named()
    recipes = [Text(runs.first.recipe) for runs in experiment.runs]
    sections = [
        Section(_("What can be concluded"), [Text(t.replace("**", "")) for t in conclusions(experiment, base, names)]),
        Section(_("Accuracy"), _results(experiment, base, named)),
        Section(_("Cost"), _cost(experiment, base, named)),
        Section(_("Gates from the initialisation on"), _gates(experiment, names)),
        Section(_("Every training"), [Table(lambda: run_table(experiment), "trainings", _("All trainings")), *recipes]),
    ]
    shown = [section for section in sections if section.parts]
    return document_html(_("SE Explorer: {title}").format(title=title), shown, f"experiment-{experiment.name or 'own'}")
