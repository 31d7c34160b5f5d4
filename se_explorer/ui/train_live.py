"""Train, what happens: progress, curves, gates and the time of a step of both sides, as they come."""

from __future__ import annotations

import numpy as np
import plotly.graph_objects as go
import streamlit as st

from se_explorer.figures import Theme
from se_explorer.figures.training_curves import EpochLine, epoch_lines
from se_explorer.figures.training_gates import GateHistory, gate_history
from se_explorer.language import _, decimal, whole
from se_explorer.training.gate_log import QUANTILES, SAMPLE
from se_explorer.training.jobs import pair_jobs
from se_explorer.training.pair_progress import Progress, read_progress
from se_explorer.training.pair_view import SideView, look_at
from se_explorer.training.pairs import Pair
from se_explorer.ui.charts import draw
from se_explorer.ui.languages import speak
from se_explorer.ui.presenter import enlarged, is_presenting
from se_explorer.ui.train_table import draw_table
from se_explorer.ui.train_words import clock, milliseconds, side_name

__all__ = ["draw_pair", "watch_pair"]

POLL = 1.0  # seconds between two looks at a training
BLOCKS = "_train_blocks"
SHOWN = 2  # blocks at first: the first and the last
ENDS = [QUANTILES.index(0.05), QUANTILES.index(0.5), QUANTILES.index(0.95)]


@st.fragment(run_every=POLL)
def watch_pair(pair_id: str, theme: Theme, screen: str = "") -> None:
    """A pair that waits or trains, drawn anew every second; once it has ended the page is drawn anew."""
    speak()  # a fragment that runs by itself does not come through streamlit_app.py
    pair = pair_jobs().pair(pair_id)
    if pair is None or pair.is_over:
        st.rerun()
    else:
        draw_pair(pair, theme, screen)


def draw_pair(pair: Pair, theme: Theme, screen: str = "") -> None:
    """Both sides as they stand; of presenter mode's screens only "curves" or "gates"."""
    sides = look_at(pair_jobs().root, pair)
    if not pair.is_over:
        _draw_progress(pair, sides)
    if any(side.curve or side.gates for side in sides):
        if screen != "gates":
            _draw_curves(pair, sides, theme)
        if screen != "curves":
            _draw_gates(pair, sides[1], theme)
    if not screen and any(side.curve or side.times for side in sides):
        draw_table(pair, sides)
        _tell_times(sides)


def _draw_progress(pair: Pair, sides: tuple[SideView, SideView]) -> None:
    place = pair_jobs().place(pair)
    if place:
        st.info(_("Waiting: number {place} in line. One pair trains at a time.").format(place=place))
        return
    download = read_progress(pair_jobs().root / pair.id)
    begun = any(side.progress for side in sides)
    if pair.request.downloads and not begun:
        st.progress(_share(download), _told_download(download))
        return
    for side, column in zip(sides, st.columns(2), strict=True):
        share, told = _side_progress(side, pair.request.epochs)
        column.progress(share, _("{side}: {what}").format(side=side_name(side.side), what=told))


def _share(progress: Progress | None) -> float:
    return min(1.0, progress.done / progress.total) if progress and progress.total else 0.0


def _told_download(progress: Progress | None) -> str:
    if progress is None or not progress.total:
        return _("Looking for the data set, or connecting to its server")
    done, total = (decimal(count / 1e6, 0) for count in (progress.done, progress.total))
    return _("Downloading: {done} of {total} MB").format(done=done, total=total)


def _side_progress(side: SideView, epochs: int) -> tuple[float, str]:
    """How far a side is, as a share and in words."""
    now = side.progress
    if now is None:
        return 0.0, _("starting")
    if now.stage == "pictures":
        told = _("decoding pictures, {done} of {total}").format(done=whole(now.done), total=whole(now.total))
        return 0.0, told
    if now.stage == "measuring":
        return 1.0, _("measuring on the whole test split")
    if now.stage == "done":
        return 1.0, _("finished")
    share = (max(0, now.epoch - 1) + _share(now)) / epochs
    told = _("epoch {epoch} of {epochs}, step {step} of {steps}").format(
        epoch=now.epoch, epochs=epochs, step=now.done, steps=now.total
    )
    left = side.seconds_left(epochs)
    if left is None:
        return share, told
    return share, _("{progress}, about {left} left").format(progress=told, left=clock(left))


def _line(side: SideView, number: int, kind: str) -> EpochLine:
    names = {
        "loss": _("{side}, training"),
        "accuracy": _("{side}, training"),
        "validation": _("{side}, test"),
    }
    points = [(report.epoch, getattr(report, kind)) for report in side.curve]
    known = [(epoch, float(value)) for epoch, value in points if value is not None]
    return EpochLine(
        names[kind].format(side=side_name(side.side)),
        [epoch for epoch, _value in known],
        [value for _epoch, value in known],
        side=number,
        quiet=kind == "accuracy",
    )


def _shown(figure: go.Figure, key: str) -> None:
    draw(enlarged(figure) if is_presenting() else figure, key)


def _draw_curves(pair: Pair, sides: tuple[SideView, SideView], theme: Theme) -> None:
    epochs = pair.request.epochs
    left, right = st.columns(2)
    with left:
        loss = [_line(side, number, "loss") for number, side in enumerate(sides)]
        _shown(epoch_lines(loss, epochs, theme, title=_("Loss"), y_title=_("cross-entropy"), say=_), "_train_loss")
    with right:
        lines = [_line(side, number, kind) for kind in ("validation", "accuracy") for number, side in enumerate(sides)]
        figure = epoch_lines(lines, epochs, theme, title=_("Accuracy"), y_title=_("right answers"), share=True, say=_)
        _shown(figure, "_train_accuracy")
    if not is_presenting():
        st.caption(
            _(
                "Training: mean over the epoch's steps, on augmented pictures and while the network changes. Test: on "
                "pictures that it never learns from, after the epoch; measured, and never chosen by."
            )
        )


def _histories(side: SideView) -> dict[str, GateHistory]:
    """By block; the axis spans all epochs' histograms."""
    found = {}
    for number, block in enumerate(side.gates[0].blocks if side.gates else ()):
        entries = [entry.blocks[number] for entry in side.gates]
        low, high = min(entry.low for entry in entries), max(entry.high for entry in entries)
        if any((entry.low, entry.high) != (low, high) for entry in entries):
            continue  # gates without bounds, whose histograms cannot be set side by side
        counts = np.array([entry.histogram for entry in entries], np.float64)
        found[block.block] = GateHistory(
            block.block,
            [entry.epoch for entry in side.gates],
            low,
            high,
            counts / counts.sum(axis=1, keepdims=True),
            np.array([[entry.quantiles[end] for end in ENDS] for entry in entries]),
        )
    return found


def _draw_gates(pair: Pair, side: SideView, theme: Theme) -> None:
    histories = _histories(side)
    if not histories:
        return
    if not is_presenting():
        st.markdown("### " + _("How the gates move"))
    names = list(histories)
    chosen = names[:1] + names[-1:] if len(names) >= SHOWN else names
    if len(names) > SHOWN and not is_presenting():
        kept = [name for name in st.session_state.get(BLOCKS, chosen) if name in names]
        st.session_state[BLOCKS] = kept
        chosen = st.multiselect(_("Blocks"), names, key=BLOCKS, max_selections=4)
    columns = st.columns(2)
    for place, name in enumerate(chosen):
        with columns[place % 2]:
            _shown(gate_history(histories[name], pair.request.epochs, theme, say=_), f"_train_gates_{name}")
    if is_presenting():
        return
    st.caption(
        _(
            "All gates of a block over the same test pictures, at most {count}, after each epoch. Epoch 0 is the "
            "network before its first step."
        ).format(count=SAMPLE)
    )


def _tell_times(sides: tuple[SideView, SideView]) -> None:
    plain, se = (side.times for side in sides)
    if plain is None or se is None:
        return
    st.markdown(
        _(
            "A training step takes **{plain}** without SE and **{se}** with SE at the median, {ratio} times as long "
            "(middle half of the latest steps: {plain_low} to {plain_high}, and {se_low} to {se_high}). Both train "
            "at the same time, each with half of the processors."
        ).format(
            plain=milliseconds(plain.median),
            se=milliseconds(se.median),
            ratio=decimal(se.median / plain.median, 2),
            plain_low=milliseconds(plain.low),
            plain_high=milliseconds(plain.high),
            se_low=milliseconds(se.low),
            se_high=milliseconds(se.high),
        )
    )
