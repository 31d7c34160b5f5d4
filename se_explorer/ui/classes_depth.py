"""Classes, from first to last block: how class-specific gates are, and which class a picture is nearest to."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from se_explorer.analysis import (
    BlockSpecificity,
    ClassDistances,
    Profile,
    answer_in_data,
    class_distances,
    concord,
    specificity,
)
from se_explorer.engine import Trace
from se_explorer.figures import depth_bars, nearest_map, number
from se_explorer.language import _, decimal, percent
from se_explorer.ui.blocks import select_block
from se_explorer.ui.charts import draw
from se_explorer.ui.escaping import plain_markdown
from se_explorer.ui.profile_choice import class_label, data_title
from se_explorer.ui.state import View
from se_explorer.ui.tables import offer_csv

__all__ = ["about_profile", "draw_nearest", "draw_specificity"]

SHOWN = 12  # classes


def about_profile(profile: Profile) -> dict[str, object]:
    """What a table from a profile is of, for its file alone."""
    header = profile.header
    return {
        "Network": header.model,
        "Weights": header.weights,
        "Data": header.data.name,
        "Split": header.data.split or "",
        "Pictures": profile.count,
    }


def draw_specificity(view: View, profile: Profile, name: str) -> None:
    """Two measures side by side, each with what chance alone would give."""
    found = specificity(profile)
    names = [each.name for each in found]
    left, right = st.columns(2, gap="large")
    with left:
        figure = depth_bars(
            names,
            [each.explained_mean for each in found],
            [each.explained_by_chance for each in found],
            view.theme,
            title=_("Variance that lies between classes"),
            y_title=_("share of the gates' variance"),
            selected=name,
            say=_,
        )
        draw(figure, f"_explained_{view.network_key}", select_block)
    with right:
        figure = depth_bars(
            names,
            [each.information_mean for each in found],
            [each.information_by_chance for each in found],
            view.theme,
            title=_("What a gate tells of the class"),
            y_title=_("mutual information, nats"),
            selected=name,
            say=_,
        )
        draw(figure, f"_information_{view.network_key}", select_block)
    _tell_specificity(profile, found)
    offer_csv(lambda: _specificity_table(found), "class-specificity", lambda: about_profile(profile))


def _tell_specificity(profile: Profile, found: tuple[BlockSpecificity, ...]) -> None:
    st.caption(
        _(
            "Means over a block's channels. Left: the share of a gate's variance over all pictures that lies between "
            "the class means; classes dealt out at random would explain {chance}. Right: mutual information of a gate, "
            "sorted into {bins} bins of equal frequency, with the class, corrected for its bias; the classes' entropy, "
            "{entropy} nats, is the most that there is to tell. Both look at one gate at a time: what gates tell "
            "together is not in them. They do not say that the network uses it. A click leads to a block."
        ).format(
            chance=percent(found[0].explained_by_chance, 2),
            bins=profile.header.information.bins,
            entropy=decimal(profile.class_entropy, 2),
        )
    )


def _specificity_table(found: tuple[BlockSpecificity, ...]) -> pd.DataFrame:
    """For the file alone."""
    return pd.DataFrame(
        {
            "Block": [each.name for each in found],
            "Variance between classes": [each.explained_mean for each in found],
            "By chance": [each.explained_by_chance for each in found],
            "Mutual information (nats)": [each.information_mean for each in found],
            "By chance (nats)": [each.information_by_chance for each in found],
            "Share of the classes' entropy": [each.information_share for each in found],
        }
    )


def _rows(found: ClassDistances, answer: int | None) -> list[int]:
    """Classes that are shown: the nearest over all blocks, and the network's answer in any case."""
    rows: list[int] = found.order[:SHOWN].tolist()
    return rows if answer is None or answer in rows else [*rows[:-1], answer]


def _tell_nearest(profile: Profile, found: ClassDistances, trace: Trace, answer: int | None) -> None:
    best = trace.top(1)[0]
    nearest = found.nearest_overall
    fields = {
        "nearest": plain_markdown(profile.classes[nearest].label),
        "distance": number(float(found.overall[nearest])),
        "answer": plain_markdown(best.label),
        "share": percent(best.probability),
    }
    told = _(
        "Over all blocks the gates are nearest to **{nearest}** (distance {distance}). The network answers "
        "**{answer}**, {share}: "
    )
    if len(found.order) > 1:
        second = int(found.order[1])
        fields["second"] = plain_markdown(profile.classes[second].label)
        fields["next"] = number(float(found.overall[second]))
        told = _(
            "Over all blocks the gates are nearest to **{nearest}** (distance {distance}; next {second}, {next}). The "
            "network answers **{answer}**, {share}: "
        )
    st.markdown(told.format(**fields) + _tell_agreement(profile, found, answer))


def _tell_agreement(profile: Profile, found: ClassDistances, answer: int | None) -> str:
    """Whether the network's answer is the nearest class, over all and block by block; the rest of a sentence."""
    if answer is None:
        return _("{data} has no class of that name, so that agreement cannot be told.").format(data=data_title(profile))
    agreed = concord(found, answer)
    if agreed.overall:
        told = _("**they agree.**")
    else:
        told = _("**they differ**; its answer comes in place {rank}.").format(rank=agreed.rank)
    if agreed.settled is None:
        where = _(" The answer is the nearest class at {count} of {total} blocks, but not at the last one.")
    elif agreed.settled == found.blocks[0]:
        where = _(" The answer is the nearest class at {count} of {total} blocks, at every one.")
    else:
        where = _(
            " The answer is the nearest class at {count} of {total} blocks, and at every one from **{settled}** on."
        )
    return told + where.format(count=len(agreed.agreeing), total=len(found.blocks), settled=agreed.settled)


def _distance_table(profile: Profile, found: ClassDistances) -> pd.DataFrame:
    """For the file alone."""
    table = pd.DataFrame(found.distances, columns=[entry.label for entry in profile.classes])
    table.insert(0, "Block", list(found.blocks))
    return table


def draw_nearest(view: View, profile: Profile, trace: Trace, name: str) -> None:
    """The picture at hand among the classes of the profile.

    Args:
        trace: of the unedited network.
    """
    found, best = class_distances(profile, trace), trace.top(1)[0]
    answer = answer_in_data(profile, view.engine.network.class_ids[best.index], best.label)
    _tell_nearest(profile, found, trace, answer)
    rows = _rows(found, answer)
    figure = nearest_map(
        found.blocks,
        [class_label(profile, place) for place in rows],
        found.distances[:, rows].T,
        view.theme,
        nearest=[rows.index(place) if place in rows else None for place in found.nearest.tolist()],
        answer=None if answer is None else rows.index(answer),
        selected=name,
        unit=_("distance"),
        say=_,
    )
    draw(figure, f"_nearest_{view.network_key}", select_block)
    nearest = rows == found.order[: len(rows)].tolist()
    fewer = (
        _(" The {shown} nearest of {count} classes are shown.")
        if nearest
        else _(" The {shown} nearest of {count} classes are shown, and the network's answer.")
    ).format(shown=len(rows) - (not nearest), count=len(profile.classes))
    st.caption(
        _(
            "The distance at a block: the root mean square, over its channels, of this picture's gate less the class's "
            "mean gate, over the deviation within classes. 1 is as far as pictures of a class are from its mean, "
            "typically; over all blocks, each weighs the same. A ring marks the nearest class of a block, ◀ the "
            "network's answer. The network does not answer by these distances: it never compares gates.{fewer} A click "
            "leads to a block."
        ).format(fewer=fewer if len(rows) < len(found.order) else "")
    )
    about = {**about_profile(profile), "Picture": view.picture.name}
    offer_csv(lambda: _distance_table(profile, found), "class-distances", lambda: about)
