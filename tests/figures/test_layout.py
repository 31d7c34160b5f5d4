"""The shared dress."""

from __future__ import annotations

import plotly.graph_objects as go
import pytest

from se_explorer.figures import Theme, alternative_text, base_layout, colour
from se_explorer.figures.palette import rgb


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_theme_and_alternative_text(theme: Theme) -> None:
    fig = base_layout(go.Figure(go.Bar(y=[1])), theme, alt="One bar of 1.", title="A", x_title="B", y_title="C")
    assert alternative_text(fig) == "One bar of 1."
    assert (fig.layout.title.text, fig.layout.xaxis.title.text, fig.layout.yaxis.title.text) == ("A", "B", "C")
    assert fig.layout.xaxis.gridcolor == colour("grid", theme)
    assert sum(rgb(fig.layout.font.color)) > 600 if theme == "dark" else sum(rgb(fig.layout.font.color)) < 200


def test_long_titles_are_broken_and_get_room() -> None:
    short = base_layout(go.Figure(), "light", alt="0", title="Gates")
    long = base_layout(go.Figure(), "light", alt="0", title="Gates of all the blocks of the network, sorted by stage")
    assert long.layout.title.text.count("<br>") == 1
    assert long.layout.margin.t == short.layout.margin.t + 20


def test_a_legend_gets_the_lines_that_a_phone_needs() -> None:
    def margin(*names: str) -> tuple[int, int]:
        fig = go.Figure([go.Bar(y=[1], name=name) for name in names])
        base_layout(fig, "light", alt="0", legend=True, height=300)
        return fig.layout.margin.t, fig.layout.height

    one, two = margin("a", "b"), margin("saturated open (12)", "saturated shut (100)", "dead (3)")
    assert two == (one[0] + 19, 319)
    assert one[1] == 300


@pytest.mark.parametrize("zoom", [True, False])
def test_zoom_is_a_button_or_nothing(zoom: bool) -> None:
    fig = base_layout(go.Figure(), "light", alt="0", zoom=zoom)
    assert ("zoom" in fig.layout.modebar.remove) is not zoom
    assert fig.layout.xaxis.fixedrange is not zoom
    assert fig.layout.yaxis.fixedrange is True
