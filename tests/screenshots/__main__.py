"""The pictures of the README, taken of the demo brand: `python -m tests.screenshots [FOLDER]`.

Everything happens in a data folder of its own, which is gone afterwards; a free port of this machine is used.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final
from urllib.request import urlopen

from playwright.sync_api import Browser, sync_playwright

from tests.browser.chromium import ARGUMENTS, CHROMIUM
from tests.free_ports import free_port

ROOT: Final = Path(__file__).resolve().parents[2]
FOLDER: Final = ROOT / "static" / "readme"
WIDE: Final = {"width": 1280, "height": 800}
WIDER: Final = {"width": 1440, "height": 900}
PHONE: Final = {"width": 390, "height": 844}
PATIENCE_SECONDS: Final = 60
#: For charts to be drawn and previews to come.
SETTLING_MILLISECONDS: Final = 2_000


def main(arguments: Sequence[str]) -> None:
    folder = Path(arguments[0]) if arguments else FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="screenshots-") as data:
        env = {**os.environ, "DATA_DIR": data, "DJANGO_SETTINGS_MODULE": "integration_admin.settings"}
        _run(env, "manage.py", "quickstart", "--no-serve")
        pages: dict[str, str] = json.loads(_run(env, "-m", "tests.screenshots.child"))
        doors = json.loads((Path(data) / "quickstart.json").read_text(encoding="utf-8"))
        with _site(env) as origin, sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(ARGUMENTS))
            for name, path in pages.items():
                _take(browser, f"{origin}{path}", doors["password"], folder / f"{name}.png")
                sys.stdout.write(f"{name}: {path}\n")
            browser.close()


def _take(browser: Browser, address: str, password: str, file: Path) -> None:
    """One picture. Its name says how: `-phone` is narrow, `-dark` dark."""
    name = file.stem
    dark: Any = "dark" if name.endswith("-dark") else "light"
    size: Any = PHONE if name.endswith("-phone") else WIDER if name == "editor" else WIDE
    context = browser.new_context(viewport=size, color_scheme=dark, reduced_motion="reduce")
    page = context.new_page()
    page.set_default_timeout(PATIENCE_SECONDS * 1000)
    page.goto(address, wait_until="load")
    page.fill("input[name=username]", "admin@example.com")
    page.fill("input[name=password]", password)
    with page.expect_navigation(wait_until="load"):
        page.click("button[type=submit]")
    # An anchor is lost on the way through the sign-in.
    page.goto(address, wait_until="load")
    page.wait_for_timeout(SETTLING_MILLISECONDS)
    page.screenshot(path=file)
    context.close()


def _run(env: dict[str, str], *command: str) -> str:
    """What a command prints; its complaints are shown."""
    done = subprocess.run([sys.executable, *command], cwd=ROOT, env=env, stdout=subprocess.PIPE, check=True, text=True)
    return done.stdout


@contextmanager
def _site(env: dict[str, str]) -> Iterator[str]:
    """The site, served for as long as it is needed; its address."""
    origin = f"127.0.0.1:{free_port()}"
    log = Path(env["DATA_DIR"]) / "site.log"
    with log.open("w", encoding="utf-8") as lines:
        command = [sys.executable, "manage.py", "runserver", origin, "--noreload"]
        server = subprocess.Popen(command, cwd=ROOT, env=env, stdout=lines, stderr=lines)
        try:
            _wait(f"http://{origin}/healthz")
            yield f"http://{origin}"
        except BaseException:
            sys.stderr.write(log.read_text(encoding="utf-8"))
            raise
        finally:
            server.terminate()
            server.wait()


def _wait(address: str) -> None:
    """Until the site answers. TimeoutError."""
    until = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < until:
        try:
            with urlopen(address, timeout=5):  # noqa: S310 - a port of this machine
                return
        except OSError:
            time.sleep(0.2)
    raise TimeoutError(address)


if __name__ == "__main__":
    if not shutil.which(CHROMIUM):
        sys.exit("Chromium is not installed: apt-get install chromium, or put it on the PATH.")
    main(sys.argv[1:])
