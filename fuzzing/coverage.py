"""Cases chosen by atheris: those that reach lines of ours which none before them reached are kept and changed further.

It needs requirements-fuzz.txt. Its engine ends the process that it runs in, so that each target has one of its own.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

__all__ = ["explore"]

CORPUS = Path(__file__).with_name("corpus")
SECONDS_A_CASE = 20
RESIDENT_MIB = 4096


def explore(name: str, cases: int, seed: int, out: Path) -> bool:
    """Whether something was found; the case lies in ``out`` then, and its trace was printed."""
    with tempfile.TemporaryDirectory() as grown:
        command = [sys.executable, "-m", "fuzzing.coverage", name, grown, str(CORPUS / name)]
        limits = [
            f"-timeout={SECONDS_A_CASE}",
            f"-rss_limit_mb={RESIDENT_MIB}",
            f"-artifact_prefix={out}/found-{name}-",
        ]
        done = subprocess.run([*command, f"-runs={cases}", f"-seed={seed + 1}", *limits], check=False)
    return done.returncode != 0


def main() -> None:
    import atheris

    with atheris.instrument_imports(include=["se_explorer"]):
        from fuzzing.property import check
        from fuzzing.targets import TARGETS

    name, *arguments = sys.argv[1:]
    read = TARGETS[name].reader()
    atheris.Setup([sys.argv[0], *arguments], lambda data: check(read, data) and None)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
