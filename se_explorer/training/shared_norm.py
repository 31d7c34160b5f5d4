"""Batch norm's statistics over the whole batch when several processes have a part of it each.

On GPUs torch's SyncBatchNorm does it. It has no kernels for the CPU; there the statistics are summed here, so that two
processes on the CPU come to what one would come to (tests/training/test_ranks.py).
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import torch
from timm.layers.norm_act import convert_sync_batchnorm
from torch import Tensor, distributed, nn
from torch.autograd import Function
from torch.nn import functional
from torch.nn.parallel import DistributedDataParallel
from torch.overrides import TorchFunctionMode

from se_explorer.training.ranks import Ranks

__all__ = ["SharedBatchNorm", "share_training", "synchronised_twin"]


class _Sum(Function):
    """The sum over all processes; each one's gradient is the sum of all gradients of it."""

    @staticmethod
    def forward(_context: Any, values: Tensor) -> Tensor:
        total = values.clone()
        distributed.all_reduce(total)
        return total

    @staticmethod
    def backward(_context: Any, *gradients: Tensor) -> Tensor:
        total = gradients[0].clone()
        distributed.all_reduce(total)
        return total


def _summed(values: Tensor) -> Tensor:
    total: Tensor = _Sum.apply(values)
    return total


def _batch_norm(
    x: Tensor,
    running_mean: Tensor | None,
    running_var: Tensor | None,
    weight: Tensor | None = None,
    bias: Tensor | None = None,
    training: bool = False,
    momentum: float = 0.1,
    eps: float = 1e-5,
) -> Tensor:
    """``torch.nn.functional.batch_norm`` of a batch of which every process has as many rows (Ioffe and Szegedy)."""
    if not training:
        return functional.batch_norm(x, running_mean, running_var, weight, bias, training, momentum, eps)
    dims, shape = [0, *range(2, x.ndim)], [1, -1, *[1] * (x.ndim - 2)]
    count = distributed.get_world_size() * (x.numel() // x.shape[1])
    wide = x if x.dtype.itemsize >= 4 else x.float()
    mean = _summed(wide.sum(dims)) / count
    centred = wide - mean.view(shape)
    variance = _summed(centred.square().sum(dims)) / count
    result = centred * torch.rsqrt(variance + eps).view(shape)
    if weight is not None:
        result = result * weight.view(shape)
    if bias is not None:
        result = result + bias.view(shape)
    with torch.no_grad():
        if running_mean is not None:
            running_mean.lerp_(mean.to(running_mean.dtype), momentum)
        if running_var is not None:
            running_var.lerp_((variance * (count / max(1, count - 1))).to(running_var.dtype), momentum)
    return result.to(x.dtype)


class SharedBatchNorm(TorchFunctionMode):
    """While it lasts, every batch norm in training takes its statistics over all processes, whatever its class."""

    def __torch_function__(
        self,
        func: Callable[..., Any],
        types: Sequence[type],
        args: Sequence[Any] = (),
        kwargs: Mapping[str, Any] | None = None,
    ) -> Any:
        return (_batch_norm if func is functional.batch_norm else func)(*args, **(kwargs or {}))


def synchronised_twin(network: nn.Module) -> nn.Module:
    """The network with SyncBatchNorm in its batch norms' places, on the same parameters and buffers.

    The network itself stays as it is: it is what is averaged, measured and saved.
    """
    kept = {id(tensor): tensor for tensor in (*network.parameters(), *network.buffers())}
    twin: nn.Module = convert_sync_batchnorm(copy.deepcopy(network, kept))  # type: ignore[no-untyped-call]
    return twin


def share_training(network: nn.Module, ranks: Ranks, device: torch.device) -> nn.Module:
    """What takes the training steps: the network, or a DistributedDataParallel on its own weights."""
    if ranks.size == 1:
        return network
    if device.type == "cuda":
        return DistributedDataParallel(synchronised_twin(network), [device], forward_sync_buffers=False)
    return DistributedDataParallel(network, forward_sync_buffers=False)  # every process has the same statistics
