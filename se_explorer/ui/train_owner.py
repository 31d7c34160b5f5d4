"""Whose training it is: a secret that a person's browser keeps, so that a closed tab finds its training again.

The server keeps only its SHA-256. A browser that has none takes the session's, one that keeps nothing goes without it.
What was started before the browser had answered stays this session's too.
"""

from __future__ import annotations

import hashlib
import secrets

import streamlit as st

from se_explorer.training.pairs import Pair
from se_explorer.ui.state import local_paths

__all__ = ["ask_owner", "may_change", "owner"]

KEY = "_train_owner"
SECRET = "_train_secret"
FORMER = "_train_former_secrets"
LETTERS = 64
SCRIPT = """
export default function ({ data, setStateValue }) {
  const place = "se-explorer-trainings";
  let secret = null;
  try {
    secret = localStorage.getItem(place);
    if (!secret) {
      secret = data.secret;
      localStorage.setItem(place, secret);
    }
  } catch { return; } // a browser that keeps nothing
  setStateValue("secret", secret);
}
"""
_component = st.components.v2.component("se_explorer_owner", js=SCRIPT)


def ask_owner() -> None:
    """Ask the browser for its secret; it answers with a rerun the first time."""
    own = _secret()
    told = _component(key=KEY, data={"secret": own}, on_secret_change=lambda: None, height=1)
    secret = str(told.get("secret") or "")[:LETTERS] if told else ""
    if secret and secret != own:
        st.session_state[FORMER] = (*st.session_state.get(FORMER, ()), own)
        st.session_state[SECRET] = secret


def _secret() -> str:
    return str(st.session_state.setdefault(SECRET, secrets.token_hex(24)))


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def owner() -> str:
    """This person, as trainings know them."""
    return _hash(_secret())


def may_change(pair: Pair) -> bool:
    """Whether this person may stop, name or delete a pair.

    One that trains or waits is its owner's alone. What has ended, whoever is at a machine of their own may tidy up.
    """
    mine = pair.owner in {owner(), *map(_hash, st.session_state.get(FORMER, ()))}
    return mine or (pair.is_over and local_paths())
