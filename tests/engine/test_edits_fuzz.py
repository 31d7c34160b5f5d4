"""Edit plans that no person would write."""

from __future__ import annotations

from hypothesis import example, given, settings
from hypothesis import strategies as st

from se_explorer.engine import BlockEdit, EditPlan, Mode
from se_explorer.errors import EditPlanError

blocks = st.one_of(
    st.builds("SE_{}_{}".format, st.integers(1, 12), st.one_of(st.integers(1, 60), st.just("*"))), st.just("*")
)
gates = st.floats(0, 10)
modes = st.one_of(
    st.sampled_from([Mode("off"), Mode("mean"), Mode("zero")]),
    st.builds(Mode, st.just("constant"), value=gates),
    st.builds(Mode, st.just("shuffle"), seed=st.integers(0, 999_999_999)),
    st.builds(Mode, st.just("donor"), key=st.from_regex(r"[A-Za-z0-9_-]{1,80}", fullmatch=True)),
)
edits = st.one_of(
    st.tuples(blocks, modes),
    st.tuples(blocks, st.integers(0, 9999), gates),
)


def built(parts: list[tuple[str, Mode] | tuple[str, int, float]]) -> EditPlan:
    """A plan made step by step, as the controls of the app make it."""
    plan = EditPlan()
    for part in parts:
        plan = plan.with_mode(*part) if len(part) == 2 else plan.with_channel(*part)
    return plan


@given(st.lists(edits, max_size=12))
@settings(max_examples=150)
def test_text_says_all_of_a_plan(parts: list[tuple[str, Mode] | tuple[str, int, float]]) -> None:
    plan = built(parts)
    again = EditPlan.parse(str(plan))
    assert again == plan
    assert hash(again) == hash(plan)
    assert str(again) == str(plan)


@given(st.lists(edits, max_size=8, unique_by=lambda part: (part[0], part[1] if len(part) == 3 else "mode")))
def test_the_order_of_independent_edits_does_not_matter(
    parts: list[tuple[str, Mode] | tuple[str, int, float]],
) -> None:
    assert built(parts) == built(parts[::-1])


@given(st.dictionaries(st.sampled_from(["SE_2_1", "SE_5_2", "SE_5_10"]), modes))
def test_fitting_a_plan_of_names_changes_nothing(chosen: dict[str, Mode]) -> None:
    plan = EditPlan.of({name: BlockEdit(name, mode) for name, mode in chosen.items()})
    assert plan.fitted({"SE_2_1": 4, "SE_5_2": 4, "SE_5_10": 4}) == plan


pieces = st.sampled_from(
    [*"SE_0123456789*.=;:-+e \n\t", "SE_2_1", "off", "mean", "constant:", "shuffle:", "donor:", "nan", "inf", "\uff11"]
)


@given(st.one_of(st.text(), st.lists(pieces, max_size=30).map("".join)))
@example("SE_" + "9" * 5000 + "_1=off")
@example("SE_**_**=off")
@example("SE_2_1.000000=1")
@example("\x00=\ud800")
@settings(max_examples=500)
def test_any_text_is_a_plan_or_an_error_that_explains(text: str) -> None:
    refused: EditPlanError | None = None
    try:
        plan = EditPlan.parse(text)
        assert EditPlan.parse(str(plan)) == plan
        plan.fitted({"SE_2_1": 4, "SE_5_2": 4, "SE_5_10": 4})
    except EditPlanError as error:
        refused = error
    if refused is not None:
        assert all((refused.expected, refused.received, refused.remedy))
