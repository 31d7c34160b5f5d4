"""Experiments, a person's own trainings: run.json files that are uploaded, and those in a folder of this machine."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from se_explorer.errors import DataError, RecipeError
from se_explorer.images import folder_of
from se_explorer.language import _, ngettext
from se_explorer.limits import check_local_paths, upload_mib
from se_explorer.training.experiments import find_runs
from se_explorer.training.pairs import runs_folder
from se_explorer.training.record import MAX_BYTES, RunRecord, parse_record
from se_explorer.ui.errors import show_error
from se_explorer.ui.languages import speak
from se_explorer.ui.state import local_paths

__all__ = ["draw_own", "own_records"]

FILES = "_run_files"
FOLDER = "_run_folder"
UPLOADED = "_own_runs"
FOUND = "_found_runs"
PROBLEMS = "_run_problems"
MOST_PROBLEMS = 5


def own_records() -> tuple[RunRecord, ...]:
    """This session's own trainings, those of the folder first."""
    if local_paths() and FOUND not in st.session_state:
        _look(runs_folder())
    return (*st.session_state.get(FOUND, ()), *st.session_state.get(UPLOADED, ()))


def _look(folder: Path) -> None:
    check_local_paths()
    found, errors = find_runs(folder)
    st.session_state[FOUND] = tuple(record for _path, record in found)
    st.session_state[PROBLEMS] = tuple(errors[:MOST_PROBLEMS])


def _take() -> None:
    """Read what the widget holds as soon as it comes: those that can be read count."""
    speak()
    records, errors = [], []
    for file in st.session_state.get(FILES) or []:
        try:
            records.append(parse_record(file.getvalue(), file.name[:100]))
        except RecipeError as error:
            errors.append(error)
    st.session_state[UPLOADED] = tuple(records)
    st.session_state[PROBLEMS] = tuple(errors[:MOST_PROBLEMS])


def _go() -> None:
    speak()
    given = str(st.session_state.get(FOLDER) or "").strip()
    try:
        _look(folder_of(given) if given else runs_folder())
    except DataError as error:
        st.session_state[PROBLEMS] = (error,)


def draw_own() -> None:
    """Where trainings of one's own are brought, and the command that makes one."""
    st.caption(
        _(
            "A finished training has a run.json with its recipe, seed, curve and gates. Those of a recipe that is "
            "shown here count as further seeds of it; others stand beside."
        )
    )
    st.code("python -m se_explorer train assets/recipes/digits-se.toml --seed 11", language="bash", wrap_lines=True)
    st.file_uploader(
        _("run.json of finished trainings"),
        ["json"],
        accept_multiple_files=True,
        key=FILES,
        on_change=_take,
        max_upload_size=upload_mib(MAX_BYTES >> 20),
    )
    if local_paths():
        st.text_input(
            _("Folder of this machine with trainings"),
            key=FOLDER,
            on_change=_go,
            placeholder=str(runs_folder()),
            help=_("It is looked through for run.json files, three levels deep. `train` writes to `runs`."),
        )
        st.button(_("Look again"), key="_look_again", on_click=_go)
    for error in st.session_state.get(PROBLEMS, ()):
        show_error(error)
    count = len(own_records())
    told = ngettext("{count} training of your own is at hand.", "{count} trainings of your own are at hand.", count)
    st.caption(told.format(count=count))
