"""The configuration history in words: what changed, field by field, and everything that happened to one object."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from copy import copy
from dataclasses import dataclass
from typing import Any, Final

from django.apps import apps
from django.conf import settings
from django.core.exceptions import FieldDoesNotExist
from django.db.models import Model, Q, QuerySet
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from integration_admin.accounts.audit import audited_as
from integration_admin.accounts.audit_words import action_words
from integration_admin.accounts.models import AuditEntry, Brand

PAGE: Final = 50
NAMES_AT_MOST: Final = 20
DIGEST_SHOWN: Final = 12
_NOTHING: Final[tuple[object, ...]] = (None, "", [], {})

#: What the use cases call what they did to the rows of a model, beside `create_…`, `change_…` and `delete_…`.
ACTIONS_OF: Final[Mapping[str, tuple[str, ...]]] = {
    "membership": ("create_api_user", "set_password", "activate_api_user", "deactivate_api_user"),
    "customentitytype": ("type.added", "columns.chosen"),
    "customfield": ("field.added", "field.retired", "field.taken_back"),
    "declaredkey": ("key.declared",),
    "sync": (
        "sync.paused",
        "sync.resumed",
        "sync.watermark",
        "sync.approved",
        "sync.rejected",
        "sync.judged_again",
    ),
    "template": (
        "template.draft",
        "template.published",
        "template.restored",
        "template.cloned",
        "template.archived",
        "template.unarchived",
        "template.sample",
        "template.sample_dropped",
        "template.sample_read",
    ),
}

#: What the members are called that are no column of a model.
MEMBERS: Final[Mapping[str, object]] = {
    "archived": gettext_lazy("archived"),
    "bodies": gettext_lazy("kept files of imports"),
    "columns": gettext_lazy("columns"),
    "digest": gettext_lazy("digest"),
    "digest_at": gettext_lazy("Daily digest at"),
    "emails": gettext_lazy("E-mail addresses"),
    "failedRows": gettext_lazy("failed rows"),
    "file": gettext_lazy("file"),
    "from": gettext_lazy("from"),
    "journalEntries": gettext_lazy("entries of the journal"),
    "kind": gettext_lazy("kind"),
    "label": gettext_lazy("label"),
    "messages": gettext_lazy("messages"),
    "note": gettext_lazy("note"),
    "options": gettext_lazy("options"),
    "required": gettext_lazy("required"),
    "retired": gettext_lazy("retired"),
    "revisions": gettext_lazy("revisions with a new digest"),
    "run": gettext_lazy("run"),
    "samples": gettext_lazy("samples of templates"),
    "space": gettext_lazy("shared with"),
    "title": gettext_lazy("title"),
    "turns": gettext_lazy("turns of syncs"),
    "unique": gettext_lazy("unique"),
    "uploads": gettext_lazy("uploaded files"),
    "version": gettext_lazy("version"),
    "watermark": gettext_lazy("Up to here"),
    "webhook": gettext_lazy("Webhook"),
}


@dataclass(frozen=True, slots=True)
class Changed:
    """One member of an entry. `old` None: nothing was there to change; `new` None: it is gone."""

    label: str
    old: str | None
    new: str | None


@dataclass(frozen=True, slots=True)
class Told:
    """One entry in words."""

    entry: AuditEntry
    what: str
    changes: list[Changed]


def told(entry: AuditEntry) -> Told:
    worded = _worded(entry)
    return Told(entry, action_words(entry.action), list(_changes(entry)) if worded is None else worded)


def entries_about(obj: Model, *, brand: Brand | None) -> QuerySet[AuditEntry]:
    """The entries that tell of this object, the latest first, under the names it had before as well."""
    model = obj._meta.model_name or ""
    actions = Q(action__in=(*ACTIONS_OF.get(model, ()), f"create_{model}", f"change_{model}", f"delete_{model}"))
    actions |= Q(action__in=(f"revoke_{model}",))
    about = AuditEntry.objects.filter(actions, brand=brand)
    return about.filter(target__in=_names(obj, about)).order_by("-at", "-pk")


def object_history(obj: Model, *, brand: Brand | None, before: int | None = None) -> tuple[list[Told], int | None]:
    """A page of it, and the `before` of the next page: the number of the last entry shown; None on the last."""
    found = entries_about(obj, brand=brand)
    if before is not None:
        last = AuditEntry.objects.filter(pk=before, brand=brand).first()
        if last is not None:
            found = found.filter(Q(at__lt=last.at) | Q(at=last.at, pk__lt=last.pk))
    rows = list(found[: PAGE + 1])
    return [told(row) for row in rows[:PAGE]], rows[PAGE - 1].pk if len(rows) > PAGE else None


def _names(obj: Model, about: QuerySet[AuditEntry]) -> set[str]:
    """What histories call the object, now and before: an entry that renamed it tells the name before.

    Older entries call it by its text, also where histories call it otherwise by now.
    """
    names, fresh = set[str](), {audited_as(obj), str(obj), str(getattr(obj, "username", "") or audited_as(obj))}
    while fresh and len(names) < NAMES_AT_MOST:
        names |= fresh
        renames = about.filter(target__in=fresh).exclude(before=None).values_list("before", flat=True)
        fresh = {name for before in renames for name in _called(obj, before)} - names
    return names


def _called(obj: Model, before: object) -> set[str]:
    """What the object was called while it had these values."""
    earlier = copy(obj)
    columns = {field.attname for field in obj._meta.concrete_fields if not field.is_relation}
    for name, value in before.items() if isinstance(before, dict) else ():
        if name in columns and isinstance(value, str):
            setattr(earlier, name, value)
    return {audited_as(earlier), str(earlier)}


def _worded(entry: AuditEntry) -> list[Changed] | None:
    """What another floor has words for, as they are on the pages where it is entered; only what differs."""
    kept_in_words = import_string(settings.KEPT_IN_WORDS)
    old, new = (kept_in_words(action=entry.action, kept=kept or {}) for kept in (entry.before, entry.after))
    if old is None or new is None:
        return None
    was, now = entry.before is not None, entry.after is not None
    return [
        Changed(label, (old.get(label) or _("empty")) if was else None, (new.get(label) or _("empty")) if now else None)
        for label in dict.fromkeys((*new, *old))
        if (old.get(label, "") if was else "") != (new.get(label, "") if now else "")
    ]


def _changes(entry: AuditEntry) -> Iterator[Changed]:
    before: dict[str, Any] = entry.before or {}
    after: dict[str, Any] = entry.after or {}
    model = _model_of(entry.action)
    for name in dict.fromkeys((*before, *after)):
        if name not in before and after[name] in _NOTHING:
            continue
        old = _shown(name, before[name]) if name in before else None
        new = _shown(name, after[name]) if name in after else None
        yield Changed(_label(model, name), old, new)


def _shown(name: str, value: object) -> str:
    """A digest by its beginning, as everywhere."""
    return _value(value)[:DIGEST_SHOWN] if name == "digest" else _value(value)


def _model_of(action: str) -> type[Model] | None:
    """The model whose rows `create_…`, `change_…` and `delete_…` are about."""
    verb, _sign, name = action.partition("_")
    if verb not in {"create", "change", "delete"}:
        return None
    named = [model for model in apps.get_models() if model._meta.model_name == name]
    return next((model for model in named if not model.__module__.startswith("django.")), None)


def _label(model: type[Model] | None, name: str) -> str:
    if model is not None:
        try:
            return str(getattr(model._meta.get_field(name), "verbose_name", name))
        except FieldDoesNotExist:
            return str(MEMBERS.get(name, name))
    return str(MEMBERS.get(name, name))


def _value(value: object) -> str:
    if value in _NOTHING:
        return _("empty")
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, list) and all(isinstance(item, str) for item in value):
        return ", ".join(value)
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
