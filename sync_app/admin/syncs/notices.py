"""The screen of notifications: whom a brand tells of its syncs, whether it arrives, and the key of its webhooks."""

from __future__ import annotations

from typing import Any, ClassVar, Final

from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db import models
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.urls import URLPattern, reverse
from django.utils import timezone
from django.utils.formats import time_format
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from unfold.widgets import INPUT_CLASSES, UnfoldAdminTextareaWidget, UnfoldAdminTextInputWidget

from integration_admin.accounts.access import Actor
from integration_admin.accounts.shown_once import Shown, shown_once
from integration_admin.figures import figure
from integration_admin.framed_pages import addresses
from integration_admin.scoped_admin import BrandScopedAdmin
from sync_app.models import Notice, NoticeSettings
from sync_app.runs.errors import RunRefused
from sync_app.syncs.notices.trying import latest_notices, send_test
from sync_app.syncs.notices.wishes import NoticeForm, renew_secret, save_notices, wrong_wishes
from sync_app.syncs.turns.sentences import kept_message, message
from templates_app.admin.pages import actor_in

CHANGE: Final = "admin:sync_app_noticesettings_change"


class LinesField(forms.CharField):
    """A list, written line by line."""

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(value) if isinstance(value, list) else value

    def to_python(self, value: Any) -> Any:
        return [line.strip() for line in (value or "").replace(",", "\n").splitlines() if line.strip()]

    def has_changed(self, initial: Any, data: Any) -> bool:
        return bool((initial or []) != self.to_python(data))


class NoticesForm(forms.ModelForm):
    """What the use case would refuse is told beside its field."""

    emails = LinesField(
        label=_("E-mail addresses"),
        required=False,
        help_text=_("One a line. Each is told when a sync starts to fail, works again, or is held and waits."),
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 4}),
    )
    webhook = forms.CharField(
        label=_("Webhook"),
        required=False,
        help_text=_("The address of a program that is told the same, signed as Standard Webhooks describes it."),
        widget=UnfoldAdminTextInputWidget(attrs={"inputmode": "url"}),
    )
    digest_at = forms.TimeField(
        label=_("Daily digest at"),
        required=False,
        help_text=_(
            "By the clock of the brand. It names rows and turns that failed, and comes only when there are any."
        ),
        widget=forms.TimeInput(format="%H:%M", attrs={"type": "time", "class": " ".join(INPUT_CLASSES)}),
    )

    class Meta:
        model = NoticeSettings
        fields = ("brand", "emails", "webhook", "digest_at")

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        wishes: dict[str, Any] = {name: cleaned[name] for name in ("emails", "webhook") if name in cleaned}
        for name, problem in wrong_wishes(wishes).items():
            self.add_error(name, ValidationError(message(problem)))
        return cleaned


@admin.register(NoticeSettings)
class NoticeSettingsAdmin(BrandScopedAdmin):
    """One row a brand, for who administers it. What a sync says otherwise stands at the sync."""

    form = NoticesForm
    fields = ("brand", "emails", "webhook", "digest_at")
    list_display = ("brand", "people", "hook", "digest")
    list_filter = ("brand",)
    list_select_related = ("brand",)
    ordering = ("brand__key",)
    actions: ClassVar[Any] = ()
    change_form_outer_after_template: ClassVar[str] = "sync_app/notices.html"

    @admin.display(description=_("told by e-mail"))
    def people(self, row: NoticeSettings) -> str:
        return figure(len(row.emails)) if row.emails else "–"

    @admin.display(description=_("webhook"), boolean=True)
    def hook(self, row: NoticeSettings) -> bool:
        return bool(row.webhook)

    @admin.display(description=_("daily digest at"), ordering="digest_at")
    def digest(self, row: NoticeSettings) -> str:
        return str(time_format(row.digest_at)) if row.digest_at else "–"

    def get_list_display(self, request: HttpRequest) -> list[Any]:
        """The brand is what a row is called, whichever is looked at."""
        return list(self.list_display)

    def save_model(self, request: HttpRequest, obj: NoticeSettings, form: forms.ModelForm[Any], change: bool) -> None:
        """The use case writes the history too."""
        entered = NoticeForm(emails=obj.emails, webhook=obj.webhook, digest_at=obj.digest_at)
        save_notices(actor=actor_in(request, obj.brand), form=entered, clock=timezone.now)
        obj.refresh_from_db()

    def get_urls(self) -> list[URLPattern]:
        pages = [("<int:pk>/test/", try_it, "test"), ("<int:pk>/key/", renew_it, "key")]
        own: list[URLPattern] = addresses(self, "sync_app_noticesettings", pages)
        return [*own, *super().get_urls()]

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        row = context.get("original")
        answer: HttpResponse = super().render_change_form(request, context | _below(request, row), *args, **kwargs)
        return answer


def try_it(screen: BrandScopedAdmin, request: HttpRequest, pk: int) -> HttpResponse:
    """POST: a test message to everybody."""
    actor = _actor(screen, request, pk)
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    try:
        number = send_test(actor=actor, clock=timezone.now)
    except RunRefused as refused:
        messages.error(request, message(refused.problem))
    else:
        told = ngettext(
            "A test message is on its way to %(count)s address.",
            "A test message is on its way to %(count)s addresses.",
            number,
        )
        messages.success(request, told % {"count": figure(number)})
    return HttpResponseRedirect(reverse(CHANGE, args=[pk]))


def renew_it(screen: BrandScopedAdmin, request: HttpRequest, pk: int) -> HttpResponse:
    """POST: another key to sign with, shown once."""
    actor = _actor(screen, request, pk)
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    clear = renew_secret(actor=actor, clock=timezone.now)
    shown = Shown(label=gettext("Signing key of %(brand)s") % {"brand": actor.brand.name}, value=clear)
    return shown_once(request=request, shown=[shown], back=reverse(CHANGE, args=[pk]))


def _actor(screen: BrandScopedAdmin, request: HttpRequest, pk: int) -> Actor:
    row: NoticeSettings | None = screen.get_queryset(request).select_related("brand").filter(pk=pk).first()
    if row is None:
        raise Http404
    return actor_in(request, row.brand)


def _below(request: HttpRequest, row: models.Model | None) -> dict[str, object]:
    if not isinstance(row, NoticeSettings):
        return {}
    latest = latest_notices(actor=actor_in(request, row.brand))
    return {
        "latest": [_line(notice) for notice in latest],
        "is_told": bool(row.emails or row.webhook),
        "signs": bool(row.webhook),
        "mail_to_files": bool(row.emails) and settings.EMAIL_BACKEND.endswith("filebased.EmailBackend"),
    }


def _line(notice: Notice) -> dict[str, object]:
    state, tone = (gettext("waiting"), "info")
    if notice.sent_at is not None:
        state, tone = gettext("arrived"), "success"
    elif notice.given_up_at is not None:
        state, tone = gettext("given up"), "danger"
    elif notice.error:
        state, tone = gettext("is tried again"), "warning"
    return {"notice": notice, "state": state, "tone": tone, "error": kept_message(notice.error)}
