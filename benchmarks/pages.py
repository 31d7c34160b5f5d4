"""What a run of each page takes and sends, over the websocket of a really running server."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import dataclass

from benchmarks.effort import Effort
from benchmarks.results import Findings, PageRun
from benchmarks.server import running_app
from benchmarks.session import Run, Session, SessionError
from benchmarks.timing import quartiles
from benchmarks.widgets import Value

__all__ = ["PAGES", "Visited", "measure_pages", "visit"]


@dataclass(frozen=True)
class Visited:
    """A page and what is changed on it.

    Attributes:
        title: for people.
        path: in the address.
        changes: key and new value of a widget, another one for each turn, so that no turn finds the answer of another
            in the server's caches; empty for none.
    """

    title: str
    path: str
    changes: tuple[tuple[str, Value], ...] = ()


BLOCKS = ("SE_3_2", "SE_4_3", "SE_5_1", "SE_2_2", "SE_4_5", "SE_3_4", "SE_5_3", "SE_4_1", "SE_2_3", "SE_3_1")
PAGES = (
    Visited("Explore", "", tuple(("block", block) for block in BLOCKS)),
    Visited("Ablate", "ablation", tuple((f"_on_{block}", False) for block in BLOCKS)),
    Visited("Gate atlas", "gates", tuple(("block", block) for block in BLOCKS)),
    Visited("Compare", "versus", tuple(("block", block) for block in BLOCKS)),
    Visited("Classes", "profiles", tuple(("block", block) for block in BLOCKS)),
    Visited("Evidence", "attribution", tuple(("block", block) for block in BLOCKS)),
    Visited("Architecture", "network", tuple(("block", block) for block in BLOCKS)),
    Visited("Learn", "lesson", tuple(("block", block) for block in BLOCKS)),
    Visited("Results", "tables"),
    Visited("Networks", "catalog"),
)


@dataclass(frozen=True)
class _Seen:
    """A run and the files that were then loaded."""

    run: Run
    media_files: int
    media_bytes: int


def _seen(session: Session, run: Run) -> _Seen:
    if run.exceptions or run.alerts:
        raise SessionError(f"the page {session.page!r} shows {run.exceptions or run.alerts}")
    return _Seen(run, *session.load(run))


def _summary(page: str, name: str, seen: Sequence[_Seen]) -> PageRun:
    """Medians, those of counts being one of them."""
    times = [each.run.seconds * 1e3 for each in seen]
    low, high = quartiles(times)
    return PageRun(
        page,
        name,
        statistics.median(times),
        low,
        high,
        statistics.median_low(each.run.messages for each in seen),
        statistics.median_low(each.run.sent_bytes for each in seen),
        statistics.median_low(each.media_files for each in seen),
        statistics.median_low(each.media_bytes for each in seen),
        len(seen),
    )


def visit(address: str, pages: Sequence[Visited], sessions: int) -> tuple[PageRun, ...]:
    """Open each page in new sessions, one after another: its first run, a rerun, and a run with a changed value.

    The pages take turns. The turn that comes first is not counted: in it the server opens the network.
    """
    seen: dict[tuple[str, str], list[_Seen]] = {}
    for turn in range(sessions + 1):
        for page in pages:
            with Session(address, page.path) as session:
                found = [("first", _seen(session, session.run())), ("rerun", _seen(session, session.run()))]
                if page.changes:
                    key, value = page.changes[turn % len(page.changes)]
                    found.append(("changed", _seen(session, session.run({key: value}))))
            for name, each in found if turn else []:
                seen.setdefault((page.title, name), []).append(each)
    return tuple(_summary(page, name, runs) for (page, name), runs in seen.items())


def measure_pages(effort: Effort, device: str | None) -> Findings:
    """Pages of the app with the bundled network, each alone on the server: all but Train and Experiments."""
    with running_app(environment={"SE_EXPLORER_DEVICE": device} if device else None) as address:
        return Findings(pages=visit(address, PAGES, effort.pages))
