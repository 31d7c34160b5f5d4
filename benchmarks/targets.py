"""What the figures are to reach. Sources: issue 4, "What it must reach (2 cores, 224 px, float32; ratios)"; issue 5,
"What must hold", for what goes over a folder; issue 7, "What must hold", for training."""

from __future__ import annotations

from dataclasses import dataclass

from benchmarks.results import Ratio
from se_explorer.models import DEFAULT_MODEL

__all__ = ["SOURCE", "TARGETS", "Target", "target_of"]

SOURCE = "issues 4, 5, 7"
SERESNET50, EFFICIENTNET, MOBILENET = "timm:seresnet50", "timm:efficientnet_b0", "timm:mobilenetv3_large_100"
#: Of the plain forward pass's throughput, to be kept over a folder by every network that is measured.
KEPT = 0.9
EVERY = (DEFAULT_MODEL, SERESNET50, "timm:legacy_seresnet18", EFFICIENTNET, MOBILENET, "timm:regnety_016")


@dataclass(frozen=True)
class Target:
    """A bound for a ratio.

    Attributes:
        numerator, denominator: which ratio.
        at_most: whether it is to stay below the bounds; else it is to reach them.
        bounds: by network.
    """

    numerator: str
    denominator: str
    at_most: bool
    bounds: dict[str, float]

    def text(self, network: str) -> str:
        """For people, such as ``<= 1.05``."""
        return f"{'<=' if self.at_most else '>='} {self.bounds[network]:g}"

    def reached(self, found: Ratio) -> bool:
        """Whether a ratio's value, as it is, keeps the bound."""
        bound = self.bounds[found.network]
        return found.value <= bound if self.at_most else found.value >= bound


TRAINED = dict.fromkeys(("seresnet20-cifar10", "notes-se-r1"), 1.05)
TARGETS = (
    Target("trace", "plain forward", True, {SERESNET50: 1.05, EFFICIENTNET: 1.08, MOBILENET: 1.10}),
    Target("hooked loop", "leave-one-out", False, {SERESNET50: 3.0, EFFICIENTNET: 4.0, MOBILENET: 5.0}),
    Target("multiply-add bound", "leave-one-out", False, {SERESNET50: 0.85, EFFICIENTNET: 0.7, MOBILENET: 0.7}),
    Target("plain forward over a folder", "profile", False, dict.fromkeys(EVERY, KEPT)),
    Target(
        "as many plain forwards over data",
        "sweep over data",
        False,
        {DEFAULT_MODEL: 0.9, SERESNET50: 0.9, EFFICIENTNET: 0.9, MOBILENET: 0.9},
    ),
    Target("training loop", "bare loop", True, TRAINED),
    Target("training loop, processor's time", "bare loop, processor's time", True, TRAINED),
    Target("toggle at the last block", "plain forward", True, {SERESNET50: 0.12, EFFICIENTNET: 0.15, MOBILENET: 0.2}),
)


def target_of(found: Ratio) -> Target | None:
    """The target of a ratio, if it has one."""
    for target in TARGETS:
        names = (target.numerator, target.denominator)
        if names == (found.numerator, found.denominator) and found.network in target.bounds:
            return target
    return None
