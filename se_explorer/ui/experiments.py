"""Experiments: which one is looked at, what its recipes are called, what it is compared with."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import streamlit as st

from se_explorer.language import _
from se_explorer.report.experiment_tables import Names
from se_explorer.training import experiments as gathered
from se_explorer.training.experiments import Experiment, Runs
from se_explorer.training.record import RunRecord
from se_explorer.ui import address
from se_explorer.ui.escaping import plain_label, plain_markdown
from se_explorer.ui.experiments_own import own_records

__all__ = ["Shown", "choose_experiment", "escaped", "experiment_title", "recipe_title"]

EXPERIMENT = "experiment"
BASE = "base"
OWN = "own"
UNNAMED = "-"


@dataclass(frozen=True, eq=False)
class Shown:
    """What the page is about.

    Attributes:
        experiment: with the person's own trainings where these are counted in.
        base: what the other recipes are compared with.
    """

    experiment: Experiment
    base: Runs

    @property
    def names(self) -> Names:
        """Of the recipes, by key, in the language in force, for charts and tables, where nothing in them is markup."""
        return _titles(self.experiment.runs)

    @property
    def spoken(self) -> Names:
        """The names for Markdown."""
        return escaped(self.names)

    @property
    def key(self) -> str:
        """For keys of widgets that belong to this experiment."""
        return self.experiment.name or UNNAMED


def escaped(names: Names) -> Names:
    """Names for Markdown."""
    return {key: plain_markdown(name) for key, name in names.items()}


@st.cache_resource(max_entries=2, show_spinner=False)
def _committed(folder: Path, files: tuple[tuple[str, int], ...]) -> tuple[RunRecord, ...]:  # noqa: ARG001  (the key)
    return gathered.committed_records(folder)


def committed() -> tuple[RunRecord, ...]:
    """The project's trainings, read again when a file changes.

    Raises:
        RecipeError: one of them is damaged.
    """
    files = sorted(gathered.COMMITTED.glob("*/*.json"))
    return _committed(gathered.COMMITTED, tuple((str(path), path.stat().st_mtime_ns) for path in files))


def experiment_title(name: str | None) -> str:
    """An experiment's name for people."""
    titles = {
        None: _("Without an experiment's name"),
        "notes": _("The notes' simulation"),
        "cifar10": _("ResNet-20 on CIFAR-10"),
        "imagenette": _("ResNet-50 on Imagenette"),
        "digits": _("Digits"),
        "stages-notes": _("The notes' network without a stage"),
        "stages-resnet20": _("SE-ResNet-20 without a stage"),
        "stages-digits": _("Digits without a stage"),
    }
    return titles.get(name) or plain_label(str(name))


def recipe_title(runs: Runs) -> str:
    """A recipe's title, translated where it is one of the project's."""
    first = runs.first.title
    return plain_label(runs.title.replace(first, _(first), 1), 60)


def _titles(runs: tuple[Runs, ...]) -> Names:
    """Of an experiment's recipes; where two are called the same, the key stands behind."""
    titles = {each.key: recipe_title(each) for each in runs}
    twice = {title for title in titles.values() if list(titles.values()).count(title) > 1}
    return {key: f"{title} [{plain_label(key)}]" if title in twice else title for key, title in titles.items()}


def _choose(found: dict[str, Experiment]) -> Experiment:
    first = "notes" if "notes" in found else next(iter(found))
    choice = address.one_of(EXPERIMENT, list(found), first)
    choice.prepare()
    chosen = st.pills(
        _("Experiment"),
        list(found),
        format_func=lambda key: experiment_title(found[key].name),
        required=True,
        key=EXPERIMENT,
        wrap=True,
    )
    return found[choice.keep(chosen or choice.default)]


def _choose_base(experiment: Experiment, names: Names) -> Runs:
    keys = [runs.key for runs in experiment.runs]
    choice = address.one_of(BASE, keys, experiment.base.key)
    choice.prepare()
    chosen = st.selectbox(_("Compare with"), keys, format_func=names.__getitem__, key=BASE)
    return experiment.get(choice.keep(chosen or choice.default)) or experiment.base


def _count_own(own: tuple[RunRecord, ...]) -> bool:
    """Whether the person's own trainings are counted in; asked only where there are some."""
    choice = address.one_of(OWN, ["yes", "no"], "yes")
    if not own:
        return False
    choice.prepare()
    words = {"yes": _("counted in"), "no": _("left out")}
    chosen = st.segmented_control(
        _("Own trainings ({count})").format(count=len(own)),
        list(words),
        format_func=words.__getitem__,
        required=True,
        key=OWN,
        wrap=True,
    )
    return choice.keep(chosen or choice.default) == "yes"


def choose_experiment() -> Shown | None:
    """The choices at the top; None where there is no training at all.

    Raises:
        RecipeError: a file of the project is damaged.
    """
    own, ours = own_records(), committed()
    counted = _count_own(own)
    found = {each.name or UNNAMED: each for each in gathered.collect(ours, own if counted else ())}
    if not found:
        return None
    experiment = _choose(found)
    return Shown(experiment, _choose_base(experiment, _titles(experiment.runs)))
