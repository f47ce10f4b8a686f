"""The page of one run: what it was, what came of it operation by operation, and what can be done about it."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse

from integration_admin.accounts.access import Actor
from integration_admin.accounts.models import Right
from integration_admin.scoped_admin import BrandScopedAdmin
from sync_app.admin.pages import page
from sync_app.admin.runs.calls import api_call
from sync_app.admin.runs.choices import choices_of
from sync_app.admin.runs.family import children_of, family_of
from sync_app.admin.runs.groups import groups_shown, rows_address
from sync_app.admin.runs.head import by_type, changed_fields, facts, figures, standing
from sync_app.admin.runs.operations import asked_of, operations_shown
from sync_app.admin.runs.progress import progress_words
from sync_app.admin.runs.source_words import source_words
from sync_app.admin.wording import STATUS_TONES, TRIGGERS, kind_words, words_of
from sync_app.models import Run, RunKind
from sync_app.runs.reports.report import run_error
from sync_app.runs.reports.summing import summary_for
from sync_app.runs.sentences import message
from sync_app.runs.uploads.again import again_of
from sync_app.runs.verbs.applying import applied_by
from sync_app.syncs.keeping.reading import turn_of_run
from templates_app.admin.pages import actor_in
from templates_app.catalog.problems import Problem


def show(screen: BrandScopedAdmin, request: HttpRequest, run: Run) -> HttpResponse:
    actor = actor_in(request, run.brand)
    summary = summary_for(run)
    asked = asked_of(request)
    return page(
        screen,
        request,
        "run.html",
        title=f"#{run.pk} · {kind_words(run)}",
        brand=run.brand,
        run=run,
        kind=kind_words(run),
        tone=STATUS_TONES[run.status],
        trigger=TRIGGERS.get(run.trigger, run.trigger),
        version=run.template_version,
        facts=facts(run),
        run_error=run_error(run),
        progress=progress_words(run),
        words=words_of(run).values(),
        figures=figures(run, summary, asked),
        by_type=by_type(run, summary, asked),
        changed=changed_fields(actor, run, summary, asked),
        groups=groups_shown(actor=actor, run=run, summary=summary),
        undoes=run.kind == RunKind.UNDO,
        reasons=_reasons(run),
        failed_rows=rows_address(run),
        source=source_words(run),
        turn=turn_of_run(run=run),
        sees_sync=actor.may(Right.TEMPLATES) or actor.may(Right.ADMINISTRATION),
        call=api_call(request, run),
        **_done(actor, run),
        **operations_shown(request, actor, run, summary, asked),
    )


def _done(actor: Actor, run: Run) -> dict[str, Any]:
    """What can be done, and what was done already."""
    children = children_of(run)
    return {
        "choices": choices_of(actor=actor, run=run),
        "again": again_of(actor=actor, run=run),
        "standing": standing(run, applied_by(run)),
        "family": family_of(run, children),
    }


def _reasons(run: Run) -> list[tuple[str, str, int]]:
    """(code, sentence, how often) of what was skipped, refused or noted, the most frequent first."""
    codes: dict[str, int] = run.statistics.get("codes", {})
    often = sorted(codes.items(), key=lambda counted: (-counted[1], counted[0]))
    return [(code, message(Problem(code)), count) for code, count in often]
