"""What can be done about a sync: each a page that says what will happen, and a POST that makes one call."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Final

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from integration_admin.accounts.access import Actor
from integration_admin.figures import figure
from integration_admin.local_time import show_times_of
from integration_admin.scoped_admin import BrandScopedAdmin
from sync_app.admin.pages import page
from sync_app.admin.sync_refusals import REFUSED, found_sync, tell
from sync_app.admin.sync_words import turn_words
from sync_app.models import Sync, SyncDirection, SyncTurn
from sync_app.syncs.connectors.base import after_rejection
from sync_app.syncs.connectors.registry import CONNECTORS
from sync_app.syncs.keeping.changing import delete_sync, pause, resume, run_now, stop_turn
from sync_app.syncs.keeping.deciding import approve, check_held, held_turn, judge_again, reject
from sync_app.syncs.keeping.reading import NEXT_TIMES
from sync_app.syncs.timing import coming

LIST: Final = "admin:sync_app_sync_changelist"

Says = Callable[[Actor, Sync], list[str]]
Does = Callable[[Actor, Sync], str]


@dataclass(frozen=True, slots=True)
class Verb:
    """`says`: what will happen, sentence by sentence. `does` answers what is told afterwards."""

    title: object
    button: object
    icon: str
    says: Says
    does: Does
    variant: str = "primary"
    gone: bool = False


def page_of(sync: int) -> str:
    return reverse("admin:sync_app_sync_change", args=[sync])


def ask(screen: BrandScopedAdmin, request: HttpRequest, pk: int, *, verb: Verb) -> HttpResponse:
    """GET: what will happen. POST: it does."""
    found, actor = found_sync(screen, request, pk)
    sync = Sync.objects.select_related("brand", "connection", "template").get(pk=found.pk)
    show_times_of(sync.brand)
    try:
        if request.method == "POST":
            messages.success(request, verb.does(actor, sync))
            return HttpResponseRedirect(reverse(LIST) if verb.gone else page_of(pk))
        says = verb.says(actor, sync)
    except REFUSED as refused:
        tell(request, refused)
        return HttpResponseRedirect(page_of(pk))
    context = {"sync": sync, "verb": verb, "says": says, "back": page_of(pk)}
    title = f"{verb.title}: {sync.name}"
    return page(screen, request, "sync/ask.html", title=title, brand=sync.brand, **context)


def verb_pages() -> list[tuple[str, Callable[..., HttpResponse], str]]:
    """(route, view, name) of each verb."""
    return [(f"<int:pk>/{name}/", partial(ask, verb=verb), name) for name, verb in VERBS.items()]


# --- running


def _says_run(_actor: Actor, sync: Sync) -> list[str]:
    names = {"connection": sync.connection.name, "template": sync.template.name}
    if sync.direction == SyncDirection.PUSH:
        said = [_("What has changed since the last time is exported with %(template)s and sent to %(connection)s.")]
    else:
        said = [_("It fetches from %(connection)s and imports through %(template)s.")]
    told = [sentence % names for sentence in said]
    if sync.simulate:
        told.append(_("It only rehearses: the report shows what would happen, and nothing does."))
    elif sync.guards:
        told.append(_("What trips a limit is held until somebody has looked at it."))
    told.append(_("Its schedule stays as it is."))
    return told


def _runs(actor: Actor, sync: Sync, *, rehearse: bool) -> str:
    run_now(actor=actor, sync=sync.pk, rehearse=rehearse, clock=timezone.now)
    return _("It waits for the worker. This page follows it.")


def _says_rehearse(_actor: Actor, sync: Sync) -> list[str]:
    if sync.direction == SyncDirection.PUSH:
        return [_("It shows what it would send now. Nothing is sent, and it goes on later from where it stands.")]
    return [
        _("It fetches from %(connection)s and shows in a report what it would write.")
        % {"connection": sync.connection.name},
        _("Nothing is written or acknowledged, and it goes on later from where it stands."),
    ]


def _says_stop(_actor: Actor, sync: Sync) -> list[str]:
    _open_turn(sync)
    return [
        _("It stops between two requests, or between two groups of rows."),
        _("What has been written or sent by then stays. The next turn goes on from there."),
    ]


def _stops(actor: Actor, sync: Sync) -> str:
    turn = _open_turn(sync)
    stop_turn(actor=actor, sync=sync.pk, turn=turn.pk if turn is not None else 0, clock=timezone.now)
    return _("It was asked to stop.")


def _open_turn(sync: Sync) -> SyncTurn | None:
    return SyncTurn.objects.filter(sync=sync, finished_at=None).order_by("-pk").first()


# --- its schedule


def _says_pause(_actor: Actor, _sync: Sync) -> list[str]:
    return [
        _("Its schedule starts nothing any more, until somebody resumes it. What is at work goes on."),
        _("It can still be run by hand."),
    ]


def _pauses(actor: Actor, sync: Sync) -> str:
    pause(actor=actor, sync=sync.pk, clock=timezone.now)
    return _("Paused.")


def _says_resume(_actor: Actor, sync: Sync) -> list[str]:
    times = coming(sync, moment=timezone.now(), count=NEXT_TIMES)
    if not times:
        return [_("It has no schedule: it runs only by hand.")]
    at = {"at": date_format(timezone.localtime(times[0]), "SHORT_DATETIME_FORMAT"), "zone": sync.brand.shown_zone.key}
    return [
        _("It runs next on %(at)s (%(zone)s), and by its schedule from then on.") % at,
        _("What was missed while it was paused is not caught up."),
    ]


def _resumes(actor: Actor, sync: Sync) -> str:
    resume(actor=actor, sync=sync.pk, clock=timezone.now)
    return _("Its schedule is on.")


# --- what is held


def _says_approve(actor: Actor, sync: Sync) -> list[str]:
    turn = held_turn(actor=actor, sync=sync.pk)
    check = check_held(actor=actor, sync=sync.pk)
    told = [_("Written is what the plan shows: %(figures)s.") % {"figures": turn_words(turn)}]
    if check.stale:
        told.append(
            ngettext(
                "%(count)s row has gone stale since, and is left out.",
                "%(count)s rows have gone stale since, and are left out.",
                check.stale,
            )
            % {"count": figure(check.stale)}
        )
    told.append(_("You answer for it, with your own rights. The limits stay as they are, and the schedule goes on."))
    return told


def _approves(actor: Actor, sync: Sync) -> str:
    run = approve(actor=actor, sync=sync.pk, clock=timezone.now)
    return _("Run #%(run)s writes it.") % {"run": run.pk}


def _says_reject(actor: Actor, sync: Sync) -> list[str]:
    turn = held_turn(actor=actor, sync=sync.pk)
    after = after_rejection(CONNECTORS.get(sync.connection.connector))
    again = _("The schedule goes on. The next turn begins where this one did, so that it sees the same data again.")
    return [
        _("Nothing of the plan is written: %(figures)s.") % {"figures": turn_words(turn)},
        _(after) if after else again,
    ]


def _rejects(actor: Actor, sync: Sync) -> str:
    reject(actor=actor, sync=sync.pk, clock=timezone.now)
    return _("Rejected. Nothing was written.")


def _says_judge(actor: Actor, sync: Sync) -> list[str]:
    held_turn(actor=actor, sync=sync.pk)
    return [
        _("The plan is judged by the limits as they are now."),
        _("If none trips, it is written. Otherwise it stays held."),
    ]


def _judges(actor: Actor, sync: Sync) -> str:
    judge_again(actor=actor, sync=sync.pk, clock=timezone.now)
    return _("It is judged again. This page follows it.")


# --- the end


def _says_remove(_actor: Actor, sync: Sync) -> list[str]:
    turns = SyncTurn.objects.filter(sync=sync).count()
    return [
        ngettext(
            "The sync and the list of its %(count)s turn go.",
            "The sync and the list of its %(count)s turns go.",
            turns,
        )
        % {"count": figure(turns)},
        _("Its runs with their reports stay, and so does every record."),
    ]


def _removes(actor: Actor, sync: Sync) -> str:
    delete_sync(actor=actor, sync=sync.pk, clock=timezone.now)
    return _("The sync “%(name)s” was deleted.") % {"name": sync.name}


VERBS: Final[dict[str, Verb]] = {
    "run": Verb(
        gettext_lazy("Run now"), gettext_lazy("Run now"), "play_arrow", _says_run, partial(_runs, rehearse=False)
    ),
    "rehearse": Verb(
        gettext_lazy("Show what it would do"),
        gettext_lazy("Show it"),
        "visibility",
        _says_rehearse,
        partial(_runs, rehearse=True),
    ),
    "stop": Verb(gettext_lazy("Stop this turn"), gettext_lazy("Stop it"), "stop", _says_stop, _stops, "danger"),
    "pause": Verb(gettext_lazy("Pause"), gettext_lazy("Pause"), "pause", _says_pause, _pauses),
    "resume": Verb(gettext_lazy("Resume"), gettext_lazy("Resume"), "resume", _says_resume, _resumes),
    "approve": Verb(
        gettext_lazy("Apply it once"), gettext_lazy("Apply it once"), "play_arrow", _says_approve, _approves
    ),
    "reject": Verb(
        gettext_lazy("Reject the plan"), gettext_lazy("Reject it"), "block", _says_reject, _rejects, "danger"
    ),
    "judge": Verb(gettext_lazy("Judge it again"), gettext_lazy("Judge it again"), "rule", _says_judge, _judges),
    "remove": Verb(
        gettext_lazy("Delete"), gettext_lazy("Delete"), "delete", _says_remove, _removes, "danger", gone=True
    ),
}
