"""The committed trainings, and the documents that are made of them."""

from __future__ import annotations

from pathlib import Path

from scripts.experiment_tables import DOCS, documents
from se_explorer.training.experiments import ABLATION_SUFFIX, COMMITTED, committed_records
from se_explorer.training.record import read_record, record_name
from se_explorer.training.retrained_record import read_ablation

RECIPES = Path(__file__).resolve().parents[2] / "assets" / "recipes"


def test_every_training_lies_under_its_name_and_comes_from_a_clean_commit() -> None:
    files = [path for path in sorted(COMMITTED.glob("*/*.json")) if not path.name.endswith(ABLATION_SUFFIX)]
    assert len(files) == len(committed_records()) > 0
    for path in files:
        record = read_record(path)
        assert (path.parent.name, path.name) == (record.experiment, record_name(record))
        assert len(record.commit) == 40, "committed code, nothing changed"
        assert (RECIPES / record.recipe_file).read_text(encoding="utf-8") == record.recipe


def test_ablations_are_of_the_committed_trainings() -> None:
    rights = {(record.run, record.seed): record.right for record in committed_records()}
    for path in sorted(COMMITTED.glob(f"*/*{ABLATION_SUFFIX}")):
        ablation = read_ablation(path)
        known = [(ablation.run, ablation.full), (ablation.plain_run, ablation.plain)]
        known += [(stage.run, stage.retrained) for stage in ablation.stages]
        for run, by_seed in known:
            for seed, right in by_seed.items():
                assert run is not None
                assert abs(right - rights[run, seed]) <= 0.001 * ablation.count, "rounding may turn a picture"


def test_documents_are_what_the_records_give() -> None:
    made = dict(documents())
    assert {path.name for path in DOCS.iterdir()} == set(made)
    for name, text in made.items():
        assert (DOCS / name).read_text(encoding="utf-8") == text, name
