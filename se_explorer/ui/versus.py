"""Compare, the right side: another picture, another network or another edit plan beside the state at hand."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

import streamlit as st

from se_explorer.engine import EditPlan, Engine
from se_explorer.errors import EditPlanError, ImageError, SEExplorerError
from se_explorer.images import Picture, decode_picture
from se_explorer.language import _
from se_explorer.limits import limits
from se_explorer.models import usable_now
from se_explorer.ui import address
from se_explorer.ui import network_choice as networks
from se_explorer.ui.address import Choice
from se_explorer.ui.caches import sample_picture, sample_titles
from se_explorer.ui.errors import show_error
from se_explorer.ui.network_choice import MODEL_ID, OWN_MODEL, WEIGHTS, Chosen
from se_explorer.ui.sidebar import TYPES, donors_of
from se_explorer.ui.sidebar_network import network_title, warn_of_random_weights
from se_explorer.ui.state import View, chosen_block, fitted_plan

__all__ = ["KINDS", "Sides", "choose_sides", "named_network"]

Kind = Literal["picture", "network", "plan"]
KINDS: tuple[Kind, ...] = ("picture", "network", "plan")
SOURCES = ("sample", "upload")
EDITS = "versus_edits"
UPLOAD = "_versus_upload"
OWN = "_versus_picture"
PROBLEM = "_versus_problem"
LONGEST = 44


@dataclass(frozen=True, eq=False)
class Sides:
    """Both sides; ``kind`` says in what they differ, ``names`` tells them apart."""

    left: View
    right: View
    kind: Kind

    @property
    def names(self) -> tuple[str, str]:
        """What tells both sides apart, short enough for an axis; a plan has no blanks to break at."""
        if self.kind == "picture":
            return _short(self.left.picture.name), _short(self.right.picture.name)
        if self.kind == "plan":
            return _short(str(self.left.plan) or _("no edits")), _short(str(self.right.plan) or _("no edits"))
        return _short(named_network(self.left.engine)), _short(named_network(self.right.engine))


def _short(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"


def named_network(engine: Engine) -> str:
    """A network's title, with its weights where they are random."""
    network = engine.network
    if not network.is_random:
        return network.title
    seed = network.weights.partition(":")[2]
    return _("{title} (random weights, seed {seed})").format(title=network.title, seed=seed)


def _take_picture() -> None:
    """Decode what the widget holds as soon as it comes. What is no picture leaves the one before it in place."""
    file = st.session_state.get(UPLOAD)
    if file is None:
        return
    try:
        st.session_state[OWN] = decode_picture(file.getvalue(), file.name or "upload")
        st.session_state[PROBLEM] = None
    except ImageError as error:
        st.session_state[PROBLEM] = error


def _choose_sample(view: View) -> tuple[Picture, str]:
    """Any sample but the left's."""
    entries = {key: title for key, title in sample_titles().items() if key != view.picture_key}
    choice = address.one_of("versus_picture", list(entries), next(iter(entries)))
    choice.prepare()
    chosen = choice.keep(
        st.selectbox(_("Sample on the right"), list(entries), format_func=entries.__getitem__, key=choice.key)
    )
    return sample_picture(chosen), chosen


def _choose_picture(view: View) -> View:
    choice = address.one_of("versus_source", list(SOURCES), "sample")
    choice.prepare()
    names = {"sample": _("Sample"), "upload": _("Upload")}
    given = st.segmented_control(
        _("Picture on the right"),
        list(SOURCES),
        format_func=names.__getitem__,
        required=True,
        key=choice.key,
        wrap=True,
    )
    source = choice.keep(given or "sample")
    picture, key = None, ""
    if source == "upload":
        st.file_uploader(
            _("Your picture for the right"),
            TYPES,
            key=UPLOAD,
            on_change=_take_picture,
            max_upload_size=limits().picture_mib,
        )
        problem, own = st.session_state.get(PROBLEM), st.session_state.get(OWN)
        if isinstance(problem, SEExplorerError):
            show_error(problem)
        if isinstance(own, Picture):
            picture, key = own, f"own-{own.digest[:12]}"
            st.caption(
                _("{name}: {width} x {height} px. It is in no link.").format(
                    name=own.name, width=own.width, height=own.height
                )
            )
            for note in own.notes:
                st.info(note)
    if picture is None:
        picture, key = _choose_sample(view)
    return replace(view, picture=picture, picture_key=key)


def _networks(present: Chosen) -> dict[str, Chosen]:
    """What can be had at once beside the left's: pretrained, the session's own, and the left's untrained twin."""
    choices = [Chosen(model, "pretrained") for model in usable_now()]
    if networks.own_network() is not None:
        choices.append(Chosen(OWN_MODEL, "pretrained"))
    if present.model != OWN_MODEL:
        choices.append(Chosen(present.model, "random:0"))
    return {f"{choice.model}|{choice.weights}": choice for choice in choices if choice != present}


def _addressed(given: str) -> Chosen | None:
    """What an address names: a network that is not in the list is opened if it is here, as in the side bar."""
    model, _, weights = given.partition("|")
    fits = MODEL_ID.fullmatch(model) and WEIGHTS.fullmatch(weights)
    return Chosen(model, weights) if fits else None


def _choose_network(view: View) -> View:
    present = networks.chosen()
    options = _networks(present)
    first = next(iter(options))
    choice = Choice("versus_network", first, lambda given: given if _addressed(given) not in (None, present) else None)
    addressed = _addressed(choice.value)
    if addressed is not None:
        options.setdefault(choice.value, addressed)
    choice.prepare()
    titles = {key: network_title(option) for key, option in options.items()}
    chosen = choice.keep(
        st.selectbox(_("Network on the right"), list(options), format_func=titles.__getitem__, key=choice.key)
    )
    engine = networks.open_one(options[chosen])
    warn_of_random_weights(engine.network)
    try:
        plan = fitted_plan(engine, str(view.plan))
    except EditPlanError as error:
        plan = EditPlan()
        st.info(
            _(
                "The edit plan does not fit the network on the right, which runs unedited: expected {expected}, but "
                "got {received}."
            ).format(expected=error.expected, received=error.received)
        )
    return replace(view, engine=engine, plan=plan)


def _bypass(block: str) -> None:
    st.session_state[EDITS] = f"{block}=off"


def _choose_plan(view: View) -> View:
    choice = address.text(EDITS)
    choice.prepare()
    typed = choice.keep(
        st.text_input(
            _("Edit plan on the right"),
            key=choice.key,
            placeholder=_("no edits"),
            help=_("As in the side bar, whose plan is the left's: {example}. Empty: no edits.").format(
                example="`SE_3_4=off;SE_2_1.17=0.2`"
            ),
        )
    )
    plan = EditPlan()
    try:
        plan = fitted_plan(view.engine, typed)
    except EditPlanError as error:
        show_error(error)
        st.caption(_("Until the plan can be read, the right runs without edits."))
    if plan == view.plan:
        block = chosen_block(view.engine).name
        st.info(_("Both sides have the same plan, and so the same gates."))
        if plan.of_block(block).mode is None:
            label = _("Bypass {name} on the right").format(name=block)
            st.button(label, on_click=_bypass, args=(block,), key="_versus_bypass")
    return replace(view, plan=plan, donors={**view.donors, **donors_of(plan)})


def choose_sides(view: View) -> Sides:
    """What stands on the right; the left is the state at hand.

    Raises:
        SEExplorerError: the network on the right cannot be opened.
    """
    choice = address.one_of("versus", list(KINDS), "picture")
    left, right = st.columns([1, 1])
    with left:
        choice.prepare()
        names = {"picture": _("Picture"), "network": _("Network"), "plan": _("Edit plan")}
        given = st.segmented_control(
            _("On the right, another"),
            list(KINDS),
            format_func=names.__getitem__,
            required=True,
            key=choice.key,
            wrap=True,
        )
        kind: Kind = choice.keep(given or "picture")  # type: ignore[assignment]  # one of the keys
        st.caption(_("On the left: network, picture and edit plan of the side bar. All else is the same on the right."))
    with right:
        choose = {"picture": _choose_picture, "network": _choose_network, "plan": _choose_plan}[kind]
        return Sides(view, choose(view), kind)
