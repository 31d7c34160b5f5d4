"""How an error of ours is told on a page, and the boundary that keeps tracebacks from people."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import streamlit as st

from se_explorer.errors import ModelError, SEExplorerError
from se_explorer.language import _

__all__ = ["show_error", "shown_errors"]


MEANT = str.maketrans({sign: f"\\{sign}" for sign in r"\[]`$"})


def _plain(text: str) -> str:
    """Texts of errors hold names out of strangers' files: no link, picture, directive or formula of theirs is shown."""
    return text.translate(MEANT)


def show_error(error: SEExplorerError) -> None:
    """Tell what was expected, what came, and what to do."""
    told = _("Expected {expected}, but got {received}. **{remedy}**").format(
        expected=_plain(error.expected), received=_plain(error.received), remedy=_plain(error.remedy)
    )
    st.error(told, icon=":material/error:")


@contextmanager
def shown_errors() -> Iterator[None]:
    """Show an error of ours where it happened and end the page there; the session's state stays as it is."""
    try:
        yield
    except SEExplorerError as error:
        show_error(error)
        if isinstance(error, ModelError):  # weights that are not here, or a network that does not exist
            st.page_link(
                "pages/networks.py", label=_("Networks: download, or open another"), icon=":material/database:"
            )
