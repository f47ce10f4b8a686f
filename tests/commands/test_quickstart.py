"""quickstart: from nothing to something to look at, and the same again the next time."""

from __future__ import annotations

import fcntl
import os
import socket
import stat
from pathlib import Path
from typing import Any

import pytest
from django.db import DatabaseError
from django.utils import timezone
from django_q.models import Schedule
from pytest_django import Settings

from integration_admin.accounts import credentials
from integration_admin.accounts.logins import revoke_appkey, set_password
from integration_admin.accounts.models import AppKey, AuditEntry, Brand, Membership, User
from sync_app.demo.calls import simulated_import
from sync_app.demo.kept_doors import DoorsFile, KeptDoors
from sync_app.management.commands import quickstart
from sync_app.models import Record, Run
from templates_app.models import Template
from tests.commands.conftest import command

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def data(tmp_path: Path, settings: Settings) -> Path:
    """A data folder of this test's own."""
    settings.DATA_DIR = str(tmp_path)
    return tmp_path


def start() -> dict[str, Any]:
    answer = command("quickstart", "--no-serve", as_json=True)
    assert answer.code == 0
    return dict(answer.json)


def test_it_needs_nothing_and_shows_everything() -> None:
    out = command("quickstart", "--no-serve").out
    assert "simulated import with dossier-import version 1" in out
    assert "12 rows: 10 fine, 2 failed, 0 not processed" in out
    assert "Mobile: 06 39 98 10 02 → 06 39 98 10 22" in out
    for name in ("Admin", "User", "Password", "Brand", "Appkey", "API user", "API password"):
        assert any(line.startswith(name) for line in out.splitlines())
    assert Record.objects.count() == 0


def test_what_it_prints_opens_the_site_and_the_api() -> None:
    shown = start()
    user = User.objects.get(email=shown["user"])
    assert user.is_superuser
    assert user.check_password(shown["password"])
    member = Membership.objects.get(brand__key=shown["brand"], username=shown["apiUser"])
    assert credentials.password_fits(password=shown["apiPassword"], kept=member.password)
    digest = credentials.appkey_digest(clear=shown["appkey"])
    assert AppKey.objects.get(digest=digest).is_valid(at=timezone.now())


def test_the_demo_brand_has_the_ready_to_use_templates_beside_its_own() -> None:
    start()
    names = set(Template.objects.filter(brand__key="demo").values_list("name", flat=True))
    assert {"dossier-import", "client-import", "client-export", "project-import", "do-export"} <= names


def test_started_again_it_keeps_what_is_there() -> None:
    first = start()
    counted = [model.objects.count() for model in (User, Brand, Membership, AppKey, Template, Schedule)]
    second = start()
    assert [model.objects.count() for model in (User, Brand, Membership, AppKey, Template, Schedule)] == counted
    assert {k: v for k, v in first.items() if k != "report"} == {k: v for k, v in second.items() if k != "report"}
    assert counted[-1] == 1


def test_whoever_comes_while_another_sets_up_waits_for_it(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = os.open(data, os.O_RDONLY)

    def set_up(*_args: object, **_options: object) -> Any:
        with pytest.raises(BlockingIOError):
            fcntl.flock(folder, fcntl.LOCK_EX | fcntl.LOCK_NB)
        raise DatabaseError("far enough")

    monkeypatch.setattr(quickstart, "set_up", set_up)
    with pytest.raises(DatabaseError, match="far enough"):
        start()
    fcntl.flock(folder, fcntl.LOCK_EX | fcntl.LOCK_NB)
    os.close(folder)


def test_its_secrets_are_kept_where_only_their_owner_reads_them(data: Path) -> None:
    start()
    assert stat.S_IMODE((data / "quickstart.json").stat().st_mode) == 0o600
    assert [path.name for path in data.iterdir()] == ["quickstart.json"]


def test_no_secret_is_written_into_the_history_or_the_database() -> None:
    shown = start()
    secrets = {shown["password"], shown["apiPassword"], shown["appkey"]}
    texts = [str(vars(entry)) for entry in AuditEntry.objects.all()]
    assert texts
    assert not any(secret in text for secret in secrets for text in texts)


def test_a_password_the_superuser_changed_stays_theirs() -> None:
    user = User.objects.get(email=start()["user"])
    user.set_password("one of my own choosing")
    user.save()
    assert start()["password"] == ""
    user.refresh_from_db()
    assert user.check_password("one of my own choosing")
    assert "changepassword admin@example.com" in command("quickstart", "--no-serve").out


def test_a_lost_file_locks_nobody_out(data: Path) -> None:
    first = start()
    (data / "quickstart.json").unlink()
    second = start()
    assert second["password"] == ""
    assert User.objects.get(email=first["user"]).check_password(first["password"])
    member = Membership.objects.get(username=second["apiUser"])
    assert credentials.password_fits(password=second["apiPassword"], kept=member.password)


@pytest.mark.parametrize("text", ["", "{", "[]", '{"password": "x", "more": 1}', "null"])
def test_a_file_that_is_not_ours_is_replaced(data: Path, text: str) -> None:
    (data / "quickstart.json").write_text(text, encoding="utf-8")
    shown = start()
    kept = DoorsFile(path=data / "quickstart.json").read()
    assert kept == KeptDoors(shown["password"], shown["apiPassword"], shown["appkey"])


def test_the_printed_call_keeps_working_whatever_happened_to_its_doors() -> None:
    first = start()
    revoke_appkey(appkey=AppKey.objects.get(), at=timezone.now(), by="the tests")
    set_password(membership=Membership.objects.get(), password="another one", at=timezone.now(), by="the tests")
    second = start()
    assert second["appkey"] != first["appkey"]
    member = Membership.objects.get()
    assert credentials.password_fits(password=second["apiPassword"], kept=member.password)


def test_a_template_that_was_taken_away_does_not_stop_it() -> None:
    start()
    Template.objects.filter(name="dossier-import").update(archived=True)
    before = Run.objects.count()
    assert start()["report"] is None
    assert Run.objects.count() == before


def test_a_port_in_use_is_said_before_anything_is_made() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        answer = command("quickstart", "--port", port)
    assert answer.code == 2
    assert f"127.0.0.1:{port}" in answer.refusal
    assert "--port" in answer.refusal
    assert not Brand.objects.exists()


@pytest.mark.parametrize("port", [0, -1, 65536])
def test_a_port_that_is_none_is_refused(port: int) -> None:
    assert command("quickstart", f"--port={port}").code == 2


def test_the_call_survives_quotes_in_its_values() -> None:
    call = simulated_import(origin="http://h", doors=KeptDoors(api_password="it's", appkey="k"))
    assert """'grant_type=password&username=demo&password=it'"'"'s'""" in call
