"""Architecture, equation 5: what SE should cost by the paper's formula, what it does cost, and why they differ."""

from __future__ import annotations

from fractions import Fraction

import pandas as pd
import streamlit as st

from se_explorer.analysis.complexity import Architecture
from se_explorer.analysis.complexity_equation5 import Account, DepartureKind, account, hidden_rule, own_reduction
from se_explorer.analysis.complexity_published import TABLE_10, is_seresnet50
from se_explorer.figures.architecture import parameters_by_reduction
from se_explorer.language import _, decimal, ngettext, percent, sentences, whole
from se_explorer.ui import address
from se_explorer.ui.charts import draw
from se_explorer.ui.state import View
from se_explorer.ui.tables import offer_csv

__all__ = ["draw_equation5"]

RATIOS = (2, 4, 8, 16, 32, 64)


def _reasons() -> dict[DepartureKind, str]:
    return {
        "from the unit's input": _("hidden units that are a share of the channels the unit takes, not of C"),
        "another ratio": _("blocks whose C / hidden units is another ratio"),
        "rounding": _("hidden units rounded to whole numbers, in some networks to multiples of 8"),
        "single layer": _("a single C x C layer, which has no r, instead of two"),
        "biases": _("biases, which equation 5 leaves out"),
        "norm": _("a batch norm between the layers"),
        "other": _("other parameters in the SE modules"),
    }


def _text(ratio: Fraction) -> str:
    return f"{float(ratio):.4g}"


def _whole(value: Fraction | int) -> str:
    return whole(int(value)) if value == int(value) else decimal(float(value), 2)


def _signed(value: Fraction) -> str:
    return f"+{_whole(value)}" if value >= 0 else f"−{_whole(-value)}"


def _choose(own: Fraction) -> tuple[Fraction, list[Fraction]]:
    ratios = sorted({*map(Fraction, RATIOS), own})
    texts = {_text(ratio): ratio for ratio in ratios}
    choice = address.one_of("r", list(texts), _text(own))
    choice.prepare()
    told = {_text(own): _("{ratio} (this network)").format(ratio=_text(own))}
    chosen = st.select_slider(
        _("Reduction ratio r"), list(texts), key="r", format_func=lambda text: told.get(text, text)
    )
    return texts[choice.keep(str(chosen))], ratios


def _tell_own(found: Architecture, own: Fraction) -> None:
    modules = found.modules
    like = sum(block.facts.hidden_units * own == block.facts.channels for block in modules)
    if not any(block.facts.hidden_units for block in modules):
        st.caption(_("These blocks have a single layer and no r; equation 5 gives their C² at r = 2."))
        return
    source, ratio = hidden_rule(modules)
    told = _("{like} of {count} SE modules have C / hidden units = {ratio}.").format(
        like=like, count=len(modules), ratio=_text(own)
    )
    rule = _("Hidden units follow another rule here: the channels that a unit takes, over {ratio}.")
    st.caption(sentences(told, rule.format(ratio=_text(ratio)) if source == "C_in" else ""))


def _stage_table(result: Account, plain: int) -> pd.DataFrame:
    total = float(result.equation5) or 1.0
    return pd.DataFrame(
        [
            {
                _("Stage"): row.stage,
                "N": row.count,
                "C": row.channels,
                "(2/r) N C²": float(row.equation5),
                _("Share"): float(row.equation5) / total,
                _("Counted") if result.is_own else _("Would be"): row.counted,
                _("On the network without SE"): row.counted / max(1, plain),
            }
            for row in result.rows
        ]
    )


def _sum_table(result: Account) -> pd.DataFrame:
    rows = [(_("Equation 5"), _whole(result.equation5))]
    for departure in result.departures:
        told = ngettext("{reason} ({count} module)", "{reason} ({count} modules)", departure.blocks)
        term = told.format(reason=_reasons()[departure.kind], count=departure.blocks)
        rows.append((term, _signed(departure.amount)))
    rows.append((_("= counted") if result.is_own else _("= what the layers would hold"), _whole(result.counted)))
    return pd.DataFrame(rows, columns=[_("Term"), _("Parameters")])


def _exact_sum(result: Account) -> pd.DataFrame:
    """The same sum in numbers, for the file alone."""
    rows = [("Equation 5", float(result.equation5), 0)]
    rows += [(_reasons()[each.kind], float(each.amount), each.blocks) for each in result.departures]
    total = "Sum: counted" if result.is_own else "Sum: what the layers would hold"
    rows.append((total, float(result.counted), 0))
    return pd.DataFrame(rows, columns=["Term", "Parameters", "SE modules concerned"])


def _tell_last_stage(result: Account, plain: int) -> None:
    last = max(row.stage for row in result.rows)
    stages = {row.stage for row in result.rows}
    if len(stages) < 2 or not result.equation5:
        return
    share = float(sum(row.equation5 for row in result.rows if row.stage == last) / result.equation5)
    counted = sum(row.counted for row in result.rows if row.stage == last)
    st.markdown(
        _(
            "Stage {last} holds **{share}** of equation 5's sum. All SE blocks add **+{all}** to the network without "
            "SE; without those of stage {last} it is **+{others}**."
        ).format(
            last=last,
            share=percent(share),
            all=percent(result.counted / plain),
            others=percent((result.counted - counted) / plain),
        )
    )


def draw_equation5(view: View, found: Architecture) -> None:
    """The slider, the sum by stage, the difference term by term, and the curve over r."""
    st.latex(r"\frac{2}{r}\sum_{s=1}^{S} N_s \cdot C_s^2 \qquad (5)")
    own = own_reduction(found.modules)
    ratio, ratios = _choose(own)
    _tell_own(found, own)
    result = account(found, ratio)
    plain = max(1, found.plain_parameters)
    about = {"Network": found.title, "r": float(ratio)}
    left, right = st.columns([1, 1], gap="large")
    with left:
        told = (
            _("Equation 5 gives **{rule}**; counted **{count}**.")
            if result.is_own
            else _("Equation 5 gives **{rule}**; the same layers with this r would hold **{count}**.")
        ).format(rule=_whole(result.equation5), count=whole(result.counted))
        st.markdown(sentences(told, _("The difference, term by term:") if result.departures else _("They agree.")))
        st.table(_sum_table(result), border="horizontal", hide_index=True)
        offer_csv(lambda: _exact_sum(result), "equation-5-sum", lambda: about)
        _tell_last_stage(result, plain)
    with right:
        _draw_curve(view, found, ratios, ratio)
    share, grouped = st.column_config.NumberColumn(format="percent"), st.column_config.NumberColumn(format="localized")
    config = dict.fromkeys((_("Share"), _("On the network without SE")), share)
    config |= dict.fromkeys(("(2/r) N C²", _("Counted"), _("Would be")), grouped)
    st.dataframe(_stage_table(result, plain), hide_index=True, column_config=config, key="_stages")
    offer_csv(lambda: _stage_table(result, plain), "equation-5-stages", lambda: about)
    if is_seresnet50(found):
        _draw_published(found)


def _draw_curve(view: View, found: Architecture, ratios: list[Fraction], ratio: Fraction) -> None:
    results = [account(found, other) for other in ratios]
    printed = {row.reduction: row.megaparameters for row in TABLE_10 if row.reduction is not None}
    figure = parameters_by_reduction(
        [float(other) for other in ratios],
        [float(result.equation5) for result in results],
        [result.counted for result in results],
        found.plain_parameters,
        float(ratio),
        printed if is_seresnet50(found) and found.classes == 1000 else {},
        view.theme,
        _("Parameters of the whole network"),
        say=_,
    )
    draw(figure, f"_reduction_{view.network_key}")


def _published_table(found: Architecture) -> pd.DataFrame:
    rows = []
    for row in TABLE_10:
        ours = found.plain_parameters + (account(found, row.reduction).counted if row.reduction else 0)
        rows.append(
            {
                "r": str(row.reduction or _("no SE")),
                _("Paper: parameters (M)"): row.megaparameters,
                _("This network (M)"): ours / 1e6,
                _("Paper: top-1 error (%)"): row.top1,
                _("Paper: top-5 error (%)"): row.top5,
            }
        )
    return pd.DataFrame(rows)


def _draw_published(found: Architecture) -> None:
    st.markdown(_("**Published beside it: Table 10 of the paper**"))
    two = st.column_config.NumberColumn(format="%.2f")
    config = dict.fromkeys((_("Paper: top-1 error (%)"), _("Paper: top-5 error (%)"), _("This network (M)")), two)
    config[_("Paper: parameters (M)")] = st.column_config.NumberColumn(format="%.1f")
    st.dataframe(_published_table(found), hide_index=True, column_config=config, key="_table_10")
    offer_csv(lambda: _published_table(found), "table-10", lambda: {"Network": found.title})
    st.caption(
        _(
            "Columns named Paper are printed in arXiv 1709.01507 v4 (ImageNet, 1000 classes, another training recipe "
            "than its Table 2) and not measured by us. This network's column is counted, or worked out by the rule of "
            "its layers for another r. The paper's numbers run up to 0.11 M above equation 5."
        )
    )
