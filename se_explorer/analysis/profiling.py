"""From labelled pictures to a profile, in one pass: its memory does not grow with the number of pictures."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from se_explorer.analysis.class_sample import SAMPLE_BYTES, rows_within
from se_explorer.analysis.profile import Profile
from se_explorer.analysis.profile_build import built
from se_explorer.analysis.profile_header import Unreadable
from se_explorer.analysis.profile_partial import SAVE_SECONDS, Binding, Partial
from se_explorer.analysis.profile_tally import Tally, TallyShape
from se_explorer.engine import Engine
from se_explorer.errors import DataError, ImageError, TraceError
from se_explorer.images import PictureSet
from se_explorer.images.picture_set import Batch
from se_explorer.language import _, in_english, later, whole

__all__ = ["Resumption", "gather", "measure_profile"]


@dataclass(frozen=True)
class Resumption:
    """Where a profile keeps what it has, and what it does with what lies there already.

    Attributes:
        path: of the partial file.
        take_up: go on from it if it fits.
        seconds: between two savings, at least; 0 saves after every batch.
        tell: is told in a sentence what was done with it.
    """

    path: Path
    take_up: bool = True
    seconds: float = SAVE_SECONDS
    tell: Callable[[str], None] = lambda _sentence: None

    def begin(self, binding: Binding, shape: TallyShape, listed: int) -> tuple[Partial, Tally]:
        """The partial file, and the tally to go on with."""
        partial = Partial(self.path, binding, self.seconds)
        if not self.take_up:
            return partial, Tally(shape)
        tally, why = partial.take_up(shape)
        if why:
            self.tell(_("It begins anew: {why}.").format(why=why))
        elif tally.position:
            told = _("It goes on after {done} of {all} pictures, from {path}.")
            self.tell(told.format(done=whole(tally.position), all=whole(listed), path=self.path))
        return partial, tally


def _shape(engine: Engine, data: PictureSet, sample_bytes: int, seed: int) -> TallyShape:
    channels = sum(engine.channels.values())
    listed = np.bincount(np.array(data.targets, np.int64), minlength=len(data.classes))
    limit = rows_within(sample_bytes, len(data.classes), 2 * channels)
    return TallyShape(tuple(map(int, listed)), channels, limit, seed)


def rows_of(engine: Engine, batch: Batch) -> np.ndarray:
    """z of all blocks and then s of all blocks, float32 (N, 2 channels), from an unedited run without statistics."""
    blocks = engine.run(engine.prepare(batch[0])).blocks
    rows = np.concatenate([block.squeeze for block in blocks] + [block.gates for block in blocks], axis=1)
    if not np.isfinite(rows).all():
        raise TraceError(
            later("a network whose squeezes and gates are finite numbers"),
            later("one with others"),
            later("Check its weights."),
        )
    return rows


def _left_out(data: PictureSet, position: int, batch: Batch) -> list[Unreadable]:
    """The pictures of a batch that could not be read; they come without their indices, but in order."""
    read = set(batch[1])
    missing = [index for index in range(position, position + len(batch[1]) + len(batch[2])) if index not in read]
    names = data.names
    return [Unreadable(name=names[i], reason=_reason(error)) for i, error in zip(missing, batch[2], strict=True)]


def _reason(error: ImageError) -> str:
    """Without the path, which ``load_one_of_many`` puts before it: it is somebody's own. In English: it is kept."""
    cause = error.__cause__ if isinstance(error.__cause__, ImageError) else error
    said = later("expected {expected}, got {received}", expected=cause.parts.expected, received=cause.parts.received)
    return in_english(said)[:4096]


def gather(
    engine: Engine,
    data: PictureSet,
    tally: Tally,
    batch: int,
    partial: Partial | None = None,
    report: Callable[[int, int], None] | None = None,
) -> None:
    """Run the pictures from ``tally.position`` on, and take them in.

    Raises:
        TraceError: a gate or a squeeze is no finite number.
        ProfileError: the partial file cannot be written.
    """
    targets, total = np.array(data.targets, np.int64), len(data)
    for each in data.batches(batch, tally.position):
        pictures, indices, errors = each
        if pictures:
            places = np.array(indices, np.int64)
            tally.add(rows_of(engine, each), places, targets[places])
        if errors:
            tally.unreadable += _left_out(data, tally.position, each)
        tally.position += len(pictures) + len(errors)
        if partial:
            partial.save_if_due(tally)
        if report:
            report(tally.position, total)


def measure_profile(
    engine: Engine,
    data: PictureSet,
    *,
    batch: int = 64,
    sample_bytes: int = SAMPLE_BYTES,
    seed: int = 0,
    resumption: Resumption | None = None,
    report: Callable[[int, int], None] | None = None,
) -> Profile:
    """Run labelled pictures through the unedited network; unreadable ones are left out and named.

    A profile that was killed and taken up again is to the bit the one that was not.

    Args:
        data: its classes need not be the network's.
        batch: pictures that run together.
        sample_bytes: of the sample that quantiles and information come from. They are exact where all pictures of
            a class fit into its share; at least 8 pictures a class are kept, whatever they take.
        seed: of the sample and of the permutations.
        resumption: where it keeps what it has; None keeps nothing. Its file stays: remove it when the profile is safe.
        report: is told how many pictures of how many are done.

    Raises:
        DataError: no picture can be read.
        TraceError: a gate or a squeeze is no finite number.
        ProfileError: the partial file cannot be written.
    """
    shape = _shape(engine, data, sample_bytes, seed)
    partial, tally = None, Tally(shape)
    if resumption:
        partial, tally = resumption.begin(Binding.of(engine, data, batch, shape), shape, len(data))
    gather(engine, data, tally, batch, partial, report)
    if not tally.count:
        raise DataError(
            later("pictures that can be read"),
            later("{count} of {name} that cannot", count=len(data), name=data.name),
            later("Check its files."),
        )
    return built(engine, data, tally, batch)
