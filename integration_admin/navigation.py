"""The sidebar and the look of the site: names of screens, never their code.

A screen that is not there yet is left out, so that each floor may add its own without touching this page twice.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any, Final

from django.conf import settings
from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import NoReverseMatch, get_script_prefix, get_urlconf, resolve, reverse, reverse_lazy
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext_lazy as _

Screen = tuple[Any, str, str]

ROOMS: Final[tuple[tuple[Any, tuple[Screen, ...]], ...]] = (
    (
        _("Move data"),
        (
            (_("Import"), "upload_file", "admin:sync_app_import"),
            (_("Runs"), "play_circle", "admin:sync_app_run_changelist"),
            (_("Records"), "database", "admin:sync_app_record_changelist"),
        ),
    ),
    (
        _("Move it by itself"),
        (
            (_("Syncs"), "sync", "admin:sync_app_sync_changelist"),
            (_("Connections"), "power", "admin:sync_app_connection_changelist"),
            (_("Notifications"), "notifications", "admin:sync_app_noticesettings_changelist"),
        ),
    ),
    (
        _("Describe data"),
        (
            (_("Templates"), "schema", "admin:templates_app_template_changelist"),
            (_("Entity types"), "category", "admin:templates_app_customentitytype_changelist"),
            (_("Custom fields"), "text_fields", "admin:templates_app_customfield_changelist"),
            (_("Declared keys"), "fingerprint", "admin:templates_app_declaredkey_changelist"),
        ),
    ),
    (
        _("Who may come in"),
        (
            (_("Brands"), "storefront", "admin:accounts_brand_changelist"),
            (_("API users"), "person", "admin:accounts_membership_changelist"),
            (_("Groups"), "group", "admin:accounts_group_changelist"),
            (_("Application keys"), "key", "admin:accounts_appkey_changelist"),
            (_("Account tokens"), "badge", "admin:accounts_accounttoken_changelist"),
            (_("Access tokens"), "token", "admin:accounts_accesstoken_changelist"),
            (_("Site users"), "shield_person", "admin:accounts_user_changelist"),
            (_("Configuration history"), "history", "admin:accounts_auditentry_changelist"),
        ),
    ),
)


def sidebar(request: HttpRequest) -> list[dict[str, Any]]:
    """The rooms with the screens that exist and that this person may open."""
    rooms = [
        {"title": title, "separator": True, "items": [_item(screen) for screen in screens if _address(screen[2])]}
        for title, screens in ROOMS
    ]
    return [room for room in rooms if room["items"]]


def room_looked_at(request: HttpRequest) -> dict[str, object]:
    """For every template: what the sidebar calls the room of this page, for its heading; empty outside of all rooms."""
    return {"room": SimpleLazyObject(lambda: _room_of(request))}


def _room_of(request: HttpRequest) -> str:
    rooms = [(title, name) for title, screens in ROOMS for _text, _icon, name in screens]
    return next((str(title) for title, name in rooms if _is_open(_address(name))(request)), "")


def _item(screen: Screen) -> dict[str, Any]:
    title, icon, name = screen
    address = _address(name)
    return {
        "title": title,
        "icon": icon,
        "link": address,
        "permission": _may_view(address),
        "active": _is_open(address),
    }


def _is_open(address: str) -> Callable[[HttpRequest], bool]:
    """Whether the page belongs to this entry: of those it lies below, the one with the longest address."""

    def is_open(request: HttpRequest) -> bool:
        known = [_address(name) for _title, screens in ROOMS for _text, _icon, name in screens]
        return bool(address) and address == max(
            (one for one in known if one and request.path.startswith(one)), key=len, default=""
        )

    return is_open


def _may_view(address: str) -> Callable[[HttpRequest], bool]:
    def may_view(request: HttpRequest) -> bool:
        screen = getattr(resolve(address).func, "model_admin", None)
        return screen is None or bool(screen.has_view_permission(request))

    return may_view


def _address(name: str) -> str:
    """Asked for hundreds of times a page: each entry compares itself with all others."""
    return _known_address(name, get_urlconf() or settings.ROOT_URLCONF, get_script_prefix())


@lru_cache(maxsize=256)
def _known_address(name: str, urlconf: str, prefix: str) -> str:
    """`prefix`: what stands before every address, and so in this one too."""
    try:
        return reverse(name, urlconf=urlconf)
    except NoReverseMatch:
        return ""


def icon(request: HttpRequest) -> str:
    """The site's icon in the browser's tab."""
    return static("integration_admin/icon.svg")


def copy_script(request: HttpRequest) -> str:
    """The script behind the buttons that copy a value."""
    return static("integration_admin/copy.js")


def frame_script(request: HttpRequest) -> str:
    """The script of the frame: the search, and what opens and closes."""
    return static("integration_admin/frame.js")


def frame_styles(request: HttpRequest) -> str:
    """The look of the frame around every page."""
    return static("integration_admin/frame.css")


def screen_styles(request: HttpRequest) -> str:
    """The look of our own pages beside the theme's."""
    return static("integration_admin/screens.css")


# Calm beside the greens, blues and reds of the labels. 600 carries white text and is text on white, 500 is text on the
# dark grounds: each with a contrast of at least 4.5.
INDIGO: Final[dict[str, str]] = {
    "50": "oklch(96.2% .018 272.3)",
    "100": "oklch(93% .034 272.8)",
    "200": "oklch(87% .065 274)",
    "300": "oklch(78.5% .115 274.7)",
    "400": "oklch(73% .14 275)",
    "500": "oklch(69% .155 276)",
    "600": "oklch(51.1% .22 277)",
    "700": "oklch(45.7% .21 277)",
    "800": "oklch(39.8% .185 277.4)",
    "900": "oklch(35.9% .144 278.7)",
    "950": "oklch(25.7% .09 281.3)",
}

UNFOLD: Final[dict[str, Any]] = {
    "SITE_TITLE": "Integration Admin",
    "SITE_HEADER": "Integration Admin",
    "SITE_SYMBOL": "sync_alt",
    "SITE_URL": None,
    "SITE_FAVICONS": [{"rel": "icon", "type": "image/svg+xml", "href": icon}],
    "SHOW_HISTORY": True,
    "SHOW_VIEW_ON_SITE": False,
    "SHOW_BACK_BUTTON": True,
    "LOGIN": {"form": "integration_admin.accounts.sign_in.ThrottledSignIn"},
    "ACCOUNT": {
        "navigation": [
            {"title": _("My access"), "link": reverse_lazy("account")},
            {"title": _("Change password"), "link": reverse_lazy("admin:password_change")},
        ]
    },
    "SCRIPTS": [copy_script, frame_script],
    "STYLES": [frame_styles, screen_styles],
    "COLORS": {"primary": INDIGO, "font": {"subtle-light": "oklch(49% .027 264.4)"}},
    "DASHBOARD_CALLBACK": "sync_app.admin.home.dashboard.dashboard",
    "GLOBAL_CALLBACK": "integration_admin.accounts.brand_page.in_the_frame",
    "ENVIRONMENT": "integration_admin.accounts.brand_page.sandbox_label",
    "SIDEBAR": {
        "show_all_applications": False,
        "navigation": "integration_admin.navigation.sidebar",
    },
}
