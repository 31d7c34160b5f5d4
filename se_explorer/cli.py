"""``python -m se_explorer``: the command line. A table for people by default, ``--json`` for programs."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Annotated, Literal

import typer
from typer.main import get_command
from typer.rich_utils import rich_format_error

from se_explorer.commands.console import error_console, let_streams_take_any_letter
from se_explorer.commands.options import Address, AsJson, Device, Edits, EngineKind, Labels, Model, Weights, Workers
from se_explorer.commands.usage import in_our_words, speaking, wanted_language
from se_explorer.engine import EditPlan
from se_explorer.errors import EditPlanError, SEExplorerError
from se_explorer.language import _, language, later
from se_explorer.models import DEFAULT_MODEL

__all__ = ["app", "main"]

app = typer.Typer(
    name="python -m se_explorer",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)
errors = error_console()
INTERRUPTED = 130  # by Ctrl+C, as shells count


@app.callback()
def speak(
    lang: Annotated[  # read before anything is parsed, since help is said in it too; here it is checked
        Literal["en", "zh-Hans"] | None,
        typer.Option(help="The language to speak; by default the system's."),
    ] = None,
) -> None:
    """Open up Squeeze-and-Excitation networks: squeeze, gates and what switching blocks off does."""


@app.command("app", context_settings={"allow_extra_args": True, "ignore_unknown_options": True})
def open_app(context: typer.Context) -> None:
    """Open the app in a browser; options go to Streamlit, such as --server.port 8600."""
    from se_explorer.ui.start import start_app

    start_app(context.args)


@app.command()
def models(
    family: Annotated[str | None, typer.Option(help="Only this family, such as SE-ResNet.")] = None,
    usable: Annotated[bool, typer.Option("--usable", help="Only those that open with no network connection.")] = False,
    as_json: AsJson = False,
) -> None:
    """List the networks of the catalog."""
    from se_explorer.commands import listing

    listing.run(as_json, family, usable)


@app.command()
def fetch(
    ids: Annotated[list[str], typer.Argument(metavar="ID...", help="Networks, by their ids in the catalog.")],
    to: Annotated[Path | None, typer.Option(help="Copy the files to this folder too, for another machine.")] = None,
) -> None:
    """Download pretrained weights, so that networks open later without a network connection."""
    from se_explorer.commands import fetching

    fetching.run(ids, to)


@app.command()
def describe(model: Model = DEFAULT_MODEL, as_json: AsJson = False) -> None:
    """Show a network's stages and what its SE blocks cost; needs no weights."""
    from se_explorer.commands import describing

    describing.run(model, as_json)


@app.command()
def trace(
    image: Annotated[Path, typer.Argument(help="A picture: JPEG, PNG, WebP, BMP, GIF or TIFF.")],
    model: Model = DEFAULT_MODEL,
    weights: Weights = "pretrained",
    labels: Labels = None,
    edits: Edits = "",
    donor: Annotated[list[str] | None, typer.Option(help="KEY=IMAGE, for the mode donor:KEY; may be repeated.")] = None,
    device: Device = None,
    as_json: AsJson = False,
) -> None:
    """Show what every SE block squeezed and how it excited, for one picture."""
    from se_explorer.commands import tracing

    tracing.run(image, model, weights, labels, EditPlan.parse(edits), donor or [], device, as_json)


@app.command()
def evaluate(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="One subfolder of pictures a class, or a val folder.")],
    model: Model = DEFAULT_MODEL,
    weights: Weights = "pretrained",
    labels: Labels = None,
    edits: Annotated[
        list[str] | None,
        typer.Option(help="Edit plan, compared with the unedited network over the same pictures; may be repeated."),
    ] = None,
    device: Device = None,
    as_json: AsJson = False,
    engine: EngineKind = "local",
    address: Address = None,
    workers: Workers = None,
) -> None:
    """Measure top-1 and top-5 accuracy over a labelled folder, with its interval; edit plans beside it in one pass."""
    from se_explorer.commands import evaluating
    from se_explorer.commands.machines import Machines

    plans, machines = [EditPlan.parse(text) for text in edits or []], Machines(engine, address, workers)
    evaluating.run(folder, model, weights, labels, plans, device, as_json, machines)


@app.command()
def profile(
    folder: Annotated[
        str,
        typer.Argument(
            metavar="DIR",
            help="One subfolder of pictures a class, a folder that holds such a val, or a data set of torchvision's: "
            "cifar10:DIR, cifar100:DIR, imagenette:DIR, stl10:DIR or svhn:DIR, with :train or another split behind it.",
        ),
    ],
    out: Annotated[Path, typer.Option(metavar="FILE", help="The profile, a safetensors file.")],
    model: Model = DEFAULT_MODEL,
    weights: Weights = "pretrained",
    labels: Labels = None,
    device: Device = None,
    batch: Annotated[int, typer.Option(min=1, help="Pictures that run together.")] = 64,
    resume: Annotated[bool, typer.Option(help="Go on from FILE.part if it fits.")] = True,
    compact: Annotated[bool, typer.Option(help="Keep quantiles in half precision.")] = False,
    as_json: AsJson = False,
    engine: EngineKind = "local",
    address: Address = None,
    workers: Workers = None,
) -> None:
    """Measure every gate and squeeze over labelled pictures, by class, into one file; goes on after a kill."""
    from se_explorer.commands import profiling
    from se_explorer.commands.machines import Machines

    machines = Machines(engine, address, workers)
    profiling.run(folder, model, weights, labels, device, batch, out, resume, compact, as_json, machines)


@app.command()
def sweep(
    image: Annotated[
        Path,
        typer.Argument(metavar="IMAGE|DIR", help="A picture; or a folder with one subfolder of pictures a class."),
    ],
    model: Model = DEFAULT_MODEL,
    weights: Weights = "pretrained",
    kind: Annotated[
        str,
        typer.Option(
            help="leave-one-out, keep-one, stages, pairs, cumulative:front or :back; for a picture also "
            "channels:BLOCK, channels:BLOCK:COUNT or cumulative:greedy."
        ),
    ] = "leave-one-out",
    mode: Annotated[
        str | None, typer.Option(help="off, mean, zero, constant:V or shuffle:SEED: what is edited.")
    ] = None,
    target: Annotated[str | None, typer.Option(help="The class to watch; by default the network's answer.")] = None,
    edits: Edits = "",
    device: Device = None,
    as_json: AsJson = False,
    modes: Annotated[str | None, typer.Option(help="Over a folder: modes side by side, such as off,mean,zero.")] = None,
    labels: Labels = None,
    out: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Over a folder: write the result as JSON, which the app shows.")
    ] = None,
    engine: EngineKind = "local",
    address: Address = None,
    workers: Workers = None,
) -> None:
    """Measure what each of many edits changes, in one pass: in the answer to one picture, or over a labelled folder."""
    from se_explorer.commands import data_sweeping, sweeping
    from se_explorer.commands.machines import Machines

    if image.is_dir():
        machines = Machines(engine, address, workers)
        if target is not None or edits or (mode and modes):
            received = later("--target, --edits, or --mode beside --modes")
            raise EditPlanError(later("kind and modes for a folder"), received, later("Leave it out."))
        data_sweeping.run(image, model, weights, labels, kind, modes or mode, device, as_json, out, machines)
        return
    if modes or out is not None or labels is not None or engine != "local" or address or workers:
        expected = later("a folder for --modes, --labels, --out and --engine ray with its options")
        raise EditPlanError(expected, str(image), later("Name a folder of class folders."))
    if (mode or "").startswith("donor"):
        raise EditPlanError(
            later("a mode that needs no other picture"),
            str(mode),
            later("Take another's gates with trace and --donor KEY=IMAGE, or in Python with sweep(donors=...)."),
        )
    sweeping.run(image, model, weights, kind, mode or "off", target, edits, device, as_json)


@app.command()
def serve(
    model: Annotated[list[str] | None, typer.Option(help="A network by its id; may be repeated.")] = None,
    host: Annotated[str, typer.Option(help="Where to listen; 0.0.0.0 lets other machines in.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=1, max=65535, help="At which port.")] = 8765,
    replicas: Annotated[int | None, typer.Option(min=1, help="Processes; by default one a GPU, or one.")] = None,
    device: Device = None,
    address: Annotated[
        str | None, typer.Option(help="The head of a Ray cluster, or auto; by default one is started here.")
    ] = None,
) -> None:
    """Serve networks to apps on other machines, behind Ray Serve; needs requirements-ray.txt."""
    from se_explorer.commands import serving

    serving.run(model or [DEFAULT_MODEL], host, port, replicas, device, address)


@app.command()
def report(
    image: Annotated[Path, typer.Argument(help="A picture: JPEG, PNG, WebP, BMP, GIF or TIFF.")],
    out: Annotated[Path, typer.Option(metavar="FILE", help="Where the HTML file goes.")],
    model: Model = DEFAULT_MODEL,
    weights: Weights = "pretrained",
    labels: Labels = None,
    edits: Edits = "",
    donor: Annotated[list[str] | None, typer.Option(help="KEY=IMAGE, for the mode donor:KEY; may be repeated.")] = None,
    block: Annotated[
        str | None, typer.Option(help="The block to show in full; by default the last of stage 4.")
    ] = None,
    channel: Annotated[int | None, typer.Option(help="Its channel; by default the one with the strongest map.")] = None,
    mode: Annotated[str, typer.Option(help="What the ranking does to each block, such as off or mean.")] = "off",
    target: Annotated[str | None, typer.Option(help="The class to watch; by default the network's answer.")] = None,
    device: Device = None,
) -> None:
    """Write one HTML file with figures, tables and provenance, which opens without a network connection."""
    from se_explorer.commands import reporting

    reporting.run(image, out, model, weights, labels, edits, donor or [], block, channel, mode, target, device)


@app.command()
def train(
    recipe: Annotated[Path, typer.Argument(help="A recipe, a TOML file; see assets/recipes.")],
    data: Annotated[Path | None, typer.Option(help="The folder with the pictures; the digits need none.")] = None,
    seed: Annotated[int, typer.Option(min=0, help="Of the initial weights and all random choices.")] = 0,
    out: Annotated[Path | None, typer.Option(help="Where checkpoint and log go; by default runs/NAME-seedN.")] = None,
    bundle: Annotated[Path | None, typer.Option(help="Where the finished network goes; by default OUT.")] = None,
    resume: Annotated[bool, typer.Option(help="Go on from OUT's checkpoint.")] = False,
    snapshot: Annotated[bool, typer.Option(help="Train no further: write the network of OUT's checkpoint.")] = False,
    threads: Annotated[int | None, typer.Option(min=1, help="How many threads compute; by default all cores.")] = None,
    device: Annotated[str, typer.Option(help="cpu or cuda.")] = "cpu",
    download: Annotated[bool, typer.Option(help="Let torchvision fetch CIFAR-10 or Imagenette into DATA.")] = False,
    tensorboard: Annotated[
        bool, typer.Option(help="Write OUT/tensorboard too; needs the package tensorboard.")
    ] = False,
) -> None:
    """Train a network from a recipe, and write it with its card, its gate statistics and the training's record."""
    from se_explorer.commands import training

    options = training.TrainOptions(data, seed, out, bundle, resume, snapshot, threads, device, download, tensorboard)
    training.run(recipe, options)


def _run() -> int:
    """Run the command that the arguments name; the exit status. What is wrong with the arguments is told."""
    with speaking(get_command(app)) as command:
        try:
            return int(command.main(prog_name=app.info.name, standalone_mode=False) or 0)
        except typer.TyperException as error:
            told = in_our_words(error.format_message())
            error.format_message = lambda: told  # type: ignore[method-assign]
            rich_format_error(error)  # type: ignore[arg-type]  # Typer names its class of these nowhere in public
            return error.exit_code


def main() -> None:
    """Run the command line; an error of ours is told in one line, with exit status 2."""
    let_streams_take_any_letter()
    with language(wanted_language(sys.argv[1:], os.environ)):
        try:
            status = _run()
        except SEExplorerError as error:
            errors.print(type(error).__name__, style="bold", end="")
            errors.print(":", *str(error).splitlines())
            status = 2
        if status == INTERRUPTED:
            errors.print(_("Stopped."))
    if status:
        sys.exit(status)
