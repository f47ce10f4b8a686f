"""The address map. The doors for machines are named by string: this floor imports none of them."""

from __future__ import annotations

from django.contrib import admin
from django.urls import include, path
from django.views.generic import RedirectView
from django.views.i18n import set_language

from integration_admin import error_pages, health
from integration_admin.accounts import account_page, brand_page

# Before the first address: those of the screens are among them.
admin.autodiscover()

# Where a door for machines stands, it answers in its own form.
handler400 = "sync_app.api.bad_requests.bad_request"
handler500 = error_pages.server_error
urlpatterns = [
    path("", RedirectView.as_view(pattern_name="admin:index"), name="home"),
    path("admin/account/", admin.site.admin_view(account_page.account), name="account"),
    path("admin/language/", admin.site.admin_view(set_language), name="set_language"),
    path("admin/brand/", admin.site.admin_view(brand_page.choose), name="choose_brand"),
    path("admin/", include("sync_app.admin.home.urls")),
    path("admin/", admin.site.urls),
    path("healthz", health.alive, name="healthz"),
    path("readyz", health.ready, name="readyz"),
    path("", include("sync_app.api.urls")),
]
