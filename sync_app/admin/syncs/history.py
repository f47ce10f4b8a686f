"""What the configuration history kept of a sync or a connection, under the names that its form has for it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sync_app.admin.runs.head import ON_ERROR
from sync_app.admin.sync_words import DIRECTIONS
from sync_app.admin.syncs.steps import LIMITS, SHAPE_WORDS
from sync_app.syncs.connectors.base import Setting
from sync_app.syncs.connectors.registry import CONNECTORS
from sync_app.syncs.schedule_words import schedule_in_words
from sync_app.syncs.turns.guards import KINDS

Told = Iterator[tuple[str, str]]

SYNCS: Final = frozenset({"create_sync", "change_sync", "delete_sync"})
CONNECTIONS: Final = frozenset({"create_connection", "change_connection", "delete_connection"})
MISSING: Final[Mapping[str, object]] = {
    "": gettext_lazy("stay as they are"),
    "delete": gettext_lazy("are deleted"),
    "mark": gettext_lazy("are marked"),
}


def kept_in_words(*, action: str, kept: Mapping[str, Any]) -> dict[str, str] | None:
    """Label -> what stood there, in the order of the form; None for what is neither a sync nor a connection."""
    if action in SYNCS:
        return _named(_sync(kept))
    return _named(_connection(kept)) if action in CONNECTIONS else None


def _named(told: Told) -> dict[str, str]:
    """Two settings of the same label stay two."""
    found: dict[str, str] = {}
    for label, text in told:
        unlike = capfirst(label)
        while unlike in found:
            unlike += "\N{PRIME}"
        found[unlike] = text
    return found


def _sync(kept: Mapping[str, Any]) -> Told:
    direction = kept.get("direction", "")
    yield _("Name"), kept.get("name", "")
    yield _("Direction"), str(DIRECTIONS.get(direction, direction))
    yield _("Connection"), kept.get("connection", "")
    forms = [form for one in CONNECTORS.values() for form in (one.pull_form, one.push_form)]
    yield from _settings(kept.get("transfer", {}), forms)
    yield _("Template"), kept.get("template", "")
    yield from _options(kept.get("options", {}))
    yield _("Only rehearse"), _text(kept.get("simulate", False))
    yield _("Schedule"), schedule_in_words(kept.get("rule", {}))
    yield _("The schedule is on"), _text(kept.get("active", False))
    yield from _guards(kept.get("guards", {}))
    yield from _mirror(kept.get("mirror", {}))
    yield _("Fields that people keep"), ", ".join(kept.get("protected", ()))
    yield from _notify(kept.get("notify", {}))


def _connection(kept: Mapping[str, Any]) -> Told:
    connector = CONNECTORS.get(kept.get("connector", ""))
    form = connector.form if connector is not None else ()
    labels = {setting.name: _(setting.label) for setting in form}
    yield _("Name"), kept.get("name", "")
    yield _("connector"), _(connector.label) if connector is not None else kept.get("connector", "")
    yield from _settings(kept.get("settings", {}), [form])
    yield _("Secrets that are kept"), _listed(labels.get(name, name) for name in kept.get("secrets", ()))
    yield _("secrets replaced"), _listed(labels.get(name, name) for name in kept.get("secretsReplaced", ()))


def _settings(kept: Mapping[str, Any], forms: Iterable[Sequence[Setting] | None]) -> Told:
    """Of several forms the first that has all of these settings is taken to be theirs."""
    form = next((form for form in forms if form is not None and kept.keys() <= {one.name for one in form}), ())
    known = {setting.name: setting for setting in form}
    for name, value in kept.items():
        setting = known.get(name)
        choice = setting.choices.get(value) if setting is not None and isinstance(value, str) else None
        yield _(setting.label) if setting is not None else name, _(choice) if choice else _text(value)


def _options(options: Mapping[str, Any]) -> Told:
    if "on_error" in options:
        yield _("When a row fails"), str(ON_ERROR.get(options["on_error"], options["on_error"]))
    if "verbose" in options:
        yield _("List unchanged records in the reports too"), _text(options["verbose"])


def _guards(guards: Mapping[str, Any]) -> Told:
    for entity, limits in [("", guards), *guards.get("types", {}).items()]:
        for kind in KINDS:
            what = {"what": f"{LIMITS[kind]}, {entity or _('All together')}"}
            limit = limits.get(kind) or {}
            yield _("%(what)s: at most so many") % what, _text(limit.get("most"))
            yield _("%(what)s: at most so many percent") % what, _text(limit.get("percent"))
    asks = [_("the source is empty")] if guards.get("empty") else []
    asks += [str(SHAPE_WORDS.get(shape, shape)) for shape in guards.get("columns", ())]
    yield _("Ask a person first when …"), _listed(asks)
    yield _("the source has shrunk by more than"), _text(guards.get("shrink"), unit=" %")


def _mirror(mirror: Mapping[str, Any]) -> Told:
    action = mirror.get("action", "")
    yield _("Records that the source no longer has"), str(MISSING.get(action, action))
    yield _("Field to mark them in"), _text(mirror.get("field"))
    yield _("Value that marks them"), _text(mirror.get("value"))
    yield _("Only records with"), _text(mirror.get("where"))
    yield _("Also records that this sync has never written"), _text(mirror.get("all") or None)


def _notify(notify: Mapping[str, Any]) -> Told:
    yield _("Who is told"), _("Others") if notify else _("Those the brand tells")
    yield _("E-mail addresses"), _listed(notify.get("emails", ()))
    yield _("Webhook"), notify.get("webhook", "")


def _listed(texts: Iterable[object]) -> str:
    return ", ".join(map(str, texts))


def _text(value: Any, *, unit: str = "") -> str:
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, Mapping):
        return _listed(f"{name}: {_text(own)}" for name, own in value.items())
    return f"{value:g}{unit}" if isinstance(value, float) else f"{value}{unit}"
