"""``fetch``: weights onto this machine, or into a folder that is taken to another one."""

from __future__ import annotations

import shutil
from pathlib import Path

from se_explorer.commands.console import error_console, table_console
from se_explorer.commands.progress import byte_bar
from se_explorer.errors import ModelError, WeightsError
from se_explorer.files import unreadable, write_whole
from se_explorer.language import _, later
from se_explorer.models import cards, fetch, find_card, weights_status
from se_explorer.models.weights.origins import weights_name

__all__ = ["fetched", "run"]


def fetched(model: str) -> Path | None:
    """A network's weights on this machine; a download shows its progress on the error stream."""
    status = weights_status(model, thorough=True)
    if status.state != "download":
        return status.path
    if status.damaged is not None:
        error_console().print(_("{path} is damaged; a whole one is downloaded.").format(path=status.damaged))
    with byte_bar(model) as report:
        return fetch(model, report)


def _copied(model: str, path: Path, folder: Path) -> Path:
    """The file itself under its flat name, never a link into a cache."""
    target = folder / f"{weights_name(model)}{path.suffix}"
    try:
        write_whole(target, lambda part: shutil.copyfile(path, part))
    except OSError as error:
        raise WeightsError(
            later("a folder with room for the weights"),
            unreadable(folder, error),
            later("Name another with --to."),
        ) from error
    return target


def run(models: list[str], folder: Path | None) -> None:
    """Fetch each network's weights in turn and print where they are.

    Args:
        folder: where copies go too, under names by which another machine finds them.

    Raises:
        ModelError: an id is unknown, or a copy is wanted of what the catalog does not have; nothing is fetched then.
        WeightsError: a download or a copy failed; what came before it is kept.
    """
    for model in models:
        weights_status(model)
        if folder is not None and find_card(model) is None:
            raise ModelError(
                later("with --to, one of the {count} networks of the catalog", count=len(cards())),
                repr(model),
                later("List them with: python -m se_explorer models"),
            )
    console = table_console()
    for model in models:
        path = fetched(model)
        if path is None:
            console.print(_("{model}: comes with the project").format(model=model), soft_wrap=True)
        else:
            console.print(f"{model}: {_copied(model, path, folder) if folder else path}", soft_wrap=True)
