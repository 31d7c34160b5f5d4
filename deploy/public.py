"""The app where strangers come: ``streamlit run deploy/public.py``. See docs/deployment.md.

Beside the public profile, which holds in the app's own code, this server bounds what is asked of Streamlit itself. Its
configuration is ``deploy/.streamlit/config.toml``: Streamlit reads the one beside the script that it runs.
"""

import os
import sys
from pathlib import Path

from starlette.middleware import Middleware
from streamlit.starlette import App

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))
os.environ.setdefault("SE_EXPLORER_PROFILE", "public")

from se_explorer.limits import limits  # noqa: E402
from se_explorer.ui.guard import Guard, keep_uploads_in_memory  # noqa: E402
from se_explorer.ui.start import name_own_pages  # noqa: E402

name_own_pages()
keep_uploads_in_memory(limits())
app = App(ROOT / "streamlit_app.py", middleware=[Middleware(Guard, allowed=limits())])
