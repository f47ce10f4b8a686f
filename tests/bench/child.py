"""A fresh process of the benchmark: `python -m tests.bench.child TASK ARGUMENTS`, both given by the parent."""

from __future__ import annotations

import json
import os
import sys
from importlib import import_module
from typing import Final

import django
from django.core.management import call_command

#: Task -> module and function. The modules hold models and are imported once Django is ready.
TASKS: Final = {
    "contest": ("tests.bench.contest", "run"),
    "import_memory": ("tests.bench.alone", "import_memory"),
    "export_memory": ("tests.bench.alone", "export_memory"),
    "lists": ("tests.bench.lists", "run"),
    "reports": ("tests.bench.reports", "run"),
    "profile": ("tests.bench.alone", "profile"),
}


def main(task: str, arguments: str) -> None:
    """Do the task; the answer is the last line of standard output."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.bench.settings"
    django.setup()
    if task == "prepare":
        call_command("migrate", verbosity=0)
        return
    module, function = TASKS[task]
    answer = getattr(import_module(module), function)(**json.loads(arguments))
    print(json.dumps(answer))


if __name__ == "__main__":
    main(*sys.argv[1:])
