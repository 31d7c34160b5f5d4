"""The short way in, for notebooks and scripts."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from pathlib import Path

import numpy as np
from torch import nn

from se_explorer.analysis import Profile, Sweep, Sweeper, measure_profile
from se_explorer.engine import EditPlan, Engine, Mode, Trace
from se_explorer.errors import DataError
from se_explorer.files import unreadable, write_whole
from se_explorer.images import Picture, PictureSet, Preprocessing, load_picture, open_pictures
from se_explorer.language import later
from se_explorer.models import DEFAULT_MODEL, LabelSource, network_of_module, open_network
from se_explorer.report import gather, report_html

__all__ = ["load_model", "open_model", "profile", "report", "sweep", "trace"]


def load_model(
    model: str = DEFAULT_MODEL,
    weights: str | Path = "pretrained",
    device: str | None = None,
    *,
    labels: LabelSource | None = None,
) -> Engine:
    """Open a network and make it ready to run.

    Args:
        model: a bundled network's id, ``timm:NAME`` or ``torchvision:NAME``; with a checkpoint file also
            ``own:seresnet50,width=3/8,reduction=16``.
        weights: "pretrained"; "random:SEED"; or the path of a checkpoint file, with any number of classes.
        device: such as "cpu" or "cuda"; None takes the best there is.
        labels: the names of the classes, a list or the path of a text or JSON file.

    Raises:
        ModelError, WeightsError, DeviceError: it cannot be opened.
    """
    return Engine(open_network(model, str(weights), labels), device)


def open_model(
    module: nn.Module,
    labels: LabelSource | None = None,
    preprocess: Preprocessing | None = None,
    name: str | None = None,
    device: str | None = None,
) -> Engine:
    """Make a network of one's own ready to run: any module whose SE blocks are of a known class.

    The module is copied, and the copy is put in evaluation mode, in float32 and on the device; the module itself is
    not changed, and training it further does not change the engine.

    Args:
        module: takes pictures (N, 3, size, size), gives logits (N, classes).
        labels: the names of the classes, a list or the path of a text or JSON file; None numbers them.
        preprocess: how it wants its pictures; None takes ImageNet's mean and deviation at 224 px.
        name: to show; None takes the name of the class.
        device: such as "cpu" or "cuda"; None takes the best there is.

    Raises:
        ModelError: it has no SE block of a known class (see ``register_block``), gives no logits, or the labels are
            not one a class.
        BlockError: a registered adapter does not do what its module does.
        DeviceError: the device is not there.
    """
    return Engine(network_of_module(module, labels, preprocess, name), device)


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
    return model.trace(_opened(picture), edits, keep=keep, donors=_gates(model, donors))


def sweep(
    model: Engine,
    picture: Picture | Path | str,
    kind: str = "leave-one-out",
    *,
    mode: Mode | str = "off",
    edits: EditPlan | str = "",
    target: int | None = None,
    donors: Mapping[str, Picture | Path | str] | None = None,
) -> Sweep:
    """Measure what each of many edits changes in the answer to a picture, in one pass where the network allows it.

    Args:
        kind: leave-one-out, keep-one, stages, pairs, channels:SE_5_3, channels:SE_5_3:32, cumulative:front, :back or
            :greedy.
        mode: what is done to a block or channel.
        edits: what is edited besides, in every row.
        target: index of the class to watch; None watches the answer.
        donors: pictures whose gates the mode ``donor:KEY`` takes, by key.

    Raises:
        ImageError: a picture cannot be used.
        EditPlanError: kind, mode or edits cannot be read or do not fit.
    """
    gates = _gates(model, donors)
    return Sweeper(model, _opened(picture), kind, mode=mode, plan=edits, target=target, donors=gates).run()


def report(
    model: Engine,
    picture: Picture | Path | str,
    out: Path | str,
    edits: EditPlan | str = "",
    *,
    block: str | None = None,
    channel: int | None = None,
    target: int | None = None,
    mode: Mode | str = "off",
    donors: Mapping[str, Picture | Path | str] | None = None,
) -> Path:
    """Write what is known of a picture's way through a network as one HTML file, which opens without a connection.

    Args:
        picture: a picture, or the path of one.
        out: where the file goes; what lies there is replaced.
        edits: such as ``"SE_3_4=off;SE_2_1.17=0.2"``.
        block, channel: what is shown in full; None takes the last block of stage 4, and its strongest channel.
        target: index of the class to watch; None watches the unedited answer.
        mode: what the ranking does to each block.
        donors: pictures whose gates plan and mode take with ``donor:KEY``, by key.

    Returns:
        The file.

    Raises:
        ImageError: a picture cannot be used.
        EditPlanError: the plan or mode cannot be read or does not fit.
        BlockError, TraceError: there is no such block, channel or class.
        DataError: the file cannot be written.
    """
    others = {key: _opened(donor) for key, donor in (donors or {}).items()}
    state = gather(
        model, _opened(picture), edits, block=block, channel=channel, target=target, mode=mode, donors=others
    )
    path = Path(out)
    try:
        text = report_html(state)
        write_whole(path, lambda part: part.write_text(text, encoding="utf-8"))
    except OSError as error:
        raise DataError(
            later("a file that can be written"), unreadable(path, error), later("Name another place.")
        ) from error
    return path


def profile(model: Engine, folder: PictureSet | Path | str, *, batch: int = 64) -> Profile:
    """Measure every gate and squeeze over labelled pictures, by class and overall, in one pass.

    Args:
        folder: pictures, or what ``open_pictures`` opens: a folder with one subfolder a class, or ``cifar10:DIR``.
        batch: pictures that run together.

    Raises:
        DataError: there is no such data, or no picture can be read.
        TraceError: a gate or a squeeze is no finite number.
    """
    data = open_pictures(folder) if isinstance(folder, (str, Path)) else folder
    return measure_profile(model, data, batch=batch)


def _gates(model: Engine, donors: Mapping[str, Picture | Path | str] | None) -> dict[str, dict[str, np.ndarray]]:
    return {key: model.trace(_opened(donor)).gates for key, donor in (donors or {}).items()}


def _opened(picture: Picture | Path | str) -> Picture:
    return picture if isinstance(picture, Picture) else load_picture(picture)
