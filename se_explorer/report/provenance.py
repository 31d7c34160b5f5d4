"""Where a report's figures come from, and how to have them again."""

from __future__ import annotations

import hashlib
import platform
import shlex
import tomllib
from functools import partial
from importlib import metadata
from pathlib import Path

import pandas as pd

from se_explorer.errors import ModelError
from se_explorer.images import samples
from se_explorer.language import Words, _, later, percent
from se_explorer.models import Card, LibraryCard, Network, weights_status
from se_explorer.models.architectures import find_architecture
from se_explorer.models.own import GIVEN, has_given_labels
from se_explorer.models.weights.integrity import known_digest
from se_explorer.report.parts import Section, Table, Text
from se_explorer.report.present import Present

__all__ = ["command_of", "provenance", "version", "weights_digest"]

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("torch", "torchvision", "timm", "numpy", "plotly")
PAPER = "Hu, Shen, Albanie, Sun, Wu: Squeeze-and-Excitation Networks, arXiv 1709.01507"


def version() -> str:
    """Of SE Explorer, as its pyproject.toml says."""
    try:
        told = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
        return str(told["project"]["version"])
    except (OSError, KeyError, tomllib.TOMLDecodeError):
        return _("unknown")


def weights_digest(network: Network) -> Words:
    """What is known of the SHA-256 of the weights file, for people; a part of it where only that is known."""
    card = network.card
    if network.is_random:
        return later("none: the weights are random")
    if network.weights != "pretrained":
        path = Path(network.weights)
        if not path.is_file():
            return network.weights  # an upload's holds the beginning of it
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    if isinstance(card, Card):
        return card.sha256
    if isinstance(card, LibraryCard):
        path_here = weights_status(card.id).path
        found = known_digest(path_here, card.origin) if path_here else card.origin.sha256
        if found is not None:
            return found if len(found) == 64 else later("begins with {digest}", digest=found)
    return later("unknown")


def _file(name: str) -> str:
    """A picture's place for a command: a sample's in the project, another's by its name."""
    for sample in samples():
        if sample.file == name:
            return f"assets/samples/{name}"
    return shlex.quote(f"./{name}" if name.startswith("-") else name)


def _has_command(network: Network) -> bool:
    """Whether an id and a file open it again: not what was made in Python, nor what a pair of the Train page made."""
    if network.weights == "pretrained" or network.is_random:
        return True
    try:
        find_architecture(network.id)
    except ModelError:
        return False
    return network.weights != GIVEN


def command_of(state: Present, name: str) -> str:
    """The command line that repeats it, or why there is none.

    A picture that was brought is named by its file's name, labels that were given as ``LABELS.txt``.
    """
    network = state.engine.network
    if not _has_command(network):
        return _("No command opens this network: it was made in Python or on the Train page.")
    words = ["python -m se_explorer", name, _file(state.picture.name), "--model", shlex.quote(network.id)]
    if network.weights != "pretrained":
        words += ["--weights", shlex.quote(network.weights)]
    if has_given_labels(network):
        words += ["--labels", "LABELS.txt"]
    if state.plan:
        words += ["--edits", shlex.quote(str(state.plan))]
    used = f"{state.plan};{state.ranking.mode}" if name == "report" else str(state.plan)
    for key, donor in state.donors.items():
        if f"donor:{key}" in used:
            words += ["--donor", f"{shlex.quote(key)}={_file(donor.name)}"]
    if name == "report":
        words += ["--mode", state.ranking.mode] if state.ranking.mode != "off" else []
        words += ["--target", str(state.target)] if state.target != state.before.top(1)[0].index else []
        words += ["--block", state.block.block.name, "--channel", str(state.channel), "--out", "report.html"]
    return " ".join(words)


def _accuracy(card: Card | LibraryCard | None) -> str:
    if isinstance(card, Card):
        found = card.accuracy
        return _("{share} ({low} to {high}) on the {split}, measured by us").format(
            share=percent(found.top1, 2), low=percent(found.low, 2), high=percent(found.high, 2), split=_(found.split)
        )
    if card is None:
        return _("unknown")
    published = card.published
    told = _("{share} on ImageNet's validation set at {size} px ({source}), published; we have not measured it")
    return told.format(share=percent(published.top1, 2), size=published.size, source=published.source)


def _table(state: Present, digest: Words) -> pd.DataFrame:
    engine, network, picture = state.engine, state.engine.network, state.picture
    pretrained = network.card if network.weights == "pretrained" else None
    facts = {
        _("Network"): _("{title} ({id})").format(title=network.title, id=network.id),
        _("Weights"): network.weights,
        _("SHA-256 of the weights"): str(digest),
        _("Licence of the weights"): _(pretrained.licence) if pretrained else _("unknown"),
        _("Top-1 accuracy"): _accuracy(pretrained),
        _("Picture"): _("{name}, {width} x {height} px, {format}").format(
            name=picture.name, width=picture.width, height=picture.height, format=picture.format
        ),
        _("SHA-256 of shape and pixels"): picture.digest,
        _("Edit plan"): str(state.plan) or _("none"),
        _("Way through the network"): _("traced by torch.fx")
        if engine.traced
        else _("hooks (torch.fx cannot trace it)"),
        _("Device"): str(engine.device),
        "SE Explorer": version(),
        "Python": platform.python_version(),
        **{name: metadata.version(name) for name in PACKAGES},
        _("Made"): state.made.isoformat(timespec="seconds"),
        _("The numbers again"): command_of(state, "trace"),
        _("This report again"): command_of(state, "report"),
        _("Method"): _("{paper}, equations 2 (z), 3 (s), 4 (x~)").format(paper=PAPER),
    }
    return pd.DataFrame({_("What"): list(facts), _("Value"): list(facts.values())})


def provenance(state: Present) -> Section:
    """Network, weights, picture, versions, device, date, commands and sources."""
    digest = weights_digest(state.engine.network)  # once: it may read a large file
    table = partial(_table, state, digest)
    notes = [Text(str(note)) for note in (*state.engine.network.notes, *state.picture.notes)]
    return Section(_("Provenance"), [*notes, Table(table, "provenance", _("Where these figures come from"))])
