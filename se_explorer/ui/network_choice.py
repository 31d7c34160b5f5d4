"""Which network the session looks at: in the address, or a file that only this session has."""

from __future__ import annotations

import re
import uuid
from dataclasses import dataclass

import streamlit as st

from se_explorer.engine import Engine
from se_explorer.errors import ModelError
from se_explorer.language import _, later
from se_explorer.models import DEFAULT_MODEL, Network
from se_explorer.ui.address import Choice
from se_explorer.ui.admission import take_own_place
from se_explorer.ui.caches import engine_for, own_engine

__all__ = ["OWN_MODEL", "Chosen", "choose", "choose_own", "chosen", "open_chosen", "open_one", "own_network"]

OWN_MODEL = "own"
OWN = "_own_network"
MODEL_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.:@-]{0,99}", re.ASCII)
WEIGHTS = re.compile(r"pretrained|random:[0-9]{1,9}", re.ASCII)


@dataclass(frozen=True)
class Chosen:
    """A network by its id and its weights; the id is ``own`` for this session's own checkpoint."""

    model: str
    weights: str


@dataclass(frozen=True, eq=False)
class _OwnNetwork:
    """A network from a file that a person brought. Its token keeps it apart from everybody else's."""

    network: Network
    token: str


def _model() -> Choice[str]:
    return Choice("model", DEFAULT_MODEL, lambda given: given if MODEL_ID.fullmatch(given) else None)


def _weights() -> Choice[str]:
    return Choice("weights", "pretrained", lambda given: given if WEIGHTS.fullmatch(given) else None)


def _target() -> Choice[int]:
    return Choice("target", -1, lambda _given: None)


def chosen() -> Chosen:
    """The network that this session looks at."""
    return Chosen(_model().keep(_model().value), _weights().keep(_weights().value))


def choose(model: str, weights: str = "pretrained") -> None:
    """Look at another network; for callbacks, which run before the page is drawn.

    The class that was watched is forgotten: its number means another thing to another network. Block, channel and
    edit plan stay where they fit, so that two networks can be compared.
    """
    if Chosen(model, weights) == chosen():
        return
    _model().keep(model)
    _weights().keep(weights)
    st.session_state.pop("target", None)
    _target().keep(-1)


def choose_own(network: Network) -> None:
    """Look at a network from this session's own file. It replaces the one before it.

    Raises:
        BusyError: too many sessions have one.
        ModelError: it cannot be opened up; the one before it stays.
    """
    take_own_place()
    own = _OwnNetwork(network, uuid.uuid4().hex)
    own_engine(own.token, network)
    st.session_state[OWN] = own
    st.session_state.pop("target", None)
    _target().keep(-1)
    choose(OWN_MODEL)


def own_network() -> Network | None:
    """The network from this session's own file, if it has one."""
    own = st.session_state.get(OWN)
    return own.network if isinstance(own, _OwnNetwork) else None


def open_chosen() -> Engine:
    """The session's network, ready to run.

    Raises:
        ModelError: there is no such network.
        WeightsError: its weights are not here.
    """
    return open_one(chosen())


def open_one(choice: Chosen) -> Engine:
    """A network, ready to run; see ``open_chosen`` for the errors."""
    if choice.model != OWN_MODEL:
        with st.spinner(_("Opening the network")):
            return engine_for(choice.model, choice.weights)
    own = st.session_state.get(OWN)
    if not isinstance(own, _OwnNetwork):
        raise ModelError(
            later("a checkpoint of this session"),
            later("a link to a network that was opened from somebody's own file"),
            later("Open the file on the page Networks, or choose another network."),
        )
    take_own_place()
    return own_engine(own.token, own.network)
