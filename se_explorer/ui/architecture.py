"""Architecture: the network in four numbers, and its stage table in the manner of Table 1."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import streamlit as st

from se_explorer.analysis.complexity import Architecture, architecture_of
from se_explorer.analysis.complexity_published import is_seresnet50
from se_explorer.analysis.stages import Excite, Stage, UnitRow
from se_explorer.analysis.stages_text import step_text
from se_explorer.analysis.stages_watch import Layer, Pool
from se_explorer.engine import Engine
from se_explorer.figures.architecture_table import StageLine, UnitCell, stage_table_html
from se_explorer.language import _, decimal, percent, sentences, whole
from se_explorer.ui.state import View
from se_explorer.ui.tables import offer_csv

__all__ = ["architecture", "draw_stages", "draw_totals"]

KEPT = 32  # networks; each is a few kilobytes of numbers


def _key(engine: Engine) -> str:
    return f"{engine.network.id}|{engine.network.weights}"


@st.cache_resource(max_entries=KEPT, hash_funcs={Engine: _key}, show_spinner=False)
def _architecture(engine: Engine) -> Architecture:
    return replace(architecture_of(engine.network), title="")  # a file's name is nobody else's


def architecture(view: View) -> Architecture:
    """What the network is made of, worked out once for all sessions.

    Its title is this session's: who opened the same file first may have called it by another name.
    """
    with st.spinner(_("Reading the network's layers")):
        return replace(_architecture(view.engine), title=view.engine.network.title)


def draw_totals(view: View, found: Architecture) -> None:
    """Parameters and multiply-adds with and without SE."""
    extra = found.se_parameters / max(1, found.plain_parameters)
    excitation = found.se_macs / max(1, found.plain_macs)
    everything = found.se_operations / max(1, found.plain_macs)
    plain = _("{count} without SE")
    facts = (
        (_("Parameters"), whole(found.parameters), plain.format(count=whole(found.plain_parameters))),
        (
            _("Parameters of SE"),
            whole(found.se_parameters),
            _("+{share} on the network without SE").format(share=percent(extra)),
        ),
        (_("Multiply-adds"), _billions(found.macs), plain.format(count=_billions(found.plain_macs))),
        (
            _("Multiply-adds of SE"),
            f"+{percent(excitation, 2)}",
            _("+{share} with squeeze and scaling").format(share=percent(everything, 2)),
        ),
    )
    row = st.container(horizontal=True)  # wraps where there is little room, so that nothing is cut off
    for label, value, told in facts:
        row.metric(label, value, told, delta_color="off", delta_arrow="off", width="content")
    st.caption(
        _(
            "{title}: {blocks} SE blocks, {classes} classes, one picture of {size} x {size} px. Measured: read off one "
            "run of this network without weights."
        ).format(title=found.title, blocks=len(found.blocks), classes=found.classes, size=found.size)
    )
    for gate in view.engine.unsupported:
        st.caption(
            _("Counted with the rest of the network, not as SE: {path}, {kind} ({reason}).").format(
                path=f"`{gate.path}`", kind=gate.kind, reason=str(gate.reason)
            )
        )


def _billions(count: int) -> str:
    if count >= 1e9:
        return _("{count} G").format(count=decimal(count / 1e9, 3))
    return _("{count} M").format(count=decimal(count / 1e6, 1))


def _outside(steps: tuple[Layer | Pool, ...]) -> tuple[UnitCell, ...]:
    return (UnitCell(0, tuple(step_text(step, _, stride=True) for step in steps)),) if steps else ()


def _cell(row: UnitRow) -> UnitCell:
    gates = tuple(place for place, step in enumerate(row.steps) if isinstance(step, Excite))
    texts = tuple(step_text(step, _) for step in row.steps)
    return UnitCell(row.count, texts, gates, tuple(step_text(layer, _) for layer in row.beside))


def _line(stage: Stage) -> StageLine:
    texts = dict.fromkeys(step_text(layer, _, stride=True) for layer in stage.shortcuts)
    note = _("Shortcut where the size changes: {layers}").format(layers=_("; ").join(texts)) if texts else ""
    name = _("Stage {number}").format(number=stage.number)
    return StageLine(name, f"{stage.height} × {stage.width}", tuple(map(_cell, stage.rows)), note)


def _output(steps: tuple[Layer | Pool, ...]) -> str:
    return f"{steps[-1].height} × {steps[-1].width}" if steps else ""


def _lines(found: Architecture) -> list[StageLine]:
    table = found.table
    lines = [
        StageLine(_("Stem"), _output(table.stem), _outside(table.stem)),
        *map(_line, table.stages),
        StageLine(_("Head"), _output(table.head), _outside(table.head)),
    ]
    return [line for line in lines if line.cells]


def _layer_table(found: Architecture) -> pd.DataFrame:
    """One row a layer of the table, for the file alone."""
    rows = [
        (line.name, line.output, place + 1, max(1, cell.count), layer, path)
        for line in _lines(found)
        for place, cell in enumerate(line.cells)
        for path, layers in (("in turn", cell.layers), ("in parallel", cell.beside))
        for layer in layers
    ]
    return pd.DataFrame(rows, columns=["Stage", "Output (px)", "Row", "Times", "Layer", "Path"])


def draw_stages(view: View, found: Architecture) -> None:
    """The stage table."""
    caption = _("Stages of {title}: size of the output and layers of the units").format(title=found.title)
    headings = (_("Output"), _("Units"))
    st.html(stage_table_html(_lines(found), headings, caption, view.theme))
    offer_csv(lambda: _layer_table(found), "stages", lambda: {"Network": found.title, "Input (px)": found.size})
    beside = any(row.beside for stage in found.table.stages for row in stage.rows)
    st.caption(
        sentences(
            _("Brackets hold one unit; × says how many follow one another."),
            _("‖ marks layers in parallel to the ones above them.") if beside else "",
            _("These are the rows of SE-ResNet-50 in the paper's Table 1.") if is_seresnet50(found) else "",
        )
    )
