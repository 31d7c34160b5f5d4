"""Profiles on the disk: what is written comes back, and whatever else a file holds is refused in our own words."""

from __future__ import annotations

import json
import struct
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from safetensors.numpy import save

from se_explorer.analysis import Profile, load_profile, profile_file, save_profile
from se_explorer.errors import BlockError, ProfileError
from tests.analysis.profiles import made_profile

Arrays = dict[str, np.ndarray]
Header = dict[str, Any]


@pytest.fixture
def profile() -> Profile:
    return made_profile({"SE_1_1": [[0.2, 0.7], [0.4, 0.3]], "SE_2_1": [[0.9], [0.1]]})


def packed(profile: Profile, change: Callable[[Header, Arrays], object]) -> bytes:
    """The file's bytes after somebody's change to header and arrays."""
    header, arrays = profile.header.model_dump(mode="json"), dict(profile.arrays())
    change(header, arrays)
    return save({name: np.ascontiguousarray(v) for name, v in arrays.items()}, {"profile": json.dumps(header)})


@pytest.mark.parametrize("compact", [False, True])
def test_what_is_saved_comes_back(profile: Profile, compact: bool, tmp_path: Path) -> None:
    path = tmp_path / "new" / "toy.safetensors"
    save_profile(profile, path, compact=compact)
    for found in (load_profile(path), load_profile(path.read_bytes())):
        assert found.header == profile.header
        assert list(found.arrays()) == list(profile.arrays())
        for name, values in found.arrays().items():
            assert values.dtype == profile.arrays()[name].dtype
            halved = compact and name.endswith(("quantiles", "values"))
            np.testing.assert_allclose(values, profile.arrays()[name], rtol=2**-11 if halved else 0)
            with pytest.raises(ValueError, match="read-only"):
                values[...] = 0
    assert [entry.name for entry in path.parent.iterdir()] == ["toy.safetensors"]


def test_compact_files_are_smaller_and_keep_what_half_precision_cannot_hold(tmp_path: Path) -> None:
    means = {"SE_1_1": np.linspace(0.1, 0.9, 4000).reshape(2, 2000).tolist()}
    sizes = []
    for number, compact in enumerate((False, True)):
        save_profile(made_profile(means), tmp_path / str(number), compact=compact)
        sizes.append((tmp_path / str(number)).stat().st_size)
    assert sizes[1] < 0.75 * sizes[0]
    large = made_profile({"SE_1_1": [[1e5, 1.0], [2e5, 0.5]]})
    save_profile(large, tmp_path / "large", compact=True)
    np.testing.assert_array_equal(
        load_profile(tmp_path / "large").block("SE_1_1").squeeze.quantiles, large.block("SE_1_1").squeeze.quantiles
    )


def test_blocks_by_name_and_networks_that_fit(profile: Profile) -> None:
    assert profile.block("SE_2_1").channels == 1
    assert (profile.count, profile.counts.tolist()) == (200, [100, 100])
    assert profile.class_entropy == pytest.approx(np.log(2))
    with pytest.raises(BlockError, match="SE_1_1, SE_2_1"):
        profile.block("SE_9_9")
    profile.check_fits("toy", {"SE_1_1": 2, "SE_2_1": 1})
    with pytest.raises(ProfileError, match="a profile of other, but got one of toy"):
        profile.check_fits("other", {"SE_1_1": 2, "SE_2_1": 1})
    for channels in ({"SE_1_1": 2}, {"SE_1_1": 2, "SE_2_1": 2}, {"SE_2_1": 1, "SE_1_1": 2}):
        with pytest.raises(ProfileError, match="other blocks"):
            profile.check_fits("toy", channels)


def set_value(name: str, value: float) -> Callable[[Header, Arrays], object]:
    def change(_: Header, arrays: Arrays) -> None:
        arrays[name] = arrays[name].copy()
        arrays[name].flat[-1] = value

    return change


CHANGES: dict[str, tuple[Callable[[Header, Arrays], object], str]] = {
    "an-array-missing": (lambda h, a: a.pop("SE_1_1.chance"), "SE_1_1.chance is missing"),
    "an-array-too-many": (lambda h, a: a.update(extra=np.zeros(1)), "extra is not of a profile"),
    "another-shape": (lambda h, a: a.update({"SE_1_1.chance": np.zeros((2, 2), np.float32)}), "has the shape"),
    "more-channels-claimed": (lambda h, a: h["blocks"][0].update(channels=10**9), "has the shape"),
    "more-classes-claimed": (
        lambda h, a: (h["classes"].append({"id": "z", "label": "z", "count": 1}), h["data"].update(listed=201)),
        "has the shape",
    ),
    "another-type": (lambda h, a: a.update({"SE_1_1.chance": np.zeros(2, np.int64)}), "is of int64"),
    "indices-of-floats": (lambda h, a: a.update(picture_classes=np.zeros(1, np.float32)), "is of float32"),
    "nan": (set_value("SE_1_1.gates.class_mean", np.nan), "not finite"),
    "infinite": (set_value("SE_2_1.squeeze.mean", np.inf), "not finite"),
    "negative-deviation": (set_value("SE_1_1.gates.deviation", -1), "deviations below 0"),
    "falling-quantiles": (set_value("SE_1_1.gates.quantiles", -1), "quantiles that fall"),
    "a-picture-beyond": (set_value("SE_1_1.highest.pictures", 1), "points at what is not there"),
    "a-picture-below": (set_value("SE_1_1.lowest.pictures", -1), "points at what is not there"),
    "a-class-beyond": (set_value("picture_classes", 2), "points at what is not there"),
    "another-format": (lambda h, a: h.update(format="se-explorer-profile-9"), "format"),
    "an-entry-too-many": (lambda h, a: h.update(extra=1), "extra"),
    "an-entry-missing": (lambda h, a: h.pop("code"), "code"),
    "text-for-a-number": (lambda h, a: h["data"].update(listed="200"), "data.listed"),
    "counts-that-do-not-add-up": (lambda h, a: h["data"].update(listed=999), "pictures read and unreadable"),
    "a-block-twice": (lambda h, a: h["blocks"].append(h["blocks"][0]), "comes twice"),
    "a-class-twice": (lambda h, a: h.update(empty_classes=["c0"]), "comes twice"),
    "other-quantiles": (lambda h, a: h.update(quantiles=[0.5]), "quantiles"),
    "no-classes": (lambda h, a: h.update(classes=[]), "classes"),
    "an-empty-class": (lambda h, a: h["classes"][0].update(count=0), "classes.0.count"),
    "a-path-as-commit": (lambda h, a: h["code"].update(commit="../../etc"), "code.commit"),
}


@pytest.mark.parametrize("case", CHANGES)
def test_a_file_that_does_not_agree_with_itself(case: str, profile: Profile) -> None:
    change, said = CHANGES[case]
    with pytest.raises(ProfileError) as caught:
        load_profile(packed(profile, change))
    assert said in caught.value.received
    assert caught.value.received.startswith("the file that was sent: ")


def _header_only(header: bytes) -> bytes:
    return struct.pack("<Q", len(header)) + header


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"short",
        b"\x00" * 64,
        b"\xff" * 64,
        struct.pack("<Q", 2**63) + b"{}",
        _header_only(b"{}"),
        _header_only(b"[1, 2]"),
        _header_only(b"no JSON"),
        _header_only(b'{"__metadata__": {"profile": 5}}'),
        _header_only(b'{"__metadata__": {"profile": "{}"}}'),
        _header_only(b'{"__metadata__": 7}'),
        _header_only(b"[" * 100_000),
        save({"a": np.zeros(3)}),
        save({"a": np.zeros(3)}, {"profile": "[]"}),
    ],
)
def test_what_is_no_profile(data: bytes) -> None:
    with pytest.raises(ProfileError):
        load_profile(data)


def test_every_truncation_is_refused(profile: Profile) -> None:
    whole = packed(profile, lambda header, arrays: None)
    assert load_profile(whole).count == 200
    for end in range(0, len(whole), 37):
        with pytest.raises(ProfileError):
            load_profile(whole[:end])


@settings(max_examples=150)
@given(place=st.integers(0, 10**6), value=st.integers(0, 255))
def test_damaged_bytes_are_refused_or_give_a_whole_profile(place: int, value: int) -> None:
    whole = bytearray(packed(made_profile({"SE_1_1": [[0.2, 0.7], [0.4, 0.3]]}), lambda header, arrays: None))
    whole[place % len(whole)] = value
    try:
        found = load_profile(bytes(whole))
    except ProfileError:
        return
    assert all(np.isfinite(values).all() for values in found.arrays().values())


def test_a_file_that_is_too_large_is_not_read(
    profile: Profile, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    save_profile(profile, tmp_path / "toy")
    monkeypatch.setattr(profile_file, "MAX_PROFILE_BYTES", 100)
    with pytest.raises(ProfileError, match="at most"):
        load_profile(tmp_path / "toy")


def test_places_that_cannot_be_read_or_written(profile: Profile, tmp_path: Path) -> None:
    with pytest.raises(ProfileError, match="No such file"):
        load_profile(tmp_path / "none")
    with pytest.raises(ProfileError, match="directory"):
        load_profile(tmp_path)
    (tmp_path / "file").write_text("a file is no folder")
    with pytest.raises(ProfileError, match="a place to write the profile to"):
        save_profile(profile, tmp_path / "file" / "toy")
