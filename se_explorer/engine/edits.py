"""Edit plans: what one run does to the gates, as an immutable, hashable value with a short text form.

    SE_3_4=off; SE_5_1=mean; SE_2_1.17=0.2; SE_5_*=off

``off`` (bypass) sets every gate of the block to 1, so that u passes on unchanged. The other modes replace the gates:
``mean`` by their mean over a data set, ``constant:V`` by one value, ``zero`` by 0, ``shuffle:SEED`` by a permutation of
the channels, ``donor:KEY`` by the gates that another picture opened. A channel edit is put on top of its block's mode.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from typing import Literal, get_args

from se_explorer.errors import EditPlanError
from se_explorer.language import Text, Words, later, list_of

__all__ = ["BlockEdit", "EditPlan", "Mode", "ModeKind"]

ModeKind = Literal["off", "mean", "constant", "zero", "shuffle", "donor"]
MAX_TEXT = 100_000
MAX_GATE = 10.0
BLOCK = re.compile(r"SE_[0-9*]{1,6}(_[0-9*]{1,6})?|\*", re.ASCII)
GATE = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)(e[+-]?[0-9]+)?", re.ASCII | re.IGNORECASE)
KEY = re.compile(r"[A-Za-z0-9_-]{1,80}", re.ASCII)
EXAMPLE = later(
    "Write it like SE_3_4=off;SE_5_1=mean;SE_2_1.17=0.2 (modes: off, mean, zero, constant:0.5, shuffle:7, donor:KEY)."
)


def _gate_value(value: float, shown: Words) -> float:
    """A gate to six decimal places, so that a plan's text says all of it."""
    if not 0 <= value <= MAX_GATE:  # NaN fails this too
        raise EditPlanError(later("a gate between 0 and {most}", most=f"{MAX_GATE:g}"), shown, EXAMPLE)
    return round(float(value), 6) + 0.0  # no negative zero


def _place(text: str, where: str) -> Text:
    return later("{part} in {whole}", part=repr(text[:80]), whole=repr(where[:120]))


def _read_gate(text: str, where: str) -> float:
    return _gate_value(float(text) if GATE.fullmatch(text) else math.nan, _place(text, where))


def _number(value: float) -> str:
    return repr(value).removesuffix(".0")


@dataclass(frozen=True)
class Mode:
    """What replaces a block's gates: ``value`` for constant, ``seed`` for shuffle, ``key`` for donor."""

    kind: ModeKind
    value: float = 0.0
    seed: int = 0
    key: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "value", _gate_value(self.value, repr(self.value)))

    @staticmethod
    def parse(text: str, where: str = "") -> Mode:
        """Read ``off``, ``constant:0.5``, ``shuffle:7`` and the like.

        Raises:
            EditPlanError: it is none of the modes.
        """
        kind, colon, argument = text.partition(":")
        where = where or text
        if kind == "constant":
            return Mode("constant", value=_read_gate(argument, where))
        if kind == "shuffle" and (not colon or (argument.isascii() and argument.isdigit() and len(argument) < 10)):
            return Mode("shuffle", seed=int(argument or "0"))
        if kind == "donor" and KEY.fullmatch(argument):
            return Mode("donor", key=argument)
        if kind == "off" and not colon:
            return Mode("off")
        if kind == "mean" and not colon:
            return Mode("mean")
        if kind == "zero" and not colon:
            return Mode("zero")
        modes = Text.of(list_of, get_args(ModeKind))
        raise EditPlanError(later("one of the modes {modes}", modes=modes), _place(text, where), EXAMPLE)

    def __str__(self) -> str:
        match self.kind:
            case "constant":
                return f"constant:{_number(self.value)}"
            case "shuffle":
                return f"shuffle:{self.seed}"
            case "donor":
                return f"donor:{self.key}"
        return self.kind


@dataclass(frozen=True)
class BlockEdit:
    """The edits of one block: a mode or None, and gates of single channels, sorted by channel."""

    block: str
    mode: Mode | None = None
    channels: tuple[tuple[int, float], ...] = ()

    def __bool__(self) -> bool:
        return self.mode is not None or bool(self.channels)

    @property
    def bypasses(self) -> bool:
        """Whether the block passes u on unchanged."""
        return self.mode is not None and self.mode.kind == "off" and not self.channels

    def texts(self) -> Iterable[str]:
        """The edits in text form, one each."""
        if self.mode is not None:
            yield f"{self.block}={self.mode}"
        for channel, value in self.channels:
            yield f"{self.block}.{channel}={_number(value)}"


def _order(edit: BlockEdit) -> tuple[list[int], str]:
    return [int(part) for part in re.findall(r"\d+", edit.block)], edit.block


@dataclass(frozen=True)
class EditPlan:
    """The set of edits of one run. Empty: the network as it is. Two plans that do the same are equal."""

    edits: tuple[BlockEdit, ...] = ()

    @staticmethod
    def of(edits: Mapping[str, BlockEdit]) -> EditPlan:
        """A plan in canonical order, empty edits left out."""
        return EditPlan(tuple(sorted((edit for edit in edits.values() if edit), key=_order)))

    @staticmethod
    def parse(text: str) -> EditPlan:
        """Read the text form; blanks, line ends and empty parts are ignored, a later edit wins over an earlier one.

        Raises:
            EditPlanError: an edit cannot be read.
        """
        if len(text) > MAX_TEXT:
            raise EditPlanError(
                later("at most {most} characters", most=MAX_TEXT),
                f"{len(text)}",
                later("Shorten the plan, for example with *."),
            )
        edits: dict[str, list[BlockEdit]] = {}
        for part in re.split(r"[;\n]", text):
            if part.strip():
                edit = _read_edit("".join(part.split()))
                edits.setdefault(edit.block, []).append(edit)
        return EditPlan.of({block: _merged(block, parts) for block, parts in edits.items()})

    def __str__(self) -> str:
        return ";".join(text for edit in self.edits for text in edit.texts())

    def __bool__(self) -> bool:
        return bool(self.edits)

    def of_block(self, block: str) -> BlockEdit:
        """The edits of one block; an empty one where it has none."""
        return next((edit for edit in self.edits if edit.block == block), BlockEdit(block))

    def _replaced(self, edit: BlockEdit) -> EditPlan:
        return EditPlan.of({**{old.block: old for old in self.edits}, edit.block: edit})

    def with_mode(self, block: str, mode: Mode | None) -> EditPlan:
        """This plan with another mode for one block; None takes the mode away."""
        return self._replaced(replace(self.of_block(block), mode=mode))

    def with_channel(self, block: str, channel: int, gate: float | None) -> EditPlan:
        """This plan with one channel's gate set; None takes that edit away."""
        edit = self.of_block(block)
        channels = {**dict(edit.channels), channel: None if gate is None else _gate_value(gate, repr(gate))}
        kept = tuple(sorted((number, value) for number, value in channels.items() if value is not None))
        return self._replaced(replace(edit, channels=kept))

    def without(self, block: str) -> EditPlan:
        """This plan without any edit of one block."""
        return EditPlan(tuple(edit for edit in self.edits if edit.block != block))

    def fitted(self, channels: Mapping[str, int]) -> EditPlan:
        """This plan for one network: wildcards written out, every name and channel checked.

        Args:
            channels: the network's blocks and their numbers of channels.

        Raises:
            EditPlanError: a block or channel that the network does not have.
        """
        edits: dict[str, list[BlockEdit]] = {}
        # A named block wins over a wildcard, wherever either stands.
        for edit in sorted(self.edits, key=lambda edit: "*" not in edit.block):
            names = [name for name in channels if fnmatchcase(name, edit.block)]
            if not names:
                some = f"{next(iter(channels))} .. {list(channels)[-1]}" if channels else later("no SE block")
                raise EditPlanError(
                    later("a block of this network ({some})", some=some), edit.block, later("Choose one of its blocks.")
                )
            for name in names:
                _check_channels(edit, name, channels[name])
                edits.setdefault(name, []).append(edit)
        return EditPlan.of({name: _merged(name, parts) for name, parts in edits.items()})


def _read_edit(part: str) -> BlockEdit:
    left, equals, right = part.partition("=")
    block, dot, channel = left.partition(".")
    if not equals or not BLOCK.fullmatch(block) or (dot and not re.fullmatch(r"[0-9]{1,6}", channel, re.ASCII)):
        raise EditPlanError(later("an edit such as SE_3_4=off or SE_2_1.17=0.2"), repr(part[:120]), EXAMPLE)
    if dot:
        return BlockEdit(block, channels=((int(channel), _read_gate(right, part)),))
    return BlockEdit(block, Mode.parse(right, part))


def _check_channels(edit: BlockEdit, name: str, channels: int) -> None:
    for channel, _ in edit.channels:
        if not 0 <= channel < channels:
            raise EditPlanError(
                later("a channel of {name}, 0 to {last}", name=name, last=channels - 1),
                str(channel),
                later("Choose another channel."),
            )


def _merged(block: str, edits: Iterable[BlockEdit]) -> BlockEdit:
    """All of one block's edits as one; a later one wins."""
    mode: Mode | None = None
    channels: dict[int, float] = {}
    for edit in edits:
        mode = edit.mode or mode
        channels.update(edit.channels)
    return BlockEdit(block, mode, tuple(sorted(channels.items())))
