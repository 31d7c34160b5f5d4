"""Ablate over data, in sentences: what a row says, what a block's input dependence is worth, how rankings agree."""

from __future__ import annotations

from typing import Literal

from se_explorer.analysis.data_sweep_record import DataSweep, Difference, Spread
from se_explorer.analysis.data_verdicts import Dependence, dependence_of
from se_explorer.engine import Mode
from se_explorer.figures import number
from se_explorer.language import _, list_of, sentences, whole
from se_explorer.report.words import mode_word
from se_explorer.ui.ablate_sweep import tell_edit
from se_explorer.ui.caches import sample_titles

__all__ = [
    "Measured",
    "accuracy_in_words",
    "measure_name",
    "mode_name",
    "tell_agreement",
    "tell_all",
    "tell_dependence",
    "tell_mode",
]

Measured = Literal["accuracy", "loss"]
NAMED = 6  # blocks that are named in a sentence


def measure_name(measure: Measured) -> str:
    """What is compared over the data, in a list."""
    return _("Accuracy") if measure == "accuracy" else _("Loss")


def mode_name(text: str) -> str:
    """A mode in a word, for a legend or a cell; in English as edit plans write it."""
    mode = Mode.parse(text)
    return mode_word(mode, sample_titles().get(mode.key, mode.key))


def _signed(spread: Spread, factor: float = 1, digits: int = 3) -> dict[str, str]:
    """A change and the ends of its interval, as fields."""
    ends = {"value": spread.value, "low": spread.low, "high": spread.high}
    return {name: number(factor * each, digits=digits, signed=True) for name, each in ends.items()}


def _points(spread: Spread) -> str:
    """A change of accuracy in points, with its interval."""
    return _("{value} points ({low} to {high})").format(**_signed(spread, 100, 2))


def accuracy_in_words(difference: Difference, apart: str = "") -> str:
    """Accuracy and loss of one comparison, with intervals, and the test.

    Args:
        apart: what stands between the three parts, such as a line break; else they make one sentence.
    """
    parts = (
        _("accuracy {change}, {lost} pictures lost and {gained} gained").format(
            change=_points(difference.accuracy), lost=whole(difference.lost), gained=whole(difference.gained)
        ),
        _("p = {p}, {holm} after Holm").format(
            p=number(difference.p, digits=2), holm=number(difference.p_holm, digits=2)
        ),
        _("loss {value} ({low} to {high})").format(**_signed(difference.loss)),
    )
    if apart:
        return apart.join(parts)
    return _("{accuracy}, {test}; {loss}").format(accuracy=parts[0], test=parts[1], loss=parts[2])


def tell_mode(mode: str) -> str:
    """What a mode does, as the end of a sentence."""
    return tell_edit(Mode.parse(mode))


def tell_dependence(name: str, found: Dependence) -> str:
    """Whether it matters that a block answers to the picture, with the figures behind it."""
    mean, between = found.mean.difference, found.contrast.difference
    apart = (
        _("The two modes are told apart by accuracy: mean less bypass {change}, p = {p} after Holm.")
        if between.significant
        else _("The two modes are not told apart by accuracy: mean less bypass {change}, p = {p} after Holm.")
    ).format(change=_points(between.accuracy), p=number(between.p_holm, digits=2))
    return sentences(_tell_verdict(found).format(name=name), _tell_loss(mean), apart)


def _tell_verdict(found: Dependence) -> str:
    """The first sentence, with a field for the block's name."""
    match found.verdict:
        case "dependence" if found.mean.difference.accuracy.value < 0:
            return _("**That {name} answers to the picture matters:** fixing its gates at their means costs accuracy.")
        case "dependence":
            return _("**That {name} answers to the picture matters:** fixing its gates at their means gains accuracy.")
        case "weights":
            return _(
                "**{name} matters, but no effect of its answering to the picture was seen:** bypassing it changes the "
                "accuracy, fixing its gates at their means does not measurably."
            )
    return _(
        "**No effect of {name} on the accuracy was seen,** neither when it is bypassed nor when its gates are fixed at "
        "their means."
    )


def _tell_loss(mean: Difference) -> str:
    """What fixed gates do to the loss, which sees smaller effects than rights and wrongs do."""
    loss = mean.loss
    if not loss.excludes_zero:
        told = _("Nor does the loss tell fixed gates from the block's own ({value} nats, {low} to {high}).")
    elif loss.value > 0:
        told = _(
            "With fixed gates the loss rises ({value} nats, {low} to {high}; this interval is not adjusted for the "
            "number of blocks)."
        )
    else:
        told = _(
            "With fixed gates the loss falls ({value} nats, {low} to {high}; this interval is not adjusted for the "
            "number of blocks)."
        )
    return told.format(**_signed(loss))


def _tell_count(sweep: DataSweep, mode: str) -> str:
    """How many blocks matter in a mode; few are named."""
    rows = sweep.of_mode(mode)
    sure = [row for row in rows if row.difference.significant]
    told = {"edit": tell_mode(mode), "sure": len(sure), "all": len(rows)}
    if not sure or len(sure) > NAMED or any(len(row.blocks) != 1 for row in rows):
        return _("{edit}: **{sure} of {all}**").format(**told)
    return _("{edit}: **{sure} of {all}** ({names})").format(names=list_of([row.blocks[0] for row in sure]), **told)


def _rows_told(kind: str) -> str:
    """What is counted: a row is a block, a stage or some other set of blocks."""
    match kind:
        case "leave-one-out":
            return _("Of all blocks, each alone, the accuracy is significantly another one when it is {modes}.")
        case "stages":
            return _(
                "Of all stages, each alone, the accuracy is significantly another one when its blocks are {modes}."
            )
        case "keep-one":
            return _(
                "Of all blocks, each kept alone, the accuracy is significantly another one when all others are {modes}."
            )
        case "pairs":
            return _(
                "Of all blocks and pairs of blocks, the accuracy is significantly another one when they are {modes}."
            )
    return _("Of all rows, each a set of blocks, the accuracy is significantly another one when these are {modes}.")


def tell_all(sweep: DataSweep) -> str:
    """How many rows matter in each mode, and of how many blocks the input dependence."""
    counts = _("; ").join(_tell_count(sweep, mode) for mode in sweep.modes)
    told = [_rows_told(sweep.kind).format(modes=counts)]
    names = [row.blocks[0] for row in sweep.rows if row.mode == "off" and len(row.blocks) == 1]
    found = [verdict for name in names if (verdict := dependence_of(sweep, name)) is not None]
    if found:
        better = sum(each.contrast.difference.significant for each in found)
        told.append(
            _(
                "Mean and bypass are told apart for {count} of {all}: there it makes a difference whether the block's "
                "fixed channel weights stay."
            ).format(count=better, all=len(found))
        )
    return sentences(*told)


def tell_agreement(rho: float | None, measure: Measured, mode: str) -> str:
    """The rank correlation of the picture's ranking with the data's, in words."""
    if rho is None:
        return _("Too few blocks, or no differences, for a rank correlation with this picture's ranking.")
    if rho >= 0.7:
        words = _("much the same order")
    elif rho >= 0.3:
        words = _("a similar order, with exceptions")
    elif rho > -0.3:
        words = _("hardly a common order: what this picture needs is not what the data need on the whole")
    else:
        words = _("a contrary order: what this picture needs is rather what the data need least")
    by = {
        "accuracy": _(
            "This picture's ranking (by its change of the logit) against the data's (by accuracy), blocks {mode}: "
            "{words} (Spearman's rank correlation **{rho}**)."
        ),
        "loss": _(
            "This picture's ranking (by its change of the logit) against the data's (by loss), blocks {mode}: {words} "
            "(Spearman's rank correlation **{rho}**)."
        ),
    }
    return by[measure].format(mode=mode, words=words, rho=number(rho, digits=2, signed=True))
