"""From what was gathered to a profile: deviations, quantiles, information, names."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from se_explorer.analysis.information import bins_for, equal_frequency_bins, information, shuffled_classes
from se_explorer.analysis.moments import Moments
from se_explorer.analysis.profile import BlockProfile, Extremes, Profile, Quantity
from se_explorer.analysis.profile_header import (
    QUANTILES,
    InformationRecord,
    PreprocessingRecord,
    ProfileBlock,
    ProfileClass,
    ProfileData,
    ProfileHeader,
    SampleRecord,
)
from se_explorer.analysis.profile_partial import listing_digest
from se_explorer.analysis.profile_tally import Tally
from se_explorer.analysis.provenance import code_version
from se_explorer.analysis.quantiles import weighted_quantiles
from se_explorer.engine import Engine
from se_explorer.images import PictureSet
from se_explorer.models import Card, Network

__all__ = ["built", "recorded_weights"]

PERMUTATIONS = 5


def recorded_weights(network: Network) -> str:
    """``Network.weights``; of a checkpoint's path the file's name alone, since the rest is of somebody's machine."""
    weights = network.weights
    return weights if weights.startswith(("random:", "file:")) else Path(weights).name


def built(engine: Engine, data: PictureSet, tally: Tally, batch: int, device: str) -> Profile:
    """The profile of all that a tally has gathered on a device; at least one picture."""
    kinds = [kind for kind, each in enumerate(tally.moments) if each.count]
    indices = [extremes.indices for extremes in (tally.highest, tally.lowest)]
    named = np.unique(np.concatenate([each.ravel() for each in indices]))
    bins = bins_for(sum(tally.sample.sizes), len(kinds))
    names = data.names
    header = _header(engine, data, tally, (batch, device), bins, [names[index] for index in named])
    places = np.searchsorted(kinds, np.array(data.targets)[named]).astype(np.int32)
    blocks, overall, first = [], tally.overall(), 0
    for name, channels in engine.channels.items():
        blocks.append(_block(name, tally, kinds, overall, (first, first + channels), named, bins))
        first += channels
    return Profile(header, tuple(blocks), places)


def _header(
    engine: Engine, data: PictureSet, tally: Tally, run: tuple[int, str], bins: int, pictures: list[str]
) -> ProfileHeader:
    network, shape = engine.network, tally.shape  # ``run``: pictures that ran together, and on what
    card = network.card if isinstance(network.card, Card) and network.weights == "pretrained" else None
    counts = {name: each.count for name, each in zip(data.classes, tally.moments, strict=True)}
    labels = _labels(data.classes, network)
    return ProfileHeader(
        format="se-explorer-profile-1",
        model=network.id,
        weights=recorded_weights(network),
        weights_sha256=card.sha256 if card else None,
        device=run[1],
        batch=run[0],
        data=ProfileData(name=data.name, split=data.split, listed=len(data), digest=listing_digest(data)),
        classes=tuple(ProfileClass(id=name, label=labels[name], count=n) for name, n in counts.items() if n),
        empty_classes=tuple(name for name, count in counts.items() if not count),
        unreadable=tuple(tally.unreadable),
        preprocessing=PreprocessingRecord.of(network.preprocessing),
        blocks=tuple(
            ProfileBlock(name=block.name, path=block.path, channels=block.facts.channels, gate=block.facts.gate)
            for block in engine.blocks
        ),
        quantiles=QUANTILES,
        sample=SampleRecord(limit=shape.limit, seed=shape.seed),
        information=InformationRecord(unit="nats", bins=bins, permutations=PERMUTATIONS, seed=shape.seed),
        pictures=tuple(pictures),
        code=code_version(),
        made=datetime.now(UTC).isoformat(timespec="seconds"),
    )


def _labels(classes: tuple[str, ...], network: Network) -> dict[str, str]:
    """The network's labels of the classes that it knows by their ids; the others are their own."""
    known = dict(zip(network.class_ids, network.labels, strict=True))
    return {name: known.get(name, name) for name in classes}


def _block(
    name: str,
    tally: Tally,
    kinds: list[int],
    overall: Moments,
    channels: tuple[int, int],
    named: np.ndarray,
    bins: int,
) -> BlockProfile:
    """One block; ``channels`` are its first of all blocks' and the one after its last."""
    first, last = channels
    behind = tally.shape.channels  # the gates stand behind all squeezes
    gates = _sampled(tally, kinds, first + behind, last + behind)
    told, chance = _information(gates, tally, kinds, bins)
    highest, lowest = (
        Extremes(
            pictures=np.searchsorted(named, each.indices[:, first:last]).astype(np.int32),
            values=each.values[:, first:last],
        )
        for each in (tally.highest, tally.lowest)
    )
    return BlockProfile(
        name=name,
        squeeze=_quantity(tally, kinds, overall, slice(first, last), _sampled(tally, kinds, first, last)),
        gates=_quantity(tally, kinds, overall, slice(first + behind, last + behind), gates),
        highest=highest,
        lowest=lowest,
        information=told,
        chance=chance,
    )


def _sampled(tally: Tally, kinds: list[int], first: int, last: int) -> list[np.ndarray]:
    columns = tally.sample.columns(first, last)
    return [columns[kind] for kind in kinds]


def _weights(tally: Tally, kinds: list[int], sampled: list[np.ndarray]) -> np.ndarray:
    """How many pictures each row of the sample stands for."""
    each = [np.full(len(rows), tally.moments[k].count / len(rows)) for k, rows in zip(kinds, sampled, strict=True)]
    return np.concatenate(each)


def _single(values: np.ndarray) -> np.ndarray:
    return np.ascontiguousarray(values, np.float32)


def _quantity(tally: Tally, kinds: list[int], overall: Moments, columns: slice, sampled: list[np.ndarray]) -> Quantity:
    weights = _weights(tally, kinds, sampled)
    of_classes = [tally.moments[kind] for kind in kinds]
    return Quantity(
        mean=_single(overall.mean[columns]),
        deviation=_single(overall.deviation[columns]),
        quantiles=_single(weighted_quantiles(np.concatenate(sampled), weights, QUANTILES)),
        class_mean=_single(np.stack([each.mean[columns] for each in of_classes])),
        class_deviation=_single(np.stack([each.deviation[columns] for each in of_classes])),
        class_quantiles=_single(
            np.stack([weighted_quantiles(rows, np.ones(len(rows)), QUANTILES) for rows in sampled])
        ),
    )


def _information(sampled: list[np.ndarray], tally: Tally, kinds: list[int], bins: int) -> tuple[np.ndarray, np.ndarray]:
    """Of each gate, and by chance; see ``information.py``."""
    counts = np.array([tally.moments[kind].count for kind in kinds], np.float64)
    shares = counts / counts.sum()
    classes = np.repeat(np.arange(len(kinds)), [len(rows) for rows in sampled])
    binned = equal_frequency_bins(np.concatenate(sampled), _weights(tally, kinds, sampled), bins)
    dealt = shuffled_classes(classes, PERMUTATIONS, tally.shape.seed)
    chance = np.mean([information(binned, each, shares, bins) for each in dealt], axis=0)
    return _single(information(binned, classes, shares, bins)), _single(chance)
