"""What a set of labelled pictures is, whether files in folders or a library's arrays, and how it hands them out."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import islice
from typing import Protocol

from se_explorer.errors import ImageError
from se_explorer.images.picture import Picture

__all__ = ["Batch", "PictureSet", "decoded_batches"]

Batch = tuple[list[Picture], list[int], list[ImageError]]
Decoded = Future[Picture | ImageError]


class PictureSet(Protocol):
    """Labelled pictures, listed and not yet decoded.

    Attributes:
        name: of the data, such as the folder's; no path.
        split: such as "val"; None where it is none.
        classes: the data's own names of its classes.
        targets: index into ``classes`` of each picture.
        names: of each picture within the data, the same on every machine.
    """

    @property
    def name(self) -> str: ...

    @property
    def split(self) -> str | None: ...

    @property
    def classes(self) -> tuple[str, ...]: ...

    @property
    def targets(self) -> tuple[int, ...]: ...

    @property
    def names(self) -> tuple[str, ...]: ...

    def __len__(self) -> int: ...

    def batches(self, size: int, start: int = 0) -> Iterator[Batch]:
        """Pictures with their indices, in order, from the index ``start`` on; see ``decoded_batches``."""
        ...

    def part(self, start: int, stop: int) -> PictureSet:
        """The pictures from ``start`` to before ``stop`` as a set of their own, whose first index is 0."""
        ...


def decoded_batches(load: Callable[[int], Picture], count: int, size: int, start: int = 0) -> Iterator[Batch]:
    """Pictures decoded in the background, at most two batches ahead, with their indices.

    A picture that cannot be read is left out and its error handed on; a batch is of ``size`` pictures and errors
    together, the last one of what is left.

    Args:
        load: an index -> its picture, in any thread.
        count: of all pictures.
        start: the first index.
    """

    def decoded(index: int) -> Picture | ImageError:
        try:
            return load(index)
        except ImageError as error:
            return error

    with ThreadPoolExecutor() as pool:
        waiting: list[tuple[int, Decoded]] = []
        numbers = iter(range(start, count))
        try:
            while True:
                ahead = islice(numbers, max(0, 2 * size - len(waiting)))
                waiting += [(index, pool.submit(decoded, index)) for index in ahead]
                batch, waiting = waiting[:size], waiting[size:]
                if not batch:
                    return
                yield _gathered(batch)
        finally:  # who stops early need not wait for what nobody will see
            for _, future in waiting:
                future.cancel()


def _gathered(batch: list[tuple[int, Decoded]]) -> Batch:
    pictures, indices, errors = [], [], []
    for index, future in batch:
        result = future.result()
        if isinstance(result, ImageError):
            errors.append(result)
        else:
            pictures.append(result)
            indices.append(index)
    return pictures, indices, errors
