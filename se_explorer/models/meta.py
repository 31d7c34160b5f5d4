"""Library networks on PyTorch's meta device: every shape and no number, so that size costs neither memory nor time."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import timm
import torch
from torch import nn
from torch.overrides import TorchFunctionMode
from torchvision.models import get_model

__all__ = ["build_on_meta", "outlined"]

#: What layers make their parameters and buffers with.
FACTORIES = frozenset({torch.empty, torch.zeros, torch.ones, torch.full, torch.rand, torch.randn})


class outlined(TorchFunctionMode):  # noqa: N801  (used as a context, as torch.device is)
    """In this context networks are built without memory for their weights: shapes and names alone.

    ``with torch.device("meta")`` does not do for torchvision's RegNets, which work out their widths with tensors.
    """

    def __torch_function__(
        self,
        func: Callable[..., Any],
        types: Iterable[type],
        args: tuple[Any, ...] = (),
        kwargs: dict[str, Any] | None = None,
    ) -> Any:
        options = dict(kwargs or {})
        if func in FACTORIES and options.get("device") is None:
            options["device"] = "meta"
        return func(*args, **options)


def build_on_meta(source: str, architecture: str) -> nn.Module:
    """A network in evaluation mode, all its parameters on the meta device.

    Args:
        source: "timm" or "torchvision".
        architecture: its name there; with timm, a tag may follow.
    """
    with outlined():
        if source == "timm":
            module: nn.Module = timm.create_model(architecture, pretrained=False)
        else:
            module = get_model(architecture, weights=None)
    return module.eval().requires_grad_(False)
