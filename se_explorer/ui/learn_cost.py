"""Learn, what it costs: equation 5 with the network's own numbers, and another r."""

from __future__ import annotations

from fractions import Fraction

import streamlit as st

from se_explorer.analysis.complexity import Architecture
from se_explorer.analysis.complexity_equation5 import Account, account, own_reduction
from se_explorer.language import _, decimal, percent, whole
from se_explorer.ui.architecture import architecture
from se_explorer.ui.learn_lesson import Lesson

__all__ = ["RATIOS", "idea", "numbers", "tries"]

RATIOS = (2, 4, 8, 16, 32, 64)


def _text(ratio: Fraction) -> str:
    return f"{float(ratio):.4g}"


def idea(lesson: Lesson) -> None:
    st.markdown(
        _(
            "SE adds weights: two layers a block, {first} and {second}, each of C · C / r numbers. With {count} blocks "
            "of {channels} channels in stage s, that is"
        ).format(first=r"$\mathbf{W}_1$", second=r"$\mathbf{W}_2$", count="$N_s$", channels="$C_s$")
    )
    st.latex(lesson.formulas.equation(5))
    st.markdown(
        _(
            "The sum grows with the square of the channels, so the last stage costs most. Multiplications hardly grow: "
            "the two layers run once a picture, not once a place. A network with SE is larger and a little slower "
            "than the same without; what it buys is accuracy."
        )
    )


def _sum(result: Account) -> str:
    parts = " + ".join(rf"{row.count}\cdot {row.channels}^2" for row in result.rows)
    total = sum(row.count * row.channels**2 for row in result.rows)
    value = result.equation5
    shown = f"{int(value):,}" if value.denominator == 1 else f"{float(value):,.2f}"
    ratio = _text(result.reduction)
    return (
        rf"\begin{{aligned}}\frac{{2}}{{{ratio}}}\big(&{parts}\big)\\[4pt]&= \frac{{2}}{{{ratio}}}\cdot {total:,} = "
        rf"\mathbf{{{shown}}}\end{{aligned}}"
    ).replace(",", "{,}")


def numbers(lesson: Lesson) -> None:
    found = architecture(lesson.view)
    own = own_reduction(found.modules)
    result = account(found, own)
    st.markdown(
        _("For **{network}**, r = {ratio}, stage by stage:").format(
            network=lesson.view.engine.network.title, ratio=_text(own)
        )
    )
    st.latex(_sum(result))
    told = _("Counted in the network itself: **{counted}** parameters of SE, {share} on the network without.").format(
        counted=whole(result.counted), share=f"+{percent(result.counted / max(1, found.plain_parameters))}"
    )
    if result.departures:
        told += " " + _(
            "Biases, rounded hidden units and the like make the difference; the Architecture page lists it."
        )
    st.markdown(told)
    st.markdown(
        _("Multiply-adds for one picture: {plain} M without SE, {extra} M more with it ({share}).").format(
            plain=decimal(found.plain_macs / 1e6, 1),
            extra=decimal(found.se_operations / 1e6, 2),
            share=f"+{percent(found.se_operations / max(1, found.plain_macs), 2)}",
        )
    )
    st.caption(
        _(
            "The extra counts the two layers, one addition an element of u for the squeeze and one multiplication for "
            "the scale."
        )
    )


def tries(lesson: Lesson) -> None:
    found = architecture(lesson.view)
    own = own_reduction(found.modules)
    ratios = sorted({*map(Fraction, RATIOS), own})
    texts = {_text(ratio): ratio for ratio in ratios}
    st.markdown(_("**Change r.** The same network with its two layers made wider or narrower:"))
    mark = _("{ratio} (this network)").format(ratio=_text(own))
    chosen = st.select_slider(
        _("Reduction ratio r"),
        list(texts),
        _text(own),
        format_func=lambda text: mark if text == _text(own) else text,
        key=f"_learn_r_{lesson.view.network_key}",
    )
    _compare(found, own, texts[str(chosen)])


def _compare(found: Architecture, own: Fraction, ratio: Fraction) -> None:
    here, there = account(found, own), account(found, ratio)
    left, middle, right = st.columns(3)
    left.metric(_("Equation 5"), whole(round(there.equation5)))
    change = f"{there.counted - here.counted:+,}" if ratio != own else None
    middle.metric(_("Parameters of SE"), whole(there.counted), change, "off")
    share = there.counted / max(1, found.plain_parameters)
    right.metric(_("On the network without SE"), f"+{percent(share)}")
    st.latex(_sum(there))
    st.caption(
        _(
            "Accuracy does not follow: in the paper's Table 10, SE-ResNet-50 with r from 2 to 16 lies within 0.04 "
            "points of top-1 error, and r = 16 is taken for its cost."
        )
    )
