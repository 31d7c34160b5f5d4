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
from se_explorer.ui.tables import offer_csv

__all__ = ["draw_counts"]

STRIDES = {
    1: "This network halves its maps in a unit's first 1x1 layer, as the paper's networks do in Caffe.",
    3: "This network halves its maps in the 3x3 layer (ResNet v1.5), the paper's networks in the 1x1 layer before it: "
    "their 3x3 layers see maps of a quarter of the size, and that is the difference.",
}


def draw_counts(found: Architecture) -> None:
    """The rules of counting; for SE-ResNet-50 the paper's numbers."""
    st.markdown(
        "Multiply-adds of layers are half of the FLOPs that PyTorch's own `FlopCounterMode` counts: it takes a "
        "multiply-add for two operations. It knows convolutions and matrix products, so that of an SE block it sees "
        "the excitation. Squeeze and scaling are counted by hand, one operation for each element of U. Activations, "
        "gate functions, batch norms, biases, poolings elsewhere and the sums of shortcuts are in no count."
    )
    if not is_seresnet50(found):
        return
    rows = [
        ("ResNet-50 (without SE)", f"{RESNET50_GMACS:.2f} G", f"{found.plain_macs / 1e9:.3f} G"),
        ("SE-ResNet-50", f"{SERESNET50_GMACS:.2f} G", f"{found.macs / 1e9:.3f} G"),
    ]
    columns = ["Multiply-adds", "Printed in Table 2 of the paper", "This network, counted"]
    st.table(pd.DataFrame(rows, columns=columns), border="horizontal", hide_index=True)
    counts = [(SERESNET50_GMACS * 1e9, found.macs), (RESNET50_GMACS * 1e9, found.plain_macs)]
    exact = pd.DataFrame(reversed(counts), columns=columns[1:])
    exact.insert(0, columns[0], [row[0] for row in rows])
    offer_csv(exact, "table-2", {"Network": found.title, "Input (px)": found.size})
    told = STRIDES.get(strided_kernel(found.table) or 0, "")
    size = "" if found.size == 224 else f" The paper counts at 224 px, this network takes {found.size} px."
    st.caption(f"In billions; the paper calls multiply-adds FLOPs. {told}{size}")
