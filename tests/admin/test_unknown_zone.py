"""A brand whose stored time zone is none: its pages are shown in UTC and say so, and nothing is written or sent."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.html import escape

from integration_admin.accounts.models import Brand
from sync_app.models import Record, Run
from templates_app.models import Template
from tests.admin.conftest import LEA, Importer
from tests.admin.test_wizard import bring
from tests.conftest import Key

TOLD = "Times are shown in UTC: the time zone of Acme, “Mars/Olympus”, is none that is known here."


@pytest.fixture
def lost(acme: Brand, imported: Importer, appkey: Key) -> Brand:
    """Acme, with a run, a record and a key, and a zone that nobody knows any more."""
    imported(LEA)
    Brand.objects.filter(pk=acme.pk).update(time_zone="Mars/Olympus")
    acme.refresh_from_db()
    return acme


def test_pages_open_in_utc_and_say_so_once(lost: Brand, ann_at_work: Client, appkey: Key) -> None:
    rows = {
        "sync_app_record_change": Record.objects.get(),
        "sync_app_record_edit": Record.objects.get(),
        "sync_app_run_change": Run.objects.get(),
        "templates_app_template_edit": Template.objects.get(name="clients"),
        "accounts_brand_change": lost,
        "accounts_appkey_change": appkey.row,
    }
    for address in [
        reverse("admin:index"),
        reverse("account"),
        reverse("admin:sync_app_sync_changelist"),
        reverse("admin:sync_app_record_changelist") + "?type=Customer&LastName=Roy",
        *(reverse(f"admin:{name}", args=[row.pk]) for name, row in rows.items()),
        bring(ann_at_work),
    ]:
        answer = ann_at_work.get(address, follow=True)
        assert answer.status_code == 200, address
        assert answer.content.decode().count(TOLD) == 1, address


def test_who_administers_the_brand_mends_it_and_others_are_told_who_can(
    lost: Brand, ann_at_work: Client, ben_at_work: Client
) -> None:
    runs, form = reverse("admin:sync_app_run_changelist"), reverse("admin:accounts_brand_change", args=[lost.pk])
    assert "Ask whoever administers the brand." in ben_at_work.get(runs).content.decode()
    assert f'href="{form}"' in ann_at_work.get(runs).content.decode().partition(TOLD)[2].partition("</p>")[0]
    given = {"name": "Acme", "time_zone": lost.time_zone, "language": "en", "api_version": "4.7"}
    assert "This is not a time zone" in ann_at_work.post(form, given).content.decode()
    assert ann_at_work.post(form, given | {"time_zone": "Europe/Paris"}).status_code == 302
    shown = ann_at_work.get(runs).content.decode()
    assert TOLD not in shown
    assert "Times in Europe/Paris" in shown


def test_what_is_said_of_a_brand_is_text(lost: Brand, ann_at_work: Client) -> None:
    Brand.objects.filter(pk=lost.pk).update(time_zone="<b>UTC</b>")
    page = ann_at_work.get(reverse("admin:sync_app_run_changelist")).content.decode()
    assert escape("“<b>UTC</b>”") in page
    assert "<b>UTC</b>" not in page


def test_nothing_is_written_by_a_clock_that_nobody_knows(lost: Brand, ann_at_work: Client) -> None:
    edit = reverse("admin:sync_app_record_edit", args=[Record.objects.get().pk])
    for address, given in [(f"{bring(ann_at_work)}?template=clients", {"mode": "write"}), (edit, {"LastName": "Rey"})]:
        answer = ann_at_work.post(address, given)
        assert answer.status_code in {200, 422}
        assert "The time zone that is kept of this brand is none that is known here." in answer.content.decode()
    assert Run.objects.count() == 1
