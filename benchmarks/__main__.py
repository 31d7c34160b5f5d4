"""``python -m benchmarks``: ratios of medians of interleaved runs, with their spread."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from benchmarks.engine import measure_engine
from benchmarks.sweep import measure_sweeps, measure_toggles
from benchmarks.timing import Ratio, matmul_speed
from se_explorer.engine import Engine
from se_explorer.models import DEFAULT_MODEL, open_network

# Random weights take the same time as trained ones, and need no download.
OTHERS = (
    "timm:seresnet50",
    "timm:legacy_seresnet18",
    "timm:efficientnet_b0",
    "timm:mobilenetv3_large_100",
    "timm:regnety_016",
)


def _print(ratios: list[Ratio], gigaflops: float, device: str) -> None:
    table = Table(title=f"{device}: {gigaflops:.1f} G multiply-adds a second in a float32 matrix product")
    for column in ("what", "over", "ratio", "quartiles", "ms", "peer ms", "runs"):
        table.add_column(column)
    for each in ratios:
        spread = f"{each.low:.3f} to {each.high:.3f}"
        numbers = (f"{each.value:.3f}", spread, f"{each.ours_ms:.1f}", f"{each.peer_ms:.1f}", str(each.runs))
        table.add_row(each.name, each.peer, *numbers)
    Console().print(table)


def main(
    quick: Annotated[bool, typer.Option(help="Fewer runs, the bundled network alone.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON instead of a table.")] = False,
    device: Annotated[str | None, typer.Option(help="cuda, mps or cpu; by default the best there is.")] = None,
) -> None:
    """Measure the headline figures beside their peers."""
    engines = [(DEFAULT_MODEL, "pretrained")] + ([] if quick else [(name, "random:0") for name in OTHERS])
    ratios: list[Ratio] = []
    for model, weights in engines:
        engine = Engine(open_network(model, weights), device)
        ratios += measure_engine(engine, 10 if quick else 20)
        ratios += measure_toggles(engine, 10 if quick else 20)
        ratios += measure_sweeps(engine, 2 if quick else 7)
    gigaflops = matmul_speed(engine.device)
    if as_json:
        print(json.dumps({"device": str(engine.device), "gmacs": gigaflops, "ratios": [asdict(r) for r in ratios]}))
    else:
        _print(ratios, gigaflops, str(engine.device))


if __name__ == "__main__":
    typer.run(main)
