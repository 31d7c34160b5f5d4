"""``python -m fuzzing [TARGET ...] --cases N``: hostile bytes for every reader of people's files; docs/security.md."""

from __future__ import annotations

import functools
import json
import multiprocessing
import tempfile
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from fuzzing.drive import Report, fuzz
from fuzzing.minimise import ended_by, kind_of, minimised
from fuzzing.targets import TARGETS

app = typer.Typer(add_completion=False)
Names = Annotated[list[str] | None, typer.Argument(help=f"Some of {', '.join(TARGETS)}; all by default.")]


def _asked(names: list[str] | None) -> list[str]:
    """The targets that are named.

    Raises:
        typer.BadParameter: one is none.
    """
    unknown = [name for name in names or () if name not in TARGETS]
    if unknown:
        raise typer.BadParameter(f"expected some of {', '.join(TARGETS)}, received {', '.join(unknown)}")
    return names or list(TARGETS)


def _row(report: Report) -> str:
    told = report.tally
    rate = report.cases / told.seconds if told.seconds else 0.0
    return (
        f"{report.target:12}{report.cases:>10,} cases {told.values:>9,} values {told.refused:>9,} refused "
        f"{len(report.found):>3} found {rate:>8,.0f}/s slowest {told.slowest:6.3f} s growth {told.growth:5.0f} MiB"
    )


def _minimise(name: str, case: Path) -> None:
    with tempfile.TemporaryDirectory() as folder:
        for judge in (kind_of, ended_by):
            kind = judge(name, case.read_bytes(), Path(folder))
            if kind is not None:
                break
        else:
            raise typer.BadParameter(f"{case} shows no fault of {name}")

        def shows(data: bytes) -> bool:
            return judge(name, data, Path(folder)) == kind

        shortest = minimised(case.read_bytes(), shows)
    place = case.with_name(f"{case.name}.min")
    place.write_bytes(shortest)
    print(f"{kind}: {len(shortest)} bytes in {place}")


@app.command()
def main(
    targets: Names = None,
    cases: Annotated[int, typer.Option(min=1, help="Of each target.")] = 10_000,
    seed: Annotated[int, typer.Option(min=0, help="Of the cases.")] = 0,
    out: Annotated[Path, typer.Option(help="Folder for what is found, and for report.json.")] = Path("build/fuzzing"),
    jobs: Annotated[int, typer.Option(min=1, help="Targets at a time.")] = 1,
    try_one: Annotated[Path | None, typer.Option("--try", help="Try this file alone.")] = None,
    minimise: Annotated[Path | None, typer.Option(help="Shorten this file while it shows the same fault.")] = None,
    coverage: Annotated[bool, typer.Option(help="Let atheris choose the cases: requirements-fuzz.txt.")] = False,
) -> None:
    """Try cases; exits with 1 where something was found."""
    names = _asked(targets)
    if minimise is not None:
        return _minimise(names[0], minimise)
    if try_one is not None:
        kind = kind_of(names[0], try_one.read_bytes(), Path(tempfile.mkdtemp()))
        print(kind or "holds")
        raise typer.Exit(kind is not None)
    out.mkdir(parents=True, exist_ok=True)
    if coverage:
        from fuzzing.coverage import explore

        raise typer.Exit(sum(explore(name, cases, seed, out) for name in names) > 0)
    reports = []
    with ProcessPoolExecutor(jobs, multiprocessing.get_context("fork")) as pool:
        for report in pool.map(functools.partial(fuzz, cases=cases, seed=seed, folder=out), names):
            reports.append(report)
            print(_row(report), flush=True)
    told = [{"target": r.target, "cases": r.cases, "found": len(r.found), **asdict(r.tally)} for r in reports]
    (out / "report.json").write_text(json.dumps({"seed": seed, "targets": told}, indent=1) + "\n", encoding="utf-8")
    raise typer.Exit(any(report.found for report in reports))


if __name__ == "__main__":
    app()
