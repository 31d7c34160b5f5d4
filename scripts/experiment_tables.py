"""Rebuild the tables and plots of ``docs/experiments`` from the records in ``assets/experiments``.

    python scripts/experiment_tables.py [--check]

Nothing is trained and nothing is typed in by hand: every figure comes from a committed run.json. With ``--check``
nothing is written, and the command fails where a document is not what the records give.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pandas as pd

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from se_explorer.figures.experiment_svg import seed_svg  # noqa: E402
from se_explorer.language import language  # noqa: E402
from se_explorer.report.experiment_charts import difference_row, final_row  # noqa: E402
from se_explorer.report.experiment_page import conclusions  # noqa: E402
from se_explorer.report.experiment_tables import cost_table, difference_table, final_table  # noqa: E402
from se_explorer.report.retrained_view import retrained_table, tell_retrained  # noqa: E402
from se_explorer.training.experiments import (  # noqa: E402
    ABLATION_SUFFIX,
    COMMITTED,
    Experiment,
    collect,
    committed_records,
    compared,
)
from se_explorer.training.retrained_record import read_ablation  # noqa: E402

DOCS = ROOT / "docs" / "experiments"
HEAD = "<!-- Made by scripts/experiment_tables.py from assets/experiments; do not edit. -->\n"


def cell(value: object) -> str:
    """A figure with the digits that one reads; empty where there is none."""
    if value is None or (isinstance(value, float) and pd.isna(value)):
        return ""
    if isinstance(value, float):
        return f"{value:.4f}" if abs(value) < 1 else f"{value:.2f}"
    return str(value).replace("|", "\\|")


def markdown(table: pd.DataFrame) -> str:
    """A table in Markdown."""
    head = [f"| {' | '.join(map(str, table.columns))} |", f"|{' --- |' * len(table.columns)}"]
    columns = [table[name].tolist() for name in table.columns]
    return "\n".join([*head, *(f"| {' | '.join(map(cell, row))} |" for row in zip(*columns, strict=True))])


def origin(experiment: Experiment) -> str:
    """Recipes, seeds, commits and machines."""
    lines = []
    for runs in experiment.runs:
        records = runs.records.values()
        commits = ", ".join(sorted({record.commit[:12] + record.commit[40:] for record in records}))
        machines = ", ".join(
            sorted({f"{r.machine.processor}, {r.device}, {r.software.threads} threads" for r in records})
        )
        seeds = ", ".join(map(str, runs.records))
        lines.append(f"- `{runs.first.recipe_file}`: seeds {seeds}; commit {commits}; {machines}")
    return "\n".join(lines)


def document(experiment: Experiment, folder: Path) -> dict[str, str]:
    """The files of one experiment, by name."""
    name, base = experiment.name or "unnamed", experiment.base
    names = {runs.key: runs.title for runs in experiment.runs}
    found = compared(experiment, base)
    files = {
        f"{name}-accuracy.svg": seed_svg(
            list(names.values()), [final_row(runs, names[runs.key]) for runs in experiment.runs], "light",
            title="Accuracy after the last epoch", x_title="right answers on the test split, %",
        )
    }  # fmt: skip
    parts = [HEAD, f"# Experiment: {name}\n", "\n\n".join(conclusions(experiment, base, names)), ""]
    parts += [f"![Accuracy by recipe]({name}-accuracy.svg)\n", markdown(final_table(experiment, names)), ""]
    if found:
        files[f"{name}-differences.svg"] = seed_svg(
            [names[key] for key in found], [difference_row(each, names[key]) for key, each in found.items()], "light",
            title=f"Difference from {names[base.key]}, seed by seed", x_title="accuracy, points", zero=True,
        )  # fmt: skip
        parts += [f"![Differences seed by seed]({name}-differences.svg)\n"]
        parts += [markdown(difference_table(found, base, names)), ""]
    parts += ["## Cost\n", markdown(cost_table(experiment, base, names)), ""]
    for path in sorted((folder / name).glob(f"*{ABLATION_SUFFIX}")):
        ablation = read_ablation(path)
        parts += [f"## {ablation.title}: two kinds of “disabled”\n", "\n\n".join(tell_retrained(ablation)), ""]
        parts += [markdown(retrained_table(ablation)), ""]
    parts += ["## Where the figures come from\n", origin(experiment), ""]
    return {f"{name}.md": "\n".join(parts), **files}


def documents(folder: Path = COMMITTED) -> Iterator[tuple[str, str]]:
    """Name and text of every file of ``docs/experiments``."""
    with language("en"):
        for experiment in collect(committed_records(folder)):
            yield from document(experiment, folder).items()


def main() -> int:
    """Write, or compare."""
    wrong = []
    for name, text in documents():
        path = DOCS / name
        if "--check" in sys.argv:
            if not path.exists() or path.read_text(encoding="utf-8") != text:
                wrong.append(name)
        else:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
    for name in wrong:
        print(f"docs/experiments/{name} is not what the records give: run scripts/experiment_tables.py")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
