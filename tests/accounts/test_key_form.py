"""The form of an application key: the templates of its brand, and times on the clock of its brand."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from integration_admin.accounts.models import AppKey, Brand, User
from templates_app.models import Direction, Template
from tests.admin.conftest import signed_in
from tests.conftest import Key, Login

ADD = reverse("admin:accounts_appkey_add")
TICKED = re.compile(r'name="allowed_templates" value="([^"]+)"[^>]*\schecked[\s>]')
OFFERED = re.compile(r'name="allowed_templates" value="([^"]+)"')


@pytest.fixture
def named(acme: Brand, other: Brand) -> None:
    """Acme has `clients` and `projects`, and an archived `old`; the other brand has `theirs`."""
    for brand, name, archived in [
        (acme, "clients", False),
        (acme, "projects", False),
        (acme, "old", True),
        (other, "theirs", False),
    ]:
        Template.objects.create(brand=brand, name=name, direction=Direction.IN, archived=archived)


def given(brand: Brand, **more: Any) -> dict[str, Any]:
    return {"brand": brand.pk, "label": "Payroll", "partner": "", "scopes": ["import"], **more}


def read(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_templates_of_the_brand_are_offered_and_no_other_name_is_taken(
    named: None, owner: Login, acme: Brand
) -> None:
    client = signed_in(owner.user)
    assert OFFERED.findall(read(client, ADD)) == ["clients", "projects"]
    for name in ("clinets", "old", "theirs"):
        page = client.post(ADD, given(acme, allowed_templates=["clients", name])).content.decode()
        beside = page.partition('id="id_allowed_templates"')[2].partition("calls_per_hour")[0]
        assert f"This brand has no template “{name}”." in beside
        assert TICKED.findall(page) == ["clients"]
    assert not AppKey.objects.exists()
    client.post(ADD, given(acme, allowed_templates=["projects"]))
    assert AppKey.objects.get().allowed_templates == ["projects"]


def test_what_a_key_was_bound_to_stays_until_somebody_changes_it(
    named: None, owner: Login, acme: Brand, appkey: Key
) -> None:
    AppKey.objects.filter(pk=appkey.row.pk).update(allowed_templates=["old", "clients"])
    client, address = signed_in(owner.user), reverse("admin:accounts_appkey_change", args=[appkey.row.pk])
    assert TICKED.findall(read(client, address)) == ["clients", "old"]
    assert client.post(address, given(acme, allowed_templates=["old", "clients"])).status_code == 302
    assert client.post(address, given(acme, allowed_templates=["theirs"])).status_code == 200
    appkey.row.refresh_from_db()
    assert (appkey.row.label, set(appkey.row.allowed_templates)) == ("Payroll", {"old", "clients"})


def test_a_brand_that_is_picked_in_the_form_brings_its_templates_and_its_clock(
    named: None, root: User, owner: Login, acme: Brand, other: Brand
) -> None:
    client = signed_in(root)
    page = read(client, ADD)
    assert (OFFERED.findall(page), "Local time of" in page) == ([], False)
    page = read(client, f"{ADD}?brand={acme.pk}")
    assert (OFFERED.findall(page), "Local time of Europe/Paris" in page) == (["clients", "projects"], True)
    assert OFFERED.findall(read(client, f"{ADD}?brand={other.pk}")) == ["theirs"]
    assert OFFERED.findall(read(signed_in(owner.user), f"{ADD}?brand={other.pk}")) == []
    client.post(ADD, given(acme, expires_at="2027-01-31T08:00"))
    [expires] = AppKey.objects.values_list("expires_at", flat=True)
    assert expires is not None
    assert expires.isoformat() == "2027-01-31T07:00:00+00:00"


def test_a_time_is_entered_on_the_clock_of_the_brand_whatever_clock_the_browser_has(owner: Login, acme: Brand) -> None:
    page = read(signed_in(owner.user), ADD)
    assert 'type="datetime-local" name="expires_at"' in page
    assert "Local time of Europe/Paris" in page
    # The framework's own script compares the browser's clock with the server's, and warns of what is no mistake.
    assert "DateTimeShortcuts" not in page
