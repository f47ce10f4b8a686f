"""A fresh process of the screenshots, with the demo's data folder: prints, as JSON, which picture shows which page."""

from __future__ import annotations

import json
import os
import sys
from importlib import import_module

import django


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "integration_admin.settings")
    django.setup()
    # It holds models, which are there once Django is ready.
    pages = import_module("tests.screenshots.story").tell()
    sys.stdout.write(json.dumps(pages))


if __name__ == "__main__":
    main()
