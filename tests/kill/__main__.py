"""Kills of a real site: `python -m tests.kill --help`. All on loopback, with a folder and servers of its own."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext
from importlib import import_module
from pathlib import Path

import django
from django.core.management import call_command

from tests.kill.private import Postgres, copy_database, environment, private_folder, private_postgres, private_redis

TASKS = {"kills": "tests.kill.kills", "exports": "tests.kill.completeness", "clusters": "tests.kill.clusters"}


def main(arguments: Sequence[str] | None = None) -> int:
    """Do the task and print what came of it as JSON; 1 when something was not as it must be."""
    options = _options(arguments)
    with (
        private_folder() as folder,
        _database(folder, options) as server,
        private_redis(folder) if options.redis else nullcontext("") as redis,
    ):
        os.environ.update(environment(folder, database=server.address if server is not None else "", redis=redis))
        django.setup()
        if options.migrated is None:
            call_command("migrate", verbosity=0)
        found = import_module(TASKS[options.task]).run(folder=folder, server=server, options=options)
    print(json.dumps(found, indent=1))  # noqa: T201
    return 1 if found["problems"] else 0


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.kill", description=__doc__)
    parser.add_argument("task", choices=list(TASKS), nargs="?", default="kills")
    parser.add_argument(
        "--postgres", action="store_true", help="a PostgreSQL of its own, which is killed too; else SQLite"
    )
    parser.add_argument(
        "--redis", action="store_true", help="a Redis of its own, which all processes and machines share"
    )
    parser.add_argument("--migrated", type=Path, help="where a migrated database lies; a copy of it is used")
    parser.add_argument("--kills", type=int, default=250, help="so many; for clusters, rounds (%(default)s)")
    parser.add_argument("--seconds", type=float, default=1800, help="and no longer than this (%(default)s)")
    parser.add_argument("--lanes", type=int, default=4, help="pairs of brands side by side (%(default)s)")
    parser.add_argument("--seed", type=int, default=1, help="of chance (%(default)s)")
    parser.add_argument("--mutant", default="", help="plant this mistake: all of it is then about finding it")
    return parser.parse_args(arguments)


@contextmanager
def _database(folder: Path, options: argparse.Namespace) -> Iterator[Postgres | None]:
    if options.migrated is not None:
        copy_database(options.migrated, folder)
    if not options.postgres:
        yield None
        return
    with private_postgres(folder) as server:
        yield server


if __name__ == "__main__":
    sys.exit(main())
