"""What a pair of trainings is asked to be, and the two recipes that it makes: the same but for the SE blocks.

Nothing is invented here: each recipe is put together from committed ones, the network's optimiser and schedule and the
data set's pictures, with the person's r, epochs and number of pictures.
"""

from __future__ import annotations

import json
import tomllib
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from se_explorer.language import _

__all__ = ["DATA", "LIMITS", "MAX_EPOCHS", "MAX_SEED", "NETWORKS", "REDUCTIONS", "SIDES", "PairRequest", "Side"]

RECIPES = Path(__file__).resolve().parents[2] / "assets" / "recipes"
Side = Literal["plain", "se"]
SIDES: tuple[Side, Side] = ("plain", "se")
#: Data sets that a pair can be trained on, and the committed recipe whose pictures are taken.
DATA = {
    "digits": "digits-plain",
    "cifar10": "resnet20-cifar10",
    "imagenette": "seresnet50-imagenette",
    "folder": "seresnet50-imagenette",
}
#: Networks that a pair can train, and the committed recipe whose network, optimiser and schedule are taken.
NETWORKS = {"notes-cnn": "notes-plain", "seresnet20": "resnet20-cifar10", "seresnet50": "seresnet50-imagenette"}
REDUCTIONS = (1, 2, 4, 8, 16)
#: Training pictures to choose from; 0 is all there are.
LIMITS = (500, 1000, 2000, 5000, 10000, 0)
MAX_EPOCHS = 50
MAX_SEED = 9999
#: Photographs are trained at 64 pixels: a pair is to be watched, not to break records.
PHOTO = {"stored_size": 80, "side": 64}
EVALUATIONS = 12  # of the test split on the way, about


@cache
def _committed(name: str) -> str:
    return (RECIPES / f"{name}.toml").read_text(encoding="utf-8")


def _sections(name: str) -> dict[str, dict[str, Any]]:
    return {key: value for key, value in tomllib.loads(_committed(name)).items() if isinstance(value, dict)}


def _toml(table: dict[str, Any]) -> str:
    """A table of plain values and sections as TOML; JSON's texts, numbers, truths and lists are TOML's too."""
    lines = [f"{key} = {json.dumps(value)}" for key, value in table.items() if not isinstance(value, dict)]
    for key, section in table.items():
        if isinstance(section, dict):
            lines += ["", f"[{key}]", *(f"{name} = {json.dumps(value)}" for name, value in section.items())]
    return "\n".join(lines) + "\n"


class PairRequest(BaseModel):
    """One pair: the same recipe and seed with and without SE blocks.

    Attributes:
        dataset: one of ``DATA``.
        network: one of ``NETWORKS``; the wide SE-ResNet-50 only for photographs.
        reduction: r of the SE side.
        limit: so many training pictures at most; 0 is all. The digits are always all.
        folder: where the pictures lie; None is where downloads go. The digits need none.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    dataset: Literal["digits", "cifar10", "imagenette", "folder"]
    network: Literal["notes-cnn", "seresnet20", "seresnet50"]
    reduction: Annotated[int, Field(ge=1, le=max(REDUCTIONS))]
    epochs: Annotated[int, Field(ge=1, le=MAX_EPOCHS)]
    seed: Annotated[int, Field(ge=0, le=MAX_SEED)]
    limit: Annotated[int, Field(ge=0, le=1_000_000)] = 0
    folder: Annotated[str, Field(max_length=1000)] | None = None

    @model_validator(mode="after")
    def _possible(self) -> PairRequest:
        if self.dataset == "folder" and not self.folder:
            raise ValueError(_("a folder of pictures must be named"))
        if self.network == "seresnet50" and self.dataset in ("digits", "cifar10"):
            raise ValueError(_("this network needs larger pictures"))
        return self

    @property
    def downloads(self) -> bool:
        """Whether the pictures come from torchvision's download."""
        return self.dataset in ("cifar10", "imagenette") and not self.folder

    @property
    def experiment(self) -> str:
        """The comparison that pairs of this kind belong to, whatever their seed."""
        limit = f"-{self.limit}-pictures" if self.limit and self.dataset != "digits" else ""
        return f"own-{self.dataset}-{self.network}-r{self.reduction}-{self.epochs}-epochs{limit}"

    def recipe(self, side: Side) -> str:
        """The text of one side's recipe."""
        name = f"{self.experiment}-{side}"
        kind = f"with SE, r = {self.reduction}" if side == "se" else "plain"
        taken = DATA[self.dataset], self._network_recipe
        comment = f"# Put together by the Train page from {taken[0]}.toml (pictures) and {taken[1]}.toml (the rest).\n"
        head = {"name": name, "title": f"{self.network}, {self.dataset}, {kind}", "experiment": self.experiment}
        return comment + _toml({**head, **self._body(side == "se")})

    @property
    def _network_recipe(self) -> str:
        small = self.dataset == "digits" and self.network == "notes-cnn"
        return "digits-plain" if small else NETWORKS[self.network]

    def _body(self, se: bool) -> dict[str, dict[str, Any]]:
        pictures, rest = _sections(DATA[self.dataset]), _sections(self._network_recipe)
        network = {**rest["network"], "se": se, "reduction": self.reduction, "bias": self.network == "notes-cnn"}
        data, resolution = {**pictures["data"], "dataset": self.dataset}, pictures["resolution"]
        if self.dataset in ("imagenette", "folder"):
            side = PHOTO["side"]
            data["stored_size"] = PHOTO["stored_size"]
            resolution = {"first": side, "last": side, "evaluate": side, "crop": 0.875}
        if self.limit and self.dataset != "digits":
            data["limit"] = self.limit
        batch = min(64 if self.dataset == "digits" else 128, rest["schedule"]["batch_size"])
        every = max(1, self.epochs // EVALUATIONS)
        return {
            "network": network,
            "data": data,
            # Mixed pictures and averaged weights need more steps than a pair has.
            "augmentation": {**pictures["augmentation"], "cutmix": 0.0},
            "resolution": resolution,
            "optimiser": {**rest["optimiser"], "averaging": 0.0},
            "schedule": {**rest["schedule"], "epochs": self.epochs, "batch_size": batch, "evaluate_every": every},
        }
