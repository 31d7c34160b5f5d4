"""Train, the choice: what a pair is, and its start."""

from __future__ import annotations

import streamlit as st

from se_explorer.errors import SEExplorerError
from se_explorer.language import _
from se_explorer.training.jobs import pair_jobs
from se_explorer.training.pair_request import DATA, LIMITS, MAX_EPOCHS, MAX_SEED, NETWORKS, REDUCTIONS, PairRequest
from se_explorer.ui import address
from se_explorer.ui.errors import show_error
from se_explorer.ui.state import local_paths
from se_explorer.ui.train_owner import owner
from se_explorer.ui.train_words import data_names, limit_names, network_names

__all__ = ["PAIR", "draw_form"]

PAIR = "pair"
FOLDER = "_train_folder"
PROBLEM = "_train_problem"


def _choose(label: str, key: str, names: dict[str, str], default: str, help_text: str | None = None) -> str:
    choice = address.one_of(key, list(names), default)
    choice.prepare()
    given = st.segmented_control(
        label, list(names), format_func=names.__getitem__, required=True, key=key, help=help_text, wrap=True
    )
    return choice.keep(str(given or default))


def _count(label: str, key: str, high: int, default: int, low: int = 1, help_text: str | None = None) -> int:
    choice = address.whole(key, low, high, default)
    choice.prepare()
    return choice.keep(int(st.number_input(label, low, high, key=key, help=help_text)))


def _networks(dataset: str) -> dict[str, str]:
    """The wide one needs larger pictures than digits and CIFAR-10 have."""
    small = dataset in ("digits", "cifar10")
    return {key: network_names()[key] for key in NETWORKS if not (small and key == "seresnet50")}


def _choose_data() -> tuple[str, int, str | None]:
    names = {key: data_names()[key] for key in DATA if key != "folder" or local_paths()}
    dataset = _choose(_("Data"), "train_data", names, "digits")
    if dataset == "digits":
        st.caption(_("Scikit-learn's 1,797 digits of 8 x 8 pixels: nothing to download."))
        return dataset, 0, None
    limit = int(_choose(_("Training pictures"), "train_limit", limit_names(), str(LIMITS[2])))
    if dataset != "folder":
        size = {"cifar10": "170 MB", "imagenette": "99 MB"}[dataset]
        st.caption(_("Torchvision downloads it once, about {size}; the test split is always whole.").format(size=size))
    return dataset, limit, _choose_folder(dataset) if local_paths() else None


def _choose_folder(dataset: str) -> str | None:
    own = dataset == "folder"
    label = _("Folder with `train` and `val`") if own else _("Folder that holds it already (optional)")
    told = _("With one subfolder of pictures a class in each of `train` and `val`, or as torchvision lays it out.")
    return st.text_input(label, key=FOLDER, help=told).strip() or None


def _start(request: PairRequest) -> None:
    try:
        pair = pair_jobs().start(request, owner())
    except SEExplorerError as error:
        st.session_state[PROBLEM] = error
        return
    st.session_state.pop(PROBLEM, None)
    address.text(PAIR).keep(pair.id)
    st.session_state[PAIR] = pair.id


def draw_form() -> None:
    """Data, network, r, epochs and seed; the button starts both trainings."""
    left, right = st.columns(2, gap="large")
    with left:
        dataset, limit, folder = _choose_data()
    with right:
        network = _choose(_("Network"), "train_network", _networks(dataset), "notes-cnn")
        reduction = _choose(_("Reduction ratio r"), "train_r", {str(r): str(r) for r in REDUCTIONS}, "4")
        one, two = st.columns(2)
        with one:
            epochs = _count(_("Epochs"), "train_epochs", MAX_EPOCHS, 12)
        with two:
            told = _(
                "Of the first weights and of every random choice. Both sides have the same order of pictures, the same "
                "crops and, but for ResNet-50, the same first weights in the layers that both have."
            )
            seed = _count(_("Seed"), "train_seed", MAX_SEED, 0, 0, told)
    missing = dataset == "folder" and not folder
    values = {"dataset": dataset, "network": network, "reduction": int(reduction), "epochs": epochs, "seed": seed}
    request = None if missing else PairRequest.model_validate({**values, "limit": limit, "folder": folder})
    st.button(
        _("Train both"),
        type="primary",
        key="_train_start",
        icon=":material/play_arrow:",
        disabled=request is None,
        on_click=_start,
        args=(request,),
        help=_("Starts now, or waits in line if another pair trains: one pair trains at a time."),
    )
    error = st.session_state.get(PROBLEM)
    if isinstance(error, SEExplorerError):
        show_error(error)
