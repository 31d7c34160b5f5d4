"""What an epoch gave, as TensorBoard shows it; on request, since the package is a large one that nothing else needs."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from se_explorer.errors import RecipeError
from se_explorer.language import later
from se_explorer.models.card import EpochReport
from se_explorer.training.gate_log import EpochGates

__all__ = ["open_board"]

Board = Callable[[EpochReport, EpochGates | None], None]


def open_board(folder: Path) -> Board:
    """A function that writes an epoch's figures into ``folder``, the gates' mean and spread of each block among them.

    Raises:
        RecipeError: the package tensorboard is not installed.
    """
    try:
        from torch.utils.tensorboard import SummaryWriter
    except ImportError as error:
        raise RecipeError(
            later("the package tensorboard"), str(error), later("Install it: pip install tensorboard")
        ) from error
    writer = SummaryWriter(str(folder))  # type: ignore[no-untyped-call]

    def write(report: EpochReport, gates: EpochGates | None) -> None:
        figures = {"loss": report.loss, "accuracy/training": report.accuracy, "seconds": report.seconds}
        if report.validation is not None:
            figures["accuracy/validation"] = report.validation
        for block in gates.blocks if gates else ():
            figures |= {f"gates/{block.block}/mean": block.mean, f"gates/{block.block}/std": block.std}
        for name, value in figures.items():
            writer.add_scalar(name, value, report.epoch)  # type: ignore[no-untyped-call]
        writer.flush()  # type: ignore[no-untyped-call]

    return write
