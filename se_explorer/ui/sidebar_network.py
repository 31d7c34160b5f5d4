"""The side bar's first part: which network, and what is known of it."""

from __future__ import annotations

import streamlit as st

from se_explorer.engine import Engine
from se_explorer.language import _, decimal, ngettext, percent, sentences
from se_explorer.models import Card, LibraryCard, Network, find_card, usable_now
from se_explorer.ui import network_choice as networks
from se_explorer.ui.network_choice import OWN_MODEL, Chosen
from se_explorer.ui.networks_card import publisher

__all__ = ["choose_network", "describe_network", "network_title", "warn_of_random_weights"]

WIDGET = "_network"


def network_title(choice: Chosen) -> str:
    """A network for people, with what is special about its weights."""
    if choice.model == OWN_MODEL:
        own = networks.own_network()
        return _("{title} (your file)").format(title=own.title) if own else _("Somebody's own file")
    card = find_card(choice.model)
    title = card.title if card else choice.model
    if choice.weights == "pretrained":
        return title
    return _("{title} (random weights, seed {seed})").format(title=title, seed=choice.weights.partition(":")[2])


def _options(present: Chosen) -> dict[str, Chosen]:
    """What can be had at once: bundled, cached, the session's own file, and what is looked at now."""
    choices = [Chosen(model, "pretrained") for model in usable_now()]
    if networks.own_network() is not None:
        choices.append(Chosen(OWN_MODEL, "pretrained"))
    if present not in choices:
        choices.append(present)
    return {f"{choice.model}|{choice.weights}": choice for choice in choices}


def _switch(options: dict[str, Chosen]) -> None:
    choice = options[st.session_state[WIDGET]]
    networks.choose(choice.model, choice.weights)


def choose_network() -> None:
    """The list of the networks that can be had at once, and the way to the others."""
    present = networks.chosen()
    options = _options(present)
    titles = {key: network_title(choice) for key, choice in options.items()}
    st.session_state[WIDGET] = f"{present.model}|{present.weights}"
    st.selectbox(
        _("Network"),
        list(options),
        format_func=titles.__getitem__,
        key=WIDGET,
        on_change=_switch,
        args=(options,),
    )
    st.page_link("pages/networks.py", label=_("All networks, and your own"), icon=":material/database:")


def _accuracy(card: Card | LibraryCard) -> str:
    """Measured figures are ours and have an interval; published ones name who published them."""
    if isinstance(card, Card):
        found = card.accuracy
        told = _("Top-1, measured by us: {share} ({low} to {high}) on the {split}.").format(
            share=percent(found.top1, 2), low=percent(found.low, 2), high=percent(found.high, 2), split=_(found.split)
        )
        unfinished = _("Its training is not finished yet.")
        return told if card.training.finished else sentences(told, f"**{unfinished}**")
    return _("Published top-1: {share} on ImageNet's validation set at {size} px ({source}).").format(
        share=percent(card.published.top1, 2), size=card.published.size, source=publisher(card)
    )


def describe_network(engine: Engine) -> None:
    """The network in a few lines."""
    network = engine.network
    count = sum(parameter.numel() for parameter in network.module.parameters())
    blocks = len(engine.blocks)
    facts = ngettext(
        "{parameters} M parameters, {count} SE block, {classes} classes, {size} px.",
        "{parameters} M parameters, {count} SE blocks, {classes} classes, {size} px.",
        blocks,
    ).format(
        parameters=decimal(count / 1e6, 2), count=blocks, classes=len(network.labels), size=network.preprocessing.size
    )
    card = network.card if network.weights == "pretrained" else None
    note = _(card.note) if isinstance(card, Card) else ""
    more = " ..." if len(network.labels) > 20 else ""
    classes = _("Classes: {names}.").format(names=", ".join(network.labels[:20]) + more)
    st.caption(sentences(facts, _accuracy(card) if card else ""), help=sentences(note, classes))
    for line in network.notes:
        st.caption(str(line))


def warn_of_random_weights(network: Network) -> None:
    """On every page, before any figure."""
    if network.is_random:
        st.warning(
            _(
                "These weights are random ({weights}): nothing that this network says about a picture means anything."
            ).format(weights=network.weights),
            icon=":material/casino:",
        )
