"""Put the two kinds of "disabled" side by side: networks trained without SE in a stage, and the stage switched off.

    python scripts/retrained_ablation.py RUNS... --full notes-se-r4 --data DIR --out FILE

RUNS are folders of finished trainings (run.json with checkpoint.pt beside it), looked through three levels deep. Of the
recipe that --full names every seed is taken; recipes that differ from it in nothing but one stage without SE, and its
plain twin, are found by their text. Only the full recipe's checkpoints are needed; of the others the record is enough,
and committed records count too.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from se_explorer.errors import SEExplorerError  # noqa: E402
from se_explorer.training.data_sets import load_splits  # noqa: E402
from se_explorer.training.experiments import COMMITTED, committed_records, find_runs  # noqa: E402
from se_explorer.training.retrained import find_relatives, retrained_ablation  # noqa: E402
from se_explorer.training.retrained_record import write_ablation  # noqa: E402


def arguments() -> argparse.Namespace:
    """What the command line says."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("runs", nargs="+", type=Path)
    parser.add_argument("--full", required=True, help="name of the recipe with SE in all stages")
    parser.add_argument("--data", type=Path, help="folder with the pictures; the digits need none")
    parser.add_argument(
        "--out", required=True, type=Path, help="such as assets/experiments/stages-digits/NAME.ablation.json"
    )
    return parser.parse_args()


def tell(what: str, done: int, total: int) -> None:
    """A line at the end of each part."""
    if done == total:
        print(f"{what}: {total} pictures", file=sys.stderr)


def main() -> None:
    """Measure and write."""
    asked = arguments()
    found = [run for folder in asked.runs for run in find_runs(folder)[0]]
    known = {(record.run, record.seed) for _path, record in found}
    committed = [record for record in committed_records() if (record.run, record.seed) not in known]
    others = [(COMMITTED, record) for record in committed if record.run != asked.full]
    relatives = find_relatives([*found, *others], asked.full)
    _path, record = next(iter(relatives.full.values()))
    splits = load_splits(record.parsed.data, asked.data)
    ablation = retrained_ablation(relatives, splits, tell)
    write_ablation(ablation, asked.out)
    for stage in ablation.stages:
        print(f"stage {stage.stage} ({', '.join(stage.blocks)}): {len(stage.retrained)} seeds trained without")
    print(f"{len(ablation.full)} seeds of {ablation.run}; written to {asked.out}")


if __name__ == "__main__":
    try:
        main()
    except SEExplorerError as error:
        sys.exit(str(error))
