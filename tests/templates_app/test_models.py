"""A published version stays what it is, whoever writes."""

from __future__ import annotations

from datetime import datetime

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from integration_admin.accounts.models import Brand
from templates_app.models import (
    CustomField,
    DeclaredKey,
    Direction,
    PublishedVersionsDoNotChange,
    Template,
    TemplateVersion,
    VersionStatus,
)


@pytest.fixture
def template(acme: Brand) -> Template:
    return Template.objects.create(brand=acme, name="clients", direction=Direction.IN)


def version(template: Template, now: datetime, status: VersionStatus, number: int = 1) -> TemplateVersion:
    return TemplateVersion.objects.create(
        template=template, number=number, xml="<In/>", digest="d", author="Ann", status=status, created_at=now
    )


@pytest.mark.parametrize("change", [{"xml": "<Out/>"}, {"status": "draft"}, {"number": 7}, {"note": "later"}])
def test_it_refuses_to_save_over_a_published_version(
    template: Template, now: datetime, change: dict[str, object]
) -> None:
    published = version(template, now, VersionStatus.PUBLISHED)
    for name, value in change.items():
        setattr(published, name, value)
    with pytest.raises(PublishedVersionsDoNotChange):
        published.save()


@pytest.mark.parametrize("change", [{"xml": "<Out/>"}, {"status": "draft"}, {"digest": "e"}])
def test_the_database_refuses_it_too(template: Template, now: datetime, change: dict[str, object]) -> None:
    published = version(template, now, VersionStatus.PUBLISHED)
    with pytest.raises(IntegrityError), transaction.atomic():
        TemplateVersion.objects.filter(pk=published.pk).update(**change)
    published.refresh_from_db()
    assert (published.xml, published.status, published.digest) == ("<In/>", "published", "d")


def test_a_draft_may_change_and_be_published(template: Template, now: datetime) -> None:
    draft = version(template, now, VersionStatus.DRAFT)
    draft.xml, draft.status = "<In></In>", VersionStatus.PUBLISHED
    draft.save()
    draft.refresh_from_db()
    assert draft.published
    assert draft.xml == "<In></In>"


def test_a_number_is_given_once(template: Template, now: datetime) -> None:
    version(template, now, VersionStatus.DRAFT)
    with pytest.raises(IntegrityError), transaction.atomic():
        version(template, now, VersionStatus.DRAFT)


def test_a_name_is_free_in_another_brand_and_over_both_directions_taken_in_its_own(
    template: Template, acme: Brand, other: Brand
) -> None:
    Template.objects.create(brand=other, name="clients", direction=Direction.OUT)
    with pytest.raises(IntegrityError), transaction.atomic():
        Template.objects.create(brand=acme, name="clients", direction=Direction.OUT)


@pytest.mark.parametrize(
    "name", ["a", "x" * 61, "Clients", "cli ents", "clients\n", "clïents", "templates", "runs", "config"]
)
def test_it_refuses_names_that_are_no_address(acme: Brand, name: str) -> None:
    with pytest.raises(ValidationError) as caught:
        Template(brand=acme, name=name, direction=Direction.IN).full_clean()
    assert set(caught.value.message_dict) == {"name"}


@pytest.mark.parametrize("name", ["ab", "client-import", "2026-09", "x" * 60])
def test_it_takes_names_that_are_an_address(acme: Brand, name: str) -> None:
    Template(brand=acme, name=name, direction=Direction.IN).full_clean()


@pytest.mark.parametrize("name", ["IDDOSSIER'", "_", "_a b", "_é", "_x%s", "lower", "_" + "x" * 61, "_X\n"])
def test_it_refuses_field_names_that_are_none(acme: Brand, name: str) -> None:
    with pytest.raises(ValidationError):
        CustomField(brand=acme, entity_type="Customer", name=name).full_clean()


def test_two_fields_of_one_type_differ_in_more_than_letter_case(acme: Brand, other: Brand) -> None:
    CustomField.objects.create(brand=acme, entity_type="Customer", name="_Id")
    CustomField.objects.create(brand=acme, entity_type="Project", name="_ID")
    CustomField.objects.create(brand=other, entity_type="Customer", name="_ID")
    with pytest.raises(IntegrityError), transaction.atomic():
        CustomField.objects.create(brand=acme, entity_type="Customer", name="_ID")


def test_everything_goes_with_its_brand(acme: Brand, template: Template, now: datetime) -> None:
    version(template, now, VersionStatus.PUBLISHED)
    DeclaredKey.objects.create(brand=acme, entity_type="Customer", fields="Reference")
    acme.delete()
    assert not TemplateVersion.objects.exists()
    assert not DeclaredKey.objects.exists()
