"""The notes' Figures 1 to 3 and the places of Tables 14 and 15, drawn from networks without weights, for any page."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from se_explorer.analysis.complexity import Architecture, BlockCost
from se_explorer.analysis.outline import architecture_without_weights
from se_explorer.figures import Theme
from se_explorer.figures.diagram import UnitDrawing, unit_alt
from se_explorer.figures.paper_figures import se_block_svg, se_inception_svg, se_resnet_svg
from se_explorer.figures.paper_variants import VARIANTS, se_variant_svg
from se_explorer.language import _
from se_explorer.ui.architecture_block import drawing_of

__all__ = ["draw_inception", "draw_resnet", "draw_se_block", "draw_variants"]

WIDTH = 400  # px; a phone gives less and shows all of it
VARIANT_WIDTH = 230
#: Networks of the paper that show each place; their second unit of stage 3 has an identity for a shortcut.
INCEPTION, INCEPTION_BLOCK = "paper:table2-bn-inception-se", "SE_3_1"
RESNETS = {
    "standard": "paper:table14-standard",
    "pre": "paper:table14-pre",
    "post": "paper:table14-post",
    "identity": "paper:table14-identity",
    "3x3": "paper:table15-3x3",
}
RESNET_MODULE = "layer2.1."


@st.cache_resource(max_entries=8, show_spinner="Reading the network's layers")
def _outline(model: str) -> Architecture:
    return architecture_without_weights(model)


def _in_unit(found: Architecture, module: str) -> BlockCost:
    """The block of a unit, wherever in it it sits: its name depends on the size of its maps, its path does not."""
    return next(block for block in found.blocks if f"{block.path}.".startswith(module))


def _show(svg: str, file: str, name: str, alt: str, width: int) -> None:
    st.image(svg, width=width, alt=alt)
    st.download_button(_("Download as SVG"), file, f"{name}.svg", "image/svg+xml", on_click="ignore", key=f"_{name}")


def draw_se_block(block: BlockCost, theme: Theme, gates: Sequence[float] | None = None) -> None:
    """Figure 1 with the numbers of a block of the network at hand.

    Args:
        gates: all C gates of a run; eight of them then colour s and X~.
    """
    unit = drawing_of(block, _)
    svg, file = (se_block_svg(unit, theme, _, gates=gates, ground=ground) for ground in (False, True))
    _show(svg, file, "se-block", unit_alt(unit, _), WIDTH)


def draw_inception(theme: Theme) -> None:
    """Figure 2, from SE-BN-Inception of Table 2."""
    unit = drawing_of(_outline(INCEPTION).block(INCEPTION_BLOCK), _)
    svg, file = (se_inception_svg(unit, theme, _, ground=ground) for ground in (False, True))
    _show(svg, file, "se-inception", unit_alt(unit, _), WIDTH)
    st.caption(
        _("{block} of SE-BN-Inception as Table 2 has it, every shape read off the network.").format(
            block=INCEPTION_BLOCK
        )
    )


def _variant(place: str) -> UnitDrawing:
    return drawing_of(_in_unit(_outline(RESNETS[place]), RESNET_MODULE), _)


def draw_resnet(theme: Theme, block: BlockCost | None = None) -> None:
    """Figure 3, from the block at hand where it sits as in the figure, else from SE-ResNet-50."""
    unit = drawing_of(block, _) if block is not None else _variant("standard")
    own = unit.place == "standard" and block is not None
    unit = unit if own else _variant("standard")
    svg, file = (se_resnet_svg(unit, theme, _, ground=ground) for ground in (False, True))
    _show(svg, file, "se-resnet", unit_alt(unit, _), WIDTH)
    told = _("{block} of the network at hand.") if own else _("{block} of SE-ResNet-50 as Table 14 has it.")
    st.caption(told.format(block=unit.name))


def draw_variants(theme: Theme) -> None:
    """The five places of Tables 14 and 15, side by side; below one another on a phone."""
    with st.container(horizontal=True, gap="medium"):
        for place in VARIANTS:
            unit = _variant(place)
            st.image(se_variant_svg(unit, theme, _), width=VARIANT_WIDTH, alt=f"{VARIANTS[place]}. {unit_alt(unit, _)}")
    st.caption(
        _(
            "The second unit of stage 3 of SE-ResNet-50, its block at each of the places that Tables 14 and 15 try, "
            "every shape read off the network. The activation after the sum is not drawn; SE-POST comes after it."
        )
    )
