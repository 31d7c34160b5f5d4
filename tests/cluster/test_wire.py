"""The wire format: what goes in comes out, and bytes from anywhere are refused with an error of ours."""

from __future__ import annotations

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from safetensors.numpy import save

from se_explorer.cluster.wire import Ask, Fault, Reply, pack, unpack
from se_explorer.errors import BusyError, ClusterError, TraceError
from se_explorer.language import later

ASK = Ask(network="0" * 64, plan="SE_2_1=off", keep=("SE_2_1",), client="ab", language="zh-Hans")


def test_a_message_and_its_arrays_arrive() -> None:
    arrays = {"pixels": np.arange(12, dtype=np.uint8).reshape(2, 2, 3), "donor/own/SE_2_1": np.float32([0.25, np.inf])}
    message, found = unpack(pack(ASK, arrays), Ask)
    assert message == ASK
    assert set(found) == set(arrays)
    for name, values in arrays.items():
        assert found[name].dtype == values.dtype
        np.testing.assert_array_equal(found[name], values)
        assert not found[name].flags.writeable


def test_an_empty_array_and_one_that_is_not_contiguous() -> None:
    arrays = {"hidden": np.zeros((0,), np.float32), "turned": np.arange(6, dtype=np.float32).reshape(2, 3).T}
    _, found = unpack(pack(Reply(device="cpu", resumed_from=None), arrays), Reply)
    np.testing.assert_array_equal(found["turned"], arrays["turned"])
    assert found["hidden"].shape == (0,)


def message(**changes: object) -> bytes:
    """A body whose message has other entries."""
    text = json.dumps(ASK.model_dump() | changes)
    return save({"message": np.frombuffer(text.encode(), np.uint8)})


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\x80\x04K\x01.",  # a pickle
        b"\xff" * 64,
        save({"other": np.zeros(3, np.float32)}),
        save({"message": np.zeros(3, np.float32)}),
        save({"message": np.frombuffer(b"{}", np.uint8)}),
        save({"message": np.frombuffer(b"[" * 5000, np.uint8)}),
        save({"message": np.zeros(3, np.float64)}),
        message(more=1),
        message(network="x"),
        message(network=1),
        message(plan="x" * 100_001),
        message(keep=["x"] * 201),
        message(client="my name"),
        message(format="se-explorer-ask-2"),
        pack(Reply(device="cpu", resumed_from=None), {}),
        pack(ASK, {})[:-3],
    ],
    ids=range(17),
)
def test_what_is_no_message_is_refused(body: bytes) -> None:
    with pytest.raises(ClusterError, match="same version"):
        unpack(body, Ask)


@given(st.binary(max_size=300), st.integers(0, 400), st.integers(0, 255))
def test_damaged_bodies_are_refused_or_read(junk: bytes, place: int, value: int) -> None:
    whole = bytearray(pack(ASK, {"pixels": np.zeros((2, 2, 3), np.uint8)}))
    whole[place % len(whole)] = value
    for body in (junk, bytes(whole), bytes(whole[: place % len(whole)]) + junk):
        try:
            found, arrays = unpack(body, Ask)
        except ClusterError:
            continue
        assert isinstance(found, Ask)
        assert all(array.dtype in (np.float32, np.uint8) for array in arrays.values())


def test_errors_are_carried_over_in_the_language_of_who_asked() -> None:
    error = BusyError(later("at most {most} waiting requests", most=3), "4", later("Wait for an answer."))
    told = Fault.of(error, "zh-Hans")
    assert (told.kind, told.received) == ("BusyError", "4")
    assert told.remedy != "Wait for an answer."
    again = Fault.model_validate_json(told.model_dump_json()).error
    assert type(again) is BusyError
    assert again.remedy == told.remedy
    assert Fault.of(error, "en").error.remedy == "Wait for an answer."


@pytest.mark.parametrize("kind", ["later", "__doc__", "Parts", "OSError", "SystemExit"])
def test_a_kind_that_is_no_error_of_ours_is_told_as_one_of_the_cluster(kind: str) -> None:
    assert type(Fault(kind=kind, expected="a", received="{b}", remedy="c").error) is ClusterError
    assert type(Fault(kind="TraceError", expected="a", received="b", remedy="c").error) is TraceError
