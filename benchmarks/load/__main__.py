"""``python -m benchmarks.load``: see docs/deployment.md."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Annotated, Any

import torch
import typer
from rich.console import Console
from rich.table import Table

from benchmarks.load.crowd import Load, Soak, measure_load, measure_soak
from benchmarks.machine import this_machine
from benchmarks.server import running_server
from se_explorer.engine import Engine
from se_explorer.engine.device import choose_device
from se_explorer.models import open_network

app = typer.Typer(add_completion=False)
TTL = 2  # seconds that the server keeps a session whose connection is gone; 120 unless it is told otherwise
TARGET = 2.0  # seconds, the 95th percentile of a toggle


def _load_tables(console: Console, found: Load) -> None:
    left = f"{found.sessions} sessions at once, {found.left_midway} of them left midway; {found.seconds:.0f} s in all"
    table = Table(title=left, title_justify="left")
    for column in ("action", "count", "alone, median s", "median s", "p95 s", "p99 s"):
        table.add_column(column, justify="left" if column == "action" else "right")
    for each in found.kinds:
        times = (each.alone, each.median, each.p95, each.p99)
        table.add_row(each.kind, str(each.count), *(f"{seconds:.2f}" for seconds in times))
    console.print(table)
    back = "back within 10 %" if found.back else "NOT back within 10 %"
    memory = (found.fresh, found.before, found.peak, found.after)
    told = "Server's memory, MiB: {:.0f} fresh, {:.0f} before, {:.0f} at its peak, {:.0f} after".format(*memory)
    console.print(f"{told}: {back}.", highlight=False)
    p95 = next((each.p95 for each in found.kinds if each.kind == "toggle"), None)
    if p95 is not None:
        console.print(f"Toggle, p95: {p95:.2f} s; wanted on 2 idle cores: {TARGET:.0f} s.", highlight=False)


def _soak_lines(console: Console, found: Soak) -> None:
    console.print(
        f"Soak: {found.actions} actions of {found.sessions} sessions in {found.seconds / 60:.1f} minutes. Server's "
        f"memory, MiB: {found.before:.0f} before, {found.peak:.0f} at its peak, {found.after:.0f} after; over the "
        f"second half it rose by {found.slope:+.1f} a minute.",
        highlight=False,
    )


def _faults(console: Console, faults: tuple[str, ...]) -> None:
    console.print(f"Errors and mix-ups: {len(faults)}", highlight=False)
    for fault in faults[:20]:
        console.print(f"  {fault}", style="red", highlight=False, markup=False)


@app.command()
def main(
    sessions: Annotated[int, typer.Option(min=1, max=500, help="That are open at once.")] = 30,
    looks: Annotated[
        float,
        typer.Option(min=0, help="Seconds for which each looks at what it sees, half to one and a half; 0: none."),
    ] = 10.0,
    soak: Annotated[float, typer.Option(min=0, help="Minutes of crowd after crowd, afterwards.")] = 0.0,
    actions: Annotated[int, typer.Option(min=0, help="A soak of so many actions instead.")] = 0,
    only_soak: Annotated[bool, typer.Option(help="Leave the measured crowd out.")] = False,
    json_wanted: Annotated[bool, typer.Option("--json", help="Print JSON instead of tables.")] = False,
) -> None:
    """Sessions on a server of the app, each with a picture of its own, each checked against the engine itself."""
    progress, console = Console(stderr=True), Console(width=140)

    def report(text: str) -> None:
        progress.print(text, style="dim", highlight=False)

    torch.set_num_threads(1)  # this side of the wire is to leave the machine to the server
    machine, engine = this_machine(choose_device("cpu")), Engine(open_network(), "cpu")
    told: dict[str, Any] = {"machine": asdict(machine)}
    faults: tuple[str, ...] = ()
    with running_server(environment={"STREAMLIT_SERVER_DISCONNECTED_SESSION_TTL": str(TTL)}) as server:
        if not only_soak:
            load = measure_load(engine, server, sessions, TTL, report, looks)
            told["load"], faults = load.as_json(), load.faults
        if soak or actions:
            enough = (lambda count, _: count >= actions) if actions else (lambda _, seconds: seconds >= 60 * soak)
            soaked = measure_soak(engine, server, sessions, TTL, enough, report)
            told["soak"], faults = soaked.as_json(), (*faults, *soaked.faults)
    if json_wanted:
        print(json.dumps(told, indent=2))
    else:
        console.print(
            f"{machine.cpu}, {machine.cores} cores, load of the minute before {machine.load}", highlight=False
        )
        if not only_soak:
            _load_tables(console, load)
        if soak or actions:
            _soak_lines(console, soaked)
        _faults(console, faults)
    raise typer.Exit(1 if faults else 0)


if __name__ == "__main__":
    app()
