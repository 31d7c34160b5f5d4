"""Evidence, how it is had: quick attributions at once, slow ones when asked for; kept for all sessions."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

import numpy as np
import streamlit as st

from se_explorer.analysis import Progress, carried_out
from se_explorer.analysis.attribution_steps import Steps
from se_explorer.engine.cache import Sized
from se_explorer.engine.differentiable import DifferentiableNetwork
from se_explorer.images import Picture
from se_explorer.images.picture import digest_of
from se_explorer.language import _
from se_explorer.ui.caches import EvidenceKey, differentiable, evidence
from se_explorer.ui.state import View
from se_explorer.ui.waiting import client, waited

__all__ = ["asked_for", "blank_picture", "network_of", "offer", "quick", "slow"]

ASKED = "_evidence_asked"

Found = TypeVar("Found", bound=Sized)


def network_of(view: View) -> DifferentiableNetwork:
    """The side of the view's network that gradients go through."""
    return differentiable(view.engine.serial, view.engine)


def blank_picture(view: View) -> Picture:
    """The mean-coloured picture, to 8 bits a colour: where paths of pictures begin."""
    preprocessing = view.engine.network.preprocessing
    colour = np.rint(np.clip(np.array(preprocessing.mean) * 255, 0, 255)).astype(np.uint8)
    pixels = np.broadcast_to(colour, (preprocessing.size, preprocessing.size, 3)).copy()
    return Picture(pixels, "mean colour", "PNG", digest_of(pixels))


def _key(view: View, method: str, block: str, target: int) -> EvidenceKey:
    return (view.engine.serial, view.picture.digest, method, block, target)


def quick(view: View, method: str, block: str, target: int, make: Callable[[], Found]) -> Found:
    """One pass, worked out in the worker's line unless somebody had it lately."""
    worker = view.engine.worker
    found: Found = evidence().get(
        _key(view, method, block, target), lambda: waited(worker, worker.call(make, client()))
    )
    return found


def _asked() -> set[EvidenceKey]:
    asked: set[EvidenceKey] = st.session_state.setdefault(ASKED, set())
    return asked


def _ask(keys: list[EvidenceKey]) -> None:
    _asked().update(keys)


def asked_for(view: View, method: str, block: str, target: int) -> bool:
    """Whether this session wanted it, of this picture and class."""
    return _key(view, method, block, target) in _asked()


def offer(view: View, methods: list[str], block: str, target: int, label: str, place: str) -> None:
    """A button that asks for slow evidence; ``place`` tells it from the page's others, whose labels may be the same."""
    keys = [_key(view, method, block, target) for method in methods]
    st.button(label, key=f"_ask_{place}", on_click=_ask, args=(keys,), icon=":material/functions:")


def slow(
    view: View, method: str, block: str, target: int, doing: str, begin: Callable[[], Steps[Found]]
) -> Found | None:
    """Step by step in the worker's line, with a bar and a way to cancel; None where nobody asked for it.

    Between two steps Streamlit ends the script here if the person did anything; what was worked out is thrown away.
    """
    if not asked_for(view, method, block, target):
        return None
    key, slot = _key(view, method, block, target), st.empty()

    def make() -> Found:
        with slot.container():
            bar = st.progress(0.0, doing)
            st.button(_("Cancel"), key=f"_cancel_{method}_{block}", on_click=_asked().discard, args=(key,))

        def report(progress: Progress) -> None:
            if progress.done < progress.total:
                bar.progress(progress.done / progress.total, doing)

        worker, who = view.engine.worker, client()
        return carried_out(begin(), report, lambda step: waited(worker, worker.call(step, who)))

    found: Found = evidence().get(key, make)
    slot.empty()
    return found
