"""How many downloads a server lets go on or wait."""

from __future__ import annotations

import pytest

from se_explorer.errors import BusyError, WeightsError
from se_explorer.models.weights import Downloads
from tests.models.weights.conftest import HUB_NETWORK, Places
from tests.models.weights.test_sharing import BARE, OTHER, THIRD, Gate, end_of, gate

__all__ = ["gate"]


def test_one_more_than_is_allowed_is_told_to_wait(gate: Gate, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SE_EXPLORER_DOWNLOADS", "2")
    shared = Downloads(at_once=1)
    for model in (HUB_NETWORK, OTHER, BARE):  # the last is the first under another name
        shared.start(model)
    with pytest.raises(BusyError, match="at most 2 downloads"):
        shared.start(THIRD)
    shared.cancel(OTHER)
    end_of(shared, OTHER)
    assert shared.start(THIRD).state in ("queued", "running")


def test_a_public_server_downloads_nothing(places: Places, gate: Gate, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SE_EXPLORER_PROFILE", "public")
    shared = Downloads()
    with pytest.raises(WeightsError, match=f"python -m se_explorer fetch {HUB_NETWORK}"):
        shared.start(BARE)
    assert (shared.status(HUB_NETWORK), gate.begun) == (None, [])
