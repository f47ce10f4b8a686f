"""The contracts between the rooms are kept, and the database is what the models say."""

from __future__ import annotations

import shutil
import subprocess
import sys
from io import StringIO
from pathlib import Path

from django.core.management import call_command

from tests.house.sources import FLOORS, ROOT

UPWARD = (
    ("integration_admin/env.py", "import templates_app.models", "Imports run down only"),
    ("sync_app/runs/options.py", "import sync_app.api.urls", "The floors of sync_app"),
    ("templates_app/catalog/types.py", "import templates_app.language.nodes", "The floors of templates_app"),
    ("sync_app/engine/plan.py", "import django.db", "The pure rooms know no framework"),
    (
        "sync_app/api/dialects/base.py",
        "import sync_app.api.dialects.planningpme.urls",
        "Dialects do not know each other",
    ),
    (
        "sync_app/syncs/connectors/weavy.py",
        "import sync_app.syncs.connectors.planningpme",
        "Connectors do not know each other",
    ),
    (
        "templates_app/language/nodes.py",
        "import templates_app.language.reader",
        "No circles between the rooms of one floor",
    ),
)


def lint(folder: Path) -> subprocess.CompletedProcess[str]:
    """import-linter over the project in `folder`, by its own pyproject.toml."""
    program = Path(sys.executable).parent / "lint-imports"
    return subprocess.run(
        [str(program), "--no-cache", "--no-logo"],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        env={"PATH": "/usr/bin:/bin", "PYTHONPATH": str(folder)},
    )


def test_imports_run_down_only() -> None:
    done = lint(ROOT)
    assert (done.returncode, " 0 broken" in done.stdout) == (0, True), done.stdout


def test_an_import_that_runs_up_breaks_the_build(tmp_path: Path) -> None:
    for floor in FLOORS:
        shutil.copytree(ROOT / floor, tmp_path / floor, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    for module, line, _ in UPWARD:
        with (tmp_path / module).open("a", encoding="utf-8") as out:
            out.write(f"\n{line}\n")
    done = lint(tmp_path)
    assert done.returncode == 1
    assert [contract for _, _, contract in UPWARD if f"{contract} BROKEN" not in done.stdout] == [], done.stdout


def test_no_migration_is_missing(db: None) -> None:
    call_command("makemigrations", check=True, dry_run=True, stdout=StringIO(), stderr=StringIO())
