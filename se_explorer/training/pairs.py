"""Pairs of trainings as they lie on disk: one folder each, with a status file and a run folder a side.

``pair.json`` says what was asked, by whom and how it stands; ``plain/`` and ``se/`` are run folders as the ``train``
command writes them (recipe.toml, log.jsonl, checkpoint.pt, at the end run.json), so that it can go on with them too.
"""

from __future__ import annotations

import os
import secrets
import shutil
import time
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from se_explorer.errors import TrainingError
from se_explorer.files import unreadable, write_whole
from se_explorer.language import later
from se_explorer.training.pair_progress import Fault
from se_explorer.training.pair_request import SIDES, PairRequest, Side

__all__ = [
    "RUNS",
    "Pair",
    "State",
    "data_folder",
    "every_pair",
    "new_pair",
    "pairs_folder",
    "read_pair",
    "remove_pair",
    "runs_folder",
    "side_folder",
    "unwritable",
    "write_pair",
]

RUNS = "SE_EXPLORER_RUNS"
STATUS = "pair.json"
ID = r"^[0-9]{8}-[0-9]{6}-[0-9a-f]{6}$"
State = Literal["queued", "running", "done", "stopped", "failed", "interrupted"]


def runs_folder() -> Path:
    """Where trainings of this machine are kept, the ``train`` command's too: ``SE_EXPLORER_RUNS``, or ``runs``."""
    return Path(os.environ.get(RUNS, "").strip() or "runs").absolute()


def pairs_folder() -> Path:
    """Where pairs are kept."""
    return runs_folder() / "pairs"


def data_folder() -> Path:
    """Where downloaded data sets are kept."""
    return runs_folder() / "data"


class Pair(BaseModel):
    """A pair as it stands at one moment.

    Attributes:
        id: of its folder; begins with when it was asked for.
        owner: who may stop it: the SHA-256 of a secret that only that person's browser has.
        created: seconds since 1970.
        state: "interrupted" is what a server that ended left behind; it can be gone on with.
        name: given by a person who keeps it; one without a name makes room for others some day.
        fault: why it failed.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    format: Literal[1] = 1
    id: Annotated[str, Field(pattern=ID)]
    request: PairRequest
    owner: Annotated[str, Field(max_length=64)]
    created: float
    state: State = "queued"
    name: Annotated[str, Field(max_length=60)] = ""
    fault: Fault | None = None

    @property
    def is_over(self) -> bool:
        """Whether nothing more happens to it unless somebody asks."""
        return self.state not in ("queued", "running")


def new_pair(request: PairRequest, owner: str) -> Pair:
    """A pair of this moment."""
    now = time.time()
    stamp = time.strftime("%Y%m%d-%H%M%S", time.gmtime(now))
    return Pair(id=f"{stamp}-{secrets.token_hex(3)}", request=request, owner=owner, created=now)


def side_folder(root: Path, pair: Pair, side: Side) -> Path:
    """The run folder of a side."""
    return root / pair.id / side


def write_pair(root: Path, pair: Pair) -> None:
    """Write the status file and, the first time, the recipes.

    Raises:
        TrainingError: the folder cannot be written.
    """
    text = pair.model_dump_json(indent=1) + "\n"
    try:
        for side in SIDES:
            recipe = side_folder(root, pair, side) / "recipe.toml"
            if not recipe.exists():
                _write(recipe, pair.request.recipe(side))
        _write(root / pair.id / STATUS, text)
    except OSError as error:
        raise unwritable(root, error) from error


def _write(path: Path, text: str) -> None:
    write_whole(path, lambda part: part.write_text(text, encoding="utf-8"))


def unwritable(root: Path, error: OSError) -> TrainingError:
    """Pairs cannot be kept there."""
    return TrainingError(
        later("a folder for trainings that can be written"),
        unreadable(root, error),
        later("Make room there, or name another folder in {variable}.", variable=RUNS),
    )


def read_pair(root: Path, pair_id: str) -> Pair | None:
    """A pair; None where there is none, or its file is none of ours."""
    if pair_id != Path(pair_id).name:
        return None
    try:
        pair = Pair.model_validate_json((root / pair_id / STATUS).read_text(encoding="utf-8"))
    except (OSError, ValueError, ValidationError):
        return None
    return pair if pair.id == pair_id else None


def every_pair(root: Path) -> tuple[Pair, ...]:
    """All pairs, the oldest first."""
    names = sorted(path.parent.name for path in root.glob(f"*/{STATUS}"))
    found = (read_pair(root, name) for name in names)
    return tuple(sorted((pair for pair in found if pair), key=lambda pair: (pair.created, pair.id)))


def remove_pair(root: Path, pair: Pair) -> None:
    """Delete a pair's folder.

    Raises:
        TrainingError: the system refuses.
    """
    try:
        shutil.rmtree(root / pair.id)
    except OSError as error:
        raise TrainingError(
            later("a training that can be deleted"),
            unreadable(root / pair.id, error),
            later("Check the folder's rights."),
        ) from error
