"""Drafts: kept with their errors, written over while they are drafts, followed by a new number once published."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta

import pytest

from integration_admin.accounts.access import Actor, NotAllowed
from integration_admin.accounts.models import AuditEntry
from templates_app.library import LibraryRefused, archive, ensure_builtin, publish, save_draft
from templates_app.models import Direction, Template, TemplateVersion
from tests.templates_app.conftest import BAD, BETTER, GOOD, OUT


def test_it_keeps_text_digest_author_note_and_time(ann: Actor, now: datetime) -> None:
    version, checked = save_draft(actor=ann, name="clients", xml=GOOD, at=now, note="first", description="Our clients")
    kept = TemplateVersion.objects.get(pk=version.pk)
    assert (kept.number, kept.xml, kept.author, kept.note) == (1, GOOD, ann.name, "first")
    assert kept.digest == hashlib.sha256(GOOD.encode()).hexdigest()
    assert kept.created_at == now
    assert not kept.published
    assert kept.template.description == "Our clients"
    assert checked.publishable


def test_a_text_with_errors_is_kept_and_its_errors_are_said(ann: Actor, now: datetime) -> None:
    version, checked = save_draft(actor=ann, name="clients", xml=BAD, at=now)
    assert version.xml == BAD
    assert [(found.code, found.line) for found in checked.findings if found.severity == "error"] == [
        ("field_unknown", 4)
    ]


def test_even_a_text_that_is_no_xml_is_kept(ann: Actor, now: datetime) -> None:
    version, checked = save_draft(actor=ann, name="clients", xml="<In><Type", at=now)
    assert version.template.direction == Direction.IN
    assert not checked.publishable


@pytest.mark.parametrize(("xml", "direction"), [(GOOD, Direction.IN), (OUT, Direction.OUT)])
def test_the_root_says_the_direction(ann: Actor, now: datetime, xml: str, direction: Direction) -> None:
    assert save_draft(actor=ann, name="clients", xml=xml, at=now)[0].template.direction == direction


def test_a_draft_is_written_over_and_may_change_direction(ann: Actor, now: datetime) -> None:
    first, _ = save_draft(actor=ann, name="clients", xml=GOOD, at=now)
    second, _ = save_draft(actor=ann, name="clients", xml=OUT, at=now + timedelta(minutes=1))
    assert second.pk == first.pk
    assert second.number == 1
    assert Template.objects.get().direction == Direction.OUT


def test_after_a_published_version_comes_a_new_number(ann: Actor, now: datetime) -> None:
    first, _ = save_draft(actor=ann, name="clients", xml=GOOD, at=now)
    publish(actor=ann, version=first, at=now)
    second, _ = save_draft(actor=ann, name="clients", xml=BETTER, at=now)
    third, _ = save_draft(actor=ann, name="clients", xml=BAD, at=now)
    assert (second.number, third.number) == (2, 2)
    assert TemplateVersion.objects.get(number=1).xml == GOOD


def test_a_published_template_keeps_its_direction(ann: Actor, now: datetime) -> None:
    publish(actor=ann, version=save_draft(actor=ann, name="clients", xml=GOOD, at=now)[0], at=now)
    with pytest.raises(LibraryRefused) as caught:
        save_draft(actor=ann, name="clients", xml=OUT, at=now)
    assert caught.value.code == "direction_fixed"


def test_it_refuses_to_write_over_what_the_author_has_not_seen(ann: Actor, now: datetime) -> None:
    seen = save_draft(actor=ann, name="clients", xml=GOOD, at=now)[0].digest
    save_draft(actor=ann, name="clients", xml=BETTER, at=now, seen=seen)
    with pytest.raises(LibraryRefused) as caught:
        save_draft(actor=ann, name="clients", xml=BAD, at=now, seen=seen)
    assert caught.value.code == "draft_changed"
    assert TemplateVersion.objects.get().xml == BETTER


@pytest.mark.parametrize("xml", ["<In>\0</In>", "<In>\ud800</In>", "<In>" + " " * 262_144 + "</In>"])
def test_it_refuses_what_no_database_keeps(ann: Actor, now: datetime, xml: str) -> None:
    with pytest.raises(LibraryRefused) as caught:
        save_draft(actor=ann, name="clients", xml=xml, at=now)
    assert caught.value.code == "template_unsavable"
    assert caught.value.findings
    assert not Template.objects.exists()


@pytest.mark.parametrize("name", ["Clients", "x", "runs", "../../etc", "a b", ""])
def test_it_refuses_a_name_that_is_no_address(ann: Actor, now: datetime, name: str) -> None:
    with pytest.raises(LibraryRefused) as caught:
        save_draft(actor=ann, name=name, xml=GOOD, at=now)
    assert caught.value.code == "name_invalid"


def test_it_refuses_builtin_and_archived_templates(ann: Actor, now: datetime) -> None:
    ensure_builtin(ann.brand, now)
    archive(actor=ann, template=save_draft(actor=ann, name="old", xml=GOOD, at=now)[0].template, at=now)
    codes = []
    for name in ("client-import", "old"):
        with pytest.raises(LibraryRefused) as caught:
            save_draft(actor=ann, name=name, xml=GOOD, at=now)
        codes.append(caught.value.code)
    assert codes == ["builtin_template", "template_archived"]


def test_a_teammate_without_the_right_writes_nothing(ben: Actor, now: datetime) -> None:
    with pytest.raises(NotAllowed):
        save_draft(actor=ben, name="clients", xml=GOOD, at=now)
    assert not Template.objects.exists()


def test_a_stranger_of_another_brand_makes_a_template_of_their_own(ann: Actor, eve: Actor, now: datetime) -> None:
    save_draft(actor=ann, name="clients", xml=GOOD, at=now)
    save_draft(actor=eve, name="clients", xml=BETTER, at=now)
    assert Template.objects.get(brand=ann.brand).versions.get().xml == GOOD
    assert Template.objects.get(brand=eve.brand).versions.get().xml == BETTER


def test_each_saving_is_noted_without_the_text(ann: Actor, now: datetime) -> None:
    version, _ = save_draft(actor=ann, name="clients", xml=GOOD, at=now)
    note = AuditEntry.objects.get(brand=ann.brand, action="template.draft")
    assert (note.actor, note.target, note.at) == (ann.name, "clients", now)
    assert note.after == {"version": 1, "digest": version.digest}
