"""Profiles made by hand, for the tests of what is read off them, and what to make profiles from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from se_explorer import Engine, LabelledFolder, SEBlock, open_folder
from se_explorer.analysis import QUANTILES, BlockProfile, Extremes, Profile, ProfileClass, ProfileHeader, Quantity
from se_explorer.analysis.profile_header import (
    CodeVersion,
    InformationRecord,
    PreprocessingRecord,
    ProfileBlock,
    ProfileData,
    SampleRecord,
)
from se_explorer.images import Preprocessing
from tests.analysis.toys import scatter, toy_engine

#: Indices of the pictures of ``noise_folder`` that cannot be read.
BROKEN = (3, 17)


def noise_engine(seed: int = 2) -> Engine:
    """Gates that differ from picture to picture."""
    return toy_engine(lambda: SEBlock(8, 2), seed=seed)


def noise_folder(root: Path) -> LabelledFolder:
    """Twenty-four pictures of noise in three classes, two of them broken."""
    for number in range(24):
        scatter(root / f"k{number * 3 // 24}" / f"{number:02}.png", number)
    listing = open_folder(root)
    for index in BROKEN:
        listing.paths[index].write_bytes(b"no picture")
    return listing


def same(first: Profile, second: Profile) -> bool:
    """Whether two profiles hold the same numbers, to the bit, and say the same but for the time."""
    one, other = first.arrays(), second.arrays()
    headers = [profile.header.model_dump(exclude={"made"}) for profile in (first, second)]
    return list(one) == list(other) and headers[0] == headers[1] and all(np.array_equal(one[n], other[n]) for n in one)


def quantity(means: np.ndarray, deviations: np.ndarray, counts: Sequence[int], medians: np.ndarray) -> Quantity:
    """From class means and deviations (K, C) and overall medians (C,); quantiles are the medians throughout."""
    shares = np.array(counts) / sum(counts)
    mean = shares @ means
    variance = shares @ (deviations**2 + (means - mean) ** 2)
    quantiles = np.broadcast_to(medians, (len(QUANTILES), len(medians)))
    by_class = np.broadcast_to(medians, (len(counts), *quantiles.shape))
    arrays = (mean, np.sqrt(variance), quantiles, means, deviations, by_class)
    names = ("mean", "deviation", "quantiles", "class_mean", "class_deviation", "class_quantiles")
    return Quantity(**{name: np.array(values, np.float32) for name, values in zip(names, arrays, strict=True)})


def made_profile(
    means: Mapping[str, Sequence[Sequence[float]]],
    *,
    deviation: float = 0.1,
    counts: Sequence[int] = (100, 100),
    medians: Mapping[str, Sequence[float]] | None = None,
    gate: str = "sigmoid",
) -> Profile:
    """A profile of blocks whose class means (K, C) are given.

    Args:
        deviation: within every class.
        medians: of the gates; the class mean of the first class where none are given.
    """
    blocks, entries = [], []
    for name, rows in means.items():
        values = np.array(rows, np.float64)
        channels, ranks = values.shape[1], min(8, sum(counts))
        middle = np.array((medians or {}).get(name, values[0]), np.float64)
        held = quantity(values, np.full(values.shape, deviation), counts, middle)
        ends = Extremes(
            pictures=np.zeros((ranks, channels), np.int32), values=np.full((ranks, channels), 0.5, np.float32)
        )
        told = np.zeros(channels, np.float32)
        blocks.append(
            BlockProfile(
                name=name, squeeze=held, gates=held, highest=ends, lowest=ends, information=told + 0.5, chance=told
            )
        )
        entries.append(ProfileBlock(name=name, path=name.lower(), channels=channels, gate=gate))
    return Profile(_header(counts, entries), tuple(blocks), np.zeros(1, np.int32))


def _header(counts: Sequence[int], entries: Sequence[ProfileBlock]) -> ProfileHeader:
    return ProfileHeader(
        format="se-explorer-profile-1",
        model="toy",
        weights="random:0",
        weights_sha256=None,
        device="cpu",
        batch=8,
        data=ProfileData(name="made", split=None, listed=sum(counts), digest="0" * 64),
        classes=tuple(ProfileClass(id=f"c{k}", label=f"class {k}", count=n) for k, n in enumerate(counts)),
        empty_classes=(),
        unreadable=(),
        preprocessing=PreprocessingRecord.of(Preprocessing(16)),
        blocks=tuple(entries),
        quantiles=QUANTILES,
        sample=SampleRecord(limit=8, seed=0),
        information=InformationRecord(unit="nats", bins=2, permutations=1, seed=0),
        pictures=("c0/0.png",),
        code=CodeVersion(package="0.1.0", commit=None, torch="2"),
        made="2026-11-24T00:00:00+00:00",
    )
