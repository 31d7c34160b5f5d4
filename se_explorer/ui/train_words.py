"""What data sets, networks, states and trainings are called on the Train page."""

from __future__ import annotations

from se_explorer.language import _, ngettext, whole
from se_explorer.training.pair_request import LIMITS, PairRequest, Side
from se_explorer.training.pairs import Pair, State

__all__ = [
    "clock",
    "data_names",
    "limit_names",
    "milliseconds",
    "network_names",
    "pair_label",
    "side_name",
    "state_name",
]


def data_names() -> dict[str, str]:
    """By the request's name."""
    return {
        "digits": _("Digits"),
        "cifar10": "CIFAR-10",
        "imagenette": "Imagenette",
        "folder": _("A folder"),
    }


def network_names() -> dict[str, str]:
    """By the request's name: each is trained with and without SE blocks."""
    return {"notes-cnn": _("Notes' network"), "seresnet20": "ResNet-20", "seresnet50": _("ResNet-50, 3/8 width")}


def limit_names() -> dict[str, str]:
    """Numbers of training pictures, as the widget has them."""
    return {str(limit): whole(limit) if limit else _("all") for limit in LIMITS}


def side_name(side: Side) -> str:
    """With or without."""
    return _("with SE") if side == "se" else _("without SE")


def state_name(state: State) -> str:
    """How a pair stands."""
    return {
        "queued": _("waiting"),
        "running": _("training"),
        "done": _("finished"),
        "stopped": _("stopped"),
        "failed": _("failed"),
        "interrupted": _("interrupted"),
    }[state]


def asked(request: PairRequest) -> str:
    """What a pair is, in one line."""
    parts = [
        data_names()[request.dataset],
        network_names()[request.network],
        f"r = {request.reduction}",
        ngettext("{count} epoch", "{count} epochs", request.epochs).format(count=whole(request.epochs)),
        _("seed {seed}").format(seed=request.seed),
    ]
    if request.limit and request.dataset != "digits":
        told = ngettext("{count} picture", "{count} pictures", request.limit)
        parts.insert(1, told.format(count=whole(request.limit)))
    return " · ".join(parts)


def pair_label(pair: Pair) -> str:
    """A pair in a list: its name if it has one, what it is, how it stands."""
    return " · ".join(filter(None, (pair.name, asked(pair.request), state_name(pair.state))))


def clock(seconds: float) -> str:
    """A time for people, minutes and seconds or hours and minutes."""
    left = max(0, round(seconds))
    if left >= 3600:
        return _("{hours} h {minutes} min").format(hours=left // 3600, minutes=left % 3600 // 60)
    return _("{minutes} min {seconds} s").format(minutes=left // 60, seconds=left % 60)


def milliseconds(seconds: float) -> str:
    """A step's time."""
    return _("{time} ms").format(time=whole(round(1000 * seconds)) if seconds >= 0.01 else f"{1000 * seconds:.1f}")
