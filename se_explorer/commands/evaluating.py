"""``evaluate``: accuracy over a labelled folder."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from se_explorer.analysis import Evaluation, evaluate
from se_explorer.analysis.data_sweep import compare_plans
from se_explorer.analysis.data_sweep_record import DataSweep
from se_explorer.commands.console import pictures_text, run_text, table_console
from se_explorer.commands.data_tables import difference_lines, print_data_sweep, range_text
from se_explorer.commands.machines import HERE, Machines
from se_explorer.commands.opening import open_noted
from se_explorer.commands.progress import progress_bar
from se_explorer.engine import EditPlan
from se_explorer.errors import DataError
from se_explorer.images.folder import LabelledFolder, find_split, open_folder
from se_explorer.language import _, decimal, percent, whole
from se_explorer.models import Network

__all__ = ["labelled_folder", "run"]


def labelled_folder(folder: Path, network: Network) -> LabelledFolder:
    """The folder itself where its subfolders are the network's classes, else its validation split.

    Raises:
        DataError: it holds no class folders, or not those of the network.
    """
    try:
        split = find_split(folder, "val", "validation", "test")
    except DataError:
        split = folder
    listing = open_folder(split)
    listing.targets_for(network.class_ids, network.labels)
    return listing


def _figures(result: Evaluation) -> dict[str, Any]:
    low, high = result.interval
    return {
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


def _evaluation(sweep: DataSweep, plan: EditPlan) -> Evaluation:
    """The one plan of a comparison, as ``evaluate`` gives it."""
    (row,) = sweep.rows
    return Evaluation(
        sweep.model,
        sweep.weights,
        sweep.device,
        plan,
        sweep.count,
        row.right,
        row.right5,
        row.loss,
        sweep.unreadable,
    )


def _print(result: Evaluation, root: Path, network: Network, more: Sequence[str] = ()) -> None:
    console = table_console()
    told = run_text(result.model, result.weights, result.device)
    console.print(_("{run}, edits: {edits}").format(run=told, edits=str(result.plan) or _("none")), soft_wrap=True)
    console.print(f"{root}: {pictures_text(result.count, len(result.unreadable))}", soft_wrap=True)
    interval = range_text(*(percent(end, 2) for end in result.interval))
    told = _("top-1 {top1}, 95 % interval {interval} ({right} right)")
    console.print(told.format(top1=percent(result.top1, 2), interval=interval, right=whole(result.right)))
    console.print(_("top-5 {top5}, loss {loss}").format(top5=percent(result.top5, 2), loss=decimal(result.loss, 4)))
    for line in more:
        console.print(line, soft_wrap=True)
    for message in result.unreadable[:10]:
        console.print(str(message), soft_wrap=True)
    card = network.card
    if card is not None and network.weights == "pretrained":  # the card speaks of no other weights
        console.print(_("The card says {claim}.").format(claim=card.claim))


def run(
    folder: Path,
    model: str,
    weights: str,
    labels: Path | None,
    plans: Sequence[EditPlan],
    device: str | None,
    as_json: bool,
    machines: Machines = HERE,
) -> None:
    """Evaluate and print: the network as it is, or plans beside it, all in one pass over the data."""
    network = open_noted(model, weights, labels)
    listing = labelled_folder(folder, network)
    with machines.opened(network, device) as place:
        fitted = [place.engine.fit(plan) for plan in plans]
        with progress_bar(_("evaluating")) as report:
            if any(fitted):
                found: Evaluation | DataSweep = compare_plans(
                    place.engine, listing, fitted, report=report, pool=place.pool
                )
            else:
                found = evaluate(place.engine, listing, report=report, pool=place.pool)
    if isinstance(found, Evaluation):
        _tell(found, {}, listing.root, network, (), as_json)
    elif len(plans) > 1:
        _tell_all(found, listing.root, as_json)
    else:
        (row,) = found.rows
        against = row.difference.model_dump(mode="json")
        more = {"agreeing": row.agreeing, "baseline": found.baseline.model_dump(), "against_baseline": against}
        result = _evaluation(found, fitted[0])
        _tell(result, more, listing.root, network, () if as_json else difference_lines(row, found), as_json)


def _tell(
    result: Evaluation, more: dict[str, Any], root: Path, network: Network, lines: Sequence[str], as_json: bool
) -> None:
    if as_json:
        print(json.dumps(_figures(result) | more))
    else:
        _print(result, root, network, lines)


def _tell_all(sweep: DataSweep, root: Path, as_json: bool) -> None:
    if as_json:
        print(sweep.model_dump_json())
    else:
        print_data_sweep(table_console(), sweep, str(root))
