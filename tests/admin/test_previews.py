"""What the template editor asks of the floor above: the preview of a text, and a key declared over what is there."""

from __future__ import annotations

import json
from datetime import datetime
from html import unescape
from typing import Any

import pytest
from django.apps import apps
from django.test import Client
from django.urls import reverse

from integration_admin.accounts.access import Actor, site_actor
from integration_admin.accounts.models import Brand
from sync_app.admin.runs.previews import numbers_in
from sync_app.models import Run, RunKind, RunStatus
from sync_app.runs.options import ImportOptions
from sync_app.runs.verbs.importing import start_import
from sync_app.runs.work.perform import perform
from templates_app.library.installing import install
from templates_app.library.samples import keep_sample
from templates_app.models import DeclaredKey, Template
from tests.admin.conftest import CLIENTS, HOSTILE, LEA, MAX
from tests.conftest import Login

OUT = '<Out>\n  <Type Name="Customer" />\n  <Property Name="name" Type="Customer" Field="LastName" />\n</Out>\n'


@pytest.fixture
def ann(owner: Login, acme: Brand) -> Actor:
    return site_actor(user=owner.user, brand=acme)


@pytest.fixture
def template(ann: Actor, now: datetime) -> Template:
    """A template whose sample has a row that is a record already, a new one, and one that fails."""
    version = install(actor=ann, name="clients", xml=CLIENTS, at=now, create_fields=True).version
    body = json.dumps([{**LEA, "Nom": "Martin"}]).encode()
    run = start_import(actor=ann, template="clients", body=body, options=ImportOptions(), clock=lambda: now)
    perform(run=run.pk, holder="tests", clock=lambda: now)
    rows = [LEA, MAX, {**MAX, "ID_DOSSIER": "D-3", "Nom": HOSTILE, "Email": HOSTILE}]
    keep_sample(actor=ann, template=version.template, body=json.dumps(rows).encode(), at=now)
    return version.template


@pytest.fixture
def at_work(owner: Login) -> Client:
    client = Client()
    client.force_login(owner.user)
    return client


def shown(client: Client, template: Template, xml: str = CLIENTS, **more: str) -> str:
    answer = client.post(reverse("admin:sync_app_preview", args=[template.pk]), {"xml": xml, **more})
    assert answer.status_code == 200
    assert answer["X-Looked"] == "1"
    return answer.content.decode()


def test_of_wide_rows_the_first_are_whole_and_the_others_come_when_they_are_opened(
    at_work: Client, template: Template, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert shown(at_work, template).count("ia-later") == 0
    monkeypatch.setattr("sync_app.runs.previews.previewing.VALUES_AT_ONCE", 5)
    page = shown(at_work, template)
    assert (page.count('class="ia-prow"'), page.count('class="ia-precord"')) == (3, 1)
    assert [f'"row": "{number}"' in unescape(page) for number in (1, 2, 3)] == [False, True, True]
    assert page.count('class="ia-later ia-quiet"') == page.count('hx-swap="outerHTML"') == 2
    inside = shown(at_work, template, row="3")
    assert (inside.count('class="ia-prow"'), inside.count('class="ia-precord"')) == (0, 1)
    assert "This is not an e-mail address." in inside
    assert "<img" not in inside
    gone = shown(at_work, template, row="77")
    assert "No row of this number." in gone


PAGES = ["sync_app_preview", "sync_app_declare_key"]


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize(("who", "status"), [("teammate", 403), ("stranger", 404), ("nobody", 302)])
def test_only_who_may_edit_the_template_comes_in(
    page: str, who: str, status: int, template: Template, request: pytest.FixtureRequest
) -> None:
    client = Client()
    if who != "nobody":
        client.force_login(request.getfixturevalue(who).user)
    assert client.post(reverse(f"admin:{page}", args=[template.pk]), {"xml": CLIENTS}).status_code == status


@pytest.mark.parametrize("page", PAGES)
def test_it_is_asked_by_post_with_the_token_of_the_form(page: str, template: Template, owner: Login) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(owner.user)
    address = reverse(f"admin:{page}", args=[template.pk])
    assert client.get(address).status_code == 405
    assert client.post(address, {"xml": CLIENTS}).status_code == 403


def test_each_row_tells_what_it_would_do(at_work: Client, template: Template) -> None:
    page = unescape(shown(at_work, template))
    first, second, third = page.split('data-key="row-')[1:]
    assert "Update" in first
    assert "<del>Martin</del>" in first
    assert "Insert" in second
    assert "Failed" in third
    assert "How each value came about" in first


def test_fields_are_called_what_the_reader_calls_them(at_work: Client, template: Template) -> None:
    address = reverse("admin:sync_app_preview", args=[template.pk])
    page = at_work.post(address, {"xml": CLIENTS}, headers={"accept-language": "de"}).content.decode()
    assert "Nachname</dt>" in page
    assert "Last name" not in page


@pytest.mark.parametrize(("more", "folded"), [(3, False), (40, True)])
def test_many_columns_that_nothing_maps_do_not_push_the_preview_away(
    more: int, folded: bool, at_work: Client, ann: Actor, template: Template, now: datetime
) -> None:
    rows = [{**LEA, **{f"extra {number}": "x" for number in range(more)}}]
    keep_sample(actor=ann, template=template, body=json.dumps(rows).encode(), at=now)
    page = shown(at_work, template)
    assert page.count("data-map=") >= more
    assert ('<details data-key="unused">' in page) is folded
    assert "data-suggest" in page


def test_a_preview_writes_nothing(at_work: Client, template: Template) -> None:
    def counts() -> dict[str, int]:
        return {model._meta.label: model._default_manager.count() for model in apps.get_models()}

    before = counts()
    shown(at_work, template)
    shown(at_work, template, OUT)
    assert counts() == before


def test_chosen_rows_are_shown(at_work: Client, template: Template) -> None:
    page = shown(at_work, template, numbers="2")
    assert 'data-key="row-2"' in page
    assert 'data-key="row-1"' not in page


def test_foreign_values_are_text(at_work: Client, template: Template) -> None:
    page = shown(at_work, template)
    assert "<img src=x" not in page
    assert "&lt;img src=x" in page


@pytest.mark.parametrize("xml", ["", "<In", "<In><Type/></In>", "nothing", OUT.replace("Customer", "Nothing")])
def test_a_text_with_errors_says_why_there_is_nothing(xml: str, at_work: Client, template: Template) -> None:
    assert "Nothing is mapped yet" in shown(at_work, template, "<In/>")
    assert "ia-warned" in shown(at_work, template, xml)


def test_without_a_sample_it_says_what_to_do(at_work: Client, template: Template) -> None:
    template.sample.delete()
    assert "ia-warned" in shown(at_work, template)


def test_an_export_shows_the_first_items(at_work: Client, template: Template) -> None:
    page = shown(at_work, template, OUT)
    assert "Martin" in page
    assert "&quot;name&quot;" in page


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("", ()),
        ("3", (3,)),
        ("3, 8 ,120-122", (3, 8, 120, 121, 122)),
        ("2-1", ()),
        ("x 7 y", (7,)),
        ("5 5", (5,)),
        ("1-999999999", tuple(range(1, 51))),
    ],
)
def test_numbers_of_rows_are_read_from_what_was_typed(text: str, numbers: tuple[int, ...]) -> None:
    assert numbers_in(text) == numbers


def declared(client: Client, template: Template, **asked: str) -> Any:
    return client.post(reverse("admin:sync_app_declare_key", args=[template.pk]), asked).json()


def test_a_key_is_declared_over_the_records_there_are(at_work: Client, template: Template) -> None:
    answer = declared(at_work, template, entity="Customer", fields="Phone", unique="false")
    assert answer["refused"] is False
    assert DeclaredKey.objects.filter(entity_type="Customer", fields="Phone", unique=False).exists()
    run = Run.objects.latest("pk")
    assert (run.kind, run.status, run.trigger) == (RunKind.CATALOG, RunStatus.SUCCEEDED, "ui")


@pytest.mark.parametrize("asked", [{}, {"entity": "Customr", "fields": "X"}, {"entity": "Customer", "fields": "Nope"}])
def test_a_key_that_cannot_be_is_refused_in_words(asked: dict[str, str], at_work: Client, template: Template) -> None:
    before = DeclaredKey.objects.count()
    answer = declared(at_work, template, **asked)
    assert answer["refused"] is True
    assert "was not declared" in answer["told"]
    assert DeclaredKey.objects.count() == before
