"""For what sessions share."""

from __future__ import annotations

import pytest

from se_explorer.ui import caches, garbage, leaving


@pytest.fixture
def gone(monkeypatch: pytest.MonkeyPatch) -> leaving.Leaving:
    """The networks that a test drops, and a collection just ended: the app's own know of the tests before."""
    own = leaving.Leaving()
    monkeypatch.setattr(caches, "leaving", own)
    monkeypatch.setattr(garbage, "leaving", own)
    monkeypatch.setattr(garbage, "_turns", garbage._Turns())
    return own
