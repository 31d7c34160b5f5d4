"""Ray, if it is installed: an optional extra (``requirements-ray.txt``) that nothing imports before it is asked for."""

from __future__ import annotations

import importlib
import os
from types import ModuleType

from se_explorer.errors import ClusterError
from se_explorer.language import later

__all__ = ["ray_module"]


def ray_module(name: str = "ray") -> ModuleType:
    """Ray or a part of it, such as ``ray.serve``. It sends no statistics to anybody.

    Raises:
        ClusterError: it is not installed.
    """
    os.environ["RAY_USAGE_STATS_ENABLED"] = "0"
    try:
        return importlib.import_module(name)
    except ImportError as error:
        raise ClusterError(
            later("the package {package}", package=name),
            later("a Python without it ({fault})", fault=str(error)[:200]),
            later("Install it: python -m pip install -r requirements-ray.txt"),
        ) from error
