#!/usr/bin/env bash
# Every pinned package against the advisories of PyPI; a package that cannot be looked up counts as a failure.
set -euo pipefail
cd "$(dirname "$0")/.."
for file in requirements*.txt; do
    echo "$file"
    pip-audit --strict --progress-spinner off --disable-pip --no-deps -r "$file"
done
