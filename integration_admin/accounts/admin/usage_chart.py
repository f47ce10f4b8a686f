"""The use of application keys, below the form of a key or of its brand."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar, Final

from django.conf import settings
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from integration_admin.accounts.models import AppKey, Brand
from integration_admin.accounts.quotas import calls_of_appkey, calls_of_brand
from integration_admin.accounts.usage import DayOfUse, use_of_appkey, use_of_brand
from integration_admin.charts import Chart, Series, by_day
from integration_admin.figures import figure
from integration_admin.scoped_admin import BrandScopedAdmin

ANSWERED: Final = "var(--color-blue-500)"
REFUSED: Final = "var(--color-orange-400)"


class ShowsUse(BrandScopedAdmin):
    """A screen of keys or brands that shows how much they are used."""

    change_form_outer_after_template: ClassVar[str] = "accounts/usage.html"

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        given = context.get("original")
        # A form that is wrong has left its values in the row it was given.
        kept = type(given)._base_manager.filter(pk=given.pk).first() if isinstance(given, Model) else None
        answer: HttpResponse = super().render_change_form(request, context | _shown(kept), *args, **kwargs)
        return answer


def _shown(obj: object) -> dict[str, object]:
    now = timezone.now()
    if isinstance(obj, AppKey):
        note = _("This key may call %(calls)s times an hour.") % {"calls": figure(calls_of_appkey(obj))}
        return {"usage": _chart(use_of_appkey(obj, now=now)), "usage_note": note}
    if isinstance(obj, Brand):
        note = _("All keys together may call %(calls)s times an hour.") % {"calls": figure(calls_of_brand(obj))}
        parts = import_string(settings.DISK_USE)(brand=obj)
        disk = {"parts": parts, "total": sum(size for _name, size in parts)}
        return {"usage": _chart(use_of_brand(obj, now=now)), "usage_note": note, "disk": disk}
    return {}


def _chart(days: Sequence[DayOfUse]) -> Chart:
    answered = Series(_("Answered"), ANSWERED, [day.answered for day in days])
    refused = Series(_("Refused: quota used up"), REFUSED, [day.refused for day in days])
    return by_day(_("Calls a day"), [day.day for day in days], [answered, refused])
