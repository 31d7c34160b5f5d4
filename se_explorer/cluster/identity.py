"""Whether two machines have the same network: the same weights, preparation of pictures and mean gates."""

from __future__ import annotations

import hashlib

import numpy as np

from se_explorer.models import Network
from se_explorer.models.digest import weights_sha256

__all__ = ["identity_of"]


def identity_of(network: Network) -> str:
    """SHA-256, in hex, of all that a trace depends on but for picture and plan."""
    digest = hashlib.sha256(weights_sha256(network).encode())
    steps = network.preprocessing
    digest.update(f"{steps.size} {steps.crop} {steps.mean} {steps.std} {steps.interpolation};".encode())
    for name, values in sorted(network.gate_means.items()):
        digest.update(f"{name} ".encode())
        digest.update(np.ascontiguousarray(values, np.float32).tobytes())
    return digest.hexdigest()
