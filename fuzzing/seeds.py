"""``python -m fuzzing.seeds`` writes the sound files of the corpus anew; what was found stays."""

from __future__ import annotations

import io
import json
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import torch
from PIL import Image, ImageCms
from safetensors.numpy import save_file

from fuzzing.forms import ZIP
from fuzzing.readers import BINDING, SHAPE
from fuzzing.targets import CORPUS
from fuzzing.training_readers import PAIR, RECIPE
from se_explorer.analysis import save_profile
from se_explorer.analysis.profile_tally import Tally
from se_explorer.errors import TrainingError
from se_explorer.language import later
from se_explorer.models.bundled import ASSETS
from se_explorer.training.pair_progress import Progress, StepTimes, fault_of
from se_explorer.training.pair_request import PairRequest
from se_explorer.training.pairs import Pair
from se_explorer.training.recipe import load_recipe
from tests.analysis.profiles import made_profile
from tests.models.files import legacy, safetensors, zipped

NOISE = Image.fromarray(np.random.default_rng(3).integers(0, 256, (16, 20, 3)).astype(np.uint8))
STATE = {"conv.weight": torch.arange(6.0).reshape(2, 3, 1, 1), "bn.num_batches_tracked": torch.tensor(7)}

HALF = {name: value.half() if value.is_floating_point() else value for name, value in STATE.items()}


def _encoded(image: Image.Image, kind: str, **options: Any) -> bytes:
    out = io.BytesIO()
    image.copy().save(out, kind, **options)
    return out.getvalue()


def _more() -> dict[str, Any]:
    """A second frame; a saved image remembers its encoder's settings, so that each file has its own."""
    return {"save_all": True, "append_images": [NOISE.rotate(90)]}


def pictures() -> Iterator[tuple[str, bytes]]:
    exif = Image.Exif()
    exif[0x0112], exif[0x010F] = 6, "maker"
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    for kind in ("JPEG", "PNG", "WEBP"):
        yield f"{kind.lower()}-exif-icc", _encoded(NOISE, kind, exif=exif, icc_profile=profile)
    yield "jpeg-progressive", _encoded(NOISE, "JPEG", progressive=True)
    yield "jpeg-cmyk", _encoded(NOISE.convert("CMYK"), "JPEG")
    yield "mpo", _encoded(NOISE, "MPO", **_more())
    yield "apng", _encoded(NOISE, "PNG", **_more())
    yield "png-palette", _encoded(NOISE.convert("P"), "PNG", transparency=3)
    yield "png-grey-16", _encoded(Image.fromarray(np.arange(320, dtype=np.uint16).reshape(16, 20)), "PNG")
    yield "webp-lossless", _encoded(NOISE, "WEBP", lossless=True)
    yield "webp-animated", _encoded(NOISE, "WEBP", **_more())
    yield "bmp", _encoded(NOISE, "BMP")
    yield "gif", _encoded(NOISE, "GIF", **_more())
    yield "tiff-pages", _encoded(NOISE, "TIFF", exif=exif, **_more())
    yield "tiff-big", _encoded(NOISE, "TIFF", big_tiff=True)
    yield "tiff-float", _encoded(NOISE.convert("F"), "TIFF")
    for name in ("tiff_lzw", "tiff_adobe_deflate", "packbits", "jpeg"):
        yield f"tiff-{name}", _encoded(NOISE, "TIFF", compression=name)


def texts() -> Iterator[tuple[str, str, bytes]]:
    """Target, name and content."""
    yield "plan", "every-mode", b"SE_3_4=off;SE_5_1=mean;SE_2_1.17=0.2;SE_2_2=zero;SE_2_3=constant:0.5"
    yield "plan", "seeds-and-donors", b"SE_4_6=shuffle:7\nSE_5_2=donor:sample-1_a; SE_5_*=off;*=zero;SE_5_3.511=1e-3"
    yield "address", "query", b"lang=zh-Hans&block=SE_5_3&channel=17&r=16&edits=SE_3_4%3Doff&step=3"
    yield "path", "inside", b"val/n01440764/a.JPEG"
    yield "path", "above", b"../../etc/passwd"
    yield "path", "folder", b"/tmp"
    yield "labels", "lines", "tench\nEnglish springer\n卡带\n".encode()
    yield "labels", "list.json", b'["tench", "springer", "cassette"]'
    yield "labels", "by-index.json", b'{"0": "tench", "1": "springer", "2": "cassette"}'
    yield "labels", "by-label.json", b'{"tench": 0, "springer": 1, "cassette": 2}'
    for path in (RECIPE, RECIPE.with_name("seresnet50-imagenette.toml"), RECIPE.with_name("resnet20-cifar10.toml")):
        yield "recipe", path.name, path.read_bytes()


def checkpoints() -> Iterator[tuple[str, str, bytes]]:
    plain = zipped(STATE)
    yield "checkpoint", "plain.pt", plain
    yield "checkpoint", "wrapped.pt", zipped({"epoch": 3, "state_dict": {f"module.{n}": v for n, v in STATE.items()}})
    yield "checkpoint", "half.pt", zipped({"state_dict_ema": HALF})
    yield "checkpoint", "legacy.pt", legacy(STATE)
    yield "safetensors", "plain.safetensors", safetensors(STATE)
    yield "safetensors", "half.safetensors", safetensors(HALF)
    for name, whole in (
        ("plain", plain),
        ("wrapped", zipped({"model": STATE, "optimizer": {"lr": 0.1, "steps": {1}}})),
    ):
        yield "pickle", f"{name}.pkl", next(part for part in ZIP.split(whole) if b"data.pkl" in part[:64])[18:]
    yield "pickle", "system.pkl", b"\x80\x02cos\nsystem\nX\x0b\x00\x00\x00touch /tmp/c\x85R."
    recipe = load_recipe(RECIPE).model_dump_json()
    yield "resume", "checkpoint.pt", zipped({"recipe": recipe, "seed": 0, "curve": [{}], "network": STATE})


def profiles() -> Iterator[tuple[str, str, bytes]]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a"
        for compact in (False, True):
            save_profile(made_profile({"SE_1_1": [[0.2, 0.7], [0.4, 0.3]]}), path, compact=compact)
            yield "profile", f"compact-{compact}".lower(), path.read_bytes()
        header = {"binding": BINDING.model_dump(mode="json"), "position": 0, "unreadable": []}
        save_file(dict(Tally(SHAPE).state()), path, {"partial": json.dumps(header)})
        yield "partial", "begun", path.read_bytes()


def _shortened(path: Path) -> bytes:
    """A committed record with its first epochs and gates alone would not add up; its gates alone may go."""
    table = json.loads(path.read_text(encoding="utf-8"))
    table["gates"] = table["gates"][:2]
    return json.dumps(table).encode()


def records() -> Iterator[tuple[str, str, bytes]]:
    sweep = json.loads((ASSETS / "ablation" / "seresnet50-imagenette.val.stages.json").read_text(encoding="utf-8"))
    yield "ablation", "stages.json", json.dumps(sweep).encode()
    runs = ASSETS / "experiments"
    for path in (min(runs.glob("digits/*plain*seed*.json")), min(runs.glob("digits/*se*seed*.json"))):
        yield "record", path.name, _shortened(path)
    yield "retrained", "ablation.json", next(runs.glob("stages-digits/*ablation.json")).read_bytes()
    lines = [{"epoch": 1, "size": 16, "loss": 1.5, "accuracy": 0.5, "validation": None, "seconds": 1.0, "gates": None}]
    yield "log", "log.jsonl", "".join(json.dumps(line) + "\n" for line in lines).encode()
    request = PairRequest(dataset="digits", network="notes-cnn", reduction=4, epochs=3, seed=1)
    fault = fault_of(TrainingError(later("a training that has ended"), "x", later("Stop it first.")))
    pair = Pair(id=PAIR, request=request, owner="a", created=1.0, state="failed", fault=fault)
    progress = Progress(stage="training", done=1, total=3, epoch=1, times=StepTimes(low=1, median=2, high=3, count=4))
    for name, part in (("pair", pair), ("fault", fault), ("progress", progress)):
        yield "pair", f"{name}.json", part.model_dump_json().encode()


def main() -> None:
    entries = [("picture", name, data) for name, data in pictures()]
    for target, name, data in (*entries, *texts(), *checkpoints(), *profiles(), *records()):
        path = CORPUS / target / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)


if __name__ == "__main__":
    main()
