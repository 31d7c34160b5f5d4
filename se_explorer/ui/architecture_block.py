"""Architecture, the SE blocks: where one sits in its unit, and what each of them costs."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from se_explorer.analysis.complexity import Architecture, BlockCost
from se_explorer.analysis.stages_text import step_text
from se_explorer.figures import Say, english
from se_explorer.figures.diagram import UnitDrawing, unit_alt, unit_svg
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
        gate=facts.gate,
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
    drawing = drawing_of(block)
    st.image(unit_svg(drawing, view.theme), width=DRAWING_WIDTH, alt=unit_alt(drawing))
    file = unit_svg(drawing, view.theme, ground=True)
    st.download_button("Download as SVG", file, f"{block.name}.svg", "image/svg+xml", on_click="ignore")


def draw_block_facts(found: Architecture, block: BlockCost) -> None:
    """The chosen block's numbers in words, so that each can be followed."""
    facts = block.facts
    elements = f"{facts.channels} x {block.height} x {block.width}"
    layers = (
        f"{facts.channels} → {facts.hidden_units} → {facts.channels}, r = {facts.reduction:.3g}"
        if facts.hidden_units
        else f"{facts.channels} → {facts.channels}, a single layer"
    )
    weights = block.weights
    parts = [f"{weights.matrices:,} in the matrices"]
    parts += [
        f"{count:,} {name}"
        for name, count in (("biases", weights.biases), ("of the batch norm", weights.norm), ("others", weights.other))
        if count
    ]
    st.markdown(
        f"**{block.name}**, module `{block.path}`\n\n"
        f"- Layers: {layers}; {facts.gate} gate, {facts.squeeze} squeeze\n"
        f"- {facts.parameters:,} parameters: {', '.join(parts)}; {facts.parameters / found.parameters:.2%} of the "
        f"network's\n"
        f"- Squeeze: {block.squeeze_operations:,} additions ({elements}, by hand)\n"
        f"- Excitation: {block.excitation_macs:,} multiply-adds (PyTorch's counter)\n"
        f"- Scaling: {block.scale_operations:,} multiplications ({elements}, by hand)\n"
        f"- Together {block.operations / found.operations:.2%} of all that is counted in the network"
    )


def block_table(found: Architecture) -> pd.DataFrame:
    """One row a block."""
    return pd.DataFrame(
        [
            {
                "Block": block.name,
                "C": block.facts.channels,
                "Map": f"{block.height} x {block.width}",
                "Hidden": block.facts.hidden_units,
                "r": block.facts.reduction if block.facts.hidden_units else None,
                "Gate": block.facts.gate,
                "Squeeze": block.facts.squeeze,
                "Biases": block.facts.bias,
                "Parameters": block.facts.parameters,
                "Share of parameters": block.facts.parameters / found.parameters,
                "Excitation": block.excitation_macs,
                "Squeeze adds": block.squeeze_operations,
                "Scale multiplications": block.scale_operations,
                "Share of operations": block.operations / found.operations,
                "Module": block.path,
            }
            for block in found.blocks
        ]
    )


def total_table(found: Architecture) -> pd.DataFrame:
    """The network with and without SE."""
    squeezes = sum(block.squeeze_operations for block in found.blocks)
    scales = sum(block.scale_operations for block in found.blocks)
    rows = [
        ("SE blocks", found.se_parameters, found.se_macs, squeezes, scales),
        ("Network without SE", found.plain_parameters, found.plain_macs, 0, 0),
        ("Network", found.parameters, found.macs, squeezes, scales),
    ]
    columns = ["Of", "Parameters", "Multiply-adds of layers", "Squeeze adds", "Scale multiplications"]
    return pd.DataFrame(rows, columns=columns)


def draw_blocks(found: Architecture) -> None:
    """The table of all blocks and the totals."""
    table, totals = block_table(found), total_table(found)
    whole = st.column_config.NumberColumn(format="localized")
    share = st.column_config.NumberColumn(format="percent")
    config = {
        **dict.fromkeys(("Parameters", "Excitation", "Squeeze adds", "Scale multiplications"), whole),
        **dict.fromkeys(("Share of parameters", "Share of operations"), share),
        "Block": st.column_config.TextColumn(pinned=True),
        "r": st.column_config.NumberColumn(format="%.4g"),
        "Excitation": st.column_config.NumberColumn(format="localized", help="Multiply-adds, by PyTorch's counter"),
    }
    st.dataframe(table, hide_index=True, column_config=config, key="_blocks")
    st.caption("A click on a heading sorts. Shares are of the whole network, SE included.")
    about = {"Network": found.title, "Input (px)": found.size}
    offer_csv(table, "blocks", about)
    sums = dict.fromkeys(totals.columns[1:], whole)
    st.dataframe(totals, hide_index=True, column_config=sums, key="_totals")
    offer_csv(totals, "totals", about)
