"""Experiments: where every training comes from, and all of an experiment as files."""

from __future__ import annotations

import json
from collections.abc import Iterable

import streamlit as st

from se_explorer.language import _, current_language, language, list_of, whole
from se_explorer.report.experiment_page import experiment_html
from se_explorer.report.experiment_tables import run_table
from se_explorer.training.experiments import Runs
from se_explorer.ui.escaping import plain_label
from se_explorer.ui.experiments import Shown, experiment_title
from se_explorer.ui.tables import offer_csv, offer_json

__all__ = ["draw_files"]


def _verbatim(text: str) -> str:
    """A stranger's text as code, in which no markup means anything."""
    shown = plain_label(text, 200).replace("`", "'")
    return f"`{shown}`"


def _each(texts: Iterable[str]) -> str:
    """What the trainings of a recipe say, each once: seeds may come from several machines."""
    return _verbatim(", ".join(sorted(set(texts))))


def draw_files(shown: Shown) -> None:
    """Where each training comes from, and everything as files."""
    st.header(_("Every training"), divider="gray")
    table, title, spoken = run_table(shown.experiment), experiment_title(shown.experiment.name), current_language()
    st.caption(
        _("{count} trainings. Each file has recipe, seed, commit, software, machine, curve and gates.").format(
            count=whole(len(table))
        )
    )

    def report() -> str:
        with language(spoken):
            return experiment_html(shown.experiment, shown.base, lambda: shown.names, title)

    def records() -> str:
        runs = shown.experiment.runs
        return json.dumps([r.model_dump(mode="json") for each in runs for r in each.records.values()])

    name = f"se-explorer-experiment-{shown.key}"
    with st.container(horizontal=True):
        st.download_button(
            _("Report (HTML)"),
            report,
            f"{name}.html",
            "text/html",
            on_click="ignore",
            key="_experiment_html",
            help=_("Conclusions, charts, tables and recipes in one file that opens without a network."),
        )
        offer_csv(lambda: run_table(shown.experiment), f"experiment-{shown.key}", label=_("Trainings as CSV"))
        offer_json(records, f"experiment-{shown.key}", _("Records as JSON"))
    for runs in shown.experiment.runs:
        _draw_recipe(runs, shown)


def _draw_recipe(runs: Runs, shown: Shown) -> None:
    with st.expander(_("Recipe: {name}").format(name=shown.spoken[runs.key])):
        records = tuple(runs.records.values())
        st.caption(
            _("Seeds {seeds}; commit {commits}; {device}, {processor}, threads: {threads}.").format(
                seeds=list_of(runs.records),
                commits=_each(record.commit for record in records),
                device=_each(record.device for record in records),
                processor=_each(record.machine.processor for record in records),
                threads=list_of(sorted({record.software.threads for record in records})),
            )
        )
        st.code(runs.first.recipe, language="toml")
