"""Names of charts' files, and what plotly.js is told."""

from __future__ import annotations

import plotly.graph_objects as go
import pytest

from se_explorer.ui.downloads import chart_config, figure_name


@pytest.mark.parametrize(
    ("title", "alt", "name"),
    [
        ("Gates s", "whatever: 3 bars.", "gates-s"),
        ("A long<br>title", "", "a-long-title"),
        ("", "Probabilities: tench 3 %.", "probabilities"),
        ("", "change of the logit of ../../=evil: 2 bars.", "change-of-the-logit-of"),
        ("", "", "figure"),
        ("猫", "", "猫"),
    ],
)
def test_a_file_is_named_after_its_figure(title: str, alt: str, name: str) -> None:
    figure = go.Figure(layout={"title": {"text": title}, "meta": {"alt": alt}})
    assert figure_name(figure) == name
    assert chart_config(figure)["toImageButtonOptions"] == {"filename": name}
    assert chart_config(figure)["modeBarButtons"] == [["toImage"]], "the one button that downloads.js presses"
