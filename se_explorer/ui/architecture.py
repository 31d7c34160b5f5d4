"""Architecture: the network in four numbers, and its stage table in the manner of Table 1."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from se_explorer.analysis.complexity import Architecture, architecture_of
from se_explorer.analysis.complexity_published import is_seresnet50
from se_explorer.analysis.stages import Excite, Stage, UnitRow
from se_explorer.analysis.stages_text import step_text
from se_explorer.analysis.stages_watch import Layer, Pool
from se_explorer.engine import Engine
from se_explorer.figures.architecture_table import StageLine, UnitCell, stage_table_html
from se_explorer.ui.state import View
from se_explorer.ui.tables import offer_csv

__all__ = ["architecture", "draw_stages", "draw_totals"]

KEPT = 32  # networks; each is a few kilobytes of numbers


def _key(engine: Engine) -> str:
    return f"{engine.network.id}|{engine.network.weights}"


@st.cache_resource(max_entries=KEPT, hash_funcs={Engine: _key}, show_spinner="Reading the network's layers")
def _architecture(engine: Engine) -> Architecture:
    return architecture_of(engine.network)


def architecture(view: View) -> Architecture:
    """What the network is made of, worked out once for all sessions."""
    return _architecture(view.engine)


def draw_totals(view: View, found: Architecture) -> None:
    """Parameters and multiply-adds with and without SE."""
    extra = found.se_parameters / max(1, found.plain_parameters)
    excitation = found.se_macs / max(1, found.plain_macs)
    everything = found.se_operations / max(1, found.plain_macs)
    columns = st.columns(4)
    with columns[0]:
        told = f"{found.plain_parameters:,} without SE"
        st.metric("Parameters", f"{found.parameters:,}", told, delta_color="off", delta_arrow="off")
    with columns[1]:
        told = f"+{extra:.1%} on the network without SE"
        st.metric("Parameters of SE", f"{found.se_parameters:,}", told, delta_color="off", delta_arrow="off")
    with columns[2]:
        told = f"{_billions(found.plain_macs)} without SE"
        st.metric("Multiply-adds", _billions(found.macs), told, delta_color="off", delta_arrow="off")
    with columns[3]:
        told = f"+{everything:.2%} with squeeze and scaling"
        st.metric("Multiply-adds of SE", f"+{excitation:.2%}", told, delta_color="off", delta_arrow="off")
    st.caption(
        f"{found.title}: {len(found.blocks)} SE blocks, {found.classes} classes, one picture of {found.size} x "
        f"{found.size} px. Measured: read off one run of this network without weights."
    )
    for gate in view.engine.unsupported:
        st.caption(f"Counted with the rest of the network, not as SE: `{gate.path}`, {gate.kind} ({gate.reason}).")


def _billions(count: int) -> str:
    return f"{count / 1e9:.3f} G" if count >= 1e9 else f"{count / 1e6:.1f} M"


def _outside(steps: tuple[Layer | Pool, ...]) -> tuple[UnitCell, ...]:
    return (UnitCell(0, tuple(step_text(step, stride=True) for step in steps)),) if steps else ()


def _cell(row: UnitRow) -> UnitCell:
    gates = tuple(place for place, step in enumerate(row.steps) if isinstance(step, Excite))
    texts = tuple(step_text(step) for step in row.steps)
    return UnitCell(row.count, texts, gates, tuple(step_text(layer) for layer in row.beside))


def _line(stage: Stage) -> StageLine:
    texts = dict.fromkeys(step_text(layer, stride=True) for layer in stage.shortcuts)
    note = f"Shortcut where the size changes: {'; '.join(texts)}" if texts else ""
    return StageLine(f"Stage {stage.number}", f"{stage.height} × {stage.width}", tuple(map(_cell, stage.rows)), note)


def _output(steps: tuple[Layer | Pool, ...]) -> str:
    return f"{steps[-1].height} × {steps[-1].width}" if steps else ""


def _layer_table(lines: list[StageLine]) -> pd.DataFrame:
    """One row a layer of the table."""
    rows = [
        (line.name, line.output, place + 1, max(1, cell.count), layer, path)
        for line in lines
        for place, cell in enumerate(line.cells)
        for path, layers in (("in turn", cell.layers), ("in parallel", cell.beside))
        for layer in layers
    ]
    return pd.DataFrame(rows, columns=["Stage", "Output (px)", "Row", "Times", "Layer", "Path"])


def draw_stages(view: View, found: Architecture) -> None:
    """The stage table."""
    table = found.table
    lines = [
        StageLine("Stem", _output(table.stem), _outside(table.stem)),
        *map(_line, table.stages),
        StageLine("Head", _output(table.head), _outside(table.head)),
    ]
    caption = f"Stages of {found.title}: size of the output and layers of the units"
    st.html(stage_table_html([line for line in lines if line.cells], ("Output", "Units"), caption, view.theme))
    offer_csv(_layer_table(lines), "stages", {"Network": found.title, "Input (px)": found.size})
    told = "Brackets hold one unit; × says how many follow one another."
    if any(row.beside for stage in table.stages for row in stage.rows):
        told += " ‖ marks layers in parallel to the ones above them."
    if is_seresnet50(found):
        told += " These are the rows of SE-ResNet-50 in the paper's Table 1."
    st.caption(told)
