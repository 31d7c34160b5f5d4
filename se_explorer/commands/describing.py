"""``describe``: what a network is made of and what its SE blocks cost."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from rich.table import Table

from se_explorer.analysis.complexity import Architecture, BlockCost
from se_explorer.analysis.complexity_equation5 import Account, DepartureKind, account
from se_explorer.analysis.outline import architecture_without_weights
from se_explorer.analysis.stages import Excite, Stage
from se_explorer.analysis.stages_text import step_text
from se_explorer.analysis.stages_watch import Layer, Pool
from se_explorer.commands.console import table_console
from se_explorer.language import _, ngettext, percent, whole

__all__ = ["run"]


def _texts(steps: Iterable[Layer | Pool | Excite], stride: bool) -> list[str]:
    return [step_text(step, stride=stride) for step in steps]


def _said(steps: Iterable[Layer | Pool | Excite], stride: bool) -> str:
    """The same for people, in one line."""
    return "; ".join(step_text(step, _, stride=stride) for step in steps)


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
    table = Table(title=_("Stages"))
    for column in (_("stage"), _("output"), _("SE blocks"), _("units")):
        table.add_column(column, overflow="fold")
    table.add_row(_("stem"), "", "", _said(found.table.stem, True))
    for stage in found.table.stages:
        units = [f"{row.count} x [ {_said(row.steps, False).replace('; ', ' | ')} ]" for row in stage.rows]
        size = f"{stage.height} x {stage.width}"
        table.add_row(str(stage.number), size, str(stage.se_blocks), "\n".join(units))
    table.add_row(_("head"), "", "", _said(found.table.head, True))
    return table


def _block_table(found: Architecture) -> Table:
    table = Table(title=_("Every SE block"))
    size = (_("block"), _("module"), "C x H x W", _("hidden"), "r", _("gate function"))
    for column in (*size, _("parameters"), _("excitation"), _("squeeze"), _("scale")):
        table.add_column(column, overflow="fold")
    for block in found.blocks:
        facts = block.facts
        ratio = f"{facts.reduction:.4g}" if facts.hidden_units else "-"
        shape = f"{facts.channels} x {block.height} x {block.width}"
        counts = (facts.parameters, block.excitation_macs, block.squeeze_operations, block.scale_operations)
        table.add_row(block.name, block.path, shape, str(facts.hidden_units), ratio, facts.gate, *map(whole, counts))
    return table


def _departures() -> dict[DepartureKind, str]:
    return {
        "from the unit's input": _("from the unit's input"),
        "another ratio": _("another ratio"),
        "rounding": _("rounding"),
        "single layer": _("single layer"),
        "biases": _("biases"),
        "norm": _("norm"),
        "other": _("other"),
    }


def _equation5_text(result: Account) -> str:
    kinds = _departures()
    terms = "".join(f" {float(term.amount):+,.6g} {kinds[term.kind]}" for term in result.departures)
    told = _("Equation 5 at r = {r}: {parameters};{terms}")
    reduction, parameters = f"{float(result.reduction):.4g}", f"{float(result.equation5):,.10g}"
    return told.format(r=reduction, parameters=parameters, terms=terms or " " + _("no difference"))


def _print(found: Architecture) -> None:
    console = table_console()
    classes = ngettext("{count} class", "{count} classes", found.classes).format(count=whole(found.classes))
    console.print(_("{model}, {size} px, {classes}").format(model=found.id, size=found.size, classes=classes))
    console.print(_stage_table(found))
    console.print(_block_table(found))
    plain, macs = max(1, found.plain_parameters), max(1, found.plain_macs)
    told = _("Parameters: {all}; {se} of SE, +{share} on the network without it")
    shares = percent(found.se_parameters / plain), percent(found.se_macs / macs, 2)
    console.print(told.format(all=whole(found.parameters), se=whole(found.se_parameters), share=shares[0]))
    told = _(
        "Multiply-adds: {all} by PyTorch's counter; SE +{share}, with squeeze and scaling (counted by hand) "
        "+{operations}"
    )
    operations = percent(found.se_operations / macs, 2)
    console.print(told.format(all=whole(found.macs), share=shares[1], operations=operations))
    console.print(_equation5_text(account(found)))


def run(model: str, as_json_text: bool) -> None:
    """Describe and print."""
    found = architecture_without_weights(model)
    if as_json_text:
        print(json.dumps(as_json(found), indent=2))
        return
    _print(found)
