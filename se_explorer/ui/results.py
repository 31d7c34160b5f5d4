"""Results, what the paper prints: tables, errors over costs, ablations; a click leads to the system of a row."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandas as pd
import streamlit as st

from se_explorer.figures import Theme
from se_explorer.figures.published_cost import error_against_cost
from se_explorer.figures.published_gain import error_gains, error_rows
from se_explorer.language import _
from se_explorer.models.published import published
from se_explorer.ui import address
from se_explorer.ui.charts import draw
from se_explorer.ui.results_system import choose_system, draw_system
from se_explorer.ui.results_tables import (
    STANDARD,
    cost_pairs,
    frame_of,
    is_paired,
    printed_rows,
    row_keys,
    row_name,
    table_title,
)
from se_explorer.ui.tables import offer_csv

__all__ = ["draw_published"]

TABLE = "table"
ERROR = "error"
COST = "cost"
ALL = "all"


def _choose_tables() -> list[int]:
    """The tables that are shown: one, or all."""
    numbers = published().tables
    texts = {ALL: _("All"), **{str(number): str(number) for number in numbers}}
    choice = address.one_of(TABLE, list(texts), "2")
    choice.prepare()
    chosen = st.pills(
        _("Table of the paper"), list(texts), format_func=texts.__getitem__, required=True, key=TABLE, wrap=True
    )
    kept = choice.keep(chosen or choice.default)
    return list(numbers) if kept == ALL else [int(kept)]


def _choose_view(numbers: list[int]) -> tuple[bool, str]:
    """Which error, and over which cost; only where the tables have both."""
    errors = {"top1": _("Top-1 error"), "top5": _("Top-5 error")}
    costs = {"gflops": _("GFLOPs, as printed"), "parameters": _("Parameters, counted by us")}
    error, cost = address.one_of(ERROR, list(errors), "top1"), address.one_of(COST, list(costs), "gflops")
    if all(number in (4, 5) for number in numbers):
        return False, cost.value
    left, right = st.columns(2)
    with left:
        error.prepare()
        chosen = st.segmented_control(
            _("Error"), list(errors), format_func=errors.__getitem__, required=True, key=ERROR, wrap=True
        )
        error.keep(chosen or error.default)
    if any(number in (2, 3) for number in numbers):
        with right:
            cost.prepare()
            over = st.segmented_control(
                _("Cost"), list(costs), format_func=costs.__getitem__, required=True, key=COST, wrap=True
            )
            cost.keep(over or cost.default)
    return error.value == "top5", cost.value


def _error_title(number: int, top5: bool) -> str:
    if number == 4:
        return _("error on CIFAR-10, %")
    if number == 5:
        return _("error on CIFAR-100, %")
    return _("top-5 error, %") if top5 else _("top-1 error, %")


def _draw_pairs(number: int, top5: bool, cost: str, theme: Theme) -> None:
    title = _error_title(number, top5)
    gains = error_gains(
        cost_pairs(number, top5), theme, _("Without and with SE, and the change in points"), title, say=_
    )
    costly = cost_pairs(number, top5, cost)
    if not costly or number in (4, 5):
        draw(gains, f"_gains_{number}", choose_system)
        return
    axis = {
        "gflops": _("multiply-adds, billions (GFLOPs as printed; logarithmic)"),
        "parameters": _("parameters, millions (counted by us; logarithmic)"),
    }
    left, right = st.columns(2, gap="medium")
    with left:
        figure = error_against_cost(
            costly, theme, _("Error over cost: the arrow is what SE brings"), axis[cost], title,
            x_unit="G" if cost == "gflops" else "M", say=_,
        )  # fmt: skip
        draw(figure, f"_cost_{number}", choose_system)
    with right:
        draw(gains, f"_gains_{number}", choose_system)


def _draw_ablation(number: int, top5: bool, theme: Theme) -> None:
    rows = published().of_table(number)
    standard = published().row(STANDARD)
    shown = rows if any(row.top1_error == standard.top1_error for row in rows) else (standard, *rows)
    errors = [float((row.top5_error if top5 else row.top1_error) or 0) for row in shown]
    level = float((standard.top5_error if top5 else standard.top1_error) or 0)
    names = ["SE-ResNet-50" if row is standard else row_name(row) for row in shown]
    figure = error_rows(
        [row.id for row in shown], names, errors, ("SE-ResNet-50", level), theme,
        _("Error, and the change against SE-ResNet-50 in points"), _error_title(number, top5), say=_,
    )  # fmt: skip
    draw(figure, f"_rows_{number}", choose_system)


def _formats(frame: pd.DataFrame) -> dict[str, Any]:
    """Figures as they are printed, changes with their sign; the first column stays in sight."""
    first, *others = frame.columns
    config: dict[str, Any] = {first: st.column_config.TextColumn(pinned=True)}
    for name in others:
        change = name in (
            _("Top-1 change (points)"), _("Top-5 change (points)"), _("Top-1 against SE-ResNet-50 (points)")
        )  # fmt: skip
        fine = frame[name].abs().max() < 1 and not change
        config[name] = st.column_config.NumberColumn(format="%+.2f" if change else "%.3f" if fine else "%.2f")
    return config


def _picked(key: str, number: int) -> Callable[[], None]:
    def pick() -> None:
        rows = st.session_state[key]["selection"]["rows"]
        keys = row_keys(number)
        if rows and rows[0] < len(keys):
            choose_system(keys[rows[0]])

    return pick


def _tell(number: int, first_ablation: int | None) -> None:
    """What must be known to read a table; of the ablations it is said once."""
    if number == 2:
        st.caption(
            _(
                "Without SE: the authors' own re-implementation, trained as the networks with SE are. The gain is to "
                "be read off that one; the original figures are other people's, with other recipes. VGG-16 has batch "
                "norms, which the original has not; the original Inception-ResNet-v2 was measured on the "
                "non-blacklisted subset."
            )
        )
    elif number in (4, 5):
        st.caption(_("These networks are not built here: their rows cannot be opened."))
    elif number == first_ablation:
        st.caption(
            _(
                "Tables 10 to 16 train SE-ResNet-50 with another recipe than Table 2 (22.28 % here, 23.29 % there): "
                "compare their rows with one another alone. Each row is a network of its own, trained anew."
            )
        )


def _draw_table(number: int, numbers: list[int], top5: bool, cost: str, theme: Theme) -> None:
    source = published().sources[published().of_table(number)[0].source]
    st.subheader(_("Table {number}. {title}").format(number=number, title=table_title(number)))
    top5 = top5 and number not in (4, 5)  # CIFAR has ten or a hundred classes: top-1 errors alone are printed
    if is_paired(number):
        _draw_pairs(number, top5, cost, theme)
    else:
        _draw_ablation(number, top5, theme)
    draw_system(number, invite=number == numbers[0])
    frame, key = frame_of(number), f"_published_{number}"
    st.dataframe(
        frame,
        hide_index=True,
        column_config=_formats(frame),
        key=key,
        on_select=_picked(key, number),
        selection_mode="single-row",
        alt=_("Table {number} of the paper, a row a network").format(number=number),
    )
    _tell(number, next((other for other in numbers if other >= 10), None))
    st.caption(
        _("Source: [{name}]({url}), Table {number}. Columns that say so are counted by us.").format(
            name=source.name, url=source.url, number=number
        )
    )


def draw_published(theme: Theme) -> None:
    """The filters, then each table with its figures."""
    st.header(_("Printed in the paper"), divider="green")
    numbers = _choose_tables()
    top5, cost = _choose_view(numbers)
    for number in numbers:
        _draw_table(number, numbers, top5, cost, theme)
    name = f"table-{numbers[0]}" if len(numbers) == 1 else "tables"
    chosen = [*numbers, None] if len(numbers) > 1 else numbers
    offer_csv(lambda: printed_rows(chosen), name, label=_("Printed figures as CSV"))
