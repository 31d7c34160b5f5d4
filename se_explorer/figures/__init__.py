"""Values to plotly figures and PNG pictures. Knows no torch and no Streamlit."""

from se_explorer.figures.atlas import AtlasRow, gate_atlas
from se_explorer.figures.bars import channel_bars, gate_limits, hidden_bars
from se_explorer.figures.class_grid import BlockPanel, class_grid
from se_explorer.figures.classes import CLASS_LINES, ClassLine, class_lines, class_spread
from se_explorer.figures.contrast import quantile_plot, value_scatter
from se_explorer.figures.depth import depth_bars
from se_explorer.figures.effects import effect_bars
from se_explorer.figures.evidence import agreement_scatter, rank_bars
from se_explorer.figures.intervals import IntervalSeries, interval_points
from se_explorer.figures.layout import alternative_text, base_layout
from se_explorer.figures.maps import colour_map, colour_scale_png, map_png, overlay
from se_explorer.figures.nearest import nearest_map
from se_explorer.figures.pairs import PAIR_MARK, pair_heatmap
from se_explorer.figures.palette import DIVERGING, SEQUENTIAL, Role, Theme, colour, colourscale
from se_explorer.figures.predictions import compare_predictions
from se_explorer.figures.sprite import Cell, Sprite, pair_sprite
from se_explorer.figures.strip import gate_strip
from se_explorer.figures.waterfall import sum_waterfall
from se_explorer.figures.wording import Say, english, number

__all__ = [
    "CLASS_LINES",
    "DIVERGING",
    "PAIR_MARK",
    "SEQUENTIAL",
    "AtlasRow",
    "BlockPanel",
    "Cell",
    "ClassLine",
    "IntervalSeries",
    "Role",
    "Say",
    "Sprite",
    "Theme",
    "agreement_scatter",
    "alternative_text",
    "base_layout",
    "channel_bars",
    "class_grid",
    "class_lines",
    "class_spread",
    "colour",
    "colour_map",
    "colour_scale_png",
    "colourscale",
    "compare_predictions",
    "depth_bars",
    "effect_bars",
    "english",
    "gate_atlas",
    "gate_limits",
    "gate_strip",
    "hidden_bars",
    "interval_points",
    "map_png",
    "nearest_map",
    "number",
    "overlay",
    "pair_heatmap",
    "pair_sprite",
    "quantile_plot",
    "rank_bars",
    "sum_waterfall",
    "value_scatter",
]
