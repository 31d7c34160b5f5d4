"""Which classes and channels are drawn."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from se_explorer.analysis import Profile, default_classes, sampled_channels
from tests.analysis.profiles import made_profile


def named(*labels: str) -> Profile:
    """A profile of classes of these labels."""
    made = made_profile({"SE_1_1": [[0.2]] * len(labels)}, counts=(10,) * len(labels))
    classes = [entry.model_copy(update={"label": n}) for entry, n in zip(made.classes, labels, strict=True)]
    return replace(made, header=made.header.model_copy(update={"classes": tuple(classes)}))


@pytest.mark.parametrize(
    ("labels", "chosen"),
    [
        (["a", "cliff, drop", "b", "pug, pug-dog", "c", "goldfish, Carassius", "airliner"], (5, 3, 6, 1)),
        (["a", "b", "Pug", "c", "d", "e", "f", "g"], (2, 0, 3, 5)),
        ([f"k{n}" for n in range(10)], (0, 2, 5, 7)),
        (["a", "b"], (0, 1)),
        (["a"], (0,)),
    ],
)
def test_four_classes_the_papers_where_they_are(labels: list[str], chosen: tuple[int, ...]) -> None:
    assert default_classes(named(*labels)) == chosen


def test_channels_are_evenly_spread() -> None:
    profile = made_profile({"SE_1_1": [np.linspace(1, 0, 384).tolist()] * 2})
    block = profile.block("SE_1_1")
    by_number = sampled_channels(profile, block, "number")
    assert len(by_number) == 50
    assert by_number[0] == 0
    assert set(np.diff(by_number)) <= {7, 8}
    assert by_number[-1] < 384
    assert sampled_channels(profile, block, "mean").tolist() == by_number[::-1].tolist()


def test_few_channels_are_all_drawn() -> None:
    profile = made_profile({"SE_1_1": [[0.1, 0.2, 0.3], [0.1, 0.9, 0.5]]})
    block = profile.block("SE_1_1")
    assert sampled_channels(profile, block, "number").tolist() == [0, 1, 2]
    assert sampled_channels(profile, block, "specific").tolist() == [1, 2, 0]
    assert sampled_channels(profile, block, "specific", 2).tolist() == [1, 2]
