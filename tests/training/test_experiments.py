"""Records gathered by experiment, recipe and seed; hostile ones refused; stages switched off or trained without."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from se_explorer.errors import RecipeError
from se_explorer.models.design import build_design
from se_explorer.training.data import LabelledPictures
from se_explorer.training.data_sets import Splits
from se_explorer.training.experiments import collect, compared, find_runs, step_ratio, unlike
from se_explorer.training.loop import Trainer
from se_explorer.training.measuring import measure
from se_explorer.training.networks import preprocessing_of
from se_explorer.training.record import RunRecord, parse_record
from se_explorer.training.retrained import find_relatives, retrained_ablation, stage_paths
from se_explorer.training.retrained_record import RetrainedAblation, against_full, read_ablation, write_ablation
from tests.training.digit_runs import digit_splits, train

SEEDS = {"trial-plain": (0, 1, 2), "trial-se": (0, 1, 2), "trial-without-1": (0,)}


@pytest.fixture(scope="module")
def splits() -> Splits:
    return digit_splits()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory, splits: Splits) -> Path:
    """Run folders of seven trainings."""
    root = tmp_path_factory.mktemp("runs")
    for name, seeds in SEEDS.items():
        for seed in seeds:
            train(name, seed, splits, root)
    return root


@pytest.fixture(scope="module")
def records(folder: Path) -> list[RunRecord]:
    return [record for _path, record in find_runs(folder)[0]]


def changed(record: RunRecord, **entries: Any) -> dict[str, Any]:
    """The record's entries, some of them others."""
    table: dict[str, Any] = json.loads(record.model_dump_json())
    return {**table, **entries}


def test_recipes_from_plain_to_large_with_their_seeds(records: list[RunRecord]) -> None:
    (experiment,) = collect(records)
    assert experiment.name == "trial"
    assert [runs.key for runs in experiment.runs] == ["trial-plain", "trial-without-1", "trial-se"]
    assert [list(runs.records) for runs in experiment.runs] == [[0, 1, 2], [0], [0, 1, 2]]
    assert experiment.base.key == "trial-plain"
    with_se = experiment.get("trial-se")
    assert with_se is not None
    found = compared(experiment, experiment.base)["trial-se"]
    by_seed = {(r.run, r.seed): r.right / r.count for r in records}
    expected = [by_seed["trial-se", seed] - by_seed["trial-plain", seed] for seed in range(3)]
    assert list(found.differences.values()) == pytest.approx(expected)
    ratio = step_ratio(with_se, experiment.base)
    assert ratio is not None
    assert ratio[1] <= ratio[0] <= ratio[2]
    assert unlike(experiment) == ()


def test_a_changed_recipe_stands_beside_and_a_second_of_one_seed_does_not_count(records: list[RunRecord]) -> None:
    full = next(record for record in records if record.run == "trial-se")
    other = full.recipe.replace("peak_learning_rate = 5e-3", "peak_learning_rate = 6e-3")
    nothing = json.loads(full.model_dump_json())["curve"]
    nothing[-1]["validation"] = 0.0
    own = [
        RunRecord.model_validate(changed(full, recipe=other)),
        RunRecord.model_validate(changed(full, right=0, curve=nothing)),
        RunRecord.model_validate(changed(full, seed=9)),
    ]
    (experiment,) = collect(records, own)
    assert {runs.key for runs in experiment.runs} == {"trial-plain", "trial-without-1", "trial-se", "trial-se~2"}
    joined = experiment.get("trial-se")
    assert joined is not None
    assert joined.own == {9}
    assert joined.records[full.seed].right == full.right


def test_other_test_pictures_are_not_compared(records: list[RunRecord]) -> None:
    full = next(record for record in records if record.run == "trial-se")
    other = full.recipe.replace('dataset = "digits"', 'dataset = "digits"\nsplit_seed = 3').replace(
        "trial-se", "trial-o"
    )
    (experiment,) = collect([*records, RunRecord.model_validate(changed(full, recipe=other, run="trial-o"))])
    assert set(compared(experiment, experiment.base)) == {"trial-without-1", "trial-se"}


def test_a_recipe_on_other_pictures_is_another_one(records: list[RunRecord]) -> None:
    """A recipe that takes a folder does not name it: two folders' trainings are no seeds of one."""
    full = next(record for record in records if record.run == "trial-se")
    curve = json.loads(full.model_dump_json())["curve"]
    curve[-1]["validation"] = 0.5
    data = {**json.loads(full.model_dump_json())["data"], "test": 40, "classes": 5}
    other = RunRecord.model_validate(changed(full, seed=7, data=data, count=40, right=20, curve=curve))
    (experiment,) = collect(records, [other])
    assert {runs.key for runs in experiment.runs} == {"trial-plain", "trial-without-1", "trial-se", "trial-se~2"}
    assert "trial-se~2" not in compared(experiment, experiment.base)


def test_in_what_trainings_differ(records: list[RunRecord]) -> None:
    entries = changed(records[0], commit="other", steps=2 * records[0].steps, seed=5)
    entries["machine"]["cores"] = 99
    entries["software"]["torch"] = "0.1"
    (experiment,) = collect([*records, RunRecord.model_validate(entries)])
    assert unlike(experiment) == ("steps", "machine", "software", "commit")


def _gates(record: RunRecord, **entries: Any) -> list[dict[str, Any]]:
    gates: list[dict[str, Any]] = json.loads(record.model_dump_json())["gates"]
    gates[0]["blocks"][0].update(entries)
    return gates


def test_hostile_records_are_refused(records: list[RunRecord]) -> None:
    full = next(record for record in records if record.run == "trial-se")
    curve = json.loads(full.model_dump_json())["curve"]
    wrong: list[dict[str, Any]] = [
        {"seed": 2**60},
        {"parameters": 10**400},
        {"right": full.count + 1},
        {"more": 1},
        {"experiment": "other"},
        {"right": full.right + 1},
        {"count": full.count * 1000},
        {"steps": full.steps + 1},
        {"split": "CIFAR-10 test split"},
        {"se_parameters": full.parameters + 1},
        {"epochs": 3},
        {"run": "other"},
        {"recipe": "[" * 20_000},
        {"recipe": "name = 1"},
        {"curve": [{**curve[0], "loss": 1e300}, curve[1]]},
        {"curve": [{**curve[0], "accuracy": 1.5}, curve[1]]},
        {"curve": curve[:1]},
        {"gates": _gates(full, mean=1e300)},
        {"gates": _gates(full, quantiles=[5, 4, 3, 2, 1])},
        {"gates": _gates(full, low=1, high=1)},
        {"gates": _gates(full, block="another")},
        {"gates": [*_gates(full)[1:], *_gates(full)[:1]]},
    ]
    for entries in wrong:
        with pytest.raises(RecipeError) as caught:
            parse_record(json.dumps(changed(full, **entries)).encode(), "run.json")
        assert len(caught.value.received) < 2000, entries
    assert parse_record(json.dumps(changed(full)).encode(), "run.json") == full


@pytest.mark.parametrize("data", [b"", b"[]", b"\xff", b"[" * 100_000, b'{"loss": NaN}', b'{"a":1'])
def test_what_is_no_record_is_told(data: bytes) -> None:
    with pytest.raises(RecipeError, match=r"run\.json"):
        parse_record(data, "run.json")


def test_a_folder_with_a_bad_file_gives_the_others(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "a" / "b").mkdir(parents=True)
    (tmp_path / "a" / "b" / "run.json").write_bytes((folder / "trial-se-seed0" / "run.json").read_bytes())
    (tmp_path / "run.json").write_text("{}")
    found, errors = find_runs(tmp_path)
    assert [(path.parent.name, record.run) for path, record in found] == [("b", "trial-se")]
    assert len(errors) == 1
    assert find_runs(tmp_path / "none") == ([], [])


def test_a_checkpoint_of_a_training_begun_anew_is_not_taken_for_the_finished_one(
    folder: Path, splits: Splits, tmp_path: Path
) -> None:
    """run.json of the first training, and the checkpoint of a second one in its folder that got no further."""
    run = tmp_path / "trial-se-seed0"
    shutil.copytree(folder / run.name, run)
    ((_path, record),) = find_runs(run)[0]
    young = Trainer(record.parsed, record.seed, splits.train, splits.test, run)
    young.curve.append(young._epoch(0, None))
    young._save()
    with pytest.raises(RecipeError, match="after epoch 1 of 2"):
        retrained_ablation(find_relatives(find_runs(tmp_path)[0], "trial-se"), splits, lambda *_told: None)


def test_other_test_pictures_than_the_trainings_had_are_refused(folder: Path, splits: Splits) -> None:
    half = LabelledPictures(splits.test.pixels[::2], splits.test.targets[::2], splits.test.classes)
    relatives = find_relatives(find_runs(folder)[0], "trial-se")
    with pytest.raises(RecipeError, match="test pictures of all the trainings"):
        retrained_ablation(relatives, replace(splits, test=half), lambda *_told: None)


@pytest.fixture(scope="module")
def ablation(folder: Path, splits: Splits) -> RetrainedAblation:
    relatives = find_relatives(find_runs(folder)[0], "trial-se")
    assert {stage: list(by_seed) for stage, by_seed in relatives.without.items()} == {1: [0], 2: []}
    assert list(relatives.plain) == [0, 1, 2]
    return retrained_ablation(relatives, splits, lambda *_told: None)


def test_a_stage_switched_off_is_the_network_without_its_gates(
    ablation: RetrainedAblation, folder: Path, splits: Splits
) -> None:
    record = parse_record((folder / "trial-se-seed1" / "run.json").read_bytes(), "run.json")
    network = build_design(record.parsed.network.design, 10)
    network.load_state_dict(torch.load(folder / "trial-se-seed1" / "checkpoint.pt", weights_only=True)["network"])
    assert measure(network, splits.test, preprocessing_of(record.parsed)).right == ablation.full[1]
    for number, stage in enumerate(ablation.stages):
        (path,) = stage_paths(record.parsed)[stage.stage]
        handle = network.get_submodule(path).register_forward_hook(lambda _module, given, _out: given[0])
        right = measure(network, splits.test, preprocessing_of(record.parsed)).right
        handle.remove()
        assert right == stage.switched["off"][1].right, number


def test_both_kinds_are_compared_with_the_full_network(ablation: RetrainedAblation, records: list[RunRecord]) -> None:
    found = against_full(ablation)
    assert set(found) == {(1, "retrained"), (1, "off"), (1, "mean"), (2, "retrained"), (2, "off"), (2, "mean"),
                          (None, "retrained")}  # fmt: skip
    right = {(record.run, record.seed): record.right for record in records}
    count = records[0].count
    retrained = found[1, "retrained"]
    assert retrained.differences == {0: pytest.approx((right["trial-without-1", 0] - ablation.full[0]) / count)}
    assert found[2, "retrained"].mean is None
    changes = [each.gained - each.lost for each in ablation.stages[0].switched["off"].values()]
    assert found[1, "off"].mean == pytest.approx(np.mean(changes) / count)
    assert ablation.stages[0].blocks == ("SE_1_1",)


def test_the_file_gives_back_what_was_written_and_refuses_another(ablation: RetrainedAblation, tmp_path: Path) -> None:
    path = tmp_path / "x.ablation.json"
    write_ablation(ablation, path)
    assert read_ablation(path) == ablation
    table = json.loads(path.read_text())
    table["stages"][0]["switched"]["off"]["0"]["lost"] += 1
    path.write_text(json.dumps(table))
    with pytest.raises(RecipeError, match="less lost, plus gained"):
        read_ablation(path)
    with pytest.raises(RecipeError):
        read_ablation(tmp_path / "none.json")


def test_without_the_full_recipe_there_is_nothing_to_switch(folder: Path) -> None:
    for name in ("trial-plain", "no-such"):
        with pytest.raises(RecipeError, match=name):
            find_relatives(find_runs(folder)[0], name)
