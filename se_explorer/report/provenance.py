"""Where a report's figures come from, and how to have them again."""

from __future__ import annotations

import hashlib
import platform
import shlex
import tomllib
from importlib import metadata
from pathlib import Path

import pandas as pd

from se_explorer.images import samples
from se_explorer.models import Card, LibraryCard, Network, weights_status
from se_explorer.models.weights.integrity import known_digest
from se_explorer.report.parts import Section, Table, Text
from se_explorer.report.present import Present

__all__ = ["command_of", "provenance", "version", "weights_digest"]

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("torch", "torchvision", "timm", "numpy", "plotly")
PAPER = "Hu, Shen, Albanie, Sun, Wu: Squeeze-and-Excitation Networks, arXiv 1709.01507, equations 2 (z), 3 (s), 4 (x~)"


def version() -> str:
    """Of SE Explorer, as its pyproject.toml says."""
    try:
        told = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
        return str(told["project"]["version"])
    except (OSError, KeyError, tomllib.TOMLDecodeError):
        return "unknown"


def weights_digest(network: Network) -> str:
    """What is known of the SHA-256 of the weights file, for people; a part of it where only that is known."""
    card = network.card
    if network.is_random:
        return "none: the weights are random"
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
        return "unknown" if found is None else found if len(found) == 64 else f"begins with {found}"
    return "unknown"


def _file(name: str) -> str:
    """A picture's place for a command: a sample's in the project, another's by its name."""
    for sample in samples():
        if sample.file == name:
            return f"assets/samples/{name}"
    return shlex.quote(f"./{name}" if name.startswith("-") else name)


def command_of(state: Present, name: str) -> str:
    """The command line that repeats it; a picture that was brought is named by its file's name."""
    network = state.engine.network
    words = ["python -m se_explorer", name, _file(state.picture.name), "--model", shlex.quote(network.id)]
    if network.weights != "pretrained":
        words += ["--weights", shlex.quote(network.weights)]
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
        return f"{card.claim}, measured by us"
    return f"{card.claim}, published; we have not measured it" if card else "unknown"


def provenance(state: Present) -> Section:
    """Network, weights, picture, versions, device, date, commands and sources."""
    engine, network, picture = state.engine, state.engine.network, state.picture
    pretrained = network.card if network.weights == "pretrained" else None
    facts = {
        "Network": f"{network.title} ({network.id})",
        "Weights": network.weights,
        "SHA-256 of the weights": weights_digest(network),
        "Licence of the weights": pretrained.licence if pretrained else "unknown",
        "Top-1 accuracy": _accuracy(pretrained),
        "Picture": f"{picture.name}, {picture.width} x {picture.height} px, {picture.format}",
        "SHA-256 of shape and pixels": picture.digest,
        "Edit plan": str(state.plan) or "none",
        "Way through the network": "traced by torch.fx" if engine.traced else "hooks (torch.fx cannot trace it)",
        "Device": str(engine.device),
        "SE Explorer": version(),
        "Python": platform.python_version(),
        **{name: metadata.version(name) for name in PACKAGES},
        "Made": state.made.isoformat(timespec="seconds"),
        "The numbers again": command_of(state, "trace"),
        "This report again": command_of(state, "report"),
        "Method": PAPER,
    }
    table = pd.DataFrame({"What": list(facts), "Value": list(facts.values())})
    notes = [Text(str(note)) for note in (*network.notes, *picture.notes)]
    return Section("Provenance", [*notes, Table(table, "provenance", "Where these figures come from")])
