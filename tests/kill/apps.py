"""Prepares each process that has the settings of these tests: short times always, the rest when it is asked for."""

from __future__ import annotations

import os
from importlib import import_module

from django.apps import AppConfig


class KillConfig(AppConfig):
    """Everything is done once all apps are loaded: what is patched is there by then."""

    name = "tests.kill"
    label = "kill"

    def ready(self) -> None:
        connectors = import_module("sync_app.syncs.connectors.registry").CONNECTORS
        lorry = import_module("tests.kill.lorry").Lorry()
        connectors[lorry.name] = lorry
        import_module("tests.kill.shorter").shorten()
        mutants = import_module("tests.kill.mutants")
        if os.environ.get(mutants.NAME):
            mutants.plant(os.environ[mutants.NAME])
        if os.environ.get("KILL_WATCH"):
            import_module("tests.kill.points").watch()
