"""``log.jsonl``: one line an epoch, written anew after each, whole at every moment.

A line has the entries of ``EpochReport`` and ``gates``, the blocks' gate statistics or null. Networks with SE blocks
have a line of epoch 0 before them, with nothing but the gates of the initialisation.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from pydantic import TypeAdapter

from se_explorer.errors import RecipeError
from se_explorer.language import later
from se_explorer.models.card import EpochReport
from se_explorer.training.gate_log import BlockGates, EpochGates

__all__ = ["log_text", "read_log"]


def log_text(curve: Sequence[EpochReport], gates: Sequence[EpochGates]) -> str:
    """The file's text."""
    blocks = {entry.epoch: entry.model_dump(mode="json")["blocks"] for entry in gates}
    lines: list[dict[str, object]] = [{"epoch": 0, "gates": blocks[0]}] if 0 in blocks else []
    lines += [{**asdict(report), "gates": blocks.get(report.epoch)} for report in curve]
    return "".join(json.dumps(line) + "\n" for line in lines)


def read_log(path: Path) -> tuple[tuple[EpochReport, ...], tuple[EpochGates, ...]]:
    """The curve and the gates of a training so far; both empty where no epoch is done yet.

    Raises:
        RecipeError: the file is there and is no log.
    """
    reports, blocks_of = TypeAdapter(EpochReport), TypeAdapter(tuple[BlockGates, ...])
    curve, gates = [], []
    try:
        for text in path.read_text(encoding="utf-8").splitlines():
            line = json.loads(text)
            blocks = line.pop("gates")
            if blocks is not None:
                gates.append(EpochGates(epoch=line["epoch"], blocks=blocks_of.validate_python(blocks)))
            if line["epoch"] > 0:
                curve.append(reports.validate_python(line))
    except FileNotFoundError:
        return (), ()
    except (OSError, ValueError, LookupError, TypeError, AttributeError, RecursionError) as error:
        raise RecipeError(
            later("the log of a training, JSON lines"), f"{path}: {str(error)[:200]}", later("Start the training anew.")
        ) from error
    return tuple(curve), tuple(gates)
