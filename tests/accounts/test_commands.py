"""The commands that make brands, users, keys and tokens."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import datetime
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from integration_admin.accounts import credentials, tokens
from integration_admin.accounts.models import AppKey, Brand, Membership
from templates_app.models import Direction, Template
from tests.conftest import Key, Login

COMMANDS = ["create_brand", "create_appkey", "create_api_user", "create_account_token"]
ROOT = Path(__file__).resolve().parents[2]


def run(*words: str) -> str:
    out = StringIO()
    call_command(*words, stdout=out)
    return out.getvalue().strip()


def run_json(*words: str) -> dict[str, Any]:
    answer: dict[str, Any] = json.loads(run(*words, "--json"))
    return answer


def test_a_new_brand_a_user_a_key_and_a_token_are_made_and_work(db: None, now: datetime) -> None:
    assert run_json("create_brand", "Demo", "--name", "Démo", "--sandbox") == {
        "brand": "demo",
        "name": "Démo",
        "sandbox": True,
    }
    key = run_json("create_appkey", "demo", "--label", "Payroll")["appkey"]
    user = run_json("create_api_user", "DEMO", "machine")
    form = {"grant_type": ["password"], "username": ["machine"], "password": [user["password"]]}
    answer = tokens.exchange(brand_key="demo", appkey=key, form=form, address="192.0.2.1", now=now)
    assert answer.username == "machine"
    assertion = run_json("create_account_token", "demo", "MACHINE", "--label", "Nightly")["account_token"]
    assert credentials.account_token_digest(clear=assertion)


def test_the_key_is_all_that_a_plain_run_prints(acme: Brand) -> None:
    Template.objects.create(brand=acme, name="client-export", direction=Direction.OUT)
    clear = run("create_appkey", "acme", "--label", "Payroll", "--scope", "export", "--template", "client-export")
    row = AppKey.objects.get()
    assert row.digest == credentials.appkey_digest(clear=clear)
    assert (row.scopes, row.allowed_templates) == (["export"], ["client-export"])


def test_a_given_password_and_group_are_used(acme: Brand, readers: object) -> None:
    run("create_api_user", "acme", "machine", "--password", "correct horse", "--group", "Readers")
    member = Membership.objects.get()
    assert member.group == readers
    assert credentials.password_fits(password="correct horse", kept=member.password)


REFUSALS = [
    (["create_brand", "admin"], "brand_key"),
    (["create_brand", "acme"], "unique"),
    (["create_brand", "new", "--time-zone", "Mars"], "time_zone"),
    (["create_appkey", "missing", "--label", "x"], "unknown_brand"),
    (["create_appkey", "acme", "--label", "x", "--scope", "root"], "scopes"),
    (["create_appkey", "acme", "--label", ""], "blank"),
    (["create_appkey", "acme", "--label", "x", "--template", "client-exprot"], "template_not_found"),
    (["create_brand", "a-"], "brand_key"),
    (["create_brand", "new", "--language", "xx"], "invalid_choice"),
    (["create_api_user", "missing", "x"], "unknown_brand"),
    (["create_api_user", "acme", "owner"], "username_taken"),
    (["create_api_user", "acme", "x", "--group", "None"], "unknown_group"),
    (["create_account_token", "acme", "nobody"], "unknown_user"),
]


@pytest.mark.parametrize(("words", "code"), REFUSALS)
def test_it_ends_with_2_and_says_why(words: list[str], code: str, owner: Login, appkey: Key) -> None:
    with pytest.raises(CommandError) as caught:
        run(*words)
    assert caught.value.returncode == 2
    assert len(str(caught.value)) > 10


@pytest.mark.parametrize(("words", "code"), REFUSALS)
def test_it_says_why_in_json_too(words: list[str], code: str, owner: Login, appkey: Key) -> None:
    out = StringIO()
    with pytest.raises(SystemExit) as caught:
        call_command(*words, "--json", stdout=out)
    assert caught.value.code == 2
    assert json.loads(out.getvalue())["error"]["code"] == code


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["create_brand", "new", "--language", "xx"], "language: "),
        (["create_appkey", "acme", "--label", ""], "label: "),
        (["create_appkey", "acme", "--label", "x", "--template", "client-exprot"], "Did you mean “client-export”?"),
        (["create_appkey", "acme", "--label", "x", "--template", "zzzz"], "It has: client-export."),
    ],
)
def test_it_names_what_is_wrong(words: list[str], told: str, acme: Brand) -> None:
    Template.objects.create(brand=acme, name="client-export", direction=Direction.OUT)
    with pytest.raises(CommandError) as caught:
        run(*words)
    assert told in str(caught.value)
    assert not AppKey.objects.exists()


@pytest.mark.parametrize("command", COMMANDS)
def test_help_says_what_the_command_is_for(command: str) -> None:
    asked = [sys.executable, "manage.py", command, "--help"]
    answer = subprocess.run(asked, capture_output=True, text=True, check=True, cwd=ROOT)
    assert "--json" in answer.stdout
    assert "Creates" in answer.stdout


def test_a_word_too_few_ends_with_2() -> None:
    asked = [sys.executable, "manage.py", "create_brand"]
    answer = subprocess.run(asked, capture_output=True, text=True, check=False, cwd=ROOT)
    assert answer.returncode == 2
    assert "KEY" in answer.stderr
