"""What every gate and squeeze of a network does over a labelled data set: one file, checked before it is believed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path

import numpy as np

from se_explorer.analysis.profile_file import read_profile_file, write_profile_file
from se_explorer.analysis.profile_header import ProfileClass, ProfileHeader
from se_explorer.engine.refusals import no_such_block
from se_explorer.errors import ProfileError
from se_explorer.language import later

__all__ = ["BlockProfile", "Extremes", "Profile", "Quantity", "load_profile", "save_profile"]


@dataclass(frozen=True, eq=False, kw_only=True)
class Quantity:
    """How z or s of one block is spread over pictures; float32. K classes, C channels, Q = 5 quantiles (``QUANTILES``).

    Attributes:
        mean: over all pictures, (C,). A class weighs as much as it has pictures.
        deviation: of the population of all pictures, (C,).
        quantiles: over all pictures, (Q, C).
        class_mean, class_deviation: over the pictures of each class, (K, C).
        class_quantiles: over the pictures of each class, (K, Q, C).
    """

    mean: np.ndarray
    deviation: np.ndarray
    quantiles: np.ndarray
    class_mean: np.ndarray
    class_deviation: np.ndarray
    class_quantiles: np.ndarray


@dataclass(frozen=True, eq=False, kw_only=True)
class Extremes:
    """The pictures that open each gate most, or least; the most extreme first. R = 8, or as many as were read.

    Attributes:
        pictures: index into ``ProfileHeader.pictures``, int32 (R, C).
        values: the gate at that picture, float32 (R, C).
    """

    pictures: np.ndarray
    values: np.ndarray


@dataclass(frozen=True, eq=False, kw_only=True)
class BlockProfile:
    """One SE block over a data set.

    Attributes:
        name: the paper's, such as SE_3_4.
        squeeze: z, equation 2.
        gates: s, equation 3.
        highest, lowest: pictures by gate.
        information: mutual information of each gate with the class, in nats, float32 (C,); bias-corrected, so that it
            can be a little below 0.
        chance: what the same estimate gives where classes are dealt out at random, in nats, float32 (C,).
    """

    name: str
    squeeze: Quantity
    gates: Quantity
    highest: Extremes
    lowest: Extremes
    information: np.ndarray
    chance: np.ndarray

    @property
    def channels(self) -> int:
        """C."""
        return len(self.information)


@dataclass(frozen=True, eq=False)
class Profile:
    """A network's gates and squeezes over a data set.

    Attributes:
        header: which network, which data, by which code.
        blocks: in running order.
        picture_classes: index into ``classes`` of each of ``header.pictures``, int32 (P,).
    """

    header: ProfileHeader
    blocks: tuple[BlockProfile, ...]
    picture_classes: np.ndarray

    @property
    def classes(self) -> tuple[ProfileClass, ...]:
        """Those of the data of which pictures were read, with their counts."""
        return self.header.classes

    @property
    def counts(self) -> np.ndarray:
        """Pictures by class, int64 (K,)."""
        return np.array([entry.count for entry in self.header.classes], np.int64)

    @property
    def count(self) -> int:
        """Pictures that were read."""
        return self.header.count

    @property
    def class_entropy(self) -> float:
        """Entropy of the classes in nats: as much as a gate could tell of the class at most."""
        shares = self.counts / self.count
        return float(-(shares * np.log(shares)).sum())

    def block(self, name: str) -> BlockProfile:
        """The block of that name.

        Raises:
            BlockError: there is none.
        """
        for block in self.blocks:
            if block.name == name:
                return block
        raise no_such_block(name, (block.name for block in self.blocks))

    def check_fits(self, model: str, channels: Mapping[str, int]) -> None:
        """Refuse a network whose gates are not those of this profile.

        Args:
            model: the network's id.
            channels: of its blocks by name, in running order (``Engine.channels``).

        Raises:
            ProfileError: model or blocks are others.
        """
        remedy = later("Open the profile's network, or make a profile of this one with: python -m se_explorer profile")
        if model != self.header.model:
            raise ProfileError(
                later("a profile of {model}", model=model), later("one of {model}", model=self.header.model), remedy
            )
        own = [(block.name, block.channels) for block in self.blocks]
        if own != list(channels.items()):
            raise ProfileError(
                later("a profile of the {count} blocks of {model}", count=len(channels), model=model),
                later("one of other blocks"),
                remedy,
            )

    def arrays(self) -> dict[str, np.ndarray]:
        """All arrays by the names that they have in a file, such as ``SE_3_4.gates.class_mean``."""
        found = {"picture_classes": self.picture_classes}
        for block in self.blocks:
            for part in ("squeeze", "gates", "highest", "lowest"):
                held = getattr(block, part)
                found |= {f"{block.name}.{part}.{field.name}": getattr(held, field.name) for field in fields(held)}
            found |= {f"{block.name}.information": block.information, f"{block.name}.chance": block.chance}
        return found


def profile_of(header: ProfileHeader, arrays: Mapping[str, np.ndarray]) -> Profile:
    """A profile from its header and the arrays that ``Profile.arrays`` names."""
    return Profile(header, tuple(_block(entry.name, arrays) for entry in header.blocks), arrays["picture_classes"])


def _block(name: str, arrays: Mapping[str, np.ndarray]) -> BlockProfile:
    def quantity(part: str) -> Quantity:
        return Quantity(**{field.name: arrays[f"{name}.{part}.{field.name}"] for field in fields(Quantity)})

    def extremes(part: str) -> Extremes:
        return Extremes(**{field.name: arrays[f"{name}.{part}.{field.name}"] for field in fields(Extremes)})

    return BlockProfile(
        name=name,
        squeeze=quantity("squeeze"),
        gates=quantity("gates"),
        highest=extremes("highest"),
        lowest=extremes("lowest"),
        information=arrays[f"{name}.information"],
        chance=arrays[f"{name}.chance"],
    )


def save_profile(profile: Profile, path: Path | str, *, compact: bool = False) -> None:
    """Write a profile, a safetensors file, whole or not at all.

    Args:
        compact: store quantiles and extreme gates in float16: they are wrong by at most 2^-11 of their size, or by 3e-8
            where they are below 6e-5. What is too large for float16 stays float32.

    Raises:
        ProfileError: it cannot be written.
    """
    write_profile_file(profile.header, profile.arrays(), Path(path), compact=compact)


def load_profile(source: Path | str | bytes) -> Profile:
    """Read a profile that nobody vouches for.

    Args:
        source: the path of the file, or its bytes.

    Raises:
        ProfileError: it cannot be read, is no profile, or does not agree with itself.
    """
    return profile_of(*read_profile_file(source if isinstance(source, bytes) else Path(source)))
