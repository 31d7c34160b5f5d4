"""A disk that takes no more: the file before stays whole, and the error is ours.

A training: tests/training/test_interruptions.py. Downloads: ``disk`` in tests/models/weights/test_child.py.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
#: Each writes a file of its kind at ``path``; ``large`` asks for one that does not fit.
WRITERS = {
    "a profile": (
        "ProfileError",
        "from se_explorer.analysis import save_profile\n"
        "from tests.analysis.profiles import made_profile\n"
        "def write(large):\n"
        "    save_profile(made_profile({'SE_1_1': [[0.5] * (20_000 if large else 2)] * 2}), path)\n",
    ),
    "an unfinished profile": (
        "ProfileError",
        "from fuzzing.readers import BINDING\n"
        "from se_explorer.analysis.profile_partial import Partial\n"
        "from se_explorer.analysis.profile_header import Unreadable\n"
        "from se_explorer.analysis.profile_tally import Tally, TallyShape\n"
        "def write(large):\n"
        "    tally = Tally(TallyShape((2, 2), 2, 2, 0))\n"
        "    tally.unreadable += [Unreadable(name='x' * 1000, reason='y')] * (100 if large else 0)\n"
        "    Partial(path, BINDING).save(tally)\n",
    ),
    "an ablation over data": (
        "DataError",
        "from pathlib import Path as P\n"
        "from se_explorer.analysis.data_sweep_record import read_data_sweep, write_data_sweep\n"
        "found = read_data_sweep(P('fuzzing/corpus/ablation/stages.json').read_bytes(), 'a')\n"
        "def write(large):\n"
        "    left = ('x' * 1000,) * (100 if large else 0)\n"
        "    write_data_sweep(path, found.model_copy(update={'unreadable': left}))\n",
    ),
    "the record of a training": (
        "RecipeError",
        "from pathlib import Path as P\n"
        "from se_explorer.training.record import parse_record, write_record\n"
        "found = parse_record(next(P('fuzzing/corpus/record').glob('*se*')).read_bytes(), 'a')\n"
        "def write(large):\n"
        "    write_record(found.model_copy(update={'title': 'x' * (100_000 if large else 10)}), path)\n",
    ),
    "a training's weights": (
        "RecipeError",
        "import torch\n"
        "from safetensors.torch import save_file\n"
        "from se_explorer.training.checkpoint import write_or_say\n"
        "def write(large):\n"
        "    write_or_say(path, lambda part: save_file({'a': torch.zeros(100_000 if large else 1)}, part))\n",
    ),
}
TRY = """
import resource, signal, sys
from pathlib import Path
path = Path(sys.argv[1])
{writer}
write(False)
before = path.read_bytes()
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, 50_000))
try:
    write(True)
except Exception as error:
    assert type(error).__name__ == "{kind}", repr(error)
    assert "Traceback" not in str(error)
    assert path.read_bytes() == before
    assert [each.name for each in path.parent.iterdir()] == [path.name]
    print(error)
"""


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(signal, "SIGXFSZ"), reason="the system knows no limit on the size of files")
@pytest.mark.parametrize("kind", WRITERS)
def test_what_does_not_fit_is_told_and_the_file_before_it_is_whole(kind: str, tmp_path: Path) -> None:
    error, writer = WRITERS[kind]
    code = TRY.format(writer=writer, kind=error)
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")])}
    command = [sys.executable, "-c", code, str(tmp_path / "file")]
    told = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=300)
    assert told.stdout.startswith("Expected "), told.stderr[-800:]
