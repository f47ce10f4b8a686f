"""A new CREDENTIAL_KEY: what the old one sealed is sealed anew, and what nobody can open is named."""

from __future__ import annotations

import json

import pytest
from django.core.management import call_command
from django.utils import timezone

from integration_admin.accounts.models import Brand
from integration_admin.accounts.sealing import seal, unseal
from sync_app.models import Connection
from sync_app.syncs.keeping.resealing import reseal_credentials

pytestmark = pytest.mark.django_db

OLD = "the key of last year, forty signs long or a little more"
NEW = "the key of this year, forty signs long or a little more"
FOREIGN = "a key that nobody remembers, forty signs long or more"


@pytest.fixture
def kept(settings) -> list[Connection]:
    """One sealed with each key, and one that has nothing to seal."""
    brand = Brand.objects.create(key="acme", name="Acme", time_zone="Europe/Paris")
    found = []
    for name, key in (("new", NEW), ("old", OLD), ("lost", FOREIGN), ("open", None)):
        settings.CREDENTIAL_KEY = key or NEW
        secrets = seal(f"secret of {name}") if key else ""
        moment = timezone.now()
        found.append(
            Connection.objects.create(
                brand=brand, name=name, connector="http_json", secrets=secrets, created_at=moment, changed_at=moment
            )
        )
    settings.CREDENTIAL_KEY, settings.CREDENTIAL_KEYS_OLD = NEW, [OLD]
    return found


def test_what_an_earlier_key_sealed_is_sealed_with_the_present_one(kept: list[Connection], settings) -> None:
    done = reseal_credentials()
    assert (done.renewed, done.present, list(done.lost)) == (1, 1, [("acme", "lost")])
    settings.CREDENTIAL_KEYS_OLD = []
    sealed = dict(Connection.objects.values_list("name", "secrets"))
    assert [unseal(sealed[name]) for name in ("new", "old")] == ["secret of new", "secret of old"]
    assert sealed["lost"] == kept[2].secrets
    assert sealed["open"] == ""


def test_a_second_time_there_is_nothing_to_do(kept: list[Connection]) -> None:
    reseal_credentials()
    again = reseal_credentials()
    assert (again.renewed, again.present) == (0, 2)


def test_the_command_names_what_is_lost_and_shows_no_secret(
    kept: list[Connection], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        call_command("reseal_credentials", "--json")
    assert ended.value.code == 1
    printed = capsys.readouterr().out
    assert json.loads(printed) == {"renewed": 1, "present": 1, "lost": [{"brand": "acme", "connection": "lost"}]}
    Connection.objects.filter(name="lost").delete()
    call_command("reseal_credentials")
    printed += capsys.readouterr().out
    assert "Sealed anew: 0. Needed nothing: 2." in printed
    assert "secret" not in printed
