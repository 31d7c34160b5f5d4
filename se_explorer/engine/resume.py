"""Take a run up again where the edits begin to differ: what is alive at an SE block is kept, within a number of bytes.

Nothing that the steps of a graph make is changed afterwards, so a moment costs no copy, and any number of runs may
begin at it. A run begun at a moment does the same steps on the same tensors as a full run, and gives the same bits.

What is kept of a run: the moments before its last blocks, as many as fit into a quarter of the memory. The later a
block, the more a resumed run saves and the smaller what is alive there. Moments that were not used for longest go
first.
"""

from __future__ import annotations

import hashlib
import threading
from collections import Counter, OrderedDict, deque
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from torch import Tensor

from se_explorer.engine.edits import BlockEdit, EditPlan
from se_explorer.engine.gates import GateSources
from se_explorer.engine.results import BlockArrays

__all__ = [
    "EXACT",
    "ROWS",
    "TOGETHER",
    "Keeper",
    "Key",
    "Moment",
    "ResumeCache",
    "bytes_held",
    "plan_key",
    "prefix_keys",
]

EXACT = "exact"  # kind of the runs that give the untouched network's bits
ROWS = "rows"  # kind of those that may fold batch norms
TOGETHER = "together"  # kind of those that ran beside others' pictures: as exact, but for kernels that go by the batch
SHARE_OF_A_RUN = 4

#: Engine, pictures, kind of run, SE block, and the edits of all blocks before it.
Key = tuple[int, str, str, int, str]


def _buffers(value: object) -> Iterator[tuple[int, int]]:
    """Address and bytes of the memory that a value holds on to."""
    if isinstance(value, Tensor):
        storage = value.untyped_storage()
        yield storage.data_ptr(), storage.nbytes()
    elif isinstance(value, np.ndarray):
        owner = value.base if isinstance(value.base, np.ndarray) else value
        yield owner.__array_interface__["data"][0], owner.nbytes
    elif isinstance(value, Mapping):
        yield from _buffers(tuple(value.values()))
    elif isinstance(value, (tuple, list)):
        for part in value:
            yield from _buffers(part)


def bytes_held(value: object) -> int:
    """Bytes of memory that a value, and all in it, holds on to."""
    return sum(dict(_buffers(value)).values())


@dataclass(frozen=True, eq=False)
class Moment:
    """A run as it stands before an SE block.

    Attributes:
        block: the block's running number.
        alive: all values that the rest of the network needs, by step; nobody may change them.
        measured: the blocks before it; empty if they were not measured.
    """

    block: int
    alive: Mapping[str, object]
    measured: tuple[BlockArrays, ...] = ()

    @property
    def buffers(self) -> dict[int, int]:
        """Bytes of all memory that it holds on to, by address."""
        arrays = [list(block.arrays.values()) for block in self.measured]
        return dict(_buffers((self.alive, arrays)))

    @property
    def size(self) -> int:
        """Bytes that it holds on to, alone."""
        return sum(self.buffers.values())

    def says_all(self, kept: Collection[int]) -> bool:
        """Whether it knows all that is asked of the blocks before it, the maps of those in ``kept`` included."""
        wanted = [self.measured[place].maps for place in kept if place < len(self.measured)]
        return len(self.measured) == self.block and all(maps is not None for maps in wanted)

    def before(self, kept: Collection[int]) -> tuple[BlockArrays, ...]:
        """What was measured before it, without maps that nobody asks for."""
        return tuple(block if place in kept else replace(block, maps=None) for place, block in enumerate(self.measured))


class ResumeCache:
    """Moments of runs, shared by all engines and threads.

    Args:
        capacity: bytes. Memory that several moments hold on to counts once.

    Attributes:
        used: bytes held.
        resumed, full: how many runs began at a moment, and how many at the beginning.
    """

    def __init__(self, capacity: int) -> None:
        self.capacity = capacity
        self.used = 0
        self.resumed = 0
        self.full = 0
        self._moments: OrderedDict[Key, tuple[Moment, dict[int, int]]] = OrderedDict()
        self._holders: Counter[int] = Counter()
        self._lock = threading.Lock()

    def __len__(self) -> int:
        return len(self._moments)

    @property
    def share(self) -> int:
        """Bytes that one run may keep."""
        return self.capacity // SHARE_OF_A_RUN

    def find(self, keys: Sequence[Key], usable: Callable[[Moment], bool] = lambda _: True) -> Moment | None:
        """The last moment that is there and usable, or None for a run from the beginning."""
        with self._lock:
            for key in reversed(keys):
                held = self._moments.get(key)
                if held is not None and usable(held[0]):
                    self._moments.move_to_end(key)
                    self.resumed += 1
                    return held[0]
            self.full += 1
            return None

    def keep(self, moments: Iterable[tuple[Key, Moment]]) -> None:
        """Keep moments; one of the same key is replaced."""
        sized = [(key, moment, moment.buffers) for key, moment in moments]
        with self._lock:
            for key, moment, buffers in sized:
                self._forget(key)
                if sum(buffers.values()) <= self.capacity:
                    self._hold(key, moment, buffers)
            while self.used > self.capacity:
                self._forget(next(iter(self._moments)))

    def drop(self, unwanted: Callable[[Key], bool]) -> None:
        """Forget the moments of all keys that are unwanted, such as those of an engine that goes."""
        with self._lock:
            for key in [key for key in self._moments if unwanted(key)]:
                self._forget(key)

    def _hold(self, key: Key, moment: Moment, buffers: dict[int, int]) -> None:
        self._moments[key] = moment, buffers
        self.used += sum(size for address, size in buffers.items() if not self._holders[address])
        self._holders.update(buffers.keys())

    def _forget(self, key: Key) -> None:
        if key not in self._moments:
            return
        _, buffers = self._moments.pop(key)
        self._holders.subtract(buffers.keys())
        self.used -= sum(size for address, size in buffers.items() if not self._holders[address])
        for address in buffers:
            if not self._holders[address]:
                del self._holders[address]


class Keeper:
    """Takes down the moments of one run: the last ones that fit.

    Args:
        capacity: bytes.
        skip: a block whose moment is kept already.
    """

    def __init__(self, capacity: int, skip: int | None = None) -> None:
        self._left = capacity
        self._skip = skip
        self._taken: deque[tuple[int, dict[str, object], int]] = deque()

    def __call__(self, block: int, alive: Mapping[str, object]) -> None:
        """Take a moment down, and let earlier ones go for it."""
        if block == self._skip:
            return
        size = bytes_held(alive)
        self._taken.append((block, dict(alive), size))
        self._left -= size
        while self._left < 0:
            self._left += self._taken.popleft()[2]

    def moments(self, measured: Sequence[BlockArrays] = ()) -> list[Moment]:
        """What was taken down, with the blocks before each if they were measured."""
        return [Moment(block, alive, tuple(measured[:block])) for block, alive, _ in self._taken]


def prefix_keys(
    serial: int, pictures: str, kind: str, plan: EditPlan, blocks: Sequence[str], sources: GateSources
) -> tuple[Key, ...]:
    """Under which keys the moments of a run are kept, one a block in running order.

    Args:
        serial: of the engine.
        pictures: digest of what the run began with.
        kind: of runs that give the same bits.
        plan: fitted to the network, whose blocks ``blocks`` names.
    """
    edits = {edit.block: edit for edit in plan.edits}
    keys, before = [], ""
    for place, name in enumerate(blocks):
        keys.append((serial, pictures, kind, place, before))
        if name in edits:
            before += ";" + _told(edits[name], sources)
    return tuple(keys)


def plan_key(plan: EditPlan, sources: GateSources) -> str:
    """A plan in full, donors' gates included: plans of one key do the same."""
    return ";".join(_told(edit, sources) for edit in plan.edits)


def _told(edit: BlockEdit, sources: GateSources) -> str:
    """An edit in full; a donor's key alone does not say which gates it gives."""
    text = ";".join(edit.texts())
    if edit.mode is None or edit.mode.kind != "donor":
        return text
    gates = np.ascontiguousarray(sources.gates(edit.block, edit.mode))
    return f"{text}@{hashlib.blake2b(gates.tobytes(), digest_size=16).hexdigest()}"
