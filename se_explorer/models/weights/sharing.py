"""Downloads that sessions share: one a network whoever asks for it, two at once, with a state that can be polled."""

from __future__ import annotations

import functools
import threading
import time
from collections.abc import Callable, Hashable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from se_explorer.errors import BusyError, DownloadCancelledError, WeightsError
from se_explorer.language import Words, later
from se_explorer.limits import limits
from se_explorer.models.library_names import full_name
from se_explorer.models.weights.origins import origin_of
from se_explorer.models.weights.places import weights_status
from se_explorer.models.weights.transfer import transfer

__all__ = ["Download", "Downloads", "downloads", "fetch"]

AT_ONCE = 2
POLL_SECONDS = 0.1


@dataclass(frozen=True)
class Download:
    """A download as it stands at one moment.

    Attributes:
        id: the network's, in full.
        state: "done", "failed" and "cancelled" are its ends.
        done, total: bytes; ``total`` is None until the server has told it.
        message: what a person should know of it, said by ``str``; empty where there is nothing.
        error: why it failed.
        path: the file, once it is done; None for bundled weights.
    """

    id: str
    state: Literal["queued", "running", "done", "failed", "cancelled"]
    done: int = 0
    total: int | None = None
    message: Words = ""
    error: WeightsError | None = None
    path: Path | None = None

    @property
    def is_over(self) -> bool:
        """Whether nothing more will happen to it."""
        return self.state in ("done", "failed", "cancelled")


class _Job:
    """A download in the making, and who wants it."""

    def __init__(self, model: str) -> None:
        self.now = Download(model, "queued")
        self.owners: set[Hashable] = set()
        self.stop = threading.Event()

    @property
    def can_be_joined(self) -> bool:
        return not (self.now.is_over or self.stop.is_set())


class Downloads:
    """The downloads of a process. All methods may be called from any thread, and none waits for a download.

    Args:
        at_once: how many may run at the same time; the others wait.
    """

    def __init__(self, at_once: int = AT_ONCE) -> None:
        self._slots = threading.Semaphore(at_once)
        self._lock = threading.Lock()
        self._jobs: dict[str, _Job] = {}

    def start(self, model: str, owner: Hashable = "") -> Download:
        """Begin to download a network's weights, or join the download that is under way.

        Args:
            model: a network's id; other names of the same weights lead to the same download.
            owner: who wants it, such as a session's id; see ``cancel``.

        Raises:
            ModelError: the id is unknown.
            WeightsError: the network has no pretrained weights, or nothing is downloaded here.
            BusyError: as many downloads as are allowed go on or wait.
        """
        self._check_room(full_name(model))
        return self._join(model, owner).now

    def _check_room(self, model: str) -> None:
        most = limits().downloads
        if not most:
            raise WeightsError(
                later("a server that downloads weights"),
                later("one that does not, since it is open to everybody"),
                later("Its operator can: {command}.", command=f"python -m se_explorer fetch {model}"),
            )
        with self._lock:
            others = [name for name, job in self._jobs.items() if name != model and not job.now.is_over]
        if len(others) >= most:
            raise BusyError(
                later("at most {count} downloads that go on or wait", count=most),
                later("one more"),
                later("Try again when one of them has ended."),
            )

    def _join(self, model: str, owner: Hashable) -> _Job:
        name = full_name(model)
        status = weights_status(name, thorough=True)
        if status.state != "download":
            there = _Job(name)
            size = status.bytes or 0
            there.now = Download(name, "done", size, size, path=status.path)
            return there
        with self._lock:
            job = self._jobs.get(name)
            if job is None or not job.can_be_joined:
                job = self._jobs[name] = _Job(name)
                threading.Thread(target=self._run, args=(job,), name=f"download {name}", daemon=True).start()
            job.owners.add(owner)
            return job

    def status(self, model: str) -> Download | None:
        """The latest download of a network's weights in this process; None if there was none."""
        with self._lock:
            job = self._jobs.get(full_name(model))
            return job.now if job else None

    def cancel(self, model: str, owner: Hashable = "") -> Download | None:
        """Want a download no longer. It is stopped once nobody wants it: no session ends another's."""
        with self._lock:
            job = self._jobs.get(full_name(model))
            if job is None:
                return None
            if owner in job.owners and job.can_be_joined:
                job.owners.discard(owner)
                if not job.owners:
                    job.stop.set()
            return job.now

    def _tell(self, job: _Job, **changes: object) -> None:
        with self._lock:
            job.now = replace(job.now, **changes)  # type: ignore[arg-type]

    def _run(self, job: _Job) -> None:
        try:
            while not self._slots.acquire(timeout=POLL_SECONDS):
                if job.stop.is_set():
                    raise DownloadCancelledError(
                        later("a free place"), later("a download that was cancelled"), later("Start it again.")
                    )
            try:
                self._tell(job, state="running")
                self._download(job)
            finally:
                self._slots.release()
        except DownloadCancelledError:
            self._tell(job, state="cancelled")
        except WeightsError as error:
            self._tell(job, state="failed", message=error.message, error=error)
        finally:
            if not job.now.is_over:  # a mistake of ours, which the thread reports; nobody may wait for it for ever
                fault = WeightsError(
                    later("the weights of {model}", model=job.now.id),
                    later("a fault in SE Explorer itself"),
                    later("Please report it."),
                )
                self._tell(job, state="failed", message=fault.message, error=fault)

    def _download(self, job: _Job) -> None:
        model = job.now.id
        damaged = weights_status(model, thorough=True).damaged
        if damaged is not None:
            self._tell(job, message=later("{path} is damaged; a whole one is downloaded.", path=damaged))
        path = transfer(
            model,
            origin_of(model),
            damaged is not None,
            lambda done, total: self._tell(job, done=done, total=total),
            job.stop.is_set,
        )
        size = path.stat().st_size
        self._tell(job, state="done", done=size, total=size, path=path)


@functools.cache
def downloads() -> Downloads:
    """The downloads of this process."""
    return Downloads()


def _nothing(done: int, total: int | None) -> None:
    pass


def fetch(
    model: str,
    progress: Callable[[int, int | None], None] = _nothing,
    cancelled: Callable[[], bool] = lambda: False,
) -> Path | None:
    """Have a network's weights on this machine, by download where they are not yet there, and give the file's path.

    What is there already is checked by its sha256 where that is known, and counts as missing if it is damaged.

    Args:
        progress: is told the bytes that have come and, once it is known, how many there are.
        cancelled: asked ten times a second.

    Returns:
        The path; None for bundled weights.

    Raises:
        DownloadCancelledError: ``cancelled`` said so; others who wait for the same download still get it.
        ModelError: the id is unknown.
        WeightsError: the download failed, or there is nothing to download.
    """
    owner = object()
    job = downloads()._join(model, owner)
    try:
        while not job.now.is_over and not cancelled():
            time.sleep(POLL_SECONDS)
            if job.now.done:
                progress(job.now.done, job.now.total)
    finally:  # also when Ctrl-C ends the waiting
        downloads().cancel(model, owner)
    end = job.now
    if end.error is not None:
        raise WeightsError(*end.error.parts) from end.error
    if end.state != "done":
        raise DownloadCancelledError(
            later("the weights of {model}", model=model),
            later("a download that was cancelled"),
            later("Start it again."),
        )
    return end.path
