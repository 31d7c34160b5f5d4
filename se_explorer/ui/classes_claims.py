"""Classes, what the paper says of gates, tested on this network: each claim with its figure, its line and a verdict."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import pandas as pd
import streamlit as st

from se_explorer.analysis import Claim, ClaimKind, Doubt, Profile, Removal, Verdict, claims_of
from se_explorer.analysis.data_removal import removal_in
from se_explorer.figures import number
from se_explorer.language import _, list_of, percent
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


SWEEP = "`python -m se_explorer sweep DIR --kind stages --out FILE`"
UNITS = {
    ClaimKind.EARLY_AGNOSTIC: "share",
    ClaimKind.DEEP_SPECIFIC: "times",
    ClaimKind.SATURATED: "share",
    ClaimKind.ONE_PATTERN: "plain",
    ClaimKind.REMOVABLE: "points",
}
LOOKS: dict[Verdict, tuple[Literal["green", "orange", "gray"], str]] = {
    Verdict.HOLDS: ("green", ":material/check:"),
    Verdict.FAILS: ("orange", ":material/close:"),
    Verdict.OPEN: ("gray", ":material/question_mark:"),
}


def _told(kind: ClaimKind) -> Told:
    """A claim in the language in force."""
    return Told(_titles()[kind], _tests()[kind], UNITS[kind], _figures()[kind])


def _titles() -> dict[ClaimKind, str]:
    return {
        ClaimKind.EARLY_AGNOSTIC: _("Early blocks do not care for the class."),
        ClaimKind.DEEP_SPECIFIC: _("Deeper blocks do."),
        ClaimKind.SATURATED: _("One of the last blocks hardly does anything: its gates are nearly all open."),
        ClaimKind.ONE_PATTERN: _("The last block treats all classes alike, up to a scale."),
        ClaimKind.REMOVABLE: _("The last stage can do without its SE blocks."),
    }


def _tests() -> dict[ClaimKind, str]:
    return {
        ClaimKind.EARLY_AGNOSTIC: _(
            "In the first stage ({blocks}) only little of the gates' variance lies between classes."
        ),
        ClaimKind.DEEP_SPECIFIC: _(
            "Where the last stage begins ({blocks}), much more of it lies between classes than in the first stage."
        ),
        ClaimKind.SATURATED: _(
            "In the last block but one ({blocks}) most channels have a median gate of at least 0.9."
        ),
        ClaimKind.ONE_PATTERN: _(
            "In the last block ({blocks}) the mean gates of any two classes rise and fall together, channel by channel."
        ),
        ClaimKind.REMOVABLE: _(
            "With the last stage's blocks ({blocks}) switched off, hardly any right answer is lost (top-1). The paper "
            "trains such a network anew and looks at top-5; here the trained one is only edited."
        ),
    }


def _figures() -> dict[ClaimKind, str]:
    return {
        ClaimKind.EARLY_AGNOSTIC: _("variance between classes"),
        ClaimKind.DEEP_SPECIFIC: _("that of the first stage"),
        ClaimKind.SATURATED: _("channels nearly open"),
        ClaimKind.ONE_PATTERN: _("mean correlation of two classes"),
        ClaimKind.REMOVABLE: _("accuracy lost (below 0: gained)"),
    }


def _doubt(doubt: Doubt) -> str:
    return {
        Doubt.TOO_FEW_CLASSES: _("The data have a single class."),
        Doubt.TOO_FEW_PICTURES: _("The data have too few pictures: chance alone would tell classes apart."),
        Doubt.TOO_FEW_BLOCKS: _("The network has no block in that place."),
        Doubt.GATE_NOT_BOUNDED: _("The block's gate has no upper end, so that no gate is nearly open."),
        Doubt.NOT_MOVING: _("The gates never move."),
        Doubt.NOT_MEASURED: _(
            "It takes an ablation over these data, which a profile is not: {command}, to be loaded on the page Ablate."
        ).format(command=SWEEP),
        Doubt.INTERVAL: _("The interval holds both answers: it takes more pictures."),
    }[doubt]


def _verdict(verdict: Verdict) -> str:
    return {
        Verdict.HOLDS: _("holds"),
        Verdict.FAILS: _("does not hold"),
        Verdict.OPEN: _("cannot be told"),
    }[verdict]


def _figure(value: float, unit: str) -> str:
    match unit:
        case "share":
            return percent(value)
        case "times":
            return _("{value} times").format(value=number(value))
        case "points":
            return _("{value} points").format(value=number(100 * value))
    return number(value)


def _line(claim: Claim) -> str:
    line = _("It holds at {figure} or less.") if claim.at_most else _("It holds at {figure} or more.")
    return line.format(figure=_figure(claim.threshold, _told(claim.kind).unit))


def _measured(claim: Claim) -> str:
    told = _told(claim.kind)
    if claim.figure is None:
        return "–"
    found = _("{figure} {what}").format(figure=_figure(claim.figure, told.unit), what=told.figure)
    if claim.interval is None:
        return found
    low, high = (_figure(end, told.unit) for end in claim.interval)
    return _("{found} (95 %: {low} to {high})").format(found=found, low=low, high=high)


def _blocks(claim: Claim) -> str:
    return list_of(list(claim.blocks)) or _("none here")


def _draw_claim(claim: Claim) -> None:
    told = _told(claim.kind)
    colour, icon = LOOKS[claim.verdict]
    with st.container(border=True):
        words, figures, verdict = st.columns([5, 3, 2], vertical_alignment="center")
        with words:
            st.markdown(f"**{told.title}** {told.test.format(blocks=_blocks(claim))}")
            st.caption(
                _("Section {section}, which speaks of {blocks} of SE-ResNet-50.").format(
                    section=claim.section, blocks=list_of(list(claim.paper_blocks))
                )
            )
        with figures:
            st.markdown(f"**{_measured(claim)}**")
            st.caption(_line(claim))
        with verdict:
            st.badge(_verdict(claim.verdict), icon=icon, color=colour)
            if claim.doubt is not None:
                st.caption(_doubt(claim.doubt))


def _table(claims: tuple[Claim, ...]) -> pd.DataFrame:
    """For the file alone."""
    return pd.DataFrame(
        [
            {
                "Claim": _told(claim.kind).title,
                "Section": claim.section,
                "Blocks": _blocks(claim),
                "Figure": claim.figure,
                "Figure is": _told(claim.kind).figure,
                "Holds at": _bound(claim),
                "Verdict": _verdict(claim.verdict),
                "Why not": "" if claim.doubt is None else _doubt(claim.doubt),
            }
            for claim in claims
        ]
    )


def _bound(claim: Claim) -> str:
    return f"{'at most' if claim.at_most else 'at least'} {claim.threshold:g}"


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
        _(
            "Hu et al., arXiv 1709.01507 v4, on their SE-ResNet-50 and ImageNet. The paper shows figures and says what "
            "they look like; where the line is drawn is ours, except for the last claim, so look at the figure before "
            "the verdict. Worked out from the profile, for {network} and these data alone."
        ).format(network=view.engine.network.title)
    )
    for claim in claims:
        _draw_claim(claim)
    offer_csv(lambda: _table(claims), "claims", lambda: about_profile(profile))
