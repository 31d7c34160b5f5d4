"""One person of a crowd: what they do, how long each thing took, and whether they saw their own result."""

from __future__ import annotations

import io
import random
import re
import time
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
from PIL import Image
from websockets.exceptions import WebSocketException

from benchmarks.session import Run, Session, SessionError
from se_explorer.analysis import compare
from se_explorer.engine import EditPlan, Engine
from se_explorer.images import decode_picture

__all__ = ["TOGGLES", "Answer", "Took", "Visitor", "visitor", "visitors"]

TOGGLES = 10
SHIFT = 6  # of the blocks that are toggled, from one visitor to the next
LOGIT, PROBABILITY = 0.01, 0.06  # how far a figure may be from the engine's own: a batch's rounding, and the last digit
NAME = re.compile(r"^(visitor-\d+\.png): ")


@dataclass(frozen=True)
class Answer:
    """What the page Ablate must say after a toggle: of the unedited answer's class, under the plan that is then set."""

    logit: float
    percent: float
    flipped: bool


@dataclass(frozen=True)
class Took:
    """One action: its kind and seconds, and how many seconds after the crowd's beginning it ended."""

    kind: str
    seconds: float
    at: float


@dataclass
class Visitor:
    """A visitor.

    Attributes:
        number: which one; picture and blocks follow from it.
        name, png: their picture.
        toggles: blocks, in the order in which they are switched off.
        answers: what each toggle must show.
        leaves: whether they close the page in the middle.
        looks: seconds, on average, for which they look at what they see before the next action; half to one and a half.
        took: what they did.
        faults: what was wrong.
    """

    number: int
    name: str
    png: bytes
    toggles: tuple[str, ...]
    answers: tuple[Answer, ...]
    leaves: bool
    looks: float = 0.0
    took: list[Took] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)

    def visit(self, address: str, begun: float, go_on: Callable[[], bool] = lambda: True) -> None:
        """All of a visit, in this thread. What goes wrong is noted, never raised.

        Args:
            begun: ``time.perf_counter()`` when the crowd began.
            go_on: asked before each toggle; where it says no, the page is closed.
        """
        try:
            with Session(address) as session:
                self._visit(session, begun, go_on)
        except (SessionError, WebSocketException, OSError, ValueError) as error:
            self.faults.append(f"visitor {self.number}: {type(error).__name__}: {str(error)[:300]}")

    def _visit(self, session: Session, begun: float, go_on: Callable[[], bool]) -> None:
        pauses = random.Random(self.number)

        def act(kind: str, run: Callable[[], Run]) -> Run:
            time.sleep(self.looks * pauses.uniform(0.5, 1.5))
            started = time.perf_counter()
            seen = run()
            ended = time.perf_counter()
            self.took.append(Took(kind, ended - started, ended - begun))
            self._check(kind, seen)
            return seen

        act("open", session.run)
        session.run({"source": ["Upload"]})
        self._own(act("upload", lambda: session.upload("_upload", self.name, self.png, "image/png")))
        self._own(act("page", lambda: session.go("gates")))
        for block in self.toggles[:2]:
            self._own(act("block", lambda block=block: session.run({"block": block})))  # type: ignore[misc]
        self._own(act("page", lambda: session.go("ablation")))
        for place, block in enumerate(self.toggles):
            if not go_on() or (self.leaves and place == TOGGLES // 2):
                return
            seen = act("toggle", lambda block=block: session.run({f"_on_{block}": False}))  # type: ignore[misc]
            self._own(seen)
            self._compare(block, seen, self.answers[place])
        self._own(act("page", lambda: session.go("")))

    def _check(self, kind: str, seen: Run) -> None:
        self.faults += [f"visitor {self.number}, {kind}: {text[:300]}" for text in (*seen.exceptions, *seen.alerts)]

    def _own(self, seen: Run) -> None:
        """The picture in the side bar is this visitor's."""
        names = {found[1] for text in seen.texts if (found := NAME.match(text))}
        if names != {self.name}:
            self.faults.append(f"visitor {self.number}: expected their own picture {self.name}, saw {sorted(names)}")

    def _compare(self, block: str, seen: Run, answer: Answer) -> None:
        shown = dict(seen.figures)
        try:
            logit, percent = float(shown["Logit"].replace("−", "-")), float(shown["Probability"].removesuffix("%"))
            same = abs(logit - answer.logit) <= LOGIT and abs(percent - answer.percent) <= PROBABILITY
            same = same and shown["Answer flipped"] == ("yes" if answer.flipped else "no")
        except (KeyError, ValueError):
            same = False
        if not same:
            self.faults.append(f"visitor {self.number}, {block} off: expected {answer}, saw {shown}")


def _picture(number: int) -> bytes:
    """A PNG of coloured patches, 320 x 240, that no other number has."""
    coarse = np.random.default_rng(number).integers(0, 256, (6, 8, 3), dtype=np.uint8)
    file = io.BytesIO()
    Image.fromarray(coarse).resize((320, 240), Image.Resampling.BICUBIC).save(file, "PNG")
    return file.getvalue()


def visitor(engine: Engine, number: int, leaves: bool = False, looks: float = 0.0) -> Visitor:
    """A visitor, and what must be shown to them, worked out by an engine that no server has to do with."""
    names, name, png = list(engine.channels), f"visitor-{number}.png", _picture(number)
    toggles = tuple(names[(number * SHIFT + place) % len(names)] for place in range(min(TOGGLES, len(names))))
    picture = decode_picture(png, name)
    before, plan, answers = engine.trace(picture), EditPlan(), []
    for block in toggles:
        plan = plan.with_mode(block, engine.fit(f"{block}=off").of_block(block).mode)
        effect = compare(before, engine.trace(picture, plan), before.top(1)[0].index)
        answers.append(Answer(effect.after.logit, 100 * effect.after.probability, effect.flipped))
    return Visitor(number, name, png, toggles, tuple(answers), leaves, looks)


def visitors(engine: Engine, numbers: range, looks: float = 0.0) -> list[Visitor]:
    """So many, of whom every third leaves in the middle."""
    return [visitor(engine, number, number % 3 == 2, looks) for number in numbers]
