"""Experiments, the two kinds of "disabled": trained without SE in a stage, and that stage switched off."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from se_explorer.figures import Theme
from se_explorer.language import _, whole
from se_explorer.report.retrained_view import retrained_chart, retrained_table, switched_table, tell_retrained
from se_explorer.training import experiments as gathered
from se_explorer.training.retrained_record import RetrainedAblation, read_ablation
from se_explorer.ui import address
from se_explorer.ui.charts import draw
from se_explorer.ui.tables import offer_csv

__all__ = ["draw_retrained"]

ABLATION = "retrained"


@st.cache_resource(max_entries=8, show_spinner=False)
def _read(path: str, changed: int) -> RetrainedAblation:  # noqa: ARG001  (a part of the key)
    return read_ablation(Path(path))


def _found() -> dict[str, RetrainedAblation]:
    """The project's, by the name of their file.

    Raises:
        RecipeError: one of them is damaged.
    """
    files = sorted(gathered.COMMITTED.glob(f"*/*{gathered.ABLATION_SUFFIX}"))
    return {
        path.name.removesuffix(gathered.ABLATION_SUFFIX): _read(str(path), path.stat().st_mtime_ns) for path in files
    }


def _explain() -> None:
    st.markdown(
        _(
            "**Switching off** takes the blocks out of a network that was trained with them. All other layers are as "
            "they were, made for maps that were scaled: with every gate at 1 they get maps of another size, with the "
            "gates at their means over the training split only what depends on the picture is gone. It shows what the "
            "trained network leans on. **Training anew** without the blocks (the question of Table 13) lets all other "
            "layers make up for them. It shows what the blocks are worth to a training. So the two need not agree: a "
            "network can lean on blocks that another does without."
        )
    )


def draw_retrained(theme: Theme) -> None:
    """Both kinds for each stage, with what they say."""
    st.header(_("Two kinds of “disabled”"), divider="orange")
    _explain()
    found = _found()
    if not found:
        st.info(_("No such measurement is part of the project yet; the command is in `docs/experiments.md`."))
        return
    choice = address.one_of(ABLATION, list(found), next(iter(found)))
    choice.prepare()
    chosen = st.pills(
        _("Full network"),
        list(found),
        format_func=lambda key: _(found[key].title),
        required=True,
        key=ABLATION,
        wrap=True,
    )
    name = choice.keep(chosen or choice.default)
    ablation = found[name]
    draw(retrained_chart(ablation, theme), f"_retrained_{name}")
    for text in tell_retrained(ablation):
        st.markdown(text)
    st.caption(
        _(
            "Each point is a seed: a network trained without the stage less the full network of the same seed, or the "
            "full network switched less itself, over the same {count} test pictures ({split}). Intervals are Student's "
            "over the seeds; p-values are adjusted by Holm's procedure for all rows together."
        ).format(count=whole(ablation.count), split=_(ablation.split))
    )
    table = retrained_table(ablation)
    fine = {name: st.column_config.NumberColumn(format="%.4f") for name in table.columns[6:]}
    points = {name: st.column_config.NumberColumn(format="%+.2f") for name in table.columns[3:6]}
    alt = _("Without SE in a stage: accuracy less the full network's")
    st.dataframe(table, hide_index=True, key=f"_retrained_table_{name}", column_config={**points, **fine}, alt=alt)
    offer_csv(lambda: retrained_table(ablation), f"retrained-{name}")
    with st.expander(_("Pictures lost and gained by switching off, network by network")):
        switched = switched_table(ablation)
        st.dataframe(switched, hide_index=True, key=f"_switched_{name}", alt=_("Pictures lost and gained"))
        offer_csv(lambda: switched_table(ablation), f"switched-{name}")
