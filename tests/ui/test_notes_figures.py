"""The notes' figures as pages draw them: from networks of the paper, whatever is at hand."""

from __future__ import annotations

from collections.abc import Callable

from streamlit.testing.v1 import AppTest

from tests.pages.driver import TIMEOUT, assert_healthy


def shown(script: Callable[[], None]) -> list[str]:
    """Alternative texts of what a script draws."""
    app = AppTest.from_function(script, default_timeout=TIMEOUT).run()
    assert_healthy(app)
    return [picture.alt for image in app.get("image") for picture in image.proto.imgs]


def test_every_figure_has_the_shapes_of_its_network() -> None:
    def script() -> None:
        from se_explorer.ui.notes_figures import draw_inception, draw_resnet, draw_variants

        draw_inception("light")
        draw_resnet("dark")
        draw_variants("light")

    inception, resnet, *variants = shown(script)
    assert "256 × 28 × 28" in inception
    assert "SE_3_2: U, 512 × 28 × 28" in resnet
    assert [alt.split(".")[0] for alt in variants] == ["Standard SE", "SE-PRE", "SE-POST", "SE-Identity", "SE 3x3"]
    assert "U, 128 × 28 × 28" in variants[4]
    assert all("U, 512 × 28 × 28" in alt for alt in variants[:4])


def test_the_block_at_hand_comes_first_where_it_sits_as_in_figure_3() -> None:
    def script() -> None:
        from se_explorer.analysis.outline import architecture_without_weights
        from se_explorer.ui.notes_figures import draw_resnet, draw_se_block

        own = architecture_without_weights("seresnet50-imagenette").block("SE_5_3")
        draw_se_block(own, "light", [0.25] * own.facts.channels)
        draw_resnet("light", own)

    block, resnet = shown(script)
    assert "SE_5_3: U, 768 × 4 × 4" in block
    assert "SE_5_3: U, 768 × 4 × 4" in resnet


def test_another_block_leaves_the_papers() -> None:
    def script() -> None:
        from se_explorer.analysis.outline import architecture_without_weights
        from se_explorer.ui.notes_figures import draw_resnet

        draw_resnet("light", architecture_without_weights("paper:table14-post").blocks[0])

    (resnet,) = shown(script)
    assert "SE_3_2" in resnet
