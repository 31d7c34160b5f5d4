"""Experiments in sentences: what a comparison over seeds allows one to conclude, whichever way it goes."""

from __future__ import annotations

from collections.abc import Mapping

from se_explorer.analysis.experiment_seeds import Comparison, least_p
from se_explorer.analysis.experiment_verdicts import finding_of
from se_explorer.analysis.paired import Interval
from se_explorer.figures import number
from se_explorer.language import _, decimal, list_of, ngettext, sentences, whole
from se_explorer.training.experiments import Experiment, Runs

__all__ = ["points", "signed_points", "tell_comparison", "tell_cost", "tell_scope", "tell_unlike"]


def signed_points(share: float) -> str:
    """A difference of shares in percentage points, with its sign."""
    text = decimal(100 * share, 2)
    return f"+{text}" if share > 0 and any(digit in text for digit in "123456789") else text


def points(interval: Interval) -> str:
    """A mean difference in points, with its interval."""
    return _("{value} points ({low} to {high})").format(
        value=signed_points(interval.value), low=signed_points(interval.low), high=signed_points(interval.high)
    )


def _tell_finding(found: Comparison, family: int) -> str:
    """The sentence of each finding, with fields for the names."""
    match finding_of(found):
        case "higher":
            return _("**{name} is better than {base}**: {change} over {count} seeds, p = {p} after Holm.")
        case "lower":
            return _("**{name} is worse than {base}**: {change} over {count} seeds, p = {p} after Holm.")
        case "leaning":
            return ngettext(
                "**{name} against {base} is not settled**: {change} over {count} seeds leaves out 0, but of "
                "{family} comparison p = {p} after Holm.",
                "**{name} against {base} is not settled**: {change} over {count} seeds leaves out 0, but with "
                "{family} comparisons p = {p} after Holm.",
                family,
            )
        case "open":
            return _(
                "**No difference between {name} and {base} can be concluded**: {change} over {count} seeds, p = {p} "
                "after Holm. That does not show that there is none: anything within the interval fits these trainings."
            )
        case "equal":
            return _(
                "**Nothing can be concluded of {name} and {base}**: all {count} seeds differ by the same {mean} "
                "points, so that nothing is known of the spread."
            )
        case "few":
            return ngettext(
                "**Nothing can be concluded of {name} and {base}**: they have {count} seed in common, and an interval "
                "needs three.",
                "**Nothing can be concluded of {name} and {base}**: they have {count} seeds in common, and an interval "
                "needs three.",
                found.count,
            )


def tell_comparison(found: Comparison, name: str, base: str, family: int) -> str:
    """What can and cannot be concluded of two recipes, from the interval and the tests.

    Args:
        family: how many recipes are compared with the base.
    """
    text = _tell_finding(found, family).format(
        name=name,
        base=base,
        count=found.count,
        family=family,
        change="" if found.interval is None else points(found.interval),
        mean="" if found.mean is None else signed_points(found.mean),
        p="" if found.p_holm is None else number(found.p_holm, digits=2),
    )
    if found.p_exact is None:
        return text
    exact = _("By the signs alone p = {p}; with {count} seeds that test cannot give less than {least}.").format(
        p=number(found.p_exact, digits=2), count=found.count, least=number(least_p(found.count), digits=2)
    )
    return sentences(text, exact)


def tell_cost(name: str, base: str, ratio: tuple[float, float, float]) -> str:
    """How much longer a step takes than the base's: median, least and greatest over the seeds."""
    middle, low, high = (decimal(each, 2) for each in ratio)
    if ratio[1] <= 1 <= ratio[2]:
        told = _(
            "{name}: a step takes {middle} times as long as one of {base}, but the seeds go from {low} to {high}: of "
            "the cost in time nothing can be concluded."
        )
    else:
        told = _("{name}: a step takes {middle} times as long as one of {base} ({low} to {high} over the seeds).")
    return told.format(name=name, base=base, middle=middle, low=low, high=high)


def tell_scope(experiment: Experiment, base: Runs) -> str:
    """Of what the conclusions hold, and of what they do not."""
    record = base.first
    counts = sorted({len(runs.records) for runs in experiment.runs})
    seeds = ngettext("{count} seed", "{count} seeds", counts[-1])
    told = (
        seeds.format(count=whole(counts[-1]))
        if len(counts) == 1
        else (_("{least} to {most} seeds").format(least=whole(counts[0]), most=whole(counts[-1])))
    )
    return _(
        "{recipes} recipes with {seeds} each, tested on {count} pictures: {split}. Intervals are over seeds; the test "
        "pictures are the same for all. Nothing follows for other networks, data or schedules."
    ).format(recipes=whole(len(experiment.runs)), seeds=told, count=whole(record.count), split=_(record.split))


def tell_unlike(traits: tuple[str, ...]) -> str:
    """In what the trainings differ that should be the same; empty where there is nothing."""
    words: Mapping[str, str] = {
        "test": _("test pictures (recipes with others than the base's are not compared with it)"),
        "steps": _("number or size of the steps"),
        "machine": _("machine or threads (times are compared within one machine alone)"),
        "software": _("versions of torch or torchvision"),
        "commit": _("commit of the code"),
    }
    if not traits:
        return ""
    return _("The trainings also differ in: {traits}.").format(traits=list_of([words[trait] for trait in traits]))
