"""Does the app give memory back when networks are switched? ``python -m benchmarks.switching [--switches 20]``.

Drives one session of the app in this process: card, open with random weights, Explore, and on to the next network.
Prints the resident memory after each switch. The app keeps two networks at most, so that what it holds should depend on
the last two alone.
"""

from __future__ import annotations

import argparse
import gc
import os
from pathlib import Path

from streamlit.testing.v1 import AppTest

ROOT = Path(__file__).resolve().parents[1]
MODELS = (
    "timm:legacy_seresnet18.in1k",
    "torchvision:mobilenet_v3_large",
    "timm:efficientnet_b0.ra_in1k",
    "timm:seresnet50.a1_in1k",
)


def resident() -> int:
    """Bytes of this process in memory."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")


def switch(app: AppTest, model: str) -> None:
    """From wherever the session is, to this network on the page Explore."""
    app.switch_page("pages/networks.py").run()
    app.selectbox(key="card").set_value(model).run()
    app.button(key="_open_random").click().run()
    app.switch_page("pages/explore.py").run()
    if app.exception or app.error:
        raise SystemExit(f"{model}: {[element.value for element in (*app.exception, *app.error)]}")


def measure(switches: int) -> list[int]:
    """Resident bytes after each switch."""
    app = AppTest.from_file(str(ROOT / "streamlit_app.py"), default_timeout=300)
    app.run()
    found = []
    for number in range(switches):
        switch(app, MODELS[number % len(MODELS)])
        gc.collect()
        found.append(resident())
        print(f"{number + 1:3} {MODELS[number % len(MODELS)]:32} {found[-1] / 2**20:7.0f} MiB", flush=True)
    return found


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--switches", type=int, default=20)
    found = measure(parser.parse_args().switches)
    # Two networks are kept, so that like is compared with like: both times after the same two switches.
    for place, model in enumerate(MODELS):
        same = found[place :: len(MODELS)][place == 0 :]  # before the very first there was another
        if len(same) > 1:
            times = same[-1] / same[0]
            print(f"{model}: {same[0] / 2**20:.0f} MiB, at last {same[-1] / 2**20:.0f}, {times:.2f} times")


if __name__ == "__main__":
    main()
