#!/bin/sh
# The steps of the image's RUN, in a file so that they can be tried without a container engine.
# usage: install.sh WHERE   an environment is made there, with what requirements.txt pins
set -eu
where=$1
here=$(cd "$(dirname "$0")/../.." && pwd)
python3 -m venv "$where"
# PyTorch for the CPU is a tenth of the one for GPUs: TORCH_INDEX=https://pypi.org/simple takes the other.
"$where/bin/python" -m pip install --no-cache-dir --disable-pip-version-check \
    --extra-index-url "${TORCH_INDEX:-https://download.pytorch.org/whl/cpu}" ${PIP_OPTIONS:-} \
    -r "${REQUIREMENTS:-$here/requirements.txt}"
