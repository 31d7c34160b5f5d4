"""``describe``: what a network is made of and what its SE blocks cost."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from rich.table import Table

from se_explorer.analysis.complexity import Architecture, BlockCost
from se_explorer.analysis.complexity_equation5 import Account, account
from se_explorer.analysis.outline import architecture_without_weights
from se_explorer.analysis.stages import Excite, Stage
from se_explorer.analysis.stages_text import step_text
from se_explorer.analysis.stages_watch import Layer, Pool
from se_explorer.commands.console import table_console

__all__ = ["run"]


def _texts(steps: Iterable[Layer | Pool | Excite], stride: bool) -> list[str]:
    return [step_text(step, stride=stride) for step in steps]


def _stage(stage: Stage) -> dict[str, Any]:
    return {
        "stage": stage.number,
        "output": [stage.height, stage.width],
        "se_blocks": stage.se_blocks,
        "units": [
            {"count": row.count, "layers": _texts(row.steps, False), "beside": _texts(row.beside, False)}
            for row in stage.rows
        ],
        "shortcuts": _texts(stage.shortcuts, True),
    }


def _block(block: BlockCost) -> dict[str, Any]:
    facts = block.facts
    return {
        "name": block.name,
        "path": block.path,
        "channels": facts.channels,
        "height": block.height,
        "width": block.width,
        "hidden_units": facts.hidden_units,
        "reduction": facts.reduction if facts.hidden_units else None,
        "gate": facts.gate,
        "squeeze": facts.squeeze,
        "bias": facts.bias,
        "parameters": facts.parameters,
        "excitation_macs": block.excitation_macs,
        "squeeze_operations": block.squeeze_operations,
        "scale_operations": block.scale_operations,
    }


def _equation5(result: Account) -> dict[str, Any]:
    return {
        "reduction": float(result.reduction),
        "equation5": float(result.equation5),
        "counted": result.counted,
        "difference": {departure.kind: float(departure.amount) for departure in result.departures},
    }


def as_json(found: Architecture) -> dict[str, Any]:
    """An architecture as plain values."""
    return {
        "model": found.id,
        "input_size": found.size,
        "classes": found.classes,
        "parameters": found.parameters,
        "se_parameters": found.se_parameters,
        "macs": found.macs,
        "se_macs": found.se_macs,
        "se_operations": found.se_operations,
        "stem": _texts(found.table.stem, True),
        "stages": [_stage(stage) for stage in found.table.stages],
        "head": _texts(found.table.head, True),
        "blocks": [_block(block) for block in found.blocks],
        "equation5": _equation5(account(found)),
    }


def _stage_table(found: Architecture) -> Table:
    table = Table(title="Stages")
    for column in ("stage", "output", "SE blocks", "units"):
        table.add_column(column, overflow="fold")
    table.add_row("stem", "", "", "; ".join(_texts(found.table.stem, True)))
    for stage in found.table.stages:
        units = [f"{row.count} x [ {' | '.join(_texts(row.steps, False))} ]" for row in stage.rows]
        size = f"{stage.height} x {stage.width}"
        table.add_row(str(stage.number), size, str(stage.se_blocks), "\n".join(units))
    table.add_row("head", "", "", "; ".join(_texts(found.table.head, True)))
    return table


def _block_table(found: Architecture) -> Table:
    table = Table(title="SE blocks")
    columns = ("block", "module", "C x H x W", "hidden", "r", "gate", "parameters", "excitation", "squeeze", "scale")
    for column in columns:
        table.add_column(column, overflow="fold")
    for block in found.blocks:
        facts = block.facts
        ratio = f"{facts.reduction:.4g}" if facts.hidden_units else "-"
        shape = f"{facts.channels} x {block.height} x {block.width}"
        counts = (facts.parameters, block.excitation_macs, block.squeeze_operations, block.scale_operations)
        table.add_row(
            block.name, block.path, shape, str(facts.hidden_units), ratio, facts.gate, *(f"{n:,}" for n in counts)
        )
    return table


def _print(found: Architecture) -> None:
    console = table_console()
    console.print(f"{found.id}, {found.size} px, {found.classes} classes")
    console.print(_stage_table(found))
    console.print(_block_table(found))
    extra = found.se_parameters / max(1, found.plain_parameters)
    console.print(
        f"Parameters: {found.parameters:,}; {found.se_parameters:,} of SE, +{extra:.1%} on the network without it"
    )
    operations = found.se_operations / max(1, found.plain_macs)
    console.print(
        f"Multiply-adds: {found.macs:,} by PyTorch's counter; SE +{found.se_macs / max(1, found.plain_macs):.2%}, "
        f"with squeeze and scaling (counted by hand) +{operations:.2%}"
    )
    result = account(found)
    terms = "".join(f" {float(term.amount):+,.6g} {term.kind}" for term in result.departures)
    console.print(
        f"Equation 5 at r = {float(result.reduction):.4g}: {float(result.equation5):,.10g};{terms or ' no difference'}"
    )


def run(model: str, as_json_text: bool) -> None:
    """Describe and print."""
    found = architecture_without_weights(model)
    if as_json_text:
        print(json.dumps(as_json(found), indent=2))
        return
    _print(found)
