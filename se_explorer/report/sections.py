"""The sections of a report that tell of the whole network: picture and answer, all blocks, the ranking.

A section is a function from the present state to a heading and its parts. ``SECTIONS`` in ``page.py`` lists them.
"""

from __future__ import annotations

from functools import partial

import numpy as np
import pandas as pd
from PIL import Image as Pictures

from se_explorer.analysis import SweepRow, compare
from se_explorer.engine import Mode, Trace
from se_explorer.figures import effect_bars, gate_strip
from se_explorer.figures.maps import png_bytes
from se_explorer.language import _, decimal, percent
from se_explorer.report.charts import answers_chart, shown_answers
from se_explorer.report.parts import Chart, Image, Part, Section, Table, Text
from se_explorer.report.present import Present
from se_explorer.report.words import gate_word, mode_word

__all__ = ["answers", "blocks", "ranking", "seen_pixels"]


def seen_pixels(state: Present) -> np.ndarray:
    """The crop that the network saw, uint8 (size, size, 3)."""
    seen = state.engine.network.preprocessing.see(state.picture.tensor)
    return seen.permute(1, 2, 0).contiguous().numpy()


def _answer_table(before: Trace, after: Trace) -> pd.DataFrame:
    order = np.argsort(-after.logits, kind="stable")
    every = order[:20].tolist() if len(order) > 20 else order.tolist()
    indices = list(dict.fromkeys([*every, *shown_answers(before, after)]))
    return pd.DataFrame(
        {
            _("Class"): [before.labels[index] for index in indices],
            _("Index"): indices,
            _("Probability before"): before.probabilities[indices],
            _("Probability after"): after.probabilities[indices],
            _("Logit before"): before.logits[indices],
            _("Logit after"): after.logits[indices],
        }
    )


def _effect(state: Present) -> str:
    effect = compare(state.before, state.after, state.target)
    turned = _("The answer stays.")
    if effect.flipped:
        turned = _("The answer turns to {label}.").format(label=effect.answer_after.label)
    return _(
        "With the edits {plan}: the probability of {label} goes from {before} to {after}, its logit from "
        "{logit_before} to {logit_after}; the KL divergence of the answer is {kl} nats. {turned}"
    ).format(
        plan=state.plan,
        label=effect.before.label,
        before=percent(effect.before.probability, 4),
        after=percent(effect.after.probability, 4),
        logit_before=decimal(effect.before.logit, 4),
        logit_after=decimal(effect.after.logit, 4),
        kl=f"{effect.kl:.6g}",
        turned=turned,
    )


def answers(state: Present) -> Section:
    """What the network saw and what it answered, without and with the edits."""
    seen, network = seen_pixels(state), state.engine.network
    size = network.preprocessing.size
    name = state.picture.name
    caption = _(
        "What the network saw of {name}: the centre, {size} x {size} px. The picture itself is not in this file."
    ).format(name=name, size=size)
    best = state.before.top(1)[0]
    alt = _("The seen crop of {name}").format(name=name)
    parts: list[Part] = [Image(png_bytes(Pictures.fromarray(seen)), "seen", alt, caption)]
    if network.is_random:
        told = _("These weights are random ({weights}): what it says about a picture means nothing.")
        parts.append(Text(told.format(weights=network.weights)))
    told = _("Unedited, the network answers {label} with {share}.")
    parts.append(Text(told.format(label=best.label, share=percent(best.probability, 2))))
    if state.plan:
        parts.append(Text(_effect(state)))
    chart = answers_chart(state.before, state.after if state.plan else None, "light", _)
    parts.append(Chart(chart, "answers", _("Probabilities of the first classes: the softmax of the logits.")))
    table = partial(_answer_table, state.before, state.after)
    parts.append(Table(table, "answers", _("Answers; before and after the edits"), folded=True))
    return Section(_("Picture and answer"), parts)


def _block_table(state: Present) -> pd.DataFrame:
    rows = []
    for trace in state.after.blocks:
        block, facts = trace.block, trace.block.facts
        edit = [part for part in str(state.plan).split(";") if part.partition("=")[0].split(".")[0] == block.name]
        rows.append(
            {
                _("Block"): block.name,
                _("Module"): block.path,
                _("Channels"): facts.channels,
                _("Map (px)"): f"{block.height} x {block.width}",
                _("Hidden units"): facts.hidden_units,
                _("Gate function"): gate_word(facts.gate),
                _("Edit"): ";".join(edit),
                _("Mean z"): trace.squeeze.mean(dtype=np.float64),
                _("Mean gate as applied"): trace.applied.mean(dtype=np.float64),
                _("Least gate"): trace.applied.min(),
                _("Largest gate"): trace.applied.max(),
            }
        )
    return pd.DataFrame(rows)


def _gate_table(trace: Trace) -> pd.DataFrame:
    """Every channel of every block."""
    parts = [
        pd.DataFrame(
            {
                _("Block"): each.block.name,
                _("Channel"): np.arange(len(each.gates)),
                _("Squeeze z"): each.squeeze,
                _("Gate s"): each.gates,
                _("Gate as applied"): each.applied,
            }
        )
        for each in trace.blocks
    ]
    return pd.concat(parts, ignore_index=True)


def blocks(state: Present) -> Section:
    """All blocks at a glance."""
    traces = state.after.blocks
    names, gates = [trace.block.name for trace in traces], [trace.applied for trace in traces]
    edited = frozenset(edit.block for edit in state.plan.edits)
    figure = gate_strip(names, gates, state.block.block.name, edited, "light", say=_)
    told = _("Each column is a block, its gates as applied sorted from closed to open.")
    every = Table(lambda: _gate_table(state.after), "gates", _("z and s of every channel of every block"), shown=False)
    table = Table(lambda: _block_table(state), "blocks", _("SE blocks, with the edits in force"), folded=True)
    return Section(_("All SE blocks"), [Chart(figure, "blocks", told), table, every])


def _ranking_table(state: Present) -> pd.DataFrame:
    """Each block alone, the one that changes the logit most first."""
    rows = _ranked(state)
    return pd.DataFrame(
        {
            _("Block"): [state.engine.blocks[place].name for place, _row in rows],
            _("Depth"): [place + 1 for place, _row in rows],
            _("Edit"): [str(row.edits) for _place, row in rows],
            _("Logit change"): [row.target_logit_delta for _place, row in rows],
            _("Probability change"): [row.target_probability_delta for _place, row in rows],
            _("KL (nats)"): [row.kl for _place, row in rows],
            _("Answer flips"): [row.flipped for _place, row in rows],
        }
    )


def _ranked(state: Present) -> list[tuple[int, SweepRow]]:
    return sorted(enumerate(state.ranking.rows), key=lambda found: -abs(found[1].target_logit_delta))


def ranking(state: Present) -> Section:
    """What the answer does without each block."""
    sweep, target = state.ranking, state.ranking.baseline.target
    rows = [(state.engine.blocks[place].name, row) for place, row in _ranked(state)]
    figure = effect_bars(
        [name for name, _ in rows],
        [row.target_logit_delta for _, row in rows],
        "light",
        x_title=_("change of the logit of {label}").format(label=target.label),
        selected=state.block.block.name,
        flipped=[name for name, row in rows if row.flipped],
        say=_,
    )
    told = _(
        "Each block alone edited ({mode}), all others as they are: the plan at hand is not in it. An intervention on a "
        "trained network, whose other layers were trained with the block; not the paper's retrained ablation."
    ).format(mode=mode_word(Mode.parse(sweep.mode)))
    shown = Table(lambda: _ranking_table(state), "ranking", _("Each block alone"))
    return Section(_("Which blocks matter"), [Chart(figure, "ranking", told), shown])
