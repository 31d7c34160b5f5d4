"""``profile``: what every gate and squeeze does over a labelled data set, in one file."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

from rich.table import Table

from se_explorer.analysis import Profile, Resumption, measure_profile, open_share, save_profile, specificity
from se_explorer.analysis.profile_partial import SAVE_SECONDS, partial_path
from se_explorer.commands.console import error_console, run_text, table_console
from se_explorer.commands.machines import HERE, Machines
from se_explorer.commands.opening import open_noted
from se_explorer.commands.progress import progress_bar
from se_explorer.errors import ProfileError
from se_explorer.files import unreadable
from se_explorer.images import open_pictures
from se_explorer.language import _, decimal, later, ngettext, whole

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


def _pictures(profile: Profile) -> str:
    """What a profile was measured over."""
    header = profile.header
    name = header.data.name
    if header.data.split:
        name = _("{data}, {split}").format(data=name, split=header.data.split)
    pictures = ngettext("{count} picture", "{count} pictures", profile.count).format(count=whole(profile.count))
    classes = ngettext("{count} class", "{count} classes", len(profile.classes))
    classes, unreadable = classes.format(count=whole(len(profile.classes))), whole(len(header.unreadable))
    told = _("{data}: {pictures} of {classes}, {unreadable} unreadable")
    return told.format(data=name, pictures=pictures, classes=classes, unreadable=unreadable)


def _print(profile: Profile, out: Path) -> None:
    console, header = table_console(), profile.header
    console.print(run_text(header.model, header.weights, header.device), soft_wrap=True)
    console.print(_pictures(profile), soft_wrap=True)
    table = Table(title=_("Gates over the data"))
    table.add_column(_("block"), overflow="fold", no_wrap=True)
    columns = (_("channels"), _("mean gate"), _("open"), _("explained by class"), _("information, nats"))
    for column in (*columns, _("by chance")):
        table.add_column(column, overflow="fold")
    for block, each in zip(profile.blocks, specificity(profile), strict=True):
        numbers = (block.gates.mean.mean(), open_share(block), each.explained_mean)
        told = (decimal(each.information_mean, 4), decimal(each.information_by_chance, 4))
        table.add_row(block.name, str(block.channels), *(decimal(float(number), 3) for number in numbers), *told)
    console.print(table)
    explained = _("Open: share of channels whose median gate is at least 0.9. The classes' entropy is {entropy} nats.")
    source = _("Quantiles and information come from every picture.")
    if not header.exact:
        source = _("Quantiles and information come from at most {limit} pictures a class.")
    entropy, limit = decimal(profile.class_entropy, 4), whole(header.sample.limit)
    console.print(explained.format(entropy=entropy), source.format(limit=limit), soft_wrap=True)
    for each_unreadable in header.unreadable[:TOLD]:
        console.print(f"{each_unreadable.name}: {each_unreadable.reason}", soft_wrap=True)
    console.print(_("Written to {path}.").format(path=out), soft_wrap=True)


def _checked(out: Path) -> Path:
    """A place that can be written to: better told now than after hours."""
    if out.is_dir():
        raise ProfileError(
            later("the name of a file to write"),
            later("{path}, a folder", path=out),
            later("Give --out FOLDER/NAME.safetensors."),
        )
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ProfileError(
            later("a folder to write to"), unreadable(out.parent, error), later("Give another --out.")
        ) from error
    if not os.access(out.parent, os.W_OK):
        received = later("{path}, which may not be written to", path=out.parent)
        raise ProfileError(later("a folder to write to"), received, later("Give another --out."))
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
    machines: Machines = HERE,
) -> None:
    """Profile, write and print."""
    target = _checked(out)
    data = open_pictures(folder)
    network = open_noted(model, weights, labels)
    console = error_console()
    partial = partial_path(target)
    resumption = Resumption(partial, resume, SAVE_SECONDS, console.print)
    with machines.opened(network, device) as place, progress_bar(_("profiling")) as report:
        profile = measure_profile(
            place.engine, data, batch=batch, resumption=resumption, report=report, pool=place.pool
        )
    save_profile(profile, target, compact=compact)
    partial.unlink(missing_ok=True)
    if as_json:
        print(json.dumps(as_table(profile, target)))
    else:
        _print(profile, target)
