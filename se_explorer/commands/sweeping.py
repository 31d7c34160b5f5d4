"""``sweep``: many edits of one picture's run, each with what it changed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from rich.table import Table

from se_explorer.analysis import Sweep, Sweeper
from se_explorer.commands.console import table_console
from se_explorer.commands.progress import progress_bar
from se_explorer.engine import Engine, Prediction
from se_explorer.errors import TraceError
from se_explorer.images import load_picture
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
    raise TraceError("a class of the network, by number, label or id", repr(text), "See trace for some of its classes.")


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
    console.print(f"{sweep.model} ({sweep.weights}) on {sweep.device}: {sweep.kind}, {sweep.mode}", soft_wrap=True)
    target, answer = sweep.baseline.target, sweep.baseline.answer
    console.print(f"watched: {target.label}, {target.probability:.2%}, logit {target.logit:.3f}", soft_wrap=True)
    console.print(f"answer: {answer.label}, {answer.probability:.2%}", soft_wrap=True)
    with_interaction = any(row.interaction is not None for row in sweep.rows)
    table = Table(title="Effects of the edits")
    for column in ("edits", "logit", "probability", "KL, nats", "answer", *(["interaction"] * with_interaction)):
        table.add_column(column, overflow="fold")
    for row in sweep.rows:
        numbers = [f"{row.target_logit_delta:+.4f}", f"{row.target_probability_delta:+.2%}", f"{row.kl:.5f}"]
        flipped = "another" if row.flipped else "the same"
        interaction = "" if row.interaction is None else f"{row.interaction:+.4f}"
        table.add_row(str(row.edits), *numbers, flipped, *([interaction] * with_interaction))
    console.print(table)
    console.print(
        f"{len(sweep.rows)} rows in {sweep.seconds:.2f} s, worth {sweep.forward_equivalents:.2f} forward passes "
        f"by multiply-adds{'' if sweep.shared else '; its rows could not share one pass'}"
    )


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
    with progress_bar("sweeping") as report:
        sweep = sweeper.run(report)
    if as_json:
        print(json.dumps(as_table(sweep)))
    else:
        _print(sweep)
