"""Evidence, where in the picture: Grad-CAM at a block, and integrated gradients of the seen crop."""

from __future__ import annotations

import numpy as np
import streamlit as st

from se_explorer.analysis import Completeness, PictureAttribution, grad_cam, integrated_picture
from se_explorer.figures import colour_scale_png, number, overlay
from se_explorer.language import _, percent
from se_explorer.ui.evidence_work import network_of, offer, quick, slow
from se_explorer.ui.explore_maps import seen_pixels
from se_explorer.ui.header import draw_picture
from se_explorer.ui.state import View

__all__ = ["draw_overlays", "tell_completeness"]

STRENGTH = 0.85  # opacity at the ends of the scale
OUTLIERS = 99.5  # percentile of single pixels at the end of the scale


def tell_completeness(check: Completeness, steps: int) -> str:
    """Whether a sum adds up, in logits and percent."""
    text = _(
        "They add up to {total}; the logits differ by {expected}. Gap: {gap} logits, {share} of it, with gradients at "
        "{steps} points of the line."
    )
    if not np.isfinite(check.share):
        text = _(
            "They add up to {total}; the logits differ by {expected}. Gap: {gap} logits, of a difference of 0, with "
            "gradients at {steps} points of the line."
        )
    return text.format(
        total=number(check.total, signed=True),
        expected=number(check.expected, signed=True),
        gap=number(check.gap, signed=True),
        share=percent(check.share, 2) if np.isfinite(check.share) else "",
        steps=steps,
    )


def _draw_map(view: View, found: PictureAttribution, limit: float, title: str) -> None:
    seen = seen_pixels(view)
    laid = overlay(seen, found.values, limit, STRENGTH)
    st.image(
        laid, title, "stretch", output_format="PNG", alt=_("{name}: {what}").format(name=view.picture.name, what=title)
    )
    scale = _("Colour scale from {low} to {high}").format(low=f"{-limit:.3g}", high=f"{limit:.3g}")
    st.image(colour_scale_png(limit, view.theme, 300), alt=scale)


def draw_overlays(view: View, block: str, target: int) -> None:
    """The seen crop, and what speaks for and against the class in it."""
    network, label = network_of(view), view.engine.network.labels[target]
    picture, cam, gradients = st.columns(3)
    with picture:
        draw_picture(view)
    with cam:
        found = quick(view, "grad-cam", block, target, lambda: grad_cam(network, view.picture, block, target))
        limit = float(np.abs(found.values).max())
        height, width = found.values.shape
        _draw_map(view, found, limit, _("Grad-CAM of {label} at {block}").format(label=label, block=block))
        st.caption(
            _("The maps x~ of {block} ({height} x {width}), weighted with their mean gradients and summed.").format(
                block=block, height=height, width=width
            )
        )
    with gradients:
        _draw_gradients(view, target, label)
    st.caption(
        _(
            "Orange speaks for {label}, blue against it; grey is the picture itself. Grad-CAM is as coarse as the "
            "block's maps and shows where, not how much: its unit has no meaning. The paper keeps only what is orange."
        ).format(label=label)
    )


def _draw_gradients(view: View, target: int, label: str) -> None:
    network = network_of(view)
    found = slow(
        view,
        "integrated picture",
        "",
        target,
        _("Integrating gradients of the picture"),
        lambda: integrated_picture(network, view.picture, target),
    )
    if found is None:
        st.caption(_("Integrated gradients tell how much each pixel adds to the logit. They take a while."))
        offer(view, ["integrated picture"], "", target, _("Integrate gradients"), "picture")
        return
    limit = float(np.percentile(np.abs(found.values), OUTLIERS))
    _draw_map(view, found, limit, _("Integrated gradients of {label}").format(label=label))
    st.caption(_("From the mean-coloured picture to this one, colours summed, in logits a pixel."))
    if found.check is not None:
        st.caption(tell_completeness(found.check, found.steps))
