"""What shows no page loads no screen; whoever asks for an address, or checks the site, finds them all."""

from __future__ import annotations

import json
import subprocess
import sys

from tests.house.sources import ROOT

LOOK = """
import json, sys
import django
django.setup()
from django.contrib import admin
from django.core.management import load_command_class, get_commands
from django.core.checks import run_checks
def screens():
    return [name for name in sys.modules if name.startswith(("sync_app.admin", "templates_app.admin"))]
for name, app in get_commands().items():
    if app in {"integration_admin.accounts", "templates_app", "sync_app"}:
        load_command_class(app, name)
import sync_app.syncs.running.worker
before = screens()
found = run_checks(tags=["admin"])
print(json.dumps([before, [str(one) for one in found], sorted(model.__name__ for model in admin.site._registry)]))
"""


def test_commands_and_workers_load_no_screen_and_a_check_looks_at_all() -> None:
    argv = [sys.executable, "-c", LOOK]
    done = subprocess.run(argv, cwd=ROOT, capture_output=True, text=True, check=True, timeout=120)
    before, problems, shown = json.loads(done.stdout)
    assert (before, problems) == ([], [])
    assert {"Brand", "Template", "Record", "Run", "Sync", "Connection"} <= set(shown)


def test_a_site_has_them_before_the_first_page_is_asked_for() -> None:
    code = "import sys, integration_admin.wsgi; print('sync_app.admin' in sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True, timeout=120
    )
    assert done.stdout == "True\n"
