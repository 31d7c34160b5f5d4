"""Whose training it is: a secret that a person's browser keeps, so that a closed tab finds its training again.

The server keeps only its SHA-256. A browser that keeps nothing has the session's own secret instead.
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
LETTERS = 64
SCRIPT = """
export default function ({ setStateValue }) {
  const place = "se-explorer-trainings";
  let secret = null;
  try {
    secret = localStorage.getItem(place);
    if (!secret) {
      const bytes = Array.from(crypto.getRandomValues(new Uint8Array(24)));
      secret = bytes.map((byte) => byte.toString(16).padStart(2, "0")).join("");
      localStorage.setItem(place, secret);
    }
  } catch { return; } // a browser that keeps nothing
  setStateValue("secret", secret);
}
"""
_component = st.components.v2.component("se_explorer_owner", js=SCRIPT)


def ask_owner() -> None:
    """Ask the browser for its secret; it answers with a rerun the first time."""
    told = _component(key=KEY, on_secret_change=lambda: None, height=1)
    secret = str(told.get("secret") or "") if told else ""
    if secret:
        st.session_state[SECRET] = secret[:LETTERS]


def owner() -> str:
    """This person, as trainings know them."""
    secret = st.session_state.setdefault(SECRET, secrets.token_hex(24))
    return hashlib.sha256(str(secret).encode()).hexdigest()


def may_change(pair: Pair) -> bool:
    """Whether this person may stop, name or delete a pair.

    One that trains or waits is its owner's alone. What has ended, whoever is at a machine of their own may tidy up.
    """
    return pair.owner == owner() or (pair.is_over and local_paths())
