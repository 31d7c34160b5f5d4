"""Whose a training is while the browser has not yet said who it is, and after."""

from __future__ import annotations

from typing import Any

import pytest

from se_explorer.training.pairs import Pair, new_pair
from se_explorer.ui import train_owner
from tests.training.pairs import digits


def running(owner: str) -> Pair:
    """A pair of that owner that trains."""
    return new_pair(digits(), owner).model_copy(update={"state": "running"})


@pytest.fixture
def session(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """A session's state, and what its browser has answered."""
    state: dict[str, Any] = {}
    answers: dict[str, str | None] = {"secret": None}
    monkeypatch.setattr(train_owner.st, "session_state", state)
    monkeypatch.setattr(train_owner, "_component", lambda **_given: answers)
    return answers


def test_what_was_started_before_the_browser_answered_stays_ones_own(session: dict[str, Any]) -> None:
    train_owner.ask_owner()
    early = running(train_owner.owner())
    session["secret"] = "b" * 48
    train_owner.ask_owner()
    later = running(train_owner.owner())
    assert early.owner != later.owner
    assert train_owner.may_change(early)
    assert train_owner.may_change(later)
    assert not train_owner.may_change(running("somebody else"))


def test_a_browser_without_a_secret_takes_the_sessions(session: dict[str, Any]) -> None:
    train_owner.ask_owner()
    before = train_owner.owner()
    session["secret"] = train_owner.st.session_state[train_owner.SECRET]
    train_owner.ask_owner()
    assert train_owner.owner() == before
