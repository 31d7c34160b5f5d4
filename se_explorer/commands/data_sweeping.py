"""``sweep`` over a labelled folder: what blocks are worth over data, modes side by side."""

from __future__ import annotations

import os
from pathlib import Path

from se_explorer.analysis.data_sweep import DataSweeper
from se_explorer.analysis.data_sweep_record import write_data_sweep
from se_explorer.commands.console import table_console
from se_explorer.commands.data_tables import print_data_sweep
from se_explorer.commands.evaluating import labelled_folder
from se_explorer.commands.machines import HERE, Machines
from se_explorer.commands.opening import open_noted
from se_explorer.commands.progress import progress_bar
from se_explorer.errors import DataError
from se_explorer.language import _, later

__all__ = ["run"]


def _check_place(out: Path) -> None:
    """Refuse what could not be written before minutes are spent.

    Raises:
        DataError: the place is a folder, or lies where nothing can be written.
    """
    folder = out.parent
    if out.is_dir() or not folder.is_dir() or not os.access(folder, os.W_OK):
        raise DataError(later("a file in a folder that can be written to"), str(out), later("Choose another place."))


def run(
    folder: Path,
    model: str,
    weights: str,
    labels: Path | None,
    kind: str,
    modes: str | None,
    device: str | None,
    as_json: bool,
    out: Path | None,
    machines: Machines = HERE,
) -> None:
    """Sweep over the data, print, and write the record if asked to. Nothing is written of a sweep that is stopped."""
    if out is not None:
        _check_place(out)
    network = open_noted(model, weights, labels)
    listing = labelled_folder(folder, network)
    asked = modes or ("off,mean" if network.gate_means else "off")
    with machines.opened(network, device) as place:
        sweeper = DataSweeper(place.engine, listing, kind, [mode.strip() for mode in asked.split(",")])
        with progress_bar(_("sweeping")) as report:
            sweep = sweeper.run(report, place.pool)
    if out is not None:
        write_data_sweep(out, sweep)
    if as_json:
        print(sweep.model_dump_json())
        return
    console = table_console()
    print_data_sweep(console, sweep, str(listing.root))
    if out is not None:
        console.print(_("Written to {path}.").format(path=out), soft_wrap=True)
