"""Classes, what the paper says of gates, tested on this network: each claim with its figure, its line and a verdict."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import pandas as pd
import streamlit as st

from se_explorer.analysis import Claim, ClaimKind, Doubt, Profile, Removal, Verdict, claims_of
from se_explorer.analysis.data_removal import removal_in
from se_explorer.figures import number
from se_explorer.ui.ablate_data_file import sweeps_over_data
from se_explorer.ui.classes_depth import about_profile
from se_explorer.ui.state import View
from se_explorer.ui.tables import offer_csv

__all__ = ["draw_claims"]


@dataclass(frozen=True)
class Told:
    """A claim in words.

    Attributes:
        title: what the paper says.
        test: what is tested here, as a sentence; ``{blocks}`` are the blocks that stand in the paper's places.
        unit: how the figure is written: "share", "times", "plain" or "points".
        figure: what the figure is.
    """

    title: str
    test: str
    unit: str
    figure: str


CLAIMS = {
    ClaimKind.EARLY_AGNOSTIC: Told(
        "Early blocks do not care for the class.",
        "In the first stage ({blocks}) only little of the gates' variance lies between classes.",
        "share",
        "variance between classes",
    ),
    ClaimKind.DEEP_SPECIFIC: Told(
        "Deeper blocks do.",
        "Where the last stage begins ({blocks}), much more of it lies between classes than in the first stage.",
        "times",
        "that of the first stage",
    ),
    ClaimKind.SATURATED: Told(
        "One of the last blocks hardly does anything: its gates are nearly all open.",
        "In the last block but one ({blocks}) most channels have a median gate of at least 0.9.",
        "share",
        "channels nearly open",
    ),
    ClaimKind.ONE_PATTERN: Told(
        "The last block treats all classes alike, up to a scale.",
        "In the last block ({blocks}) the mean gates of any two classes rise and fall together, channel by channel.",
        "plain",
        "mean correlation of two classes",
    ),
    ClaimKind.REMOVABLE: Told(
        "The last stage can do without its SE blocks.",
        "With the last stage's blocks ({blocks}) switched off, hardly any right answer is lost (top-1). The paper "
        "trains such a network anew and looks at top-5; here the trained one is only edited.",
        "points",
        "accuracy lost (below 0: gained)",
    ),
}
DOUBTS = {
    Doubt.TOO_FEW_CLASSES: "the data have a single class",
    Doubt.TOO_FEW_PICTURES: "the data have too few pictures: chance alone would tell classes apart",
    Doubt.TOO_FEW_BLOCKS: "the network has no block in that place",
    Doubt.GATE_NOT_BOUNDED: "the block's gate has no upper end, so that no gate is nearly open",
    Doubt.NOT_MOVING: "the gates never move",
    Doubt.NOT_MEASURED: "it takes an ablation over these data, which a profile is not: python -m se_explorer sweep DIR "
    "--kind stages --out FILE, to be loaded on the page Ablate",
    Doubt.INTERVAL: "the interval holds both answers: it takes more pictures",
}
LOOKS: dict[Verdict, tuple[Literal["green", "orange", "gray"], str]] = {
    Verdict.HOLDS: ("green", ":material/check:"),
    Verdict.FAILS: ("orange", ":material/close:"),
    Verdict.OPEN: ("gray", ":material/question_mark:"),
}


def _figure(value: float, unit: str) -> str:
    match unit:
        case "share":
            return f"{value:.1%}"
        case "times":
            return f"{number(value)} times"
        case "points":
            return f"{number(100 * value)} points"
    return number(value)


def _line(claim: Claim) -> str:
    told = CLAIMS[claim.kind]
    return f"{_figure(claim.threshold, told.unit)} or {'less' if claim.at_most else 'more'}"


def _measured(claim: Claim) -> str:
    told = CLAIMS[claim.kind]
    if claim.figure is None:
        return "–"
    found = f"{_figure(claim.figure, told.unit)} {told.figure}"
    if claim.interval is None:
        return found
    low, high = (_figure(end, told.unit) for end in claim.interval)
    return f"{found} (95 %: {low} to {high})"


def _blocks(claim: Claim) -> str:
    return ", ".join(claim.blocks) or "none here"


def _draw_claim(claim: Claim) -> None:
    told = CLAIMS[claim.kind]
    colour, icon = LOOKS[claim.verdict]
    with st.container(border=True):
        words, figures, verdict = st.columns([5, 3, 2], vertical_alignment="center")
        with words:
            st.markdown(f"**{told.title}** {told.test.format(blocks=_blocks(claim))}")
            st.caption(f"Section {claim.section}, which speaks of {', '.join(claim.paper_blocks)} of SE-ResNet-50.")
        with figures:
            st.markdown(f"**{_measured(claim)}**")
            st.caption(f"It holds at {_line(claim)}.")
        with verdict:
            st.badge(claim.verdict.value, icon=icon, color=colour)
            if claim.doubt is not None:
                st.caption(f"{DOUBTS[claim.doubt][0].upper()}{DOUBTS[claim.doubt][1:]}.")


def _table(claims: tuple[Claim, ...]) -> pd.DataFrame:
    return pd.DataFrame(
        [
            {
                "Claim": CLAIMS[claim.kind].title,
                "Section": claim.section,
                "Blocks": _blocks(claim),
                "Figure": claim.figure,
                "Figure is": CLAIMS[claim.kind].figure,
                "Holds at": f"{'at most' if claim.at_most else 'at least'} {claim.threshold:g}",
                "Verdict": claim.verdict.value,
                "Why not": "" if claim.doubt is None else DOUBTS[claim.doubt],
            }
            for claim in claims
        ]
    )


def _removal(view: View, profile: Profile) -> Removal | None:
    """Accuracy without the last stage's blocks over the profile's data, if an ablation that is at hand measured it."""
    last = max(block.stage for block in view.engine.blocks)
    blocks = [block.name for block in view.engine.blocks if block.stage == last]
    data = profile.header.data
    same = (each for each in sweeps_over_data(view) if (each.data, each.split) == (data.name, data.split))
    found = (removal_in(sweep, blocks) for sweep in same)
    return next((removal for removal in found if removal is not None), None)


def draw_claims(view: View, profile: Profile) -> None:
    """One row a claim."""
    claims = claims_of(profile, _removal(view, profile))
    st.caption(
        "Hu et al., arXiv 1709.01507 v4, on their SE-ResNet-50 and ImageNet. The paper shows figures and says what "
        "they look like; where the line is drawn is ours, except for the last claim, so look at the figure before the "
        f"verdict. Worked out from the profile, for {view.engine.network.title} and these data alone."
    )
    for claim in claims:
        _draw_claim(claim)
    offer_csv(_table(claims), "claims", about_profile(profile))
