"""Publishing, restoring, cloning and archiving: what a version goes through after it was drafted."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from integration_admin.accounts.access import Actor, NotAllowed
from integration_admin.accounts.models import AuditEntry, Brand
from templates_app.library import (
    LibraryRefused,
    TemplateHasErrors,
    archive,
    clone,
    current_version,
    ensure_builtin,
    find_template,
    installed_templates,
    publish,
    restore,
    save_draft,
)
from templates_app.models import Template, TemplateVersion
from tests.templates_app.conftest import BAD, BETTER, GOOD, OUT

Draft = Callable[[str], TemplateVersion]


@pytest.fixture
def draft(ann: Actor, now: datetime) -> Draft:
    return lambda xml: save_draft(actor=ann, name="clients", xml=xml, at=now, note="drafted")[0]


@pytest.fixture
def published(ann: Actor, draft: Draft, now: datetime) -> TemplateVersion:
    return publish(actor=ann, version=draft(GOOD), at=now)


def test_a_text_its_publisher_never_saw_is_not_published(ann: Actor, draft: Draft, now: datetime) -> None:
    seen = draft(GOOD)
    meant = seen.digest
    draft(BETTER)
    with pytest.raises(LibraryRefused) as caught:
        publish(actor=ann, version=seen, seen=meant, at=now)
    assert caught.value.code == "draft_changed"
    assert not TemplateVersion.objects.get().published
    assert not AuditEntry.objects.filter(action="template.published").exists()
    newest = TemplateVersion.objects.get()
    assert publish(actor=ann, version=newest, seen=newest.digest, at=now).published


def test_calls_use_the_newest_published_version(ann: Actor, draft: Draft, now: datetime) -> None:
    assert find_template(brand=ann.brand, name="clients") is None
    first = publish(actor=ann, version=draft(GOOD), at=now)
    second = publish(actor=ann, version=draft(BETTER), at=now, note="renamed a column")
    draft(BAD)
    template = find_template(brand=ann.brand, name="clients")
    assert template is not None
    assert current_version(template) == second
    assert (first.number, second.number, second.note, second.published_at) == (1, 2, "renamed a column", now)


def test_a_template_with_errors_stays_a_draft(ann: Actor, draft: Draft, now: datetime) -> None:
    version = draft(BAD)
    with pytest.raises(TemplateHasErrors) as caught:
        publish(actor=ann, version=version, at=now)
    assert [(found.code, found.line, found.column) for found in caught.value.findings] == [("field_unknown", 4, 3)]
    assert not TemplateVersion.objects.get().published


def test_nothing_is_published_twice(ann: Actor, published: TemplateVersion, now: datetime) -> None:
    with pytest.raises(LibraryRefused) as caught:
        publish(actor=ann, version=published, at=now)
    assert caught.value.code == "already_published"


def test_a_draft_older_than_the_published_version_is_refused(
    ann: Actor, published: TemplateVersion, draft: Draft, now: datetime
) -> None:
    waiting = draft(BETTER)
    restore(actor=ann, version=published, at=now, published=True)
    with pytest.raises(LibraryRefused) as caught:
        publish(actor=ann, version=waiting, at=now)
    assert caught.value.code == "superseded"


def test_publishing_is_noted_with_what_it_replaced(
    ann: Actor, published: TemplateVersion, draft: Draft, now: datetime
) -> None:
    publish(actor=ann, version=draft(BETTER), at=now + timedelta(hours=1))
    note = AuditEntry.objects.filter(action="template.published").first()
    assert note is not None
    assert note.before == {"version": 1, "digest": published.digest}
    assert note.after is not None
    assert note.after["version"] == 2


def test_restoring_adds_a_version_with_the_old_text(
    ann: Actor, published: TemplateVersion, draft: Draft, now: datetime
) -> None:
    publish(actor=ann, version=draft(BETTER), at=now)
    waiting = restore(actor=ann, version=published, at=now)
    assert (waiting.number, waiting.xml, waiting.published) == (3, GOOD, False)
    restored = restore(actor=ann, version=published, at=now, published=True)
    assert (restored.number, restored.digest, restored.published) == (4, published.digest, True)
    assert list(TemplateVersion.objects.order_by("number").values_list("xml", flat=True)) == [GOOD, BETTER, GOOD, GOOD]


def test_a_clone_is_a_draft_of_its_own(ann: Actor, published: TemplateVersion, now: datetime) -> None:
    copy = clone(actor=ann, version=published, name="clients-two", at=now)
    assert (copy.number, copy.xml, copy.published) == (1, GOOD, False)
    assert copy.template != published.template
    assert publish(actor=ann, version=copy, at=now).published


def test_a_builtin_template_is_cloned_not_edited(ann: Actor, now: datetime) -> None:
    builtin = ensure_builtin(ann.brand, now)[0]
    with pytest.raises(LibraryRefused) as caught:
        restore(actor=ann, version=builtin, at=now)
    assert caught.value.code == "builtin_template"
    copy = clone(actor=ann, version=builtin, name="my-clients", at=now)
    assert not copy.template.builtin
    assert publish(actor=ann, version=copy, at=now).published


def test_a_clone_goes_only_where_the_same_right_is_held(
    ann: Actor, ben: Actor, eve: Actor, published: TemplateVersion, now: datetime, other: Brand
) -> None:
    with pytest.raises(NotAllowed):
        clone(actor=ann, version=published, name="copy", at=now, into=ben)
    copy = clone(actor=ann, version=published, name="copy", at=now, into=eve)
    assert copy.template.brand == other
    assert AuditEntry.objects.get(action="template.cloned").brand == other


def test_a_name_is_not_taken_twice(ann: Actor, published: TemplateVersion, now: datetime) -> None:
    with pytest.raises(LibraryRefused) as caught:
        clone(actor=ann, version=published, name="clients", at=now)
    assert caught.value.code == "template_taken"


def test_an_archived_template_is_not_found_until_it_is_brought_back(
    ann: Actor, published: TemplateVersion, now: datetime
) -> None:
    archive(actor=ann, template=published.template, at=now)
    assert find_template(brand=ann.brand, name="clients") is None
    assert installed_templates(ann.brand) == []
    archive(actor=ann, template=published.template, at=now, archived=False)
    assert installed_templates(ann.brand) == [published]
    assert AuditEntry.objects.filter(action__in=["template.archived", "template.unarchived"]).count() == 2


def test_the_list_names_the_current_version_of_each_template_of_the_brand(
    ann: Actor, eve: Actor, published: TemplateVersion, draft: Draft, now: datetime
) -> None:
    newer = publish(actor=ann, version=draft(BETTER), at=now)
    save_draft(actor=ann, name="only-draft", xml=GOOD, at=now)
    export = publish(actor=ann, version=save_draft(actor=ann, name="a-export", xml=OUT, at=now)[0], at=now)
    publish(actor=eve, version=save_draft(actor=eve, name="clients", xml=GOOD, at=now)[0], at=now)
    assert installed_templates(ann.brand) == [export, newer]


@pytest.mark.parametrize("verb", ["publish", "restore", "clone", "archive"])
@pytest.mark.parametrize("who", ["ben", "eve"])
def test_neither_teammate_nor_stranger_may(
    verb: str, who: str, request: pytest.FixtureRequest, published: TemplateVersion, now: datetime
) -> None:
    actor: Actor = request.getfixturevalue(who)
    calls: dict[str, Callable[[], object]] = {
        "publish": lambda: publish(actor=actor, version=published, at=now),
        "restore": lambda: restore(actor=actor, version=published, at=now),
        "clone": lambda: clone(actor=actor, version=published, name="mine", at=now),
        "archive": lambda: archive(actor=actor, template=published.template, at=now),
    }
    with pytest.raises(NotAllowed):
        calls[verb]()
    assert Template.objects.count() == 1
    assert not Template.objects.get().archived
    assert TemplateVersion.objects.count() == 1
