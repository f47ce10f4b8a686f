#!/usr/bin/env python3
"""Django's door: every command of the site."""

from __future__ import annotations

import os
import sys

from django.core.management import execute_from_command_line


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "integration_admin.settings")
    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
