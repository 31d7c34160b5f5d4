"""Ablate, sweeps of the picture at hand: worked out once, with progress, and kept for all sessions."""

from __future__ import annotations

import streamlit as st

from se_explorer.analysis import Sweep, Sweeper, SweepRow
from se_explorer.engine import EditPlan, Mode
from se_explorer.figures import number
from se_explorer.images import Picture
from se_explorer.language import _, decimal, ngettext, whole
from se_explorer.ui.caches import SweepKey, sample_picture, sample_titles, sweeps, trace_of
from se_explorer.ui.state import View
from se_explorer.ui.waiting import client, waited

__all__ = ["about", "donors_of", "figures_of", "signed", "sweep_key", "sweep_of", "tell_cost", "tell_edit"]

#: Bytes that a batch may need: little enough to leave room for other people, and to be left off soon.
BATCH_BYTES = 32 * 2**20


def donors_of(view: View, mode: Mode) -> dict[str, Picture]:
    """The picture whose gates the mode takes; the view has only those that its plan names."""
    if mode.kind != "donor":
        return {}
    return {mode.key: view.donors[mode.key] if mode.key in view.donors else sample_picture(mode.key)}


def sweep_key(view: View, kind: str, mode: Mode, target: int) -> SweepKey:
    """All that a sweep from the unedited network depends on."""
    donors = ";".join(picture.digest for picture in donors_of(view, mode).values())
    return (view.engine.serial, view.picture.digest, kind, str(mode), donors, target)


def sweep_of(view: View, kind: str, mode: Mode, target: int, doing: str, cancel: str | None = None) -> Sweep:
    """A sweep from the unedited network, out of the shared memory if somebody had the same one lately.

    Its parts wait in the same line as other people's requests. While it is worked out, a bar shows how far it is.
    Between two parts Streamlit ends the script here if the person did anything; what was measured up to there is
    thrown away.

    Args:
        doing: what is said at the bar.
        cancel: key of session state to forget when the person cancels; None draws no button.
    """
    slot = st.empty()

    def make() -> Sweep:
        donors = {
            key: trace_of(view.engine, picture, EditPlan()).gates for key, picture in donors_of(view, mode).items()
        }
        sweeper = Sweeper(view.engine, view.picture, kind, mode=mode, target=target, donors=donors, bound=BATCH_BYTES)
        with slot.container():
            bar = st.progress(0.0, doing)
            if cancel is not None:
                st.button(_("Cancel"), key=f"{cancel}_cancel", on_click=st.session_state.pop, args=(cancel, None))

        def report(done: int, total: int) -> None:
            if done < total:  # what is complete is kept, whatever the person did meanwhile
                told = _("{doing}: {done} of {total}").format(doing=doing, done=whole(done), total=whole(total))
                bar.progress(done / total, told)

        worker, who = view.engine.worker, client()
        return sweeper.run(report, lambda step: waited(worker, worker.call(step, who)))

    sweep = sweeps().get(sweep_key(view, kind, mode, target), make)
    slot.empty()
    return sweep


def tell_edit(mode: Mode) -> str:
    """What the mode does to a block, as the end of a sentence."""
    match mode.kind:
        case "off":
            return _("bypassed (every gate 1)")
        case "mean":
            return _("given its gates' means")
        case "zero":
            return _("closed (every gate 0)")
        case "constant":
            return _("given {value} at every gate").format(value=f"{mode.value:g}")
        case "shuffle":
            return _("given its gates shuffled (seed {seed})").format(seed=mode.seed)
    title = sample_titles().get(mode.key, mode.key)
    return _("given the gates that the picture “{title}” opened").format(title=title)


def tell_cost(view: View, sweep: Sweep) -> str:
    """How the sweep was worked out and what it cost."""
    count, cost = len(sweep.rows), {"seconds": decimal(sweep.seconds, 2), "device": sweep.device}
    if sweep.shared:
        told = ngettext(
            "{count} plan in one pass that grows: the work of {passes} forward passes by multiply-adds, {seconds} s "
            "on {device}.",
            "{count} plans in one pass that grows: the work of {passes} forward passes by multiply-adds, {seconds} s "
            "on {device}.",
            count,
        )
        return told.format(count=whole(count), passes=decimal(sweep.forward_equivalents, 1), **cost)
    told = ngettext(
        "{count} plan by itself, the slow way, {passes} forward passes, {seconds} s on {device}: {why}",
        "{count} plans one by one, the slow way, {passes} forward passes, {seconds} s on {device}: {why}",
        count,
    )
    why = view.engine.one_by_one() or _("its plans share nothing.")
    return told.format(count=whole(count), passes=decimal(sweep.forward_equivalents, 0), why=why, **cost)


def figures_of(row: SweepRow) -> dict[str, float | bool]:
    """A row's figures under the names that tables show."""
    return {
        _("Logit change"): row.target_logit_delta,
        _("Probability change"): row.target_probability_delta,
        _("KL (nats)"): row.kl,
        _("Flipped"): row.flipped,
    }


def about(view: View, sweep: Sweep) -> dict[str, object]:
    """What a table of a sweep is of, for its file alone."""
    target = sweep.baseline.target
    return {
        "Network": sweep.model,
        "Weights": sweep.weights,
        "Picture": view.picture.name,
        "Class": target.label,
        "Logit before": target.logit,
        "Probability before": target.probability,
    }


def signed(value: float) -> str:
    """A change, with its sign."""
    return number(value, signed=True)
