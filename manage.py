#!/usr/bin/env python3
"""Django's door: every command of the site."""

from __future__ import annotations

import os
import sys

from integration_admin.shell_door import run


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "integration_admin.settings")
    run(sys.argv)


if __name__ == "__main__":
    main()
