"""The two kinds of "disabled" side by side: chart, table and sentences."""

from __future__ import annotations

import pandas as pd
import plotly.graph_objects as go

from se_explorer.analysis.experiment_seeds import Comparison
from se_explorer.analysis.experiment_verdicts import finding_of
from se_explorer.analysis.paired import mcnemar
from se_explorer.figures import Theme
from se_explorer.figures.experiment_points import SeedRow, SeedSeries, seed_points
from se_explorer.language import _, list_of, sentences
from se_explorer.report.experiment_words import points, signed_points
from se_explorer.training.retrained_record import RetrainedAblation, StageAblation, against_full

__all__ = ["retrained_chart", "retrained_table", "switched_table", "tell_retrained"]

RETRAINED = "retrained"
EMPTY = SeedRow([], None, None, None, "")
Found = dict[tuple[int | None, str], Comparison]


def _kind_name(kind: str) -> str:
    names = {
        RETRAINED: _("trained anew without"),
        "off": _("switched off (gates 1)"),
        "mean": _("switched off (gates at their means)"),
    }
    return names.get(kind, kind)


def _stage_name(stage: StageAblation) -> str:
    return _("Stage {stage} ({blocks})").format(stage=stage.stage, blocks=list_of(stage.blocks))


def _row(found: Comparison | None, kind: str) -> SeedRow:
    if found is None or found.mean is None:
        return EMPTY
    seeds = [(str(seed), 100 * value) for seed, value in found.differences.items()]
    interval = found.interval
    change = points(interval) if interval else _("{mean} points, no interval").format(mean=signed_points(found.mean))
    low, high = (100 * interval.low, 100 * interval.high) if interval else (None, None)
    return SeedRow(seeds, 100 * found.mean, low, high, f"{_kind_name(kind)}: {change}")


def retrained_chart(ablation: RetrainedAblation, theme: Theme) -> go.Figure:
    """A row a stage, and one for the network without any SE; a colour for each way to be without."""
    found = against_full(ablation)
    stages: list[int | None] = [stage.stage for stage in ablation.stages]
    names = [_stage_name(stage) for stage in ablation.stages]
    if (None, RETRAINED) in found:
        stages.append(None)
        names.append(_("All stages (plain network)"))
    series = [
        SeedSeries(_kind_name(kind), [_row(found.get((stage, kind)), kind) for stage in stages])
        for kind in (RETRAINED, *ablation.modes)
    ]
    return seed_points(
        names,
        series,
        theme,
        zero=True,
        say=_,
        title=_("Without SE in a stage: accuracy less the full network's"),
        x_title=_("points, seed by seed"),
    )


def retrained_table(ablation: RetrainedAblation) -> pd.DataFrame:
    """One line a stage and way to be without."""
    names: dict[int | None, str] = {stage.stage: _stage_name(stage) for stage in ablation.stages}
    names[None] = _("All stages (plain network)")
    return pd.DataFrame(
        [
            {
                _("Without SE in"): names[stage],
                _("How"): _kind_name(kind),
                _("Common seeds"): each.count,
                _("Difference (points)"): None if each.mean is None else 100 * each.mean,
                _("95 % interval from (points)"): None if each.interval is None else 100 * each.interval.low,
                _("to (points)"): None if each.interval is None else 100 * each.interval.high,
                _("p (t-test)"): each.p,
                _("p after Holm"): each.p_holm,
                _("p by signs alone"): each.p_exact,
            }
            for (stage, kind), each in against_full(ablation).items()
        ]
    )


def switched_table(ablation: RetrainedAblation) -> pd.DataFrame:
    """One line a stage, mode and trained network: pictures lost and gained, with McNemar's exact test."""
    return pd.DataFrame(
        [
            {
                _("Without SE in"): _stage_name(stage),
                _("How"): _kind_name(mode),
                _("Seed"): seed,
                _("Right"): each.right,
                _("Lost"): each.lost,
                _("Gained"): each.gained,
                _("p (McNemar)"): mcnemar(each.lost, each.gained),
            }
            for stage in ablation.stages
            for mode in ablation.modes
            for seed, each in sorted(stage.switched[mode].items())
        ]
    )


def _tell_kind(found: Comparison | None, kind: str) -> str:
    """One way to be without, as a clause."""
    if found is None or found.mean is None:
        return _("{kind}: nobody has trained it yet").format(kind=_kind_name(kind))
    finding = finding_of(found)
    texts = {
        "higher": _("{kind}: better, {change}"),
        "lower": _("{kind}: worse, {change}"),
        "leaning": _("{kind}: not settled after Holm, {change}"),
        "open": _("{kind}: no difference can be concluded, {change}"),
        "equal": _("{kind}: {change} with every seed, spread unknown"),
        "few": _("{kind}: {change}, too few seeds for an interval"),
    }
    mean = _("{mean} points").format(mean=signed_points(found.mean))
    change = points(found.interval) if found.interval and finding != "equal" else mean
    return texts[finding].format(kind=_kind_name(kind), change=change)


def _tell_contrast(found: Found, stage: int) -> str:
    """Whether the two kinds say the same of a stage, as far as these trainings show."""
    off, retrained = found.get((stage, "off")), found.get((stage, RETRAINED))
    if off is None or retrained is None or "few" in (finding_of(off), finding_of(retrained)):
        return ""
    if off.significant and not retrained.significant:
        return _(
            "The trained network leans on these blocks; that a network trained without them is another in accuracy was "
            "not seen."
        )
    if retrained.significant and not off.significant:
        return _("Trained without them the accuracy is another; switching them off was not seen to matter.")
    if off.significant and retrained.significant:
        return _("Both kinds change the accuracy.")
    return _("Neither kind was seen to change the accuracy.")


def tell_retrained(ablation: RetrainedAblation) -> list[str]:
    """One text a stage: what each kind of "disabled" does, and whether they agree."""
    found = against_full(ablation)
    told = []
    for stage in ablation.stages:
        clauses = [_tell_kind(found.get((stage.stage, kind)), kind) for kind in (RETRAINED, *ablation.modes)]
        text = _("**{stage}.** {clauses}.").format(stage=_stage_name(stage), clauses=_("; ").join(clauses))
        told.append(sentences(text, _tell_contrast(found, stage.stage)))
    return told
