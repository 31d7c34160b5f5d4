"""The readers of pictures, texts, checkpoints, labels and profiles, each as a function of bytes and a folder.

A reader also uses what it was given as the app would: it says notes, writes a plan out, fits weights. What it gives
need not be right, but must be usable.
"""

from __future__ import annotations

import functools
from pathlib import Path
from urllib.parse import parse_qsl

import torch

from fuzzing.forms import ZIP
from fuzzing.property import kept
from se_explorer.analysis import load_profile
from se_explorer.analysis.data_sweep_record import read_data_sweep
from se_explorer.analysis.profile_header import PreprocessingRecord
from se_explorer.analysis.profile_partial import Binding, Partial
from se_explorer.analysis.profile_tally import TallyShape
from se_explorer.engine import EditPlan
from se_explorer.images import Preprocessing, decode_picture
from se_explorer.images.inside import folder_of, picture_inside
from se_explorer.language import known_language
from se_explorer.models.checkpoint_files import read_checkpoint
from se_explorer.models.checkpoints import fit
from se_explorer.models.labels import read_labels
from se_explorer.models.unwrap import unwrap
from se_explorer.ui import address as addresses

__all__ = ["BINDING", "SHAPE", "ablation", "address", "checkpoint", "labels", "partial", "path", "pickled", "picture"]
__all__ += ["plan", "profile", "typed"]

#: As many blocks as SE-ResNet-50 has.
CHANNELS = {
    f"SE_{stage}_{unit}": 64 << stage
    for stage, units in ((2, 3), (3, 4), (4, 6), (5, 3))
    for unit in range(1, units + 1)
}
#: The network that checkpoints of the corpus belong to.
WANTED = {"conv.weight": torch.zeros(2, 3, 1, 1), "bn.num_batches_tracked": torch.zeros((), dtype=torch.int64)}
CHOICES = (
    addresses.one_of("block", list(CHANNELS), "SE_2_1"),
    addresses.whole("channel", 0, 2047, 0),
    addresses.number("r", 1.0, 64.0, 16.0),
    addresses.text("edits"),
)
SHAPE = TallyShape((2, 2), 3, 2, 0)
BINDING = Binding(
    model="toy",
    network="0" * 64,
    preprocessing=PreprocessingRecord.of(Preprocessing(16)),
    data="0" * 64,
    device="cpu",
    batch=2,
    shape="{}",
)


def typed(data: bytes) -> str:
    """Bytes as a text that may be typed or sent: what is no UTF-8 becomes halves of letters."""
    return data.decode("utf-8", "surrogateescape")


def picture(data: bytes, folder: Path) -> None:
    found = decode_picture(data, typed(data[:60]))
    assert found.pixels.shape == (found.height, found.width, 3)
    assert all(str(note) for note in found.notes)
    found.name.encode()


def plan(data: bytes, folder: Path) -> None:
    found = EditPlan.parse(typed(data))
    assert EditPlan.parse(str(found)) == found
    fitted = found.fitted(CHANNELS)
    assert fitted.fitted(CHANNELS) == fitted
    str(fitted).encode()


def address(data: bytes, folder: Path) -> None:
    """A query string; its values go to every kind of choice, as whoever writes a link can send any to any."""
    for _, value in parse_qsl(typed(data), keep_blank_values=True, errors="surrogateescape")[:200]:
        assert known_language(value)
        for choice in CHOICES:
            accepted = choice.accept(value)
            assert accepted is None or choice.accept(str(accepted)) == accepted


def path(data: bytes, folder: Path) -> None:
    """A name out of a profile's file, and the same text as a folder that somebody types."""
    name = typed(data)
    folder_of(name)
    found = picture_inside(folder.resolve(), name)
    raise AssertionError(f"{name!r} led to {found.name!r}, and there is no picture in that folder")


def labels(data: bytes, folder: Path) -> None:
    for label in read_labels(data, 3):
        label.encode()


def checkpoint(data: bytes, folder: Path) -> None:
    """As a person's checkpoint is opened."""
    fit(unwrap(read_checkpoint(data, "a.pt"), WANTED, "a.pt"), WANTED, "a.pt")


@functools.cache
def _records() -> tuple[bytes, ...]:
    """The other records of a checkpoint: version, byte order, values."""
    whole = (Path(__file__).with_name("corpus") / "checkpoint" / "plain.pt").read_bytes()
    return tuple(part for part in ZIP.split(whole) if b"data.pkl" not in part[:64])


def pickled(data: bytes, folder: Path) -> None:
    """A pickle in a checkpoint that is sound but for it."""
    name = b"archive/data.pkl"
    checkpoint(ZIP.join([len(name).to_bytes(2, "little") + name + data, *_records()]), folder)


def profile(data: bytes, folder: Path) -> None:
    found = load_profile(data)
    assert found.count
    found.header.model_dump_json().encode()


def partial(data: bytes, folder: Path) -> None:
    """A profile in the making that lies where one is begun."""
    tally, why = Partial(kept(data, folder / "a.part"), BINDING).take_up(SHAPE)
    str(why).encode()
    assert tally.position <= 4


def ablation(data: bytes, folder: Path) -> None:
    found = read_data_sweep(data, "a.json")
    assert 0 <= found.accuracy <= 1
    assert found.interval
    found.model_dump_json().encode()
