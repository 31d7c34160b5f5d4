"""What people may do and how much of it, in one place: the profile of this process, and its limits.

``SE_EXPLORER_PROFILE`` is ``local``, a person's own machine or a classroom's, or ``public``, where strangers come. Each
limit has a value in either profile and a variable that sets another (docs/deployment.md lists them). The profile holds
in the code that would do a thing, not only where the app offers it.
"""

from __future__ import annotations

import os
from functools import lru_cache
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from se_explorer.errors import DataError, SettingError
from se_explorer.language import later

__all__ = ["PROFILE", "VARIABLES", "Limits", "check_local_paths", "limits", "reading", "upload_mib", "variable"]

PREFIX = "SE_EXPLORER_"
PROFILE = f"{PREFIX}PROFILE"

Profile = Literal["local", "public"]
Count = Annotated[int, Field(ge=0, le=1_000_000)]
Positive = Annotated[int, Field(ge=1, le=1_000_000)]


class Limits(BaseModel):
    """The limits of a process.

    Attributes:
        profile: the values below are those of ``local``; ``PUBLIC`` holds what is different there.
        local_paths: whether people may name folders of the machine that the app runs on.
        training: whether the page Train is there.
        checkpoints: which checkpoint files people may send: any that hold tensors alone, safetensors, or none.
        downloads: weights that are downloaded or wait for it, in all; 0: none is downloaded from the app.
        sessions: that work at the same time; further ones wait in line for a place.
        waiting: sessions that may wait in that line; a further one is told to come back.
        networks: of the catalog, in memory.
        network_mparams: parameters of each of these, in millions.
        own_networks: from people's own files, in memory, of all sessions.
        requests: that wait for one network, of all sessions.
        session_requests: that wait for one network, of one session.
        picture_mib: of a picture's file.
        picture_megapixels: of a picture, in millions of pixels.
        upload_mib: of any file that is sent. Streamlit's ``server.maxUploadSize`` is the one that the server goes by.
        session_upload_mib: of all files that a session has sent and not taken back. Public server alone.
        all_uploads_mib: the same of all sessions together. Public server alone.
        connections: open websockets, of which waiting sessions have one each too. Public server alone.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    profile: Profile = "local"
    local_paths: bool = True
    training: bool = True
    checkpoints: Literal["any", "safetensors", "off"] = "any"
    downloads: Count = 8
    sessions: Positive = 200
    waiting: Count = 200
    networks: Positive = 2
    network_mparams: Positive = 10_000
    own_networks: Positive = 8
    requests: Positive = 512
    session_requests: Positive = 64
    picture_mib: Annotated[int, Field(ge=1, le=20)] = 20
    picture_megapixels: Annotated[int, Field(ge=1, le=25)] = 25
    upload_mib: Positive = 512
    session_upload_mib: Positive = 2048
    all_uploads_mib: Positive = 8192
    connections: Positive = 500


#: What is different where strangers come.
PUBLIC: dict[str, object] = {
    "local_paths": False,
    "training": False,
    "checkpoints": "off",
    "downloads": 0,
    "sessions": 60,
    "network_mparams": 120,  # SENet-154 has 115; two take 1 GB
    "waiting": 60,
    "own_networks": 2,
    "session_requests": 8,
    "picture_mib": 10,
    "upload_mib": 20,
    "session_upload_mib": 60,
    "all_uploads_mib": 1024,
    "connections": 200,
}


def variable(field: str) -> str:
    """The variable of the environment that sets a limit."""
    return PREFIX + field.upper()


#: Of every limit, but the profile's own first.
VARIABLES = (PROFILE, *(variable(name) for name in Limits.model_fields if name != "profile"))
# A stranger's machine is not opened by a variable: whoever wants the folders named runs the local profile.
FIXED = {variable("local_paths")}


def reading(environment: dict[str, str]) -> Limits:
    """The limits that an environment sets.

    Raises:
        SettingError: a variable has a value that it cannot have. Nothing falls back: a slip of the pen in the profile's
            name would open a public server.
    """
    given = {name: environment.get(name, "").strip() for name in VARIABLES if name not in FIXED}
    profile = given.pop(PROFILE).lower() or "local"
    set_here = {
        name: value.lower() for name in Limits.model_fields if (value := given.get(variable(name), "")) and value
    }
    base = PUBLIC if profile == "public" else {}
    try:
        return Limits.model_validate({**base, **set_here, "profile": profile})
    except ValidationError as error:
        fault = error.errors()[0]
        name = variable(str(fault["loc"][0]))
        allowed = fault.get("ctx", {}).get("expected") or fault["msg"]
        raise SettingError(
            later("a value that {variable} can have", variable=name),
            f"{name}={str(fault['input'])[:100]}",
            later("See docs/deployment.md ({allowed}).", allowed=str(allowed)[:200]),
        ) from error


@lru_cache(maxsize=8)
def _read(values: tuple[str | None, ...]) -> Limits:
    return reading({name: value for name, value in zip(VARIABLES, values, strict=True) if value is not None})


def limits() -> Limits:
    """The limits of this process, as its environment sets them now.

    Raises:
        SettingError: as for ``reading``.
    """
    return _read(tuple(map(os.environ.get, VARIABLES)))


def upload_mib(most: int) -> int:
    """How long a file may be that a widget takes, in MiB: what it can use, or less where less is allowed."""
    return min(most, limits().upload_mib)


def check_local_paths() -> None:
    """Refuse what would look into a folder that somebody named in a browser.

    Raises:
        DataError: this process is where strangers come.
    """
    if not limits().local_paths:
        raise DataError(
            later("a file that is sent"),
            later("the name of a folder on this server, which is open to everybody"),
            later("Run SE Explorer on a machine of your own to look into its folders."),
        )
