"""What went wrong with a download, for people: which networks can be used now, and what to do."""

from __future__ import annotations

from se_explorer.errors import WeightsError
from se_explorer.models.library_card import Origin
from se_explorer.models.weights.places import FOLDER_VARIABLE, own_folder, usable_now

__all__ = ["fault_error"]

SHOWN = 6
AGAIN = "Start it again."
RECEIVED = {
    "network": "no connection ({text})",
    "forbidden": "a session that may not use the network (HF_HUB_OFFLINE is set)",
    "cut": "a connection that broke off ({text})",
    "server": "a server that cannot answer now ({text})",
    "absent": "a server that does not have it ({text})",
    "disk": "a disk that is full ({text})",
    "folder": "a cache folder that cannot be written to ({text})",
    "damaged": "a file that is not what its name promises ({text}); it was thrown away",
}


def _without_network(model: str) -> str:
    usable = usable_now()
    more = f" and {len(usable) - SHOWN} more" if len(usable) > SHOWN else ""
    return (
        f"Usable now: {', '.join(usable[:SHOWN])}{more}. Connect and try again; or, on a machine with a network, run "
        f"'python -m se_explorer fetch {model} --to FOLDER' and copy FOLDER to {own_folder()} on this one "
        f"(or name it in {FOLDER_VARIABLE}). With random weights it opens without a download."
    )


def _remedy(model: str, fault: str) -> str:
    if fault in ("network", "forbidden"):
        return _without_network(model)
    if fault == "cut":
        return f"{AGAIN} If it breaks off every time: {_without_network(model)}"
    return {
        "server": "Try again in a few minutes.",
        "absent": "Its weights have moved; a newer timm or torchvision may know where to.",
        "disk": "Free some room, or point HF_HOME and TORCH_HOME to a larger disk.",
        "folder": "Point HF_HOME and TORCH_HOME to folders of your own.",
    }.get(fault, AGAIN)


def fault_error(model: str, origin: Origin, fault: str, text: str) -> WeightsError:
    """The error that tells of a failed download.

    Args:
        fault: a word of ``child.py``.
        text: the system's or the server's own message.
    """
    expected = f"the weights of {model}, to be downloaded from {origin.name}"
    return WeightsError(expected, RECEIVED[fault].format(text=text), _remedy(model, fault))
