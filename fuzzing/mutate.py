"""Changed bytes: what a broken disk, a broken program or a hostile person makes of a file that was sound."""

from __future__ import annotations

import re
import struct
from collections.abc import Sequence
from random import Random

from fuzzing.forms import Form

__all__ = ["mutated"]

NUMBER = re.compile(rb"-?[0-9]+(\.[0-9]+)?")
#: Numbers at whose edges programs break.
TEXT_NUMBERS = (b"0", b"-1", b"1e999", b"-0.0", b"NaN", b"Infinity", b"2147483648", b"9223372036854775808", b"9" * 400)
TEXT_NUMBERS += (b"1e-400", b"0.1", b"1_0", b"0x10", b"9" * 5000, b"true", b"null", b'""')
BYTES = (0, 1, 0x20, 0x7F, 0x80, 0xFE, 0xFF)
WORDS = tuple(
    struct.pack(form, value & (2 ** (8 * struct.calcsize(form)) - 1))
    for form in ("<H", ">H", "<I", ">I", "<Q", ">Q")
    for value in (0, 1, 2**15, 2**16 - 1, 2**31 - 1, 2**31, 2**32 - 1, 2**63 - 1, 2**64 - 1)
)
LONGEST = 1 << 16


def _byte(data: bytearray, chance: Random, place: int) -> None:
    data[place] = chance.choice((*BYTES, chance.randrange(256), data[place] ^ 1 << chance.randrange(8)))


def _word(data: bytearray, chance: Random, place: int) -> None:
    word = chance.choice(WORDS)
    data[place : place + len(word)] = word


def _cut(data: bytearray, chance: Random, place: int) -> None:
    del data[place : place + chance.randrange(1, 1 + min(len(data), chance.choice((4, 40, 400))))]


def _insert(data: bytearray, chance: Random, place: int) -> None:
    data[place:place] = chance.randbytes(chance.randrange(1, 20))


def _repeat(data: bytearray, chance: Random, place: int) -> None:
    piece = bytes(data[place : place + chance.randrange(1, chance.choice((3, 30, 300)))])
    data[place:place] = piece * chance.choice((1, 2, 10, 300))


def _number(data: bytearray, chance: Random, place: int) -> None:
    found = NUMBER.search(data, place) or NUMBER.search(data)
    if found:
        data[found.start() : found.end()] = chance.choice((*TEXT_NUMBERS, b"%d" % chance.randrange(300)))


def _move(data: bytearray, chance: Random, place: int) -> None:
    length = chance.randrange(1, 60)
    piece = bytes(data[place : place + length])
    del data[place : place + length]
    at = chance.randrange(len(data) + 1)
    data[at:at] = piece


CHANGES = (_byte, _byte, _byte, _word, _cut, _insert, _repeat, _number, _number, _move)


def _changed(data: bytes, chance: Random, tokens: Sequence[bytes], others: Sequence[bytes]) -> bytes:
    changed = bytearray(data)
    for _ in range(chance.choice((1, 1, 1, 2, 4, 16))):
        if not changed:
            changed += chance.choice(tokens) if tokens else chance.randbytes(8)
        # Half of the changes hit the beginning, where headers are.
        place = chance.randrange(chance.choice((len(changed), min(len(changed), 64))))
        kind = chance.randrange(len(CHANGES) + 3)
        if kind < len(CHANGES):
            CHANGES[kind](changed, chance, place)
        elif kind == len(CHANGES) + 2:
            other = chance.choice(others)
            start = chance.randrange(len(other) + 1)
            changed[place:] = other[start:]
        elif tokens:
            token = chance.choice(tokens)
            changed[place : place + chance.choice((0, 0, len(token)))] = token
    return bytes(changed[:LONGEST])


def mutated(corpus: Sequence[bytes], form: Form | None, tokens: Sequence[bytes], seed: str) -> bytes:
    """One case.

    Args:
        corpus: sound files.
        form: takes such a file apart and puts it together with right lengths and sums, so that what is changed within
            is read and not the sum refused; half of the cases are made so.
        tokens: pieces that mean something in such files.
        seed: the same seed gives the same case.
    """
    chance = Random(seed)
    data = chance.choice(corpus)
    if form is not None and chance.random() < 0.5:
        parts = form.split(data)
        if parts:
            at = chance.randrange(len(parts))
            parts[at] = _changed(parts[at], chance, tokens, corpus)
            return form.join(parts)
    return _changed(data, chance, tokens, corpus)
