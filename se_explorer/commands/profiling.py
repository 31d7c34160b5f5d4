"""``profile``: what every gate and squeeze does over a labelled data set, in one file."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

from rich.table import Table

from se_explorer.analysis import Profile, Resumption, measure_profile, open_share, save_profile, specificity
from se_explorer.analysis.profile_partial import SAVE_SECONDS, partial_path
from se_explorer.commands.console import error_console, table_console
from se_explorer.commands.opening import open_noted
from se_explorer.commands.progress import progress_bar
from se_explorer.engine import Engine
from se_explorer.errors import ProfileError
from se_explorer.images import open_pictures

__all__ = ["run"]

TOLD = 10  # unreadable pictures


def as_table(profile: Profile, out: Path) -> dict[str, Any]:
    """What a profile says of itself and of each block, as plain values; the arrays are in the file."""
    header = profile.header.model_dump(mode="json", exclude={"pictures", "blocks"})
    blocks = [
        {
            "name": block.name,
            "channels": block.channels,
            "mean_gate": float(block.gates.mean.mean()),
            "open_share": open_share(block),
            "explained_by_class": each.explained_mean,
            "explained_by_chance": each.explained_by_chance,
            "information_nats": each.information_mean,
            "information_by_chance_nats": each.information_by_chance,
        }
        for block, each in zip(profile.blocks, specificity(profile), strict=True)
    ]
    return {
        "file": str(out),
        "count": profile.count,
        "exact_quantiles": profile.header.exact,
        **header,
        "blocks": blocks,
    }


def _print(profile: Profile, out: Path) -> None:
    console, header = table_console(), profile.header
    split = f", {header.data.split}" if header.data.split else ""
    console.print(f"{header.model} ({header.weights}) on {header.device}", soft_wrap=True)
    console.print(
        f"{header.data.name}{split}: {profile.count} pictures of {len(profile.classes)} classes, "
        f"{len(header.unreadable)} unreadable",
        soft_wrap=True,
    )
    table = Table(title="Gates over the data")
    for column in ("block", "channels", "mean gate", "open", "explained by class", "information, nats", "by chance"):
        table.add_column(column, overflow="fold", no_wrap=column == "block")
    for block, each in zip(profile.blocks, specificity(profile), strict=True):
        numbers = (block.gates.mean.mean(), open_share(block), each.explained_mean)
        told = (f"{each.information_mean:.4f}", f"{each.information_by_chance:.4f}")
        table.add_row(block.name, str(block.channels), *(f"{number:.3f}" for number in numbers), *told)
    console.print(table)
    console.print(
        f"Open: share of channels whose median gate is at least 0.9. The classes' entropy is "
        f"{profile.class_entropy:.4f} nats. Quantiles and information come from "
        + ("every picture." if header.exact else f"at most {header.sample.limit} pictures a class."),
        soft_wrap=True,
    )
    for each_unreadable in header.unreadable[:TOLD]:
        console.print(f"{each_unreadable.name}: {each_unreadable.reason}", soft_wrap=True)
    console.print(f"Written to {out}", soft_wrap=True)


def _checked(out: Path) -> Path:
    """A place that can be written to: better told now than after hours."""
    if out.is_dir():
        raise ProfileError("the name of a file to write", f"{out}, a folder", "Give --out FOLDER/NAME.safetensors.")
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ProfileError(
            "a folder to write to", f"{out.parent}: {error.strerror or error}", "Give another --out."
        ) from error
    if not os.access(out.parent, os.W_OK):
        raise ProfileError("a folder to write to", f"{out.parent}, which may not be written to", "Give another --out.")
    return out


def run(
    folder: str,
    model: str,
    weights: str,
    labels: Path | None,
    device: str | None,
    batch: int,
    out: Path,
    resume: bool,
    compact: bool,
    as_json: bool,
) -> None:
    """Profile, write and print."""
    target = _checked(out)
    data = open_pictures(folder)
    engine = Engine(open_noted(model, weights, labels), device)
    console = error_console()
    partial = partial_path(target)
    resumption = Resumption(partial, resume, SAVE_SECONDS, console.print)
    with progress_bar("profiling") as report:
        profile = measure_profile(engine, data, batch=batch, resumption=resumption, report=report)
    save_profile(profile, target, compact=compact)
    partial.unlink(missing_ok=True)
    if as_json:
        print(json.dumps(as_table(profile, target)))
    else:
        _print(profile, target)
