"""The two kinds of "disabled" side by side, as a file: stages switched off, and networks trained without them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, ValidationError, model_validator

from se_explorer.analysis.experiment_seeds import Comparison, compare_seeds
from se_explorer.errors import RecipeError
from se_explorer.files import unreadable, write_whole
from se_explorer.language import Words, _, later
from se_explorer.training.record import DataCounts, RecordPart, Software

__all__ = ["RetrainedAblation", "StageAblation", "Switched", "against_full", "read_ablation", "write_ablation"]

MAX_BYTES = 4 << 20
Text = Annotated[str, Field(max_length=400)]
Count = Annotated[int, Field(ge=0, le=2**53)]
BySeed = Mapping[Count, Count]


class Switched(RecordPart):
    """A trained network with one stage's blocks switched off, on all test pictures.

    Attributes:
        right: answers.
        lost, gained: pictures that only the untouched network has right, and that only the switched one has.
    """

    right: Count
    lost: Count
    gained: Count


class StageAblation(RecordPart):
    """One stage.

    Attributes:
        stage: its number.
        blocks: names of its SE blocks in the full network.
        run: name of the recipe without SE in it; None where nobody trained one.
        retrained: right answers of the networks trained without SE in it, by seed.
        switched: by mode ("off", "mean"), by seed of the full network.
    """

    stage: Annotated[int, Field(ge=0, le=99)]
    blocks: tuple[Text, ...]
    run: Text | None
    retrained: BySeed
    switched: Mapping[Text, Mapping[Count, Switched]]


class RetrainedAblation(RecordPart):
    """All stages of one recipe's network.

    Attributes:
        run, title: of the full recipe.
        full: right answers of the full network, by seed.
        plain_run, plain: the recipe without any SE, likewise; None and empty where nobody trained one.
        count, split: of the test pictures, the same in all.
        gate_pictures: training pictures that the fixed gates of the mode "mean" are means over.
        commits: of the code that trained the networks.
        code: commit of the code that switched them.
    """

    format: Literal[1] = 1
    run: Text
    title: Text
    full: BySeed
    plain_run: Text | None
    plain: BySeed
    stages: tuple[StageAblation, ...]
    modes: tuple[Text, ...]
    data: DataCounts
    count: Annotated[int, Field(ge=1, le=2**53)]
    split: Text
    gate_pictures: Count
    commits: tuple[Text, ...]
    code: Text
    software: Software

    @model_validator(mode="after")
    def _consistent(self) -> RetrainedAblation:
        rights = [*self.full.values(), *self.plain.values()]
        for stage in self.stages:
            rights += stage.retrained.values()
            if set(stage.switched) != set(self.modes):
                raise ValueError(_("every stage must be switched in every mode"))
            for by_seed in stage.switched.values():
                if not set(by_seed) <= set(self.full):
                    raise ValueError(_("a network was switched that is not among the full ones"))
                for seed, switched in by_seed.items():
                    if switched.right != self.full[seed] - switched.lost + switched.gained:
                        raise ValueError(_("right must be what the full network has, less lost, plus gained"))
                    rights.append(switched.right)
        if not self.full or max(rights) > self.count:
            raise ValueError(_("right must not be above count"))
        return self


def against_full(found: RetrainedAblation) -> dict[tuple[int | None, str], Comparison]:
    """Accuracy less the full network's, seed by seed: by stage, and "retrained" or the mode it is switched off in.

    Stage None is the plain network, trained without any SE. All are adjusted together by Holm's procedure.
    """
    rights: dict[tuple[int | None, str], Mapping[int, int]] = {}
    for stage in found.stages:
        rights[stage.stage, "retrained"] = stage.retrained
        for mode in found.modes:
            rights[stage.stage, mode] = {seed: each.right for seed, each in stage.switched[mode].items()}
    if found.plain:
        rights[None, "retrained"] = found.plain
    shares = [{seed: right / found.count for seed, right in by_seed.items()} for by_seed in rights.values()]
    base = {seed: right / found.count for seed, right in found.full.items()}
    return dict(zip(rights, compare_seeds(base, shares), strict=True))


def write_ablation(found: RetrainedAblation, path: Path) -> None:
    """Write it so that a kill cannot halve it."""
    text = found.model_dump_json(indent=1) + "\n"
    write_whole(path, lambda part: part.write_text(text, encoding="utf-8"))


def read_ablation(path: Path) -> RetrainedAblation:
    """Read it.

    Raises:
        RecipeError: the file is missing, too large, or is no such record.
    """
    try:
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
        if len(data) > MAX_BYTES:
            raise ValueError(f"> {MAX_BYTES >> 20} MiB")
        return RetrainedAblation.model_validate(json.loads(data.decode("utf-8")))
    except ValidationError as error:
        faults = "; ".join(f"{'.'.join(map(str, fault['loc']))}: {fault['msg']}" for fault in error.errors()[:5])
        raise _no_ablation(f"{path}: {faults[:600]}") from error
    except (OSError, ValueError, RecursionError) as error:
        raise _no_ablation(unreadable(path, error)) from error


def _no_ablation(received: Words) -> RecipeError:
    return RecipeError(
        later("a retrained ablation, a JSON file"),
        received,
        later("Make it anew: python scripts/retrained_ablation.py --help"),
    )
