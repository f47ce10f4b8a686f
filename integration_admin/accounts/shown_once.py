"""The page that shows a new secret, once: in the answer to the request that made it, and nowhere else."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from django.contrib import admin
from django.http import HttpRequest
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

#: What is said where the form of a secret is sent a second time: the secret went with the first answer.
SENT_BEFORE: Final = gettext_lazy(
    "This form had been sent already. It was carried out once. If you have not seen the secret, make another one."
)


@dataclass(frozen=True, slots=True)
class Shown:
    """A secret in clear, under the name of what it opens."""

    label: str
    value: str = field(repr=False)


def shown_once(*, request: HttpRequest, shown: Sequence[Shown], back: str) -> TemplateResponse:
    """The page, kept by no cache; `back` is where its button leads."""
    context = {**admin.site.each_context(request), "title": _("Shown once"), "shown": shown, "back": back}
    response = TemplateResponse(request, "accounts/shown_once.html", context)
    response.headers["Cache-Control"] = "no-store"
    return response
