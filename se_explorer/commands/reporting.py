"""``report``: one picture's way through a network as an HTML file."""

from __future__ import annotations

from pathlib import Path

from se_explorer.commands.console import error_console
from se_explorer.commands.opening import open_noted
from se_explorer.commands.sweeping import class_index
from se_explorer.commands.tracing import named_donor
from se_explorer.engine import Engine
from se_explorer.images import load_picture
from se_explorer.language import _, decimal
from se_explorer.notebook import report

__all__ = ["run"]


def run(
    image: Path,
    out: Path,
    model: str,
    weights: str,
    labels: Path | None,
    edits: str,
    donors: list[str],
    block: str | None,
    channel: int | None,
    mode: str,
    target: str | None,
    device: str | None,
) -> None:
    """Write the file and say where it lies."""
    picture = load_picture(image)
    network = open_noted(model, weights, labels)
    others = dict(map(named_donor, donors))
    watched = class_index(network, target)
    engine = Engine(network, device)
    path = report(engine, picture, out, edits, block=block, channel=channel, target=watched, mode=mode, donors=others)
    size = decimal(path.stat().st_size / 1e6, 1)
    error_console().print(_("Written: {path}, {size} MB").format(path=path, size=size))
