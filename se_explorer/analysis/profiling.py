"""From labelled pictures to a profile, in one pass: its memory does not grow with the number of pictures."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial as partial_of
from pathlib import Path

import numpy as np
from torch import Tensor

from se_explorer.analysis.class_sample import SAMPLE_BYTES, rows_within
from se_explorer.analysis.pool import Pool, Portion
from se_explorer.analysis.profile import Profile
from se_explorer.analysis.profile_build import built
from se_explorer.analysis.profile_header import Unreadable
from se_explorer.analysis.profile_partial import SAVE_SECONDS, Binding, Partial
from se_explorer.analysis.profile_tally import Tally, TallyShape
from se_explorer.engine import Engine
from se_explorer.engine.finite import finite
from se_explorer.errors import DataError, ImageError
from se_explorer.images import PictureSet
from se_explorer.images.picture_set import Batch
from se_explorer.language import _, in_english, later, whole

__all__ = ["ProfilePart", "ProfileWork", "Resumption", "gather", "measure_profile"]


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


def rows_of(engine: Engine, batch: Tensor) -> np.ndarray:
    """z of all blocks and then s of all blocks, float32 (N, 2 channels), from an unedited run without statistics."""
    blocks = engine.run(batch).blocks
    rows = np.concatenate([block.squeeze for block in blocks] + [block.gates for block in blocks], axis=1)
    return finite(rows, later("a network whose squeezes and gates are finite numbers"))


def _missing(position: int, batch: Batch) -> list[tuple[int, ImageError]]:
    """The pictures of a batch that could not be read; they come without their indices, but in order."""
    read = set(batch[1])
    missing = [index for index in range(position, position + len(batch[1]) + len(batch[2])) if index not in read]
    return list(zip(missing, batch[2], strict=True))


def _left_out(data: PictureSet, missing: Sequence[tuple[int, str]]) -> list[Unreadable]:
    """What could not be read, and why, by its name."""
    names = data.names if missing else ()
    return [Unreadable(name=names[index], reason=reason) for index, reason in missing]


def _reason(error: ImageError) -> str:
    """Without the path, which ``load_one_of_many`` puts before it: it is somebody's own. In English: it is kept."""
    cause = error.__cause__ if isinstance(error.__cause__, ImageError) else error
    said = later("expected {expected}, got {received}", expected=cause.parts.expected, received=cause.parts.received)
    return in_english(said)[:4096]


@dataclass(frozen=True, eq=False)
class ProfilePart:
    """What a portion gives: its tally, and index in the data and reason of each picture that could not be read."""

    tally: Tally
    missing: tuple[tuple[int, str], ...]


@dataclass(frozen=True)
class ProfileWork:
    """A profile's work on portions; see ``pool``. Limit and seed are those of the sample."""

    limit: int
    seed: int

    def opened(self, engine: Engine) -> Callable[[Portion], ProfilePart]:
        """See ``Work``."""
        return partial_of(self._measured, engine)

    def _measured(self, engine: Engine, portion: Portion) -> ProfilePart:
        targets, missing = np.array(portion.data.targets, np.int64), list[tuple[int, str]]()
        listed = np.bincount(targets, minlength=len(portion.data.classes))
        shape = TallyShape(tuple(map(int, listed)), sum(engine.channels.values()), self.limit, self.seed)
        tally = Tally(shape)
        for seen in portion.batches:
            missing += [(portion.start + index, _reason(error)) for index, error in seen.missing]
            if seen.pixels is not None:
                places = np.array(seen.indices, np.int64)
                rows = rows_of(engine, engine.network.preprocessing.normalise(seen.pixels))
                tally.add(rows, portion.start + places, targets[places])
        return ProfilePart(tally, tuple(missing))


def _measured_here(engine: Engine, data: PictureSet, tally: Tally, batch: int) -> Iterator[int]:
    """Run the pictures from ``tally.position`` on and take them in, batch by batch; gives where it is."""
    targets, position = np.array(data.targets, np.int64), tally.position
    for each in data.batches(batch, position):
        pictures, indices, errors = each
        if pictures:
            places = np.array(indices, np.int64)
            tally.add(rows_of(engine, engine.prepare(pictures)), places, targets[places])
        missing = _missing(position, each) if errors else []
        tally.unreadable += _left_out(data, [(index, _reason(error)) for index, error in missing])
        position += len(pictures) + len(errors)
        yield position


def _measured_in(pool: Pool, data: PictureSet, tally: Tally, batch: int) -> Iterator[int]:
    """The same in a pool, portion by portion."""
    work = ProfileWork(tally.shape.limit, tally.shape.seed)
    for position, part in pool.parts(work, data, batch, tally.position):
        tally.merge(part.tally)
        tally.unreadable += _left_out(data, part.missing)
        yield position


def gather(
    steps: Iterator[int],
    total: int,
    tally: Tally,
    partial: Partial | None = None,
    report: Callable[[int, int], None] | None = None,
) -> None:
    """Go through steps that fill a tally, note where it is, and keep it now and then.

    Raises:
        TraceError: a gate or a squeeze is no finite number.
        ProfileError: the partial file cannot be written.
    """
    for position in steps:
        tally.position = position
        if partial:
            partial.save_if_due(tally)
        if report:
            report(position, total)


def measure_profile(
    engine: Engine,
    data: PictureSet,
    *,
    batch: int = 64,
    sample_bytes: int = SAMPLE_BYTES,
    seed: int = 0,
    resumption: Resumption | None = None,
    report: Callable[[int, int], None] | None = None,
    pool: Pool | None = None,
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
        pool: where the pictures run instead of in ``engine``; the figures are the same up to rounding, and the same to
            the bit however many workers it has.

    Raises:
        DataError: no picture can be read.
        TraceError: a gate or a squeeze is no finite number.
        ProfileError: the partial file cannot be written.
        ClusterError: the pool broke off; what was kept can be gone on with.
    """
    shape = _shape(engine, data, sample_bytes, seed)
    partial, tally = None, Tally(shape)
    if resumption:
        binding = Binding.of(engine, data, batch, shape, pool.kind if pool else "")
        partial, tally = resumption.begin(binding, shape, len(data))
    steps = _measured_in(pool, data, tally, batch) if pool else _measured_here(engine, data, tally, batch)
    gather(steps, len(data), tally, partial, report)
    if not tally.count:
        raise DataError(
            later("pictures that can be read"),
            later("{count} of {name} that cannot", count=len(data), name=data.name),
            later("Check its files."),
        )
    return built(engine, data, tally, batch, pool.device if pool else str(engine.device))
