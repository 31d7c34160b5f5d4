"""Architecture, how the multiply-adds were counted, and what the paper prints."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from se_explorer.analysis.complexity import Architecture
from se_explorer.analysis.complexity_published import (
    RESNET50_GMACS,
    SERESNET50_GMACS,
    is_seresnet50,
    strided_kernel,
)
from se_explorer.language import _, decimal, sentences
from se_explorer.ui.tables import offer_csv

__all__ = ["draw_counts"]


def _strides(kernel: int | None) -> str:
    """Where the maps are halved, and what that changes against the paper."""
    told = {
        1: _("This network halves its maps in a unit's first 1x1 layer, as the paper's networks do in Caffe."),
        3: _(
            "This network halves its maps in the 3x3 layer (ResNet v1.5), the paper's networks in the 1x1 layer before "
            "it: their 3x3 layers see maps of a quarter of the size, and that is the difference."
        ),
    }
    return told.get(kernel or 0, "")


def draw_counts(found: Architecture) -> None:
    """The rules of counting; for SE-ResNet-50 the paper's numbers."""
    st.markdown(
        _(
            "Multiply-adds of layers are half of the FLOPs that PyTorch's own {counter} counts: it takes a "
            "multiply-add for two operations. It knows convolutions and matrix products, so that of an SE block it "
            "sees the excitation. Squeeze and scaling are counted by hand, one operation for each element of U. "
            "Activations, gate functions, batch norms, biases, poolings elsewhere and the sums of shortcuts are in no "
            "count."
        ).format(counter="`FlopCounterMode`")
    )
    if is_seresnet50(found):
        _draw_printed(found)


def _rows(found: Architecture) -> list[tuple[str, float, int]]:
    """Name, multiply-adds as the paper prints them, in billions, and as we count them."""
    return [
        (_("ResNet-50 (without SE)"), RESNET50_GMACS, found.plain_macs),
        ("SE-ResNet-50", SERESNET50_GMACS, found.macs),
    ]


def _columns() -> list[str]:
    return [_("Multiply-adds"), _("Printed in Table 2 of the paper"), _("This network, counted")]


def _exact_table(found: Architecture) -> pd.DataFrame:
    """The same in numbers."""
    rows = [(name, printed * 1e9, counted) for name, printed, counted in _rows(found)]
    return pd.DataFrame(rows, columns=_columns())


def _draw_printed(found: Architecture) -> None:
    billions = _("{count} G")
    rows = [
        (
            name,
            billions.format(count=decimal(printed, 2)),
            billions.format(count=decimal(counted / 1e9, 3)),
        )
        for name, printed, counted in _rows(found)
    ]
    st.table(pd.DataFrame(rows, columns=_columns()), border="horizontal", hide_index=True)
    offer_csv(lambda: _exact_table(found), "table-2", lambda: {"Network": found.title, "Input (px)": found.size})
    size = _("The paper counts at 224 px, this network takes {size} px.").format(size=found.size)
    st.caption(
        sentences(
            _("In billions; the paper calls multiply-adds FLOPs."),
            _strides(strided_kernel(found.table)),
            "" if found.size == 224 else size,
        )
    )
