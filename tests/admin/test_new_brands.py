"""A new brand has templates and a clock, however it was made."""

from __future__ import annotations

from datetime import datetime

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from django.utils.module_loading import import_string
from pytest_django import Settings

from integration_admin import settings as site
from integration_admin.accounts.brands import create_brand, equip_brand
from integration_admin.accounts.models import Brand, Group, User
from sync_app.models import BrandClock
from templates_app.models import Template, TemplateVersion, VersionStatus
from tests.conftest import BY


@pytest.fixture(autouse=True)
def _as_the_site_does(settings: Settings) -> None:
    settings.BRAND_SETUP = site.BRAND_SETUP


def assert_equipped(brand: Brand) -> None:
    assert Template.objects.filter(brand=brand, builtin=True).count() == 8
    published = TemplateVersion.objects.filter(template__brand=brand, status=VersionStatus.PUBLISHED)
    assert published.count() == 8
    assert BrandClock.objects.get(brand=brand).revision == 0
    assert Group.objects.filter(brand=brand, every_type=True).count() == 1


@pytest.mark.parametrize("name", site.BRAND_SETUP)
def test_each_name_is_a_function(name: str) -> None:
    assert callable(import_string(name))


def test_a_brand_made_by_the_use_case_is_equipped(db: None, now: datetime) -> None:
    assert_equipped(create_brand(key="new", name="New", sandbox=False, at=now, by=BY))


def test_a_brand_made_by_the_command_is_equipped(db: None, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("create_brand", "new")
    assert "new" in capsys.readouterr().out
    assert_equipped(Brand.objects.get())


def test_a_brand_made_on_its_screen_is_equipped_once(root: User) -> None:
    client = Client()
    client.force_login(root)
    form = {"key": "new", "name": "New", "time_zone": "UTC", "language": "en", "api_version": "4.7", "active": "on"}
    assert client.post(reverse("admin:accounts_brand_add"), form).status_code == 302
    brand = Brand.objects.get()
    assert_equipped(brand)
    assert client.post(reverse("admin:accounts_brand_change", args=[brand.pk]), {**form, "name": "Newer"}).status_code
    assert_equipped(brand)


def test_equipping_again_changes_nothing(db: None, now: datetime) -> None:
    brand = create_brand(key="new", name="New", sandbox=False, at=now, by=BY)
    equip_brand(brand=brand, at=now)
    assert_equipped(brand)


def test_a_brand_that_cannot_be_equipped_is_not_made(db: None, now: datetime, settings: Settings) -> None:
    settings.BRAND_SETUP = ("no_such_package.setup",)
    with pytest.raises(ImportError):
        create_brand(key="new", name="New", sandbox=False, at=now, by=BY)
    assert not Brand.objects.exists()
