#!/bin/sh
# The image's ENTRYPOINT. It refuses to be root's.
set -eu
if [ "$(id -u)" = 0 ]; then
    echo "SE Explorer does not run as root: give the container an ordinary user." >&2
    exit 64
fi
cd "$(dirname "$0")/../.."
export SE_EXPLORER_PROFILE="${SE_EXPLORER_PROFILE:-public}" PYTHONDONTWRITEBYTECODE=1
exec "${PYTHON:-python}" -m streamlit run deploy/public.py \
    --server.address "${ADDRESS:-0.0.0.0}" --server.port "${PORT:-8501}"
