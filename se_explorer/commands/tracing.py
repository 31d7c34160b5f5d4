"""``trace``: one picture through a network."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
from rich.table import Table

from se_explorer.commands.console import run_text, table_console
from se_explorer.commands.opening import open_noted
from se_explorer.engine import EditPlan, Engine, Trace
from se_explorer.errors import EditPlanError
from se_explorer.images import load_picture
from se_explorer.language import _, decimal, later, percent

__all__ = ["named_donor", "run"]

SAVED_DIGITS = 9  # enough to give a float32 back exactly


def _numbers(values: np.ndarray) -> list[float]:
    return [float(f"{value:.{SAVED_DIGITS}g}") for value in values]


def as_table(trace: Trace) -> dict[str, Any]:
    """A trace as plain values, for JSON."""
    return {
        "model": trace.model,
        "device": trace.device,
        "weights": trace.weights,
        "edits": str(trace.plan),
        "predictions": [
            {"label": p.label, "index": p.index, "probability": p.probability, "logit": p.logit} for p in trace.top(5)
        ],
        "blocks": [
            {
                "name": block.block.name,
                "path": block.block.path,
                "channels": block.block.facts.channels,
                "reduction": block.block.facts.reduction,
                "gate": block.block.facts.gate,
                "squeeze": _numbers(block.squeeze),
                "hidden": _numbers(block.hidden),
                "gates": _numbers(block.gates),
            }
            for block in trace.blocks
        ],
    }


def _print(trace: Trace, engine: Engine) -> None:
    console = table_console()
    told = run_text(trace.model, trace.weights, trace.device)
    console.print(_("{run}, edits: {edits}").format(run=told, edits=str(trace.plan) or _("none")), soft_wrap=True)
    answers = Table(title=_("Answer"))
    for column in (_("class"), _("probability"), _("logit")):
        answers.add_column(column, overflow="fold")
    for answer in trace.top(5):
        answers.add_row(answer.label, percent(answer.probability, 2), decimal(answer.logit, 3))
    console.print(answers)
    table = Table(title=_("Every SE block"))
    for column in (_("block"), _("module")):
        table.add_column(column, overflow="fold", no_wrap=True)
    for column in (_("channels"), "r", _("mean z"), _("mean gate"), _("least gate"), _("largest gate")):
        table.add_column(column, overflow="fold")
    for block in trace.blocks:
        facts, gates = block.block.facts, block.gates
        shown = [decimal(float(value), 3) for value in (block.squeeze.mean(), gates.mean(), gates.min(), gates.max())]
        table.add_row(block.block.name, block.block.path, str(facts.channels), f"{facts.reduction:g}", *shown)
    console.print(table)
    for gate in engine.unsupported:
        told = _("Not opened up: {path}, {kind} ({reason}).")
        console.print(told.format(path=gate.path, kind=gate.kind, reason=gate.reason))
    if not engine.traced:
        console.print(_("This network cannot be traced; it ran with hooks, the slow path."))


def named_donor(text: str) -> tuple[str, Path]:
    key, equals, path = text.partition("=")
    if not (key and equals and path):
        raise EditPlanError(later("KEY=IMAGE"), repr(text), later("Write, for example, --donor cat=cat.jpg."))
    return key, Path(path)


def run(
    image: Path,
    model: str,
    weights: str,
    labels: Path | None,
    plan: EditPlan,
    donors: list[str],
    device: str | None,
    as_json: bool,
) -> None:
    """Trace a picture and print what was found."""
    picture = load_picture(image)
    engine = Engine(open_noted(model, weights, labels), device)
    others = {key: engine.trace(load_picture(path)).gates for key, path in map(named_donor, donors)}
    trace = engine.trace(picture, plan, donors=others)
    if as_json:
        print(json.dumps(as_table(trace)))
    else:
        _print(trace, engine)
