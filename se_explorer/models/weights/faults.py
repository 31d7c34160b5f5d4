"""What went wrong with a download, for people: which networks can be used now, and what to do."""

from __future__ import annotations

from se_explorer.errors import WeightsError
from se_explorer.language import Text, later, list_of
from se_explorer.models.library_card import Origin
from se_explorer.models.weights.places import FOLDER_VARIABLE, own_folder, usable_now

__all__ = ["fault_error"]

SHOWN = 6
AGAIN = later("Start it again.")
REMEDIES = {
    "server": later("Try again in a few minutes."),
    "absent": later("Its weights have moved; a newer timm or torchvision may know where to."),
    "disk": later("Free some room, or point HF_HOME and TORCH_HOME to a larger disk."),
    "folder": later("Point HF_HOME and TORCH_HOME to folders of your own."),
}
RECEIVED = {
    "network": later("no connection ({text})"),
    "forbidden": later("a session that may not use the network (HF_HUB_OFFLINE is set)"),
    "cut": later("a connection that broke off ({text})"),
    "server": later("a server that cannot answer now ({text})"),
    "absent": later("a server that does not have it ({text})"),
    "disk": later("a disk that is full ({text})"),
    "folder": later("a cache folder that cannot be written to ({text})"),
    "damaged": later("a file that is not what its name promises ({text}); it was thrown away"),
}


def _without_network(model: str) -> Text:
    usable = usable_now()
    names, more = Text.of(list_of, usable[:SHOWN]), len(usable) - SHOWN
    return later(
        "Usable now: {names}. Connect and try again; or, on a machine with a network, run '{command}' and copy FOLDER "
        "to {folder} on this one (or name it in {variable}). With random weights it opens without a download.",
        names=later("{names} and {count} more", names=names, count=more) if more > 0 else names,
        command=f"python -m se_explorer fetch {model} --to FOLDER",
        folder=own_folder(),
        variable=FOLDER_VARIABLE,
    )


def _remedy(model: str, fault: str) -> Text:
    if fault in ("network", "forbidden"):
        return _without_network(model)
    if fault == "cut":
        every_time = _without_network(model)
        return later("Start it again. If it breaks off every time: {remedy}", remedy=every_time)
    return REMEDIES.get(fault, AGAIN)


def fault_error(model: str, origin: Origin, fault: str, text: str) -> WeightsError:
    """The error that tells of a failed download.

    Args:
        fault: a word of ``child.py``.
        text: the system's or the server's own message.
    """
    expected = later("the weights of {model}, to be downloaded from {origin}", model=model, origin=origin.name)
    return WeightsError(expected, RECEIVED[fault].format(text=text), _remedy(model, fault))
