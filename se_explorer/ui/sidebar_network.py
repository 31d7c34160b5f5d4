"""The side bar's first part: which network, and what is known of it."""

from __future__ import annotations

import streamlit as st

from se_explorer.engine import Engine
from se_explorer.models import Card, LibraryCard, Network, find_card, usable_now
from se_explorer.ui import network_choice as networks
from se_explorer.ui.network_choice import OWN_MODEL, Chosen

__all__ = ["choose_network", "describe_network", "network_title", "warn_of_random_weights"]

WIDGET = "_network"


def network_title(choice: Chosen) -> str:
    """A network for people, with what is special about its weights."""
    if choice.model == OWN_MODEL:
        own = networks.own_network()
        return f"{own.title} (your file)" if own else "Somebody's own file"
    card = find_card(choice.model)
    title = card.title if card else choice.model
    return title if choice.weights == "pretrained" else f"{title} ({choice.weights.replace(':', ' weights, seed ')})"


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
        "Network",
        list(options),
        format_func=titles.__getitem__,
        key=WIDGET,
        on_change=_switch,
        args=(options,),
    )
    st.page_link("pages/networks.py", label="All networks, and your own", icon=":material/database:")


def _accuracy(card: Card | LibraryCard) -> str:
    """Measured figures are ours and have an interval; published ones name who published them."""
    if isinstance(card, Card):
        unfinished = "" if card.training.finished else " **Its training is not finished yet.**"
        return f"Top-1, measured by us: {card.claim}.{unfinished}"
    return f"Published top-1: {card.claim}."


def describe_network(engine: Engine) -> None:
    """The network in a few lines."""
    network = engine.network
    count = sum(parameter.numel() for parameter in network.module.parameters())
    facts = (
        f"{count / 1e6:.2f} M parameters, {len(engine.blocks)} SE blocks, {len(network.labels)} classes, "
        f"{network.preprocessing.size} px."
    )
    card = network.card if network.weights == "pretrained" else None
    note = f"{card.note} " if isinstance(card, Card) else ""
    classes = f"Classes: {', '.join(network.labels[:20])}{' ...' if len(network.labels) > 20 else '.'}"
    st.caption(f"{facts} {_accuracy(card) if card else ''}", help=note + classes)
    for line in network.notes:
        st.caption(line)


def warn_of_random_weights(network: Network) -> None:
    """On every page, before any figure."""
    if network.is_random:
        st.warning(
            f"These weights are random ({network.weights}): nothing that this network says about a picture means "
            "anything.",
            icon=":material/casino:",
        )
