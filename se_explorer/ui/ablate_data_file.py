"""Ablate over data, which result is shown: one that a person loaded if it fits the network, else a shipped one."""

from __future__ import annotations

import streamlit as st

from se_explorer.analysis.data_sweep_record import MAX_BYTES, DataSweep, read_data_sweep
from se_explorer.errors import DataError
from se_explorer.language import _
from se_explorer.limits import upload_mib
from se_explorer.models import Network
from se_explorer.models.bundled import ASSETS
from se_explorer.models.digest import weights_sha256
from se_explorer.ui.errors import show_error
from se_explorer.ui.languages import speak
from se_explorer.ui.state import View

__all__ = ["command", "draw_loader", "plain", "sweep_over_data", "sweeps_over_data"]

WIDGET = "_data_sweep_file"
LOADED = "_data_sweep"
PROBLEM = "_data_sweep_problem"
SPECIAL = r"\`*_{}[]()<>#+-.!|~$:"


def plain(text: str) -> str:
    """Text of a file's, such that nothing in it is taken for Markdown."""
    return "".join(f"\\{letter}" if letter in SPECIAL else letter for letter in text)


@st.cache_resource(max_entries=1, show_spinner=False)
def _shipped() -> tuple[DataSweep, ...]:
    """Those in ``assets/ablation``.

    Raises:
        DataError: one of them is damaged.
    """
    files = sorted((ASSETS / "ablation").glob("*.json"))
    return tuple(read_data_sweep(path.read_bytes(), path.name) for path in files)


@st.cache_data(max_entries=8, show_spinner=False)
def _weights(serial: int, _network: Network) -> str:  # noqa: ARG001  (the engine's serial is the key)
    return weights_sha256(_network)


def _fits(view: View, sweep: DataSweep) -> bool:
    """Whether a result is of the network at hand: the same model with the same weights."""
    network = view.engine.network
    return sweep.model == network.id and sweep.weights_sha256 == _weights(view.engine.serial, network)


def sweeps_over_data(view: View) -> tuple[DataSweep, ...]:
    """All results of this network that are at hand, the person's own first."""
    loaded = st.session_state.get(LOADED)
    known = (*([loaded] if isinstance(loaded, DataSweep) else []), *_shipped())
    return tuple(sweep for sweep in known if sweep.rows and _fits(view, sweep))


def sweep_over_data(view: View) -> DataSweep | None:
    """The result to show, or None where there is none for this network."""
    return next(iter(sweeps_over_data(view)), None)


def command(view: View) -> str:
    """What makes a result for this network."""
    network = view.engine.network
    modes = "off,mean" if network.gate_means else "off,zero"
    model = (
        "" if network.weights == "pretrained" and network.id == "seresnet50-imagenette" else f" --model {network.id}"
    )
    weights = network.weights if network.weights.startswith("random:") else ""
    if network.weights.startswith("file:") or network.weights == "given":
        weights = "YOUR_CHECKPOINT"
    chosen = f" --weights {weights}" if weights else ""
    return f"python -m se_explorer sweep DIR{model}{chosen} --modes {modes} --out result.json"


def _take() -> None:
    """Read what the widget holds as soon as it comes."""
    speak()
    file = st.session_state.get(WIDGET)
    if file is None:
        _forget()
        return
    try:
        st.session_state[LOADED] = read_data_sweep(file.getvalue(), file.name[:100])
        st.session_state[PROBLEM] = None
    except DataError as error:
        st.session_state[PROBLEM] = error


def _forget() -> None:
    """What is shipped shows again."""
    st.session_state.pop(LOADED, None)
    st.session_state.pop(PROBLEM, None)


def draw_loader(view: View) -> None:
    """Where a result of one's own can be brought, and the command that makes it."""
    st.caption(_("DIR is a folder with one subfolder of pictures a class. The result names network, weights and data."))
    st.code(command(view), language="bash", wrap_lines=True)
    st.file_uploader(
        _("A result of sweep DIR --out"),
        ["json"],
        key=WIDGET,
        on_change=_take,
        max_upload_size=upload_mib(MAX_BYTES >> 20),
    )
    problem, loaded = st.session_state.get(PROBLEM), st.session_state.get(LOADED)
    if isinstance(problem, DataError):
        show_error(problem)
    elif isinstance(loaded, DataSweep) and not _fits(view, loaded):
        st.warning(
            _(
                "The result that you loaded is of {model} with weights {weights}, not of the network at hand: it is "
                "not shown."
            ).format(model=plain(loaded.model), weights=loaded.weights_sha256[:12])
        )
    elif isinstance(loaded, DataSweep) and not loaded.rows:
        st.warning(_("The result that you loaded has no rows: there is nothing to show."))
    elif isinstance(loaded, DataSweep):
        st.caption(_("The result that you loaded is shown."))
    if isinstance(loaded, DataSweep):
        st.button(_("Let go of my result"), on_click=_forget, key="_data_sweep_forget")
