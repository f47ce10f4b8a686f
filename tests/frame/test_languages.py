"""The pages speak the language that was chosen, else one that the browser accepts."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pytest
from django.conf import settings
from django.contrib import admin
from django.test import Client
from django.urls import reverse
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext

from integration_admin.accounts.models import Brand
from integration_admin.charts import day_words
from integration_admin.languages import language_for
from templates_app.library import ensure_builtin
from tests.admin.conftest import signed_in
from tests.conftest import Login

HOME, CHOOSE = reverse("admin:index"), reverse("set_language")


@pytest.mark.parametrize(
    ("accepted", "language"),
    [
        ("de-AT,de;q=0.9,en;q=0.8", "de"),
        ("no", "nb"),
        ("no-NO, en;q=0.5", "nb"),
        ("nn,en;q=0.1", "nb"),
        ("zh, pt-BR;q=0.7, fr;q=0.2", "pt"),
        ("fr;q=0, sv;q=0.1", "sv"),
        ("zh", "en"),
        ("*", "en"),
        ("", "en"),
        ("de;q=2, \x00;q=a, ..", "en"),
    ],
)
def test_the_best_language_that_is_offered_is_taken(accepted: str, language: str) -> None:
    assert language_for(accepted) == language


@pytest.mark.django_db
def test_a_page_is_in_the_language_of_the_browser(client: Client) -> None:
    page = client.get(reverse("admin:login"), headers={"Accept-Language": "no"})
    assert page["Content-Language"] == "nb"
    assert 'lang="nb"' in page.content.decode()
    assert "Accept-Language" in page["Vary"]


def test_a_chosen_language_goes_before_that_of_the_browser(owner: Login) -> None:
    client = signed_in(owner.user)
    answer = client.post(CHOOSE, {"language": "fi", "next": reverse("account")})
    assert (answer.status_code, answer["Location"]) == (302, reverse("account"))
    page = client.get(HOME, headers={"Accept-Language": "de"})
    assert page["Content-Language"] == "fi"
    assert 'value="fi" lang="fi" selected' in client.get(reverse("account")).content.decode()


@pytest.mark.parametrize("language", ["xx", "../de", "", "de\x00"])
def test_a_language_that_is_not_offered_changes_nothing(owner: Login, language: str) -> None:
    client = signed_in(owner.user)
    client.post(CHOOSE, {"language": language, "next": HOME})
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "xx"
    assert client.get(HOME, headers={"Accept-Language": "it"})["Content-Language"] == "it"


def test_choosing_leads_to_no_other_site(owner: Login) -> None:
    answer = signed_in(owner.user).post(CHOOSE, {"language": "de", "next": "https://elsewhere.test/"})
    assert "elsewhere" not in answer["Location"]


@pytest.mark.django_db
def test_a_stranger_to_the_site_signs_in_first(client: Client) -> None:
    answer = client.post(CHOOSE, {"language": "de", "next": HOME})
    assert answer["Location"].startswith(reverse("admin:login"))
    assert settings.LANGUAGE_COOKIE_NAME not in answer.cookies


@pytest.mark.parametrize(
    ("language", "told"),
    [("en", "21 Nov"), ("de", "21. Nov"), ("fr", "21 Nov"), ("es", "21 de Nov"), ("ja", "11月21日"), ("ru", "21 Ноя")],
)
def test_a_day_of_a_chart_is_written_as_the_language_writes_days(language: str, told: str) -> None:
    with translation.override(language):
        assert day_words(date(2026, 11, 21)) == told


def test_every_column_filter_and_field_of_the_lists_has_a_translated_name() -> None:
    untold = [
        f"{model._meta.label}.{field.name}"
        for model, screen in admin.site._registry.items()
        for field in model._meta.get_fields()
        if field.name in _named_by(screen) and not isinstance(getattr(field, "verbose_name", None), Promise)
    ]
    assert untold == []


def _named_by(screen: admin.ModelAdmin[Any]) -> set[object]:
    filters = [one if isinstance(one, str) else one[0] for one in screen.list_filter if isinstance(one, (str, tuple))]
    return {*screen.list_display, *filters, *(screen.fields or ()), *screen.readonly_fields}


def test_a_page_is_headed_by_its_room_of_the_menu_and_our_templates_are_told_in_its_language(
    owner: Login, acme: Brand, now: datetime
) -> None:
    ensure_builtin(acme, now)
    client = signed_in(owner.user)
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "de"
    page = client.get(reverse("admin:templates_app_template_changelist")).content.decode()
    assert "Alle Kunden, unter den Namen, die client-import liest." in page
    for screen, room in (("templates_app_template", "Describe data"), ("sync_app_sync", "Move it by itself")):
        page = client.get(reverse(f"admin:{screen}_changelist")).content.decode()
        with translation.override("de"):
            assert gettext(room) != room
            assert f">{gettext(room)}</span>" in page[page.index("<h1") : page.index("</h1>")]
