"""The tree of errors that a person can see.

Every message says three things: what was expected, what came, and what to do next. The pages and the command line
catch ``SEExplorerError`` alone; anything else is a bug of ours and is treated as one.
"""

from __future__ import annotations

__all__ = [
    "BlockError",
    "BusyError",
    "DataError",
    "DeviceError",
    "DownloadCancelledError",
    "EditPlanError",
    "ImageError",
    "ModelError",
    "ProfileError",
    "RecipeError",
    "SEExplorerError",
    "TraceError",
    "WeightsError",
]


class SEExplorerError(Exception):
    """Root of the tree.

    Args:
        expected: what would have been right.
        received: what came instead.
        remedy: what the person can do now.
    """

    def __init__(self, expected: str, received: str, remedy: str) -> None:
        self.expected = expected
        self.received = received
        self.remedy = remedy
        super().__init__(f"Expected {expected}, but got {received}. {remedy}")


class ImageError(SEExplorerError):
    """A picture that cannot be decoded, or is outside the limits."""


class BlockError(SEExplorerError):
    """A module that is no SE block of a known class, or a block name that does not exist."""


class ModelError(SEExplorerError):
    """An unknown network, or one that cannot be built or opened."""


class WeightsError(ModelError):
    """Weights that are missing, damaged or do not fit their network."""


class DownloadCancelledError(WeightsError):
    """A download that was stopped on purpose; nothing of it was kept."""


class TraceError(SEExplorerError):
    """A network that cannot be traced, or a trace that lacks what was asked of it."""


class EditPlanError(SEExplorerError):
    """An edit plan that cannot be read, or does not fit its network."""


class DeviceError(SEExplorerError):
    """A device that was asked for and is not there."""


class DataError(SEExplorerError):
    """A folder of labelled pictures that cannot be used."""


class ProfileError(SEExplorerError):
    """A profile that cannot be read or written, or that belongs to another network."""


class RecipeError(SEExplorerError):
    """A training recipe that cannot be read."""


class BusyError(SEExplorerError):
    """More is waiting than can be served in good time."""
