"""Which profile the session looks at: the one that comes with the network, or a file that a person brought."""

from __future__ import annotations

import shlex
from collections.abc import Mapping

import streamlit as st

from se_explorer.analysis import Profile, load_profile
from se_explorer.analysis.bundled_profiles import bundled_profile_path
from se_explorer.analysis.profile_build import recorded_weights
from se_explorer.engine import Engine
from se_explorer.errors import ProfileError
from se_explorer.language import Text, _, later, whole
from se_explorer.limits import upload_mib
from se_explorer.models import Card
from se_explorer.ui.caches import profile_at
from se_explorer.ui.errors import show_error
from se_explorer.ui.escaping import plain_label, plain_markdown
from se_explorer.ui.state import View, state

__all__ = ["choose_profile", "class_label", "data_title", "profile_at_hand"]

OWN = "_own_profile"
PROBLEM = "_profile_problem"
UPLOAD = "_profile_upload"
PROFILE_MIB = 256
MOST_CLASSES = 2000  # a list that a page can still hold


def _own() -> Profile | None:
    profile = state().get(OWN)
    return profile if isinstance(profile, Profile) else None


def _fits(profile: Profile, engine: Engine) -> bool:
    try:
        profile.check_fits(engine.network.id, engine.channels)
    except ProfileError:
        return False
    return True


def profile_at_hand(view: View) -> Profile | None:
    """The person's own profile if it fits the network, else the one that comes with the network, if any.

    Raises:
        ProfileError: the file that comes with the project is damaged.
    """
    own = _own()
    if own is not None and _fits(own, view.engine):
        return own
    path = bundled_profile_path(view.engine.network)
    return None if path is None else profile_at(path)


def _take_profile(network: str, channels: Mapping[str, int]) -> None:
    """Read what the uploader holds as soon as it comes. What is refused leaves the profile before it in force.

    Args:
        network: its id. The network itself would live on while the page rests in a tab.
        channels: of each block.
    """
    file = st.session_state.get(UPLOAD)
    if file is None:
        return
    try:
        profile = load_profile(file.getvalue())
        profile.check_fits(network, channels)
        if len(profile.classes) > MOST_CLASSES:
            raise ProfileError(
                later("a profile of at most {most} classes", most=Text.of(whole, MOST_CLASSES)),
                later("one of {count} classes", count=Text.of(whole, len(profile.classes))),
                later("Look at it in a notebook, with load_profile."),
            )
    except ProfileError as error:
        state()[PROBLEM] = error
        return
    state()[OWN] = profile
    state().pop(PROBLEM, None)


def _forget() -> None:
    state().pop(OWN, None)
    state().pop(PROBLEM, None)


def class_label(profile: Profile, place: int) -> str:
    """A class's label for charts and lists."""
    return plain_label(profile.classes[place].label)


def data_title(profile: Profile) -> str:
    """The data in a few words, in Markdown."""
    data = profile.header.data
    name = plain_markdown(data.name)
    return _("{data}, {split}").format(data=name, split=plain_markdown(data.split)) if data.split else name


def _weights(weights: str) -> str:
    """What weights are called in a sentence, in Markdown."""
    return _("pretrained") if weights == "pretrained" else plain_markdown(weights)


def _tell_weights(profile: Profile, engine: Engine) -> None:
    """A profile of other weights says nothing of these."""
    header, network = profile.header, engine.network
    sha = network.card.sha256 if isinstance(network.card, Card) and network.weights == "pretrained" else None
    other = header.weights_sha256 is not None and sha is not None and header.weights_sha256 != sha
    own = recorded_weights(network)
    if not other and header.weights == own:
        return
    names = {"theirs": _weights(header.weights), "own": _weights(own)}
    if network.weights.startswith("file:"):
        told = _(
            "The profile was made with the weights {theirs}, the network has {own}. Whether these are the same, only "
            "you know: all below holds if they are."
        )
        st.info(told.format(**names))
        return
    told = _(
        "The profile was made with the weights {theirs}, the network has {own}: what the profile says need not hold "
        "for this network."
    )
    if other and header.weights == own:
        told = _(
            "The profile was made with the weights {theirs}, the network has {own}, another file of that name: what "
            "the profile says need not hold for this network."
        )
    st.warning(told.format(**names))


def _tell(profile: Profile, view: View, own: bool) -> None:
    """What the profile names."""
    header = profile.header
    least, most = int(profile.counts.min()), int(profile.counts.max())
    each = (_("{least} each") if least == most else _("{least} to {most} each")).format(
        least=whole(least), most=whole(most)
    )
    st.markdown(
        _("**{data}**: {count} pictures of {classes} classes ({each}) through {network}.").format(
            data=data_title(profile),
            count=whole(profile.count),
            classes=whole(len(profile.classes)),
            each=each,
            network=plain_markdown(header.model),
        )
    )
    quantiles = _("Quantiles and information come from every picture.")
    if not header.exact:
        quantiles = _("Quantiles and information come from a sample of at most {limit} pictures a class.").format(
            limit=whole(header.sample.limit)
        )
    made = _(
        "a profile made {made} by version {version}{commit}, PyTorch {torch} on {device}; weights {weights}. "
        "Unreadable pictures left out: {unreadable}. {quantiles} Always of the unedited network."
    ).format(
        made=plain_markdown(header.made),
        version=plain_markdown(header.code.package),
        commit=_(", commit {commit}").format(commit=header.code.commit[:10]) if header.code.commit else "",
        torch=plain_markdown(header.code.torch),
        device=plain_markdown(header.device),
        weights=_weights(header.weights),
        unreadable=whole(len(header.unreadable)),
        quantiles=quantiles,
    )
    st.caption((_("Your file: {made}") if own else _("Comes with the network: {made}")).format(made=made))
    _tell_weights(profile, view.engine)


def _command(engine: Engine) -> str:
    network = engine.network
    parts = ["python -m se_explorer profile DIR", f"--model {shlex.quote(network.id)}"]
    if network.weights.startswith("random:"):
        parts.append(f"--weights {network.weights}")
    elif network.weights != "pretrained":
        parts.append("--weights YOUR_CHECKPOINT")
    return " ".join([*parts, "--out PROFILE.safetensors --compact"])


def _offer(view: View, profile: Profile | None) -> None:
    """Where another profile is brought, and how one is made."""
    own = _own()
    with st.expander(_("Another profile"), expanded=profile is None or PROBLEM in state(), icon=":material/upload:"):
        st.caption(
            _(
                "This makes one. DIR holds a folder of pictures a class, as ImageFolder has them; the classes need not "
                "be the network's. It can be stopped and taken up again."
            )
        )
        st.code(_command(view.engine), language="bash", wrap_lines=True)
        st.file_uploader(
            _("Profile (safetensors)"),
            ["safetensors"],
            key=UPLOAD,
            on_change=_take_profile,
            args=(view.engine.network.id, view.engine.channels),
            max_upload_size=upload_mib(PROFILE_MIB),
            help=_("Read in memory for this session and kept nowhere."),
        )
        problem = state().get(PROBLEM)
        if isinstance(problem, ProfileError):
            show_error(problem)
            if profile is not None:
                st.caption(_("The profile before it stays."))
        if own is not None:
            st.button(_("Let go of my profile"), on_click=_forget, key="_profile_forget")


def choose_profile(view: View) -> Profile | None:
    """Draw what the profile is and where another one is brought; None where there is none of this network."""
    profile, own = profile_at_hand(view), _own()
    if profile is None:
        st.info(
            _(
                "There is no profile of {network} with these weights here. A profile is what every gate and squeeze "
                "does over a labelled data set; this page shows what it says of classes."
            ).format(network=view.engine.network.title)
        )
    else:
        _tell(profile, view, profile is own)
    if own is not None and profile is not own:
        st.caption(
            _("Your profile is of {network}: it is used when that network is open.").format(
                network=plain_markdown(own.header.model)
            )
        )
    _offer(view, profile)
    return profile
