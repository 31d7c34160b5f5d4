"""Train, what can be done with a pair: stop, go on, keep, open, delete; and where its numbers come from."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from se_explorer.errors import SEExplorerError
from se_explorer.language import _, ngettext, percent, sentences, whole
from se_explorer.training.jobs import pair_jobs, training_allowed
from se_explorer.training.pair_network import trained_network
from se_explorer.training.pair_request import SIDES
from se_explorer.training.pair_view import SideView, look_at
from se_explorer.training.pairs import Pair, side_folder
from se_explorer.training.record import RunRecord
from se_explorer.ui import network_choice as networks
from se_explorer.ui.errors import show_error
from se_explorer.ui.train_owner import may_change
from se_explorer.ui.train_words import side_name

__all__ = ["draw_actions", "tell_limits", "tell_state", "trace_numbers"]

PROBLEM = "_train_action_problem"
NAME = "_train_name"


def _tried(act: Callable[..., object], *what: object) -> None:
    """For callbacks: what went wrong is shown when the page is drawn."""
    st.session_state.pop(PROBLEM, None)
    try:
        act(*what)
    except SEExplorerError as error:
        st.session_state[PROBLEM] = error


def tell_state(pair: Pair) -> None:
    """How the pair stands, where that is not seen otherwise."""
    if pair.state == "failed" and pair.fault is not None:
        show_error(pair.fault.error)
    elif pair.state == "stopped":
        st.info(_("Stopped. What was done until the last whole epoch is kept; it can go on from there."))
    elif pair.state == "interrupted":
        st.info(_("The server ended while this pair trained or waited. It can go on from the last whole epoch."))
    error = st.session_state.get(PROBLEM)
    if isinstance(error, SEExplorerError):
        show_error(error)


def _open_in_explore(pair: Pair) -> None:
    try:
        with st.spinner(_("Opening the network")):
            networks.choose_own(trained_network(side_folder(pair_jobs().root, pair, "se"), pair.request.seed))
    except SEExplorerError as error:
        show_error(error)
        return
    st.switch_page("pages/explore.py")


def _offer_to_keep(pair: Pair) -> None:
    if st.session_state.get("_train_named") != pair.id:
        st.session_state["_train_named"], st.session_state[NAME] = pair.id, pair.name
    with st.container(horizontal=True, vertical_alignment="bottom"):
        name = st.text_input(_("Name, to keep it"), key=NAME, max_chars=60, width=320)
        label = _("Keep") if name or not pair.name else _("Do not keep")
        st.button(
            label,
            key="_train_keep",
            on_click=_tried,
            args=(pair_jobs().keep, pair, name),
            icon=":material/bookmark:",
            help=_("Pairs without a name make room for others, the oldest first, when there are more than twelve."),
        )
    if pair.name:
        st.caption(_("Kept in {folder}").format(folder=f"`{pair_jobs().root / pair.id}`"))


def draw_actions(pair: Pair) -> None:
    """The buttons that this person may press now; one that belongs to somebody else can only be looked at."""
    mine, jobs = may_change(pair), pair_jobs()
    with st.container(horizontal=True):
        if not pair.is_over:
            told = None if mine else _("Only whoever started it can stop it.")
            st.button(
                _("Stop"),
                key="_train_stop",
                on_click=_tried,
                args=(jobs.stop, pair),
                disabled=not mine,
                icon=":material/stop:",
                help=told,
            )
        elif pair.state != "done":
            st.button(
                _("Go on"),
                key="_train_resume",
                on_click=_tried,
                args=(jobs.resume, pair),
                disabled=not (mine and training_allowed()),
                icon=":material/resume:",
            )
        if (side_folder(jobs.root, pair, "se") / "checkpoint.pt").exists():
            told = _("The network with SE, as it is after its last whole epoch, on this page and all others.")
            if st.button(_("Open it in Explore"), key="_train_open", icon=":material/search:", help=told):
                _open_in_explore(pair)
        if pair.is_over and mine:
            with st.popover(_("Delete"), icon=":material/delete:"):
                st.markdown(_("Both networks and all their numbers go for good."))
                st.button(_("Delete them"), key="_train_delete", on_click=_tried, args=(jobs.delete, pair))
    if not pair.is_over and not mine:
        st.caption(_("Somebody else's training: you can watch it. Your own waits in line meanwhile."))
    if pair.is_over and mine:
        _offer_to_keep(pair)


def _score(side: SideView, record: RunRecord) -> str:
    return _("{side}: {right} of {count}, {share}").format(
        side=side_name(side.side),
        right=whole(record.right),
        count=whole(record.count),
        share=percent(record.accuracy, 2),
    )


def tell_limits(pair: Pair) -> None:
    """What one pair can and cannot show; with its result, once there is one."""
    said = ""
    sides = look_at(pair_jobs().root, pair)
    records = [side.record for side in sides]
    if all(records):
        scores = [_score(side, record) for side, record in zip(sides, records, strict=True) if record]
        plain, se = (record.right for record in records if record)
        apart = abs(se - plain)
        told = ngettext(
            "They are {count} picture of the test split apart.",
            "They are {count} pictures of the test split apart.",
            apart,
        )
        both = _("Right on the whole test split: {first}; {second}.").format(first=scores[0], second=scores[1])
        said = sentences(both, told.format(count=whole(apart)))
    st.markdown(
        sentences(
            said,
            _("**One pair is one seed a side.**"),
            _(
                "Another seed gives each side another result, and the difference may change its sign: whether SE "
                "helps cannot be told from this. It shows how a training goes, how gates leave their first values, "
                "and what SE costs in time."
            ),
        )
    )
    told = _("Several seeds a side, and what they allow to conclude: Experiments")
    st.page_link("pages/experiments.py", label=told, icon=":material/science:")


def _facts(record: RunRecord) -> dict[str, str]:
    soft = record.software
    return {
        _("Seed"): str(record.seed),
        _("Commit"): f"`{record.commit}`",
        _("Software"): f"Python {soft.python}, torch {soft.torch}, torchvision {soft.torchvision}, NumPy {soft.numpy}",
        _("Threads"): str(soft.threads),
        _("Machine"): _("{processor}, {cores} cores").format(
            processor=record.machine.processor, cores=record.machine.cores
        ),
        _("Device"): record.device,
        _("Pictures"): _("{train} for training, {test} for the test").format(
            train=whole(record.data.train), test=whole(record.data.test)
        ),
        _("Steps"): whole(record.steps),
    }


def trace_numbers(pair: Pair) -> None:
    """Recipe, seed, commit, software and machine of each side."""
    with st.expander(_("Where these numbers come from"), icon=":material/receipt_long:"):
        sides = look_at(pair_jobs().root, pair)
        for tab, side in zip(st.tabs([side_name(side) for side in SIDES]), sides, strict=True):
            with tab:
                if side.record is None:
                    told = _("Seed {seed}. Commit, software and machine are put down when the training has ended.")
                    st.markdown(told.format(seed=pair.request.seed))
                else:
                    st.markdown("\n".join(f"- {name}: {value}" for name, value in _facts(side.record).items()))
                st.code(pair.request.recipe(side.side), "toml")
                data = "" if pair.request.dataset == "digits" else " --data DIR"
                command = f"python -m se_explorer train recipe.toml --seed {pair.request.seed}{data}"
                st.caption(_("The same again on the command line: {command}").format(command=f"`{command}`"))
