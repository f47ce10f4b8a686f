"""The benchmark: `python -m tests.bench --help`. PostgreSQL where DATABASE_URL names one, else SQLite."""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from tests.bench.databases import Databases, databases
from tests.bench.operations import OPERATIONS
from tests.bench.results import Table, list_verdicts, memory_verdicts, report_verdicts, table_of
from tests.bench.tables import lines_of, memory_lines, verdict_lines

ROOT: Final = Path(__file__).resolve().parents[2]
#: Above this, a peer would take the greater part of an hour.
MOST_PEER_ROWS: Final = 10_000


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, print, and give 1 when a goal was missed and `--strict` was asked."""
    options = _options(arguments)
    with databases(os.environ.get("DATABASE_URL", "")) as made:
        _child("prepare", made.base())
        if options.profile:
            print(_child("profile", made.copy(), rows=options.rows[0], operation=options.profile)["text"])
            return 0
        tables = [_table(made, options, rows) for rows in options.rows]
        memory = _memory(made, options.memory_rows)
        lists = [_child("lists", made.copy(), rows=rows) for rows in options.list_rows]
        reports = [_child("reports", made.copy(), rows=rows) for rows in options.report_rows]
    verdicts = [*memory_verdicts(memory), *list_verdicts(lists), *report_verdicts(reports)]
    if options.json:
        report = {
            "database": made.name,
            "load": os.getloadavg(),
            "tables": [table.to_json() for table in tables],
            "memory": memory,
            "lists": lists,
            "reports": reports,
            "furtherVerdicts": [{"goal": v.goal, "measured": v.measured, "reached": v.reached} for v in verdicts],
        }
        print(json.dumps(report, indent=1))
    else:
        _print(tables, memory, database=made.name)
        print("\n".join(verdict_lines([*list_verdicts(lists), *report_verdicts(reports)])))
    missed = [
        verdict for verdict in (*verdicts, *(v for table in tables for v in table.verdicts)) if not verdict.reached
    ]
    return 1 if options.strict and missed else 0


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--rows", type=int, nargs="+", default=[10_000], help="rows of the payload; several numbers")
    parser.add_argument("--rounds", type=int, default=3, help="interleaved rounds, each in a fresh process")
    parser.add_argument("--only", nargs="+", choices=list(OPERATIONS), default=list(OPERATIONS), metavar="OPERATION")
    parser.add_argument("--no-peers", dest="peers", action="store_false", help="leave django-import-export out")
    parser.add_argument("--memory-rows", type=int, nargs="*", default=[10_000, 100_000], help="none: no memory")
    parser.add_argument("--list-rows", type=int, nargs="*", default=[], help="pages of lists of so many records, too")
    parser.add_argument("--report-rows", type=int, nargs="*", default=[], help="reports of so many operations, too")
    parser.add_argument("--profile", choices=list(OPERATIONS), help="say where the time of one operation goes, instead")
    parser.add_argument("--json", action="store_true", help="print JSON instead of tables")
    parser.add_argument("--strict", action="store_true", help="exit with 1 when a goal is missed")
    return parser.parse_args(arguments)


def _table(made: Databases, options: argparse.Namespace, rows: int) -> Table:
    peers = options.peers and rows <= MOST_PEER_ROWS
    rounds = [
        _child("contest", made.copy(), rows=rows, turn=turn, only=options.only, peers=peers)
        for turn in range(options.rounds)
    ]
    return table_of(rounds, rows=rows)


def _memory(made: Databases, sizes: Sequence[int]) -> dict[str, list[dict[str, int]]]:
    memory: dict[str, list[dict[str, int]]] = {"import": [], "export": []}
    for rows in sizes:
        environment = made.copy()
        memory["import"].append(_child("import_memory", environment, rows=rows))
        memory["export"].append(_child("export_memory", environment, rows=rows))
    return memory


def _child(task: str, environment: dict[str, str], **arguments: Any) -> dict[str, Any]:
    """The answer of a fresh process."""
    command = [sys.executable, "-m", "tests.bench.child", task, json.dumps(arguments)]
    done = subprocess.run(
        command, cwd=ROOT, env=os.environ | environment, stdout=subprocess.PIPE, text=True, check=True
    )
    answer: dict[str, Any] = json.loads(done.stdout.splitlines()[-1]) if done.stdout else {}
    return answer


def _print(tables: Sequence[Table], memory: dict[str, list[dict[str, int]]], *, database: str) -> None:
    for table in tables:
        print("\n".join(lines_of(table, database=database)), end="\n\n")
    if any(memory.values()):
        print("\n".join(memory_lines(memory)))
        print("\n".join(verdict_lines(memory_verdicts(memory))))
    print(f"load of the machine at the end: {', '.join(f'{load:.1f}' for load in os.getloadavg())}")


if __name__ == "__main__":
    sys.exit(main())
