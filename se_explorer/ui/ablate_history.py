"""Ablate, the plans tried so far in this session, with their figures; the file of them is in English."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd
import streamlit as st

from se_explorer.analysis import Effect
from se_explorer.language import _
from se_explorer.ui.state import View
from se_explorer.ui.tables import offer_csv

__all__ = ["draw_history", "remember"]

KEY = "_history"
KEPT = 200


@dataclass(frozen=True)
class Tried:
    """One plan that was tried on one picture with one network."""

    network: str
    weights: str
    picture: str
    digest: str
    plan: str
    effect: Effect


def _history() -> list[Tried]:
    history: list[Tried] = st.session_state.setdefault(KEY, [])
    return history


def remember(view: View, effect: Effect) -> None:
    """Add the present plan, once; the oldest goes when there are too many."""
    if not view.plan:
        return
    network = view.engine.network
    tried = Tried(network.id, network.weights, view.picture.name, view.picture.digest, str(view.plan), effect)
    history = _history()
    if any(_same(tried, other) for other in history):
        return
    history.append(tried)
    del history[:-KEPT]


def _same(one: Tried, other: Tried) -> bool:
    keys = ("network", "weights", "digest", "plan")
    same = all(getattr(one, key) == getattr(other, key) for key in keys)
    return same and one.effect.target == other.effect.target


def _table() -> pd.DataFrame:
    return pd.DataFrame(
        [
            {
                _("Network"): tried.network,
                _("Weights"): tried.weights,
                _("Picture"): tried.picture,
                _("Plan"): tried.plan,
                _("Class"): tried.effect.before.label,
                _("Probability before"): tried.effect.before.probability,
                _("Probability after"): tried.effect.after.probability,
                _("Probability change"): tried.effect.probability_delta,
                _("Logit change"): tried.effect.logit_delta,
                _("KL (nats)"): tried.effect.kl,
                _("Flipped"): tried.effect.flipped,
                _("Answer before"): tried.effect.answer_before.label,
                _("Answer after"): tried.effect.answer_after.label,
            }
            for tried in reversed(_history())
        ]
    )


def draw_history() -> None:
    """The table, the newest plan first, and its download."""
    st.header(_("Plans tried so far"))
    if not _history():
        st.caption(_("None yet: switch a block off or turn a gate, and the plan appears here with its figures."))
        return
    table = _table()
    percent = st.column_config.NumberColumn(format="percent")
    number = st.column_config.NumberColumn(format="%.4f")
    shares = (_("Probability before"), _("Probability after"), _("Probability change"))
    config = {**dict.fromkeys(shares, percent), **dict.fromkeys((_("Logit change"), _("KL (nats)")), number)}
    shown = table.drop(columns=[_("Network"), _("Weights")])
    st.dataframe(shown, hide_index=True, column_config=config, key="_tried")
    with st.container(horizontal=True):
        offer_csv(_table, "plans", label=_("Download as CSV"))
        st.button(_("Clear"), on_click=_history().clear, key="_clear_history")
