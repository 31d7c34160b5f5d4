"""Networks, a person's own checkpoint: for any architecture, with any number of classes."""

from __future__ import annotations

import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from se_explorer.errors import SEExplorerError
from se_explorer.language import _
from se_explorer.limits import limits, upload_mib
from se_explorer.models import LibraryCard, Network, cards, open_checkpoint
from se_explorer.ui import network_choice as networks
from se_explorer.ui.errors import show_error

__all__ = ["draw_own"]

CHECKPOINT_MIB = 500
LABELS_MIB = 1


def _architectures() -> list[str]:
    """Those of the catalog, and our own; any other can be typed."""
    known = {
        f"{card.source}:{card.architecture}" if isinstance(card, LibraryCard) else card.id for card in cards().values()
    }
    return [*sorted(known, key=lambda name: (":" in name, name)), "own:seresnet50,width=1,reduction=16"]


def _opened(architecture: str, file: UploadedFile, labels: UploadedFile | None) -> Network:
    return open_checkpoint(
        architecture, file.getvalue(), name=file.name, labels=None if labels is None else labels.getvalue()
    )


def _tell_allowed(allowed: str) -> bool:
    """Say which files are taken here; whether any is."""
    if allowed == "off":
        st.info(_("This server is open to everybody and takes no checkpoints. SE Explorer on your own machine does."))
        return False
    if allowed == "safetensors":
        st.caption(_("A safetensors file. It is read in memory for this session and kept nowhere."))
    else:
        st.caption(
            _(
                "A safetensors file, or a PyTorch file of tensors alone: code in a file is never run. The file is read "
                "in memory for this session and kept nowhere."
            )
        )
    return True


def draw_own() -> None:
    """Architecture, file, labels; what does not fit is told by name and shape, and what was open stays open."""
    allowed = limits().checkpoints
    if not _tell_allowed(allowed):
        return
    architecture = st.selectbox(
        _("Architecture"),
        _architectures(),
        key="_own_architecture",
        accept_new_options=True,
        help=_("{names}, or one of our own. Any SE network of the libraries will do: type its name.").format(
            names="`timm:NAME`, `torchvision:NAME`"
        ),
    )
    left, right = st.columns(2)
    file = left.file_uploader(
        _("Checkpoint"),
        ["safetensors"] if allowed == "safetensors" else ["safetensors", "pt", "pth", "bin", "ckpt", "tar"],
        key="_own_file",
        max_upload_size=upload_mib(CHECKPOINT_MIB),
    )
    labels = right.file_uploader(
        _("Labels (optional)"),
        ["txt", "json"],
        key="_own_labels",
        max_upload_size=LABELS_MIB,
        help=_("A line a class, or a JSON list. Without it the classes have numbers."),
    )
    if not st.button(_("Open this checkpoint"), disabled=file is None, key="_own_open") or file is None:
        return
    try:
        with st.spinner(_("Reading the checkpoint")):
            networks.choose_own(_opened(str(architecture), file, labels))
    except SEExplorerError as error:
        show_error(error)
        return
    st.rerun()
