"""The pages' addresses."""

from __future__ import annotations

from typing import NamedTuple

from tests.browser.actions import CHART

__all__ = ["PAGES", "Place"]


class Place(NamedTuple):
    """Where a page is, and a selector of what is there when it is drawn."""

    path: str
    sign: str


PAGES = {
    "explore": Place("", CHART),
    "ablate": Place("ablation", CHART),
    "atlas": Place("gates", CHART),
    "compare": Place("versus", CHART),
    "classes": Place("profiles", CHART),
    "evidence": Place("attribution", CHART),
    "architecture": Place("network", CHART),
    "learn": Place("lesson", "h2"),
    "results": Place("tables", CHART),
    "networks": Place("catalog", "h3"),
    "train": Place("training", '[data-testid="stMain"] [data-testid="stNumberInput"]'),
    "experiments": Place("runs", CHART),
}
