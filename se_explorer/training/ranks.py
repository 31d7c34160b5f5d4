"""Several processes that train one network together, as PyTorch's ``torchrun`` starts them, or one that is alone.

Every process draws the random numbers of the whole batch and takes its own rows of it, so that together they see the
crops that one process would see alone. Gradients are averaged by DistributedDataParallel; the first process writes.
"""

from __future__ import annotations

import datetime
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import torch
from torch import Tensor, distributed

from se_explorer.errors import DeviceError, RecipeError, TrainingError
from se_explorer.language import later

__all__ = ["ALONE", "Ranks", "joined"]

PATIENCE = datetime.timedelta(hours=1)  # the others wait while the first process downloads, logs gates and saves


@dataclass(frozen=True)
class Ranks:
    """The place of this process among those that train together.

    Attributes:
        rank: from 0; the first one measures the gates, saves and reports.
        size: how many there are.
    """

    rank: int = 0
    size: int = 1

    @property
    def leads(self) -> bool:
        """Whether this is the one that writes."""
        return self.rank == 0

    def check_batch(self, size: int) -> None:
        """All take as many rows: then the mean of their losses is the whole batch's.

        Raises:
            RecipeError: a batch of ``size`` cannot be shared so.
        """
        if size % self.size:
            raise RecipeError(
                later("a batch size that {count} processes can share evenly", count=self.size),
                str(size),
                later("Change torchrun's --nproc-per-node, or the recipe's batch_size."),
            )

    def rows(self, count: int) -> slice:
        """This process's part of ``count`` rows; the parts differ by one row at most."""
        return slice(count * self.rank // self.size, count * (self.rank + 1) // self.size)

    def summed(self, values: Tensor) -> Tensor:
        """The sum over all processes, in ``values`` itself."""
        if self.size > 1:
            distributed.all_reduce(values)
        return values

    @contextmanager
    def leader_first(self) -> Iterator[None]:
        """What the first process does before the others begin it, such as a download."""
        if self.size > 1 and not self.leads:
            distributed.barrier()
        yield
        if self.size > 1 and self.leads:
            distributed.barrier()


ALONE = Ranks()


def _own_device(device: str) -> str:
    """Of a machine's processes each has a GPU of its own; the CPU is everybody's."""
    if torch.device(device).type != "cuda":
        return device
    place, count = int(os.environ["LOCAL_RANK"]), torch.cuda.device_count()
    if place >= count:
        raise DeviceError(
            later("a GPU for each process"),
            later("{processes} processes and {count} GPUs", processes=os.environ["LOCAL_WORLD_SIZE"], count=count),
            later("Lower torchrun's --nproc-per-node, or train with --device cpu."),
        )
    torch.cuda.set_device(place)
    return f"cuda:{place}"


def _lost(error: RuntimeError) -> bool:
    """Whether it says that another process has gone; gloo says so in words alone."""
    return isinstance(error, distributed.DistError) or "gloo" in str(error)


@contextmanager
def joined(device: str) -> Iterator[tuple[Ranks, str]]:
    """Meet the other processes that ``torchrun`` started; gives this one's place and the device that it trains on.

    Without ``torchrun`` the process is alone and keeps ``device``. A process that ends with an error makes torchrun
    end the others.

    Raises:
        DeviceError: there are fewer GPUs than processes.
        TrainingError: another process has gone.
    """
    if not distributed.is_torchelastic_launched() or os.environ["WORLD_SIZE"] == "1":
        yield ALONE, device
        return
    own = _own_device(device)
    try:
        distributed.init_process_group("nccl" if own.startswith("cuda") else "gloo", timeout=PATIENCE)
        yield Ranks(distributed.get_rank(), distributed.get_world_size()), own
        distributed.destroy_process_group()  # after an error the process ends without: the others may not answer
    except RuntimeError as error:
        if not _lost(error):
            raise
        raise TrainingError(
            later("an answer from the other processes of this training"),
            str(error).splitlines()[0][:200],
            later("See what they said before they ended, and go on with --resume."),
        ) from error
