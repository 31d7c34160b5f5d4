"""``evaluate``: accuracy over a labelled folder."""

from __future__ import annotations

import json
from pathlib import Path

from se_explorer.analysis import Evaluation, evaluate
from se_explorer.commands.console import table_console
from se_explorer.commands.opening import open_noted
from se_explorer.commands.progress import progress_bar
from se_explorer.engine import EditPlan, Engine
from se_explorer.errors import DataError
from se_explorer.images.folder import LabelledFolder, find_split, open_folder
from se_explorer.models import Network

__all__ = ["run"]


def _listing(folder: Path, network: Network) -> LabelledFolder:
    """The folder itself where its subfolders are the network's classes, else its validation split."""
    try:
        split = find_split(folder, "val", "validation", "test")
    except DataError:
        split = folder
    listing = open_folder(split)
    listing.targets_for(network.class_ids, network.labels)
    return listing


def _as_json(result: Evaluation) -> str:
    low, high = result.interval
    return json.dumps(
        {
            "model": result.model,
            "weights": result.weights,
            "device": result.device,
            "edits": str(result.plan),
            "count": result.count,
            "right": result.right,
            "top1": result.top1,
            "top1_interval": [low, high],
            "top5": result.top5,
            "loss": result.loss,
            "unreadable": list(result.unreadable),
        }
    )


def run(
    folder: Path, model: str, weights: str, labels: Path | None, plan: EditPlan, device: str | None, as_json: bool
) -> None:
    """Evaluate and print."""
    network = open_noted(model, weights, labels)
    listing = _listing(folder, network)
    with progress_bar("evaluating") as report:
        result = evaluate(Engine(network, device), listing, plan, report=report)
    if as_json:
        print(_as_json(result))
        return
    low, high = result.interval
    console = table_console()
    console.print(
        f"{result.model} ({result.weights}) on {result.device}, edits: {result.plan or 'none'}", soft_wrap=True
    )
    console.print(f"{listing.root}: {result.count} pictures, {len(result.unreadable)} unreadable", soft_wrap=True)
    console.print(f"top-1 {result.top1:.2%}, 95 % interval {low:.2%} to {high:.2%} ({result.right} right)")
    console.print(f"top-5 {result.top5:.2%}, loss {result.loss:.4f}")
    for message in result.unreadable[:10]:
        console.print(message, soft_wrap=True)
    card = network.card
    if card is not None and network.weights == "pretrained":  # the card speaks of no other weights
        console.print(f"The card says {card.claim}.")
