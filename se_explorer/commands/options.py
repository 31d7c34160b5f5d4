"""Options that several commands take."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

__all__ = ["Address", "AsJson", "Device", "Edits", "EngineKind", "Labels", "Model", "Weights", "Workers"]

Model = Annotated[
    str,
    typer.Option(
        help="A bundled network, timm:NAME or torchvision:NAME[@WEIGHTS]; with a checkpoint also "
        "own:seresnet50,width=3/8."
    ),
]
Weights = Annotated[str, typer.Option(help="pretrained, random:SEED, or the path of a checkpoint file.")]
Labels = Annotated[
    Path | None, typer.Option(metavar="FILE", help="Names of the classes: a text, one a line, or a JSON list.")
]
Edits = Annotated[str, typer.Option(help="Edit plan, such as 'SE_3_4=off;SE_5_1=mean;SE_2_1.17=0.2'.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON instead of a table.")]
Device = Annotated[str | None, typer.Option(help="cuda, mps or cpu; by default the best there is.")]


EngineKind = Annotated[
    Literal["local", "ray"], typer.Option("--engine", help="Where the pictures run: here, or in a Ray cluster.")
]
Address = Annotated[
    str | None, typer.Option(help="With --engine ray: the cluster's head, or auto; by default one is started here.")
]
Workers = Annotated[
    int | None, typer.Option(min=1, help="With --engine ray: networks that work at once; by default one a GPU or CPU.")
]
