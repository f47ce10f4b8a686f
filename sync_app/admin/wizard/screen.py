"""Where the pages of the import wizard are, and who may open them."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, ClassVar

from django.contrib import admin, messages
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied, RequestDataTooBig
from django.http import HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt

from integration_admin.accounts.models import Right
from integration_admin.scoped_admin import BrandScopedAdmin
from sync_app.admin.wizard import again as wizard_again
from sync_app.admin.wizard import pages as wizard_pages
from sync_app.admin.wizard.pages import START, too_large
from sync_app.models import Upload

View = Callable[..., HttpResponseBase]


class ImportScreen(BrandScopedAdmin):
    """Open to whoever may import into some brand. The files on their way are seen by their owner only."""

    read_only: ClassVar[bool] = True
    view_right: ClassVar[str | None] = Right.IMPORT

    def get_queryset(self, request: HttpRequest) -> Any:
        """The person's own files, in the brands they may import into."""
        return super().get_queryset(request).filter(user=request.user.pk).select_related("brand")


def wizard_urls(site: admin.AdminSite) -> list[URLPattern]:
    """The addresses below those of runs: `import/` to bring a file, `import/<id>/` to look at it and start.

    `import/again/<run>/` brings the file of a run that broke off once more.
    """
    screen = ImportScreen(Upload, site)
    pages: list[tuple[str, View, str]] = [
        ("import/", wizard_pages.bring, START),
        ("import/<int:pk>/", wizard_pages.check, "sync_app_import_check"),
        ("import/<int:pk>/remove/", wizard_pages.remove, "sync_app_import_remove"),
        ("import/again/<int:pk>/", wizard_again.again, "sync_app_import_again"),
    ]
    return [path(route, _door(screen, view), name=name) for route, view, name in pages]


def _door(screen: ImportScreen, view: View) -> View:
    """The page behind its guards. What a body is too large for, or who may not send it, is known before it is read."""
    inside: View = screen.admin_site.admin_view(partial(view, screen))

    # Protected all the same: `inside` asks for the token, which is in the body, once the body is known to be welcome.
    @csrf_exempt
    def door(request: HttpRequest, **given: Any) -> HttpResponseBase:
        if not screen.admin_site.has_permission(request):
            return redirect_to_login(request.get_full_path(), reverse("admin:login"))
        if not screen.has_view_permission(request):
            raise PermissionDenied
        if _length(request) > wizard_pages.longest_body():
            return too_large(request)
        try:
            return inside(request, **given)
        except RequestDataTooBig:
            messages.error(request, _("This is too much to paste without scripts. Save it as a file and choose that."))
            return HttpResponseRedirect(reverse(f"admin:{START}"))

    door.model_admin = screen  # type: ignore[attr-defined]
    return door


def _length(request: HttpRequest) -> int:
    declared = str(request.META.get("CONTENT_LENGTH") or "")
    return int(declared[:19]) if declared.isascii() and declared.isdigit() else 0
