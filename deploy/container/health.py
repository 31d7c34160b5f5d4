"""The image's HEALTHCHECK: 0 where the server answers."""

import os
import sys
import urllib.request

address = f"http://127.0.0.1:{os.environ.get('PORT', '8501')}/_stcore/health"
try:
    with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(address, timeout=4) as answer:
        sys.exit(answer.read() != b"ok")
except OSError as error:
    sys.exit(str(error))
