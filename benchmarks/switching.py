"""Does the app give memory back when networks are switched? ``python -m benchmarks.switching [--switches 20]``.

Drives one session of the app in this process: card, open with random weights, Explore, and on to the next network.
Prints the resident memory after each switch; the app keeps two networks at most, so it must level off at the third.
"""

from __future__ import annotations

import argparse
import gc
import json
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
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    found = measure(options.switches)
    second, last = found[min(1, len(found) - 1)], found[-1]
    if options.json:
        print(json.dumps({"resident_bytes": found}))
    print(
        f"after the second: {second / 2**20:.0f} MiB; after the last: {last / 2**20:.0f} MiB, {last / second:.2f} times"
    )


if __name__ == "__main__":
    main()
