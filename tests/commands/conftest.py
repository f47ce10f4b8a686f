"""Commands as a script calls them: their exit code and what they print; a brand with a template to import with."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from integration_admin.accounts.access import system_actor
from integration_admin.accounts.models import Brand
from sync_app.demo.content import template_xml
from templates_app.library.installing import install
from tests.written_once import written_once

HEADER = "ID_DOSSIER;Nom usage;Téléphone mobile;Email\n"
GOOD = "A-1;Martel;0639981001;s.martel@example.com\nA-2;Garcia;;garcia@example.net\n"
BROKEN = "A-3;Dubreuil;;dubreuil (at) example.com\n"


@dataclass(frozen=True)
class Answer:
    """What came of a command: `refusal` is the sentence of an exit code 2."""

    code: int
    out: str
    refusal: str = ""

    @property
    def json(self) -> Any:
        return json.loads(self.out)


def command(name: str, *args: object, as_json: bool = False) -> Answer:
    """Runs a command as the shell does, without a process of its own."""
    out = io.StringIO()
    texts = [str(arg) for arg in args] + (["--json"] if as_json else [])
    try:
        call_command(name, *texts, stdout=out)
    except SystemExit as ended:
        return Answer(int(ended.code or 0), out.getvalue())
    except CommandError as refused:
        return Answer(refused.returncode, out.getvalue(), str(refused))
    return Answer(0, out.getvalue())


@pytest.fixture
@written_once
def dossiers(acme: Brand, now: datetime) -> str:
    """The name of an import template of acme: customers known by the number of their file."""
    actor = system_actor(brand=acme, name="the tests")
    install(actor=actor, name="dossier-import", xml=template_xml(), at=now, create_fields=True)
    return "dossier-import"


@pytest.fixture
def csv_file(tmp_path: Path) -> Callable[..., Path]:
    """Writes rows below the header of the template."""

    def write(rows: str, *, encoding: str = "utf-8", name: str = "customers.csv") -> Path:
        path = tmp_path / name
        path.write_bytes((HEADER + rows).encode(encoding))
        return path

    return write
