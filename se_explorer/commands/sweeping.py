"""``sweep``: many edits of one picture's run, each with what it changed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from rich.table import Table

from se_explorer.analysis import Sweep, Sweeper
from se_explorer.commands.console import run_text, table_console
from se_explorer.commands.progress import progress_bar
from se_explorer.engine import Engine, Prediction
from se_explorer.errors import TraceError
from se_explorer.images import load_picture
from se_explorer.language import _, decimal, later, ngettext, percent
from se_explorer.models import Network, open_network

__all__ = ["class_index", "run"]


def class_index(network: Network, text: str | None) -> int | None:
    """A class by its number, its label or the data set's own name for it."""
    if text is None:
        return None
    if text.isascii() and text.isdigit():
        return int(text)
    for names in (network.labels, network.class_ids):
        if text in names:
            return names.index(text)
    expected = later("a class of the network, by number, label or id")
    raise TraceError(expected, repr(text), later("See trace for some of its classes."))


def _prediction(prediction: Prediction) -> dict[str, Any]:
    return {
        "label": prediction.label,
        "index": prediction.index,
        "probability": prediction.probability,
        "logit": prediction.logit,
    }


def as_table(sweep: Sweep) -> dict[str, Any]:
    """A sweep as plain values, for JSON."""
    rows = []
    for row in sweep.rows:
        told: dict[str, Any] = {
            "edits": str(row.edits),
            "target_logit_delta": row.target_logit_delta,
            "target_probability_delta": row.target_probability_delta,
            "kl": row.kl,
            "flipped": row.flipped,
        }
        if row.interaction is not None:
            told["interaction"] = row.interaction
        rows.append(told)
    return {
        "model": sweep.model,
        "weights": sweep.weights,
        "device": sweep.device,
        "kind": sweep.kind,
        "mode": sweep.mode,
        "baseline": {"target": _prediction(sweep.baseline.target), "answer": _prediction(sweep.baseline.answer)},
        "rows": rows,
        "seconds": sweep.seconds,
        "forward_equivalents": sweep.forward_equivalents,
        "one_pass": sweep.shared,
    }


def _print(sweep: Sweep) -> None:
    console = table_console()
    told = run_text(sweep.model, sweep.weights, sweep.device)
    console.print(_("{run}: {kind}, {mode}").format(run=told, kind=sweep.kind, mode=sweep.mode), soft_wrap=True)
    target, answer = sweep.baseline.target, sweep.baseline.answer
    watched = _("watched: {label}, {probability}, logit {logit}")
    odds, logit = percent(target.probability, 2), decimal(target.logit, 3)
    console.print(watched.format(label=target.label, probability=odds, logit=logit), soft_wrap=True)
    answered = _("answer: {label}, {probability}")
    console.print(answered.format(label=answer.label, probability=percent(answer.probability, 2)), soft_wrap=True)
    console.print(_effects(sweep))
    console.print(_cost(sweep))


def _cost(sweep: Sweep) -> str:
    """How long a sweep took, and what it was worth."""
    rows = ngettext("{count} row", "{count} rows", len(sweep.rows)).format(count=len(sweep.rows))
    told = _("{rows} in {seconds} s, worth {passes} forward passes by multiply-adds")
    if not sweep.shared:
        told = _(
            "{rows} in {seconds} s, worth {passes} forward passes by multiply-adds; its rows could not share one pass"
        )
    return told.format(rows=rows, seconds=decimal(sweep.seconds, 2), passes=decimal(sweep.forward_equivalents, 2))


def _effects(sweep: Sweep) -> Table:
    with_interaction = any(row.interaction is not None for row in sweep.rows)
    table = Table(title=_("Effects of the edits"))
    columns = (_("edits"), _("logit"), _("probability"), _("KL, nats"), _("answer"))
    for column in (*columns, *([_("interaction")] * with_interaction)):
        table.add_column(column, overflow="fold")
    for row in sweep.rows:
        numbers = [f"{row.target_logit_delta:+.4f}", f"{row.target_probability_delta:+.2%}", f"{row.kl:.5f}"]
        flipped = _("another") if row.flipped else _("the same")
        interaction = "" if row.interaction is None else f"{row.interaction:+.4f}"
        table.add_row(str(row.edits), *numbers, flipped, *([interaction] * with_interaction))
    return table


def run(
    image: Path,
    model: str,
    weights: str,
    kind: str,
    mode: str,
    target: str | None,
    edits: str,
    device: str | None,
    as_json: bool,
) -> None:
    """Sweep and print."""
    picture = load_picture(image)
    network = open_network(model, weights)
    sweeper = Sweeper(
        Engine(network, device), picture, kind, mode=mode, plan=edits, target=class_index(network, target)
    )
    with progress_bar(_("sweeping")) as report:
        sweep = sweeper.run(report)
    if as_json:
        print(json.dumps(as_table(sweep)))
    else:
        _print(sweep)
