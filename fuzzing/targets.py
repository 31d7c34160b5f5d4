"""What is fuzzed: each reader of bytes that people send, with files to begin from.

The corpus lies in ``corpus/NAME``: small sound files, written by ``seeds.py``, and inputs that once broke something,
``found-*``.
"""

from __future__ import annotations

import functools
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from fuzzing import readers, training_readers
from fuzzing.forms import PNG, SAFETENSORS, ZIP, Form

__all__ = ["CORPUS", "TARGETS", "Target", "corpus_of"]

CORPUS = Path(__file__).with_name("corpus")
PICKLE = (b"cos\nsystem\n", b"cbuiltins\nexec\n", b"ctorch\nFloatStorage\n", b"\x85R", b"\x94", b"}", b"(", b"t", b"R")
PICKLE += (b"ccollections\nOrderedDict\n", b"\x8a\xff", b"Q", b"b", b"\x82\x01", b"r\xff\xff\xff\x7f", b"\x93", b"\x81")
JSON = (b"[" * 300, b"{", b'"a":', b"null", b"true", b"1e999", b"NaN", b'"\\ud800"', b"[]", b"{}", b"-1", b'""')
TOML = (b"[" * 300, b"a." * 300, b"inf", b"nan", b"1e999", b'"""', b"[[a]]\n", b"1979-05-27T07:32:00Z", b"{a = 1}")
TOML += (b'width = "1e9999"\n', b"se = true\n", b"stages = [1, 2]\n", b"first = 16\n", b"\\uD800", b"limit = 0\n")
PLAN = (b"SE_3_4", b"*", b"=off", b"=mean", b"=constant:", b"=shuffle:", b"=donor:", b".17=", b";", b"\n", b"SE_*_*")
PLAN += ("\uff11".encode(), b"\xed\xa0\x80", b"1e309", b"nan", b"SE_" + b"9" * 6, b"=zero")
LABELS = (b'["a", "b", "c"]', b'{"0": ', "\u202e".encode(), b"\xef\xbb\xbf", b"\r\n", b"\0", b"\\ud800", b'{"a": 0')
PATHS = (b"..", b"/", b"\\", b"~", b"C:", b"\0", b"%2e%2e", b"/etc/passwd", b"link", b"in.png", b"//server/share")
ADDRESS = (b"edits=", b"block=SE_5_3", b"channel=", b"lang=zh", b"&", b"%00", b"%ff", b"=-1", b"nan", b"inf", b"9" * 50)
PICTURE = (b"\xff\xd8", b"\xff\xda", b"IHDR", b"IDAT", b"acTL", b"fcTL", b"iCCP", b"eXIf", b"VP8X", b"ANMF", b"II*\0")


@dataclass(frozen=True)
class Target:
    """A reader.

    Attributes:
        read: is given the bytes and a folder of its own.
        tokens: pieces that mean something in its files.
        form: see ``mutate.mutated``.
        memory: MiB that a process may grow by.
    """

    name: str
    read: Callable[[bytes, Path], object]
    tokens: tuple[bytes, ...] = ()
    form: Form | None = None
    memory: int = 512

    def reader(self, folder: Path | None = None) -> Callable[[bytes], object]:
        """``read`` with a folder; a new one of the system's where none is given."""
        place = folder or Path(tempfile.mkdtemp(prefix="se-fuzz-"))
        return functools.partial(self.read, folder=place)


TARGETS = {
    target.name: target
    for target in (
        Target("picture", readers.picture, PICTURE, PNG, 1024),
        Target("plan", readers.plan, PLAN),
        Target("address", readers.address, ADDRESS),
        Target("path", readers.path, PATHS),
        Target("labels", readers.labels, LABELS + JSON),
        Target("checkpoint", readers.checkpoint, PICKLE, ZIP),
        Target("safetensors", readers.checkpoint, JSON, SAFETENSORS),
        Target("pickle", readers.pickled, PICKLE),
        Target("profile", readers.profile, JSON, SAFETENSORS),
        Target("partial", readers.partial, JSON, SAFETENSORS),
        Target("ablation", readers.ablation, JSON + PLAN),
        Target("recipe", training_readers.recipe, TOML),
        Target("record", training_readers.record, JSON),
        Target("retrained", training_readers.retrained, JSON),
        Target("log", training_readers.log, JSON),
        Target("pair", training_readers.pair, JSON),
        Target("resume", training_readers.resume, PICKLE, ZIP),
    )
}


def corpus_of(name: str) -> Sequence[bytes]:
    """The files of a target's corpus, in the order of their names."""
    return [path.read_bytes() for path in sorted((CORPUS / name).iterdir())]
