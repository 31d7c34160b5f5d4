"""Ablate over data, in sentences: what a row says, what a block's input dependence is worth, how rankings agree."""

from __future__ import annotations

from se_explorer.analysis.data_sweep_record import DataSweep, Difference, Spread
from se_explorer.analysis.data_verdicts import Dependence, dependence_of
from se_explorer.engine import Mode
from se_explorer.figures import number
from se_explorer.ui.ablate_sweep import tell_edit

__all__ = ["accuracy_in_words", "tell_agreement", "tell_all", "tell_dependence", "tell_mode"]


def _points(spread: Spread) -> str:
    """A change of accuracy in points, with its interval."""
    value, low, high = (number(100 * each, digits=2, signed=True) for each in (spread.value, spread.low, spread.high))
    return f"{value} points ({low} to {high})"


def accuracy_in_words(difference: Difference) -> str:
    """Accuracy and loss of one comparison, with intervals, and the test."""
    loss = difference.loss
    return (
        f"accuracy {_points(difference.accuracy)}, {difference.lost} pictures lost and {difference.gained} gained, "
        f"p = {number(difference.p, digits=2)}, {number(difference.p_holm, digits=2)} after Holm; "
        f"loss {number(loss.value, signed=True)} ({number(loss.low, signed=True)} to {number(loss.high, signed=True)})"
    )


def tell_mode(mode: str) -> str:
    """What a mode does, as the end of a sentence."""
    return tell_edit(Mode.parse(mode))


def tell_dependence(name: str, found: Dependence) -> str:
    """Whether it matters that a block answers to the picture, with the figures behind it."""
    mean, between = found.mean.difference, found.contrast.difference
    match found.verdict:
        case "dependence":
            way = "costs" if mean.accuracy.value < 0 else "gains"
            first = f"**That {name} answers to the picture matters:** fixing its gates at their means {way} accuracy"
        case "weights":
            first = (
                f"**{name} matters, but no effect of its answering to the picture was seen:** bypassing it changes the "
                "accuracy, fixing its gates at their means does not measurably"
            )
        case _:
            first = (
                f"**No effect of {name} on the accuracy was seen,** neither when it is bypassed nor when its gates are "
                "fixed at their means"
            )
    apart = "are told apart" if between.significant else "are not told apart"
    return (
        f"{first}. {_tell_loss(mean)} The two modes {apart} by accuracy: mean less bypass "
        f"{_points(between.accuracy)}, p = {number(between.p_holm, digits=2)} after Holm."
    )


def _tell_loss(mean: Difference) -> str:
    """What fixed gates do to the loss, which sees smaller effects than rights and wrongs do."""
    loss = mean.loss
    told = (
        f"{number(loss.value, signed=True)} nats, {number(loss.low, signed=True)} to {number(loss.high, signed=True)}"
    )
    if not loss.excludes_zero:
        return f"Nor does the loss tell fixed gates from the block's own ({told})."
    way = "rises" if loss.value > 0 else "falls"
    return f"With fixed gates the loss {way} ({told}; this interval is not adjusted for the number of blocks)."


def _named(names: list[str]) -> str:
    return f" ({', '.join(names)})" if names else ""


def tell_all(sweep: DataSweep) -> str:
    """How many blocks matter in each mode, and of how many the input dependence."""
    parts = []
    for mode in sweep.modes:
        rows = sweep.of_mode(mode)
        sure = [", ".join(row.blocks) for row in rows if row.difference.significant]
        named = _named(sure) if len(sure) <= 6 and all(len(row.blocks) == 1 for row in rows) else ""
        parts.append(f"{tell_mode(mode)}: **{len(sure)} of {len(rows)}**{named}")
    text = "Of all blocks, each alone, the accuracy is significantly another one when it is " + "; ".join(parts) + "."
    names = [row.blocks[0] for row in sweep.rows if row.mode == "off" and len(row.blocks) == 1]
    found = [verdict for name in names if (verdict := dependence_of(sweep, name)) is not None]
    if found:
        better = sum(each.contrast.difference.significant for each in found)
        text += (
            f" Mean and bypass are told apart for {better} of {len(found)}: there it makes a difference whether the "
            "block's fixed channel weights stay."
        )
    return text


def tell_agreement(rho: float | None, measure: str, mode: str) -> str:
    """The rank correlation of the picture's ranking with the data's, in words."""
    if rho is None:
        return "Too few blocks, or no differences, for a rank correlation with this picture's ranking."
    if rho >= 0.7:
        words = "much the same order"
    elif rho >= 0.3:
        words = "a similar order, with exceptions"
    elif rho > -0.3:
        words = "hardly a common order: what this picture needs is not what the data need on the whole"
    else:
        words = "a contrary order: what this picture needs is rather what the data need least"
    return (
        f"This picture's ranking (by its change of the logit) against the data's (by {measure}), blocks {mode}: "
        f"{words} (Spearman's rank correlation **{number(rho, digits=2, signed=True)}**)."
    )
