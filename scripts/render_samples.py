"""Renders the sample pictures of `assets/samples` that no camera took.

    python scripts/render_samples.py                    all of them, into assets/samples
    python scripts/render_samples.py golf-ball --out /tmp/x

Every picture is the same for the same seed, and nothing in it comes from a photograph or a data set.
"""

from __future__ import annotations

import argparse
import importlib
import time
from pathlib import Path

from PIL import Image

ASSETS = Path(__file__).resolve().parent.parent / "assets" / "samples"
QUALITY = 90
# id: (module in rendering.scenes, (width, height), seed)
SCENES: dict[str, tuple[str, tuple[int, int], int]] = {
    "golf-ball": ("golf_ball", (480, 400), 7),
    "parachute": ("parachute", (440, 500), 4),
    "church": ("church", (500, 500), 3),
    "gas-pump": ("gas_pump", (400, 500), 5),
    "cassette-player": ("cassette_player", (560, 420), 6),
    "garbage-truck": ("garbage_truck", (520, 420), 8),
    "french-horn": ("french_horn", (500, 420), 9),
    "chain-saw": ("chain_saw_studio", (520, 400), 11),
    "chain-saw-stump": ("chain_saw", (480, 400), 10),
}


def rendered(name: str, scale: float = 1.0) -> Image.Image:
    """One picture by its id; `scale` below 1 gives a smaller one sooner."""
    module, (width, height), seed = SCENES[name]
    scene = importlib.import_module(f"rendering.scenes.{module}")
    return scene.render((round(width * scale), round(height * scale)), seed)


def main() -> None:
    """Render the named pictures, or all."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("names", nargs="*", metavar="name", help=f"which ones, of {', '.join(SCENES)}; none means all")
    parser.add_argument("--out", type=Path, default=ASSETS, help="folder to write to")
    parser.add_argument("--scale", type=float, default=1.0, help="size as a share of the committed one")
    arguments = parser.parse_args()
    unknown = [name for name in arguments.names if name not in SCENES]
    if unknown:
        parser.error(f"there is no scene {unknown[0]!r}; there are {', '.join(SCENES)}")
    arguments.out.mkdir(parents=True, exist_ok=True)
    for name in arguments.names or SCENES:
        start = time.perf_counter()
        picture = rendered(name, arguments.scale)
        picture.save(arguments.out / f"{name}.jpg", quality=QUALITY, subsampling=0)
        print(f"{name}: {picture.width}x{picture.height} in {time.perf_counter() - start:.1f} s")


if __name__ == "__main__":
    main()
