"""Architecture, the SE blocks: where one sits in its unit, and what each of them costs."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from se_explorer.analysis.complexity import Architecture, BlockCost
from se_explorer.analysis.stages_text import step_text
from se_explorer.figures import Say, english
from se_explorer.figures.diagram import UnitDrawing, unit_alt, unit_svg
from se_explorer.language import _, list_of, percent, whole
from se_explorer.report.words import gate_word, squeeze_word
from se_explorer.ui.state import View
from se_explorer.ui.tables import offer_csv

__all__ = ["block_table", "draw_block_facts", "draw_blocks", "draw_place", "drawing_of", "total_table"]

DRAWING_WIDTH = 400  # px; a phone gives less and shows all of it


def drawing_of(block: BlockCost, say: Say = english) -> UnitDrawing:
    """The block as the diagram takes it, its layers' texts in the language of ``say``."""
    facts, place = block.facts, block.placement
    return UnitDrawing(
        name=block.name,
        channels=facts.channels,
        height=block.height,
        width=block.width,
        hidden_units=facts.hidden_units,
        reduction=facts.reduction,
        squeeze=facts.squeeze,
        activation=facts.activation,
        gate=gate_word(facts.gate),
        before=tuple(step_text(layer, say, stride=True) for layer in place.before),
        branches=place.branches,
        after=tuple(step_text(layer, say, stride=True) for layer in place.after),
        branches_after=place.branches_after,
        beside=tuple(step_text(layer, say, stride=True) for layer in place.beside),
        made_by=place.made_by,
        join=place.join,
        on_shortcut=place.on_shortcut,
        input_channels=place.input_channels,
        parallel=tuple(tuple(step_text(step, say, stride=True) for step in branch) for branch in place.parallel),
        input_size=place.input_size,
    )


def draw_place(view: View, block: BlockCost) -> None:
    """The diagram, and its download."""
    drawing = drawing_of(block, _)
    st.image(unit_svg(drawing, view.theme, _), width=DRAWING_WIDTH, alt=unit_alt(drawing, _))
    file = unit_svg(drawing, view.theme, _, ground=True)
    st.download_button(_("Download as SVG"), file, f"{block.name}.svg", "image/svg+xml", on_click="ignore")


def draw_block_facts(found: Architecture, block: BlockCost) -> None:
    """The chosen block's numbers in words, so that each can be followed."""
    facts = block.facts
    elements = f"{facts.channels} x {block.height} x {block.width}"
    layers = (
        f"{facts.channels} → {facts.hidden_units} → {facts.channels}, r = {facts.reduction:.3g}"
        if facts.hidden_units
        else _("{channels} → {channels}, a single layer").format(channels=facts.channels)
    )
    lines = (
        _("Layers: {layers}; {gate} gate, {squeeze} squeeze").format(
            layers=layers, gate=gate_word(facts.gate), squeeze=squeeze_word(facts.squeeze)
        ),
        _("{count} parameters: {parts}; {share} of the network's").format(
            count=whole(facts.parameters),
            parts=list_of(_weight_parts(block)),
            share=percent(facts.parameters / found.parameters, 2),
        ),
        _("Squeeze: {count} additions ({elements}, by hand)").format(
            count=whole(block.squeeze_operations), elements=elements
        ),
        _("Excitation: {count} multiply-adds (PyTorch's counter)").format(count=whole(block.excitation_macs)),
        _("Scaling: {count} multiplications ({elements}, by hand)").format(
            count=whole(block.scale_operations), elements=elements
        ),
        _("Together {share} of all that is counted in the network").format(
            share=percent(block.operations / found.operations, 2)
        ),
    )
    title = _("**{name}**, module {path}").format(name=block.name, path=f"`{block.path}`")
    st.markdown("\n".join([f"{title}\n", *(f"- {line}" for line in lines)]))


def _weight_parts(block: BlockCost) -> list[str]:
    """What the block's parameters are, those that it has."""
    weights = block.weights
    parts = (
        (_("{count} biases"), weights.biases),
        (_("{count} of the batch norm"), weights.norm),
        (_("{count} others"), weights.other),
    )
    matrices = _("{count} in the matrices").format(count=whole(weights.matrices))
    return [matrices, *(told.format(count=whole(count)) for told, count in parts if count)]


def block_table(found: Architecture) -> pd.DataFrame:
    """One row a block."""
    return pd.DataFrame(
        [
            {
                _("Block"): block.name,
                "C": block.facts.channels,
                _("Map"): f"{block.height} x {block.width}",
                _("Hidden"): block.facts.hidden_units,
                "r": block.facts.reduction if block.facts.hidden_units else None,
                _("Gate function"): gate_word(block.facts.gate),
                _("Squeeze"): squeeze_word(block.facts.squeeze),
                _("Biases"): block.facts.bias,
                _("Parameters"): block.facts.parameters,
                _("Share of parameters"): block.facts.parameters / found.parameters,
                _("Excitation"): block.excitation_macs,
                _("Squeeze adds"): block.squeeze_operations,
                _("Scale multiplications"): block.scale_operations,
                _("Share of operations"): block.operations / found.operations,
                _("Module"): block.path,
            }
            for block in found.blocks
        ]
    )


def total_table(found: Architecture) -> pd.DataFrame:
    """The network with and without SE."""
    squeezes = sum(block.squeeze_operations for block in found.blocks)
    scales = sum(block.scale_operations for block in found.blocks)
    rows = [
        (_("All SE blocks"), found.se_parameters, found.se_macs, squeezes, scales),
        (_("Network without SE"), found.plain_parameters, found.plain_macs, 0, 0),
        (_("Network"), found.parameters, found.macs, squeezes, scales),
    ]
    columns = [_("Of"), _("Parameters"), _("Multiply-adds of layers"), _("Squeeze adds"), _("Scale multiplications")]
    return pd.DataFrame(rows, columns=columns)


def draw_blocks(found: Architecture) -> None:
    """The table of all blocks and the totals."""
    table, totals = block_table(found), total_table(found)
    grouped = st.column_config.NumberColumn(format="localized")
    share = st.column_config.NumberColumn(format="percent")
    config = {
        **dict.fromkeys((_("Parameters"), _("Squeeze adds"), _("Scale multiplications")), grouped),
        **dict.fromkeys((_("Share of parameters"), _("Share of operations")), share),
        _("Block"): st.column_config.TextColumn(pinned=True),
        "r": st.column_config.NumberColumn(format="%.4g"),
        _("Excitation"): st.column_config.NumberColumn(
            format="localized", help=_("Multiply-adds, by PyTorch's counter")
        ),
    }
    st.dataframe(table, hide_index=True, column_config=config, key="_blocks")
    st.caption(_("A click on a heading sorts. Shares are of the whole network, SE included."))
    about = {"Network": found.title, "Input (px)": found.size}
    offer_csv(lambda: block_table(found), "blocks", lambda: about)
    sums = dict.fromkeys(totals.columns[1:], grouped)
    st.dataframe(totals, hide_index=True, column_config=sums, key="_totals")
    offer_csv(lambda: total_table(found), "totals", lambda: about)
