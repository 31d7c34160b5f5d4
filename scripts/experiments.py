"""Train an experiment: all its recipes with several seeds, some at a time, and collect the records.

    python -m scripts.experiments notes --seeds 5 --data DIR --out runs --jobs 2 --threads 1

A run that has its ``run.json`` is left alone, one with a checkpoint goes on, and one that was killed can be started
again with the same command. Each finished record is copied to ``assets/experiments/EXPERIMENT/RUN-seedN.json``.
Seeds come first and recipes after them, so that a comparison by seed is whole as early as can be.
"""

from __future__ import annotations

import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from se_explorer.models import ASSETS
from se_explorer.training import load_recipe
from se_explorer.training.record import read_record, record_name, write_record

ROOT = Path(__file__).resolve().parents[1]
RECIPES = ASSETS / "recipes"
COLLECTED = ASSETS / "experiments"


@dataclass(frozen=True)
class Job:
    """One training."""

    recipe: Path
    seed: int
    folder: Path

    @property
    def name(self) -> str:
        """For people."""
        return f"{self.recipe.stem}, seed {self.seed}"


def jobs_of(experiment: str, seeds: int, out: Path) -> list[Job]:
    """All trainings of an experiment, in the order in which they are started."""
    recipes = [path for path in sorted(RECIPES.glob("*.toml")) if load_recipe(path).experiment == experiment]
    if not recipes:
        raise typer.BadParameter(f"no recipe in {RECIPES} is of the experiment {experiment!r}")
    return [Job(path, seed, out / f"{path.stem}-seed{seed}") for seed in range(seeds) for path in recipes]


def collect(job: Job, target: Path) -> None:
    """Copy a finished run's record, checked, to the committed ones."""
    record = read_record(job.folder / "run.json")
    write_record(record, target / record_name(record))


def start(job: Job, options: list[str]) -> subprocess.Popen[bytes]:
    """The training in a process of its own, its output in its folder."""
    job.folder.mkdir(parents=True, exist_ok=True)
    more = ["--resume"] if (job.folder / "checkpoint.pt").exists() else []
    command = [sys.executable, "-m", "se_explorer", "train", str(job.recipe), "--seed", str(job.seed)]
    with (job.folder / "output.txt").open("ab") as output:
        return subprocess.Popen(
            [*command, "--out", str(job.folder), *options, *more], cwd=ROOT, stdout=output, stderr=output
        )


def work_through(jobs: list[Job], options: list[str], at_once: int, target: Path) -> list[Job]:
    """Keep ``at_once`` trainings going until all are done; gives those that failed."""
    waiting, running, failed = list(jobs), dict[Job, subprocess.Popen[bytes]](), []
    try:
        while waiting or running:
            while waiting and len(running) < at_once:
                job = waiting.pop(0)
                if (job.folder / "run.json").exists():
                    collect(job, target)
                    continue
                print(f"{time.strftime('%H:%M')} begins: {job.name}", flush=True)
                running[job] = start(job, options)
            for job, process in list(running.items()):
                if process.poll() is None:
                    continue
                del running[job]
                if process.returncode:
                    print(f"failed: {job.name}; see {job.folder / 'output.txt'}", flush=True)
                    failed.append(job)
                else:
                    collect(job, target)
                    print(f"{time.strftime('%H:%M')} done: {job.name}", flush=True)
            time.sleep(0.2)
    finally:
        for process in running.values():
            process.terminate()
    return failed


def main(
    experiment: Annotated[str, typer.Argument(help="The key `experiment` of its recipes: notes, cifar10, digits.")],
    seeds: Annotated[int, typer.Option(min=1, help="Seeds 0 to N - 1.")] = 5,
    data: Annotated[Path | None, typer.Option(help="The folder with the pictures; the digits need none.")] = None,
    out: Annotated[Path, typer.Option(help="A folder a run comes here.")] = Path("runs"),
    jobs: Annotated[int, typer.Option(min=1, help="Trainings at a time.")] = 1,
    threads: Annotated[int, typer.Option(min=1, help="Threads of each.")] = 1,
    device: Annotated[str, typer.Option(help="cpu or cuda.")] = "cpu",
    collected: Annotated[Path, typer.Option(help="Where the records are copied to.")] = COLLECTED,
) -> None:
    """Train what is missing of an experiment, and collect its records."""
    options = ["--threads", str(threads), "--device", device, *(["--data", str(data.resolve())] if data else [])]
    failed = work_through(jobs_of(experiment, seeds, out.resolve()), options, jobs, collected / experiment)
    raise typer.Exit(1 if failed else 0)


if __name__ == "__main__":
    typer.run(main)
