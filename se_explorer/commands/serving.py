"""``serve``: the engine behind Ray Serve, for many apps."""

from __future__ import annotations

import ipaddress
import socket
import time

from se_explorer.cluster import ADDRESS_VARIABLE
from se_explorer.commands.console import table_console
from se_explorer.commands.opening import open_noted
from se_explorer.language import _, list_of, ngettext, whole

__all__ = ["run"]

LOOK_SECONDS = 1.0


def _told_address(host: str, port: int) -> str:
    """For other machines: where every address of this one is listened at, by its name."""
    try:
        given = ipaddress.ip_address(host)
    except ValueError:  # a name
        return f"http://{host}:{port}"
    if given.is_unspecified:
        return f"http://{socket.gethostname()}:{port}"
    return f"http://[{host}]:{port}" if given.version == 6 else f"http://{host}:{port}"


def run(models: list[str], host: str, port: int, replicas: int | None, device: str | None, address: str | None) -> None:
    """Serve until Ctrl+C."""
    from se_explorer.cluster import ray_package, serving  # slow to import, and seldom wanted

    ray_package.ray_module("ray.serve")  # told before anything is downloaded
    for model in models:
        open_noted(model, "pretrained")
    wanted = serving.Serving(tuple(models), host, port, replicas, device, address)
    try:
        count = serving.start(wanted)
        told = ngettext("{count} replica serves {models}.", "{count} replicas serve {models}.", count)
        console = table_console()
        console.print(told.format(count=whole(count), models=list_of(models)), soft_wrap=True)
        asked = _("Apps ask it when they are started with {variable}={address}; Ctrl+C ends it.")
        console.print(asked.format(variable=ADDRESS_VARIABLE, address=_told_address(host, port)), soft_wrap=True)
        while True:
            time.sleep(LOOK_SECONDS)
    finally:
        serving.stop()
