"""The committed files of the public server, as far as they can be read without running anything."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

from se_explorer.limits import reading

ROOT = Path(__file__).resolve().parents[2]
DEPLOY = ROOT / "deploy"


def configuration(folder: Path) -> dict[str, Any]:
    return tomllib.loads((folder / ".streamlit" / "config.toml").read_text(encoding="utf-8"))


PUBLIC, LOCAL = configuration(DEPLOY), configuration(ROOT)


def test_the_public_server_is_closed_where_streamlit_can_close_it() -> None:
    server = PUBLIC["server"]
    assert (server["enableCORS"], server["enableXsrfProtection"], server["xsrfCookieSameSite"]) == (
        True,
        True,
        "strict",
    )
    assert (server["fileWatcherType"], server["enableStaticServing"], server["enableAgentApi"]) == (
        "none",
        False,
        False,
    )
    assert server["address"] == "127.0.0.1"
    assert not PUBLIC["browser"]["gatherUsageStats"]
    assert PUBLIC["client"]["showErrorDetails"] == "none"


def test_at_home_it_answers_its_own_machine_alone() -> None:
    assert LOCAL["server"]["address"] == "127.0.0.1"


def test_what_the_widgets_say_is_what_the_server_takes() -> None:
    assert PUBLIC["server"]["maxUploadSize"] == reading({"SE_EXPLORER_PROFILE": "public"}).upload_mib
    assert LOCAL["server"]["maxUploadSize"] == reading({}).upload_mib


def test_it_looks_as_it_does_at_home() -> None:
    assert PUBLIC["theme"] == LOCAL["theme"]


def test_the_launcher_is_public_unless_it_is_told_otherwise() -> None:
    text = (DEPLOY / "public.py").read_text(encoding="utf-8")
    assert 'os.environ.setdefault("SE_EXPLORER_PROFILE", "public")' in text


def headers(text: str, form: str) -> dict[str, str]:
    return dict(re.findall(form, text, re.MULTILINE))


def test_both_proxies_send_the_same_headers() -> None:
    nginx = headers((DEPLOY / "nginx/se-explorer.conf").read_text("utf-8"), r'add_header ([\w-]+) "(.*)" always;')
    caddy = headers((DEPLOY / "Caddyfile").read_text("utf-8"), r'^\t\t([A-Z][\w-]+) "(.*)"$')
    assert nginx == caddy
    assert {"Strict-Transport-Security", "X-Content-Type-Options", "Content-Security-Policy"} <= set(nginx)


def test_the_image_is_an_ordinary_users_and_holds_what_the_app_needs() -> None:
    steps = re.findall(r"^([A-Z]+) (.*)$", (ROOT / "Dockerfile").read_text("utf-8"), re.MULTILINE)
    users = [value for step, value in steps if step == "USER"]
    assert users[-1] not in ("root", "0")
    copied = {part for step, value in steps if step == "COPY" for part in value.split()[:-1]}
    assert {"streamlit_app.py", "pages", "se_explorer", "assets", "deploy"} <= copied
    assert all((ROOT / part).exists() for part in copied)
    ignored = (ROOT / ".dockerignore").read_text("utf-8").split()
    assert {f"!{part.partition('/')[0]}" for part in copied} <= set(ignored)
    assert ignored[0] == "*"
    started = [value for step, value in steps if step in ("ENTRYPOINT", "RUN")]
    assert any("deploy/container/install.sh" in value for value in started)
    assert any("deploy/container/start.sh" in value for value in started)


def test_what_the_document_names_is_there() -> None:
    text = (ROOT / "docs" / "deployment.md").read_text(encoding="utf-8")
    named = set(re.findall(r"\b((?:tests|deploy|benchmarks)/[\w./@-]+\.(?:py|sh|conf|toml|service))\b", text))
    assert len(named) > 15
    assert [name for name in sorted(named) if not (ROOT / name).exists()] == []
