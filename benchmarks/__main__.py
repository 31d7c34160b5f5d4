"""``python -m benchmarks``: ratios of medians of interleaved runs, with their spread. See docs/benchmarks.md."""

from __future__ import annotations

import json
from typing import Annotated

import typer
from rich.console import Console

from benchmarks.effort import FULL, QUICK
from benchmarks.machine import this_machine
from benchmarks.report import as_json, print_tables
from benchmarks.results import Findings
from benchmarks.sections import NETWORKS, Progress, measure, names
from se_explorer.engine.device import choose_device

app = typer.Typer(add_completion=False)


def _sections(text: str | None) -> tuple[str, ...]:
    """The sections that are named.

    Raises:
        typer.BadParameter: one is none.
    """
    if text is None:
        return names()
    asked = tuple(name.strip() for name in text.split(","))
    unknown = [name for name in asked if name not in names()]
    if unknown:
        raise typer.BadParameter(f"expected some of {', '.join(names())}, received {', '.join(unknown)}")
    return asked


@app.command()
def main(
    quick: Annotated[bool, typer.Option(help="Fewer runs, and the bundled network alone.")] = False,
    json_wanted: Annotated[bool, typer.Option("--json", help="Print JSON instead of tables.")] = False,
    device: Annotated[str | None, typer.Option(help="cuda, mps or cpu; by default the best there is.")] = None,
    only: Annotated[str | None, typer.Option(help=f"Some of the sections {','.join(names())}.")] = None,
    model: Annotated[list[str] | None, typer.Option(help="A network of the catalog; may be repeated.")] = None,
) -> None:
    """Measure the headline figures beside their peers."""
    sections, progress = _sections(only), Console(stderr=True)
    machine = this_machine(choose_device(device))
    found = Findings()
    for each in measure(sections, model or (NETWORKS[:1] if quick else NETWORKS), QUICK if quick else FULL, device):
        if isinstance(each, Progress):
            progress.print(f"{each.section} {each.network}".strip(), style="dim", highlight=False)
        else:
            found += each
    if json_wanted:
        print(json.dumps(as_json(machine, found), indent=2))
    else:
        width = None if Console().is_terminal else 200
        print_tables(Console(width=width), machine, found)


if __name__ == "__main__":
    app()
