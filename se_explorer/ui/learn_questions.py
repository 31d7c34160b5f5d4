"""The question after each step, asked of the network and the picture at hand."""

from __future__ import annotations

from se_explorer.analysis import SweepKind
from se_explorer.analysis.complexity_equation5 import account, own_reduction
from se_explorer.analysis.lesson_blackboard import blackboard
from se_explorer.analysis.lesson_questions import (
    Question,
    energy_question,
    gate_question,
    harm_question,
    place_question,
    squeeze_question,
)
from se_explorer.analysis.lesson_try import other_places
from se_explorer.engine import Mode
from se_explorer.language import _, decimal, percent, whole
from se_explorer.ui.ablate_sweep import sweep_of
from se_explorer.ui.architecture import architecture
from se_explorer.ui.caches import trace_of
from se_explorer.ui.header import baseline
from se_explorer.ui.learn_blackboard import present_board
from se_explorer.ui.learn_gain import all_bypassed
from se_explorer.ui.learn_lesson import Lesson, draw_channels
from se_explorer.ui.learn_question import Asked, ask

__all__ = ["QUESTIONS"]

CHANGED = 0.05  # of the answer's probability, from which on it counts as changed


def _key(lesson: Lesson, step: str) -> str:
    view = lesson.view
    return f"{step}_{view.network_key}_{view.picture.digest[:12]}_{lesson.name}_{view.plan}"


def _channels(lesson: Lesson, step: str, found: Question, text: str, because: str, measure: str) -> None:
    """A question about three channels, whose maps are shown."""
    channels = [int(option) for option in found.options]
    options = [_("channel {channel}").format(channel=option) for option in found.options]
    asked = Asked(_key(lesson, step), text, options, found.right, because, found.values, measure)
    ask(asked, lesson.view, lambda: draw_channels(lesson, channels, step))


def overview(lesson: Lesson) -> None:
    view = lesson.view
    before, after = baseline(view), trace_of(view.engine, view.picture, all_bypassed(view))
    best, now = before.top(1)[0], after.top(1)[0]
    change = after.prediction(best.index).probability - best.probability
    right = 2 if now.index != best.index else 0 if abs(change) <= CHANGED else 1
    options = [
        _("the same answer, as sure within 5 points"),
        _("the same answer, more or less sure"),
        _("another answer"),
    ]
    text = _(
        "The network says {label} ({share}). Now every SE block is bypassed: all gates are 1. What does it say then?"
    ).format(label=best.label, share=percent(best.probability))
    because = _(
        "Run without gates it says {label} ({share}). The layers were trained with the gates, so that this is no "
        "measure of what SE brought in training: see step 9."
    ).format(label=now.label, share=percent(now.probability))
    ask(Asked(_key(lesson, "overview"), text, options, right, because), view)


def convolution(lesson: Lesson) -> None:
    row, column = lesson.place
    text = _("At the place in row {row}, column {column}: which of these maps has the largest value there?").format(
        row=row, column=column
    )
    because = _("Rows and columns are counted from 0 at the upper left. The values of u at that place:")
    found = place_question(lesson.block, row, column)
    _channels(lesson, f"convolution_{row}_{column}", found, text, because, _("u at the place"))


def squeeze(lesson: Lesson) -> None:
    text = _("Which of these three maps is squeezed to the largest number?")
    because = _("The average counts everything: a few strong places weigh as much as many weak ones. The z are:")
    _channels(lesson, "squeeze", squeeze_question(lesson.block), text, because, "z")


def excitation(lesson: Lesson) -> None:
    text = _("Which of these three channels opens widest for this picture?")
    because = _(
        "A strong map does not open its own gate by itself: all averages have a say through the hidden units. The "
        "gates:"
    )
    _channels(lesson, "excitation", gate_question(lesson.block), text, because, _("gate"))


def scale(lesson: Lesson) -> None:
    text = _("Which of these three channels loses the largest share of its energy to its gate?")
    because = _("The energy goes with the square of the gate: a gate of a half leaves a quarter. Shares lost, 1 − s²:")
    _channels(lesson, "scale", energy_question(lesson.block), text, because, "1 − s²")


def blackboard_question(lesson: Lesson) -> None:
    board = present_board()
    double = blackboard(2 * board.u, board.w1, board.w2)
    away = bool((abs(double.s - 0.5) >= abs(board.s - 0.5) - 1e-12).all())
    moved = bool((double.s != board.s).any())
    options = [
        _("every gate doubles"),
        _("each gate moves away from a half, or stays"),
        _("no gate moves"),
    ]
    right = 2 if not moved else 1 if away else 0
    gates = "; ".join(
        f"{decimal(float(old), 3)} → {decimal(float(new), 3)}" for old, new in zip(board.s, double.s, strict=True)
    )
    because = _(
        "The layers have no biases and ReLU keeps its side, so every sum doubles; the sigmoid of twice the sum lies "
        "further from a half, but never beyond 0 or 1: {gates}."
    ).format(gates=gates)
    key = f"blackboard_{hash((board.u.tobytes(), board.w1.tobytes(), board.w2.tobytes()))}"
    ask(Asked(key, _("Every number of U is doubled. What do the gates do?"), options, right, because), lesson.view)


def places(lesson: Lesson) -> None:
    found = architecture(lesson.view)
    stages = sorted({block.stage for block in found.modules})
    counts = [sum(block.facts.parameters for block in found.modules if block.stage == stage) for stage in stages]
    text = _("Which stage's SE blocks hold the most parameters?")
    largest = counts.index(max(counts))
    because = _("Stage {stage} holds {count} of {all}: channels count with their square.").format(
        stage=stages[largest], count=whole(counts[largest]), all=whole(sum(counts))
    )
    options = [_("stage {stage}").format(stage=stage) for stage in stages]
    asked = Asked(_key(lesson, "places"), text, options, largest, because, counts, _("parameters of SE"))
    ask(asked, lesson.view)


def cost(lesson: Lesson) -> None:
    found = architecture(lesson.view)
    own = own_reduction(found.modules)
    here, there = account(found, own), account(found, own / 2)
    ratio = float(there.equation5 / here.equation5)
    options = [_("half as many"), _("as many"), _("twice as many"), _("four times as many")]
    right = [0.5, 1.0, 2.0, 4.0].index(ratio)
    text = _("r goes down from {own} to {half}. By equation 5, how many parameters does SE add then?").format(
        own=f"{float(own):.4g}", half=f"{float(own / 2):.4g}"
    )
    because = _("r stands below the fraction: {before} become {after}.").format(
        before=whole(round(here.equation5)), after=whole(round(there.equation5))
    )
    ask(Asked(_key(lesson, "cost"), text, options, right, because), lesson.view)


def gain(lesson: Lesson) -> None:
    view, target = lesson.view, baseline(lesson.view).top(1)[0].index
    doing = _("Leaving out each block in turn")
    sweep = sweep_of(view, str(SweepKind("leave-one-out")), Mode.parse("off"), target, doing)
    found = harm_question(sweep)
    text = _("Which of these blocks can be switched off with the least harm to the answer for this picture?")
    because = _(
        "Harm is the divergence of the answer from the network's own, in nats; 0 is none. Each block was bypassed "
        "alone, for this picture only: another picture may say otherwise."
    )
    ask(Asked(_key(lesson, "gain"), text, found.options, found.right, because, found.values, _("KL (nats)")), view)


def limits(lesson: Lesson) -> None:
    values = dict(other_places(lesson.block.kept_maps[lesson.channel]))
    before, after = values["as it is"], values["mirrored"]
    right = 1 if abs(after - before) < 1e-9 * max(1.0, abs(before)) else 2 if after > before else 0
    text = _("The map of channel {channel} is mirrored, left to right. What happens to its average?").format(
        channel=lesson.channel
    )
    because = _("{before} before, {after} after: an average knows no left and right.").format(
        before=decimal(before, 4), after=decimal(after, 4)
    )
    options = [_("it falls"), _("it stays the same"), _("it rises")]
    ask(Asked(f"{_key(lesson, 'limits')}_{lesson.channel}", text, options, right, because), lesson.view)


QUESTIONS = {
    "overview": overview,
    "convolution": convolution,
    "squeeze": squeeze,
    "excitation": excitation,
    "scale": scale,
    "blackboard": blackboard_question,
    "places": places,
    "cost": cost,
    "gain": gain,
    "limits": limits,
}
