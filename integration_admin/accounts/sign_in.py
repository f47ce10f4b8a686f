"""The sign-in of the site, slowed down against guessing like the API's."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from unfold.forms import AuthenticationForm

from integration_admin.accounts import credentials, guessing
from integration_admin.accounts.addresses import caller_address
from integration_admin.accounts.names import folded_username

SITE_ROOM = "the site"


class ThrottledSignIn(AuthenticationForm):
    """Django's form with a wait before the password is looked at; refuses what no password may be before hashing."""

    def clean(self) -> dict[str, Any]:
        username = folded_username(self.cleaned_data.get("username") or "")
        password = self.cleaned_data.get("password") or ""
        meta = self.request.META if self.request else {}
        by_address = guessing.address_axis(caller_address(meta))
        by_username = guessing.username_axis(room=SITE_ROOM, username=username)
        wait = guessing.admit(by_address, by_username, now=timezone.now())
        if wait:
            raise ValidationError(_("Too many attempts. Try again in %(seconds)d s.") % {"seconds": wait})
        if not credentials.password_is_readable(password=password):
            raise self.get_invalid_login_error()
        cleaned: dict[str, Any] = super().clean()
        guessing.forgive(by_address)
        guessing.forget(by_username)
        return cleaned
