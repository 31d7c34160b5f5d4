"""The short way in, for notebooks and scripts."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from pathlib import Path

from se_explorer.engine import EditPlan, Engine, Trace
from se_explorer.images import Picture, load_picture
from se_explorer.models import DEFAULT_MODEL, open_network

__all__ = ["load_model", "trace"]


def load_model(model: str = DEFAULT_MODEL, weights: str = "pretrained", device: str | None = None) -> Engine:
    """Open a network and make it ready to run.

    Args:
        model: a bundled network's id, ``timm:NAME`` or ``torchvision:NAME``.
        weights: "pretrained"; "random:SEED"; or the path of a state_dict file.
        device: such as "cpu" or "cuda"; None takes the best there is.

    Raises:
        ModelError, WeightsError, DeviceError: it cannot be opened.
    """
    return Engine(open_network(model, weights), device)


def trace(
    model: Engine,
    picture: Picture | Path | str,
    edits: EditPlan | str = "",
    *,
    keep: Collection[str] = (),
    donors: Mapping[str, Picture | Path | str] | None = None,
) -> Trace:
    """Send a picture through a network under an edit plan.

    Args:
        picture: a picture, or the path of one.
        edits: such as ``"SE_3_4=off;SE_2_1.17=0.2"``.
        keep: names of the blocks whose maps u are wanted.
        donors: pictures whose gates the plan takes with ``donor:KEY``, by key.

    Raises:
        ImageError: a picture cannot be used.
        EditPlanError: the plan cannot be read or does not fit.
    """
    gates = {key: model.trace(_opened(donor)).gates for key, donor in (donors or {}).items()}
    return model.trace(_opened(picture), edits, keep=keep, donors=gates)


def _opened(picture: Picture | Path | str) -> Picture:
    return picture if isinstance(picture, Picture) else load_picture(picture)
