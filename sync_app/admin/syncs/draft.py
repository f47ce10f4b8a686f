"""A sync as the texts of a form: what is kept of one, and what was entered, read as `save_sync` takes it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from django.http import QueryDict

from integration_admin.whole_numbers import whole_number
from sync_app.admin.syncs.setting_inputs import pairs_of, pairs_text, settings_entered
from sync_app.models import Sync
from sync_app.syncs.keeping.forms import FormField
from sync_app.syncs.keeping.saving import SyncForm
from sync_app.syncs.turns.guards import KINDS, SHAPES

TRANSFER: Final = "transfer-"
#: Units whose `at` is the first time of a day.
OF_THE_DAY: Final = frozenset({"minutes", "hours"})
STARTING: Final = {
    "direction": "pull",
    "when": "every",
    "every": "1",
    "unit": "days",
    "at": "02:00",
    "first": "00:00",
    "on": "monday",
    "day": "1",
    "on_error": "skip",
    "active": "on",
}


def new_draft(given: QueryDict) -> QueryDict:
    """A form that nobody has touched, with what its address says of it."""
    draft = QueryDict(mutable=True)
    said = {name: value for name in ("brand", "connection", "direction") if (value := given.get(name, ""))}
    draft.update({**STARTING, **said})
    return draft


def draft_of(sync: Sync) -> QueryDict:
    """What the form shows of a sync; its transfer settings come with the connector's form."""
    draft = QueryDict(mutable=True)
    draft.update(
        {
            **STARTING,
            "brand": str(sync.brand_id),
            "name": sync.name,
            "direction": sync.direction,
            "connection": str(sync.connection_id),
            "template": sync.template.name,
            "on_error": sync.options.get("on_error", "skip"),
            "verbose": _on(sync.options.get("verbose")),
            "simulate": _on(sync.simulate),
            "active": _on(sync.active),
            **_mirror_texts(sync.mirror),
            **_guard_texts(sync.guards),
            **_notify_texts(sync.notify),
        }
    )
    draft.setlist("columns", list(sync.guards.get("columns", [])))
    draft.setlist("protected", list(sync.protected))
    _schedule_texts(draft, sync.rule)
    return draft


def plain(given: QueryDict) -> QueryDict:
    """What was sent, without the one character that no database keeps."""
    draft = given.copy()
    for name, values in given.lists():
        draft.setlist(name, [value.replace("\0", "") for value in values])
    return draft


def form_of(draft: QueryDict, *, transfer: Sequence[FormField]) -> SyncForm:
    """What was entered."""
    pulls = draft.get("direction") == "pull"
    return SyncForm(
        name=draft.get("name", ""),
        direction=draft.get("direction", ""),
        connection=whole_number(draft.get("connection", "")) or 0,
        template=draft.get("template", ""),
        transfer=settings_entered(transfer, prefix=TRANSFER, asked=draft),
        options={"on_error": draft.get("on_error", "skip"), "verbose": "verbose" in draft} if pulls else {},
        simulate="simulate" in draft,
        rule=rule_of(draft),
        guards=_guards(draft) if pulls else {},
        mirror=_mirror(draft) if pulls else {},
        protected=tuple(draft.getlist("protected")) if pulls else (),
        notify=_notify(draft),
        active="active" in draft,
    )


def rule_of(draft: QueryDict) -> dict[str, Any]:
    """The schedule as JSON: what is entered beside it does not count."""
    if draft.get("when") == "cron":
        return {"cron": draft.get("cron", "")}
    if draft.get("when") != "every":
        return {}
    unit = draft.get("unit", "")
    rule: dict[str, Any] = {"every": _whole(draft.get("every", "")), "unit": unit}
    rule["at"] = draft.get("first" if unit in OF_THE_DAY else "at", "") or "00:00"
    if unit == "weeks":
        rule["on"] = draft.getlist("on")
    if unit == "months":
        rule["day"] = _whole(draft.get("day", ""))
    if unit not in OF_THE_DAY and draft.get("from"):
        rule["from"] = draft["from"]
    return rule


def limit_name(kind: str, entity: str, sort: str) -> str:
    """The name of the input of one limit. `sort`: most or percent; `entity` empty: all types together."""
    return f"{kind}:{entity}:{sort}"


def limited_types(draft: QueryDict) -> list[str]:
    """The entity types that have limits of their own in the form, whether or not the template writes them."""
    found = [name.split(":")[1] for name in draft if name.count(":") == 2 and name.partition(":")[0] in KINDS]
    return [entity for entity in dict.fromkeys(found) if entity]


# --- what is kept, as texts


def _on(value: Any) -> str:
    return "on" if value else ""


def _mirror_texts(mirror: Mapping[str, Any]) -> dict[str, str]:
    return {
        "mirror": mirror.get("action", ""),
        "mirror-field": mirror.get("field", ""),
        "mirror-value": str(mirror.get("value", "")),
        "mirror-where": pairs_text(mirror.get("where", {})),
        "mirror-all": _on(mirror.get("all")),
    }


def _guard_texts(guards: Mapping[str, Any]) -> dict[str, str]:
    texts = {"empty": _on(guards.get("empty")), "shrink": _number_text(guards.get("shrink"))}
    for entity, limits in [("", guards), *guards.get("types", {}).items()]:
        for kind in KINDS:
            for sort, value in (limits.get(kind) or {}).items():
                texts[limit_name(kind, entity, sort)] = _number_text(value)
    return texts


def _notify_texts(notify: Mapping[str, Any]) -> dict[str, str]:
    emails, webhook = "\n".join(notify.get("emails", [])), notify.get("webhook", "")
    return {"told": "own" if notify else "", "notify-emails": emails, "notify-webhook": webhook}


def _number_text(value: float | None) -> str:
    return "" if value is None else f"{value:g}"


def _schedule_texts(draft: QueryDict, rule: Mapping[str, Any]) -> None:
    draft["when"] = "cron" if "cron" in rule else "every" if rule else "hand"
    draft["cron"] = rule.get("cron", "")
    if "every" not in rule:
        return
    draft["every"], draft["unit"] = str(rule["every"]), rule["unit"]
    draft["first" if rule["unit"] in OF_THE_DAY else "at"] = rule.get("at", "00:00")
    draft["day"], draft["from"] = str(rule.get("day", 1)), rule.get("from", "")
    draft.setlist("on", list(rule.get("on", ["monday"])))


# --- what was entered


def _whole(text: str) -> int | str:
    """Digits as a number; anything else as it is, to be refused."""
    number = whole_number(text.strip(), highest=10**9)
    return text if number is None else number


def _guards(draft: QueryDict) -> dict[str, Any]:
    guards = _limits(draft, "")
    own = {entity: limits for entity in limited_types(draft) if (limits := _limits(draft, entity))}
    guards |= {"types": own} if own else {}
    guards |= {"empty": True} if draft.get("empty") else {}
    shapes = [shape for shape in draft.getlist("columns") if shape in SHAPES]
    guards |= {"columns": shapes} if shapes else {}
    shrink = _percent(draft.get("shrink", ""))
    return guards if shrink is None else {**guards, "shrink": shrink}


def _limits(draft: QueryDict, entity: str) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for kind in KINDS:
        most, percent = (draft.get(limit_name(kind, entity, sort), "").strip() for sort in ("most", "percent"))
        limit: dict[str, Any] = {"most": _whole(most)} if most else {}
        limit |= {"percent": _percent(percent)} if percent else {}
        found |= {kind: limit} if limit else {}
    return found


def _percent(text: str) -> float | str | None:
    """A number, with a point or a comma; anything else as it is, to be refused."""
    plain = text.strip().replace(",", ".")
    whole, _point, rest = plain.partition(".")
    if not plain:
        return None
    fits = len(plain) <= 12 and plain.isascii() and whole.isdigit() and (not rest or rest.isdigit())
    return float(plain) if fits else text


def _notify(draft: QueryDict) -> dict[str, Any]:
    """Nothing: whom the brand tells."""
    if draft.get("told") != "own":
        return {}
    emails = draft.get("notify-emails", "").replace(",", "\n").split("\n")
    return {
        "emails": [address.strip() for address in emails if address.strip()],
        "webhook": draft.get("notify-webhook", "").strip(),
    }


def _mirror(draft: QueryDict) -> dict[str, Any]:
    action = draft.get("mirror", "")
    if not action:
        return {}
    mirror: dict[str, Any] = {"action": action}
    if action == "mark":
        mirror |= {"field": draft.get("mirror-field", ""), "value": draft.get("mirror-value", "")}
    where = pairs_of(draft.get("mirror-where", ""))
    mirror |= {"where": where} if where else {}
    return mirror | ({"all": True} if draft.get("mirror-all") else {})
