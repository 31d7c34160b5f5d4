"""The tree of errors that a person can see.

Every message says three things: what was expected, what came, and what to do next. The pages and the command line
catch ``SEExplorerError`` alone; anything else is a bug of ours and is treated as one. The three are texts that are
said when they are shown, so an error may be raised in a worker that knows no language, or be pickled.
"""

from __future__ import annotations

from typing import NamedTuple

from se_explorer.language import Text, Words, later

__all__ = [
    "BlockError",
    "BusyError",
    "ClusterError",
    "DataError",
    "DeviceError",
    "DownloadCancelledError",
    "EditPlanError",
    "ImageError",
    "ModelError",
    "ProfileError",
    "RecipeError",
    "SEExplorerError",
    "SettingError",
    "TraceError",
    "TrainingError",
    "WeightsError",
]


class Parts(NamedTuple):
    """The three things that an error says, as they were handed in: said by ``str``, in the language then in force."""

    expected: Words
    received: Words
    remedy: Words


def _sendable(words: Words) -> str:
    """As it is said, with ? for halves of letters, as names that are no UTF-8 have: no page or terminal takes those."""
    return str(words).encode("utf-8", "replace").decode()


class SEExplorerError(Exception):
    """Root of the tree. ``str(error)`` says all of it in the language in force, which is English where none was set.

    Args:
        expected: what would have been right; prose is a ``later("...")``, a name or a value may be a plain string.
        received: what came instead.
        remedy: what the person can do now.

    Attributes:
        parts: the three as they came, to be handed on to another error.
    """

    def __init__(self, expected: Words, received: Words, remedy: Words) -> None:
        super().__init__(expected, received, remedy)  # what pickle calls the class with
        self.parts = Parts(expected, received, remedy)

    def __reduce__(self) -> tuple[type[SEExplorerError], Parts, dict[str, object]]:
        """Pickled with the error of this tree that it came from, which tells more precisely what was wrong."""
        cause = {"__cause__": self.__cause__} if isinstance(self.__cause__, SEExplorerError) else {}
        return type(self), self.parts, {**self.__dict__, **cause}

    def __str__(self) -> str:
        return _sendable(self.message)

    @property
    def message(self) -> Text:
        """All of it, to be said later."""
        return later("Expected {expected}, but got {received}. {remedy}", **self.parts._asdict())

    @property
    def expected(self) -> str:
        """What would have been right, in the language in force."""
        return _sendable(self.parts.expected)

    @property
    def received(self) -> str:
        """What came instead, in the language in force."""
        return _sendable(self.parts.received)

    @property
    def remedy(self) -> str:
        """What the person can do now, in the language in force."""
        return _sendable(self.parts.remedy)


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


class TrainingError(SEExplorerError):
    """A training that cannot be started, stopped, gone on with or opened."""


class ClusterError(SEExplorerError):
    """Other machines that cannot be reached, lack what is needed, or broke off."""


class SettingError(SEExplorerError):
    """A variable of the environment that has a value it cannot have."""


class BusyError(SEExplorerError):
    """More is waiting than can be served in good time."""
