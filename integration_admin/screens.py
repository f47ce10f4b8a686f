"""The screens: found when somebody asks for an address. Commands and workers show none, and start in half the time."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig
from django.contrib.admin import autodiscover
from django.contrib.admin.apps import SimpleAdminConfig
from django.contrib.admin.checks import check_admin_app, check_dependencies
from django.core.checks import CheckMessage, Tags, register


class ScreensConfig(SimpleAdminConfig):
    """`django.contrib.admin`, whose screens are found by `integration_admin.urls`, or here when they are checked."""

    def ready(self) -> None:
        register(check_dependencies, Tags.admin)
        register(_check_screens, Tags.admin)


def _check_screens(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> Sequence[CheckMessage]:
    autodiscover()
    return check_admin_app(app_configs, **kwargs)
