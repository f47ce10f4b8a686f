"""What the commands of this house have in common: an answer for people or machines, and honest exit codes."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any, Final, Literal, NoReturn

from django.contrib.auth import get_user_model
from django.core.checks import run_checks
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser, OutputWrapper, SystemCheckError
from django.db import DatabaseError, OperationalError, connection
from django.db.migrations.executor import MigrationExecutor

COULD_NOT_RUN: Final = 2
#: Options that name a file: it may have whatever name the system gave it. All others are text.
NAMES_OF_FILES: Final = frozenset({"file", "output", "report"})


class UsageRefused(ValueError):
    """The arguments of a command are not what it takes."""


class _Usage(CommandParser):
    """Looks at arguments only: it says what is wrong with them and neither prints nor exits."""

    def error(self, message: str) -> NoReturn:
        raise UsageRefused(message)


class ScriptCommand(BaseCommand):
    """`--json` for machines. Exit code 0 = fine, 1 = it ran and something failed, 2 = it could not run.

    With `--json` a refusal is JSON too, on standard output: `{"error": {"code", "message", "hint"}}`.
    """

    requires_migrations_checks = False
    #: What is to agree before a site starts is asked by `check`, and by the commands that start one.
    requires_system_checks: tuple[str, ...] | Literal["__all__"] = ()

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> CommandParser:
        parser = super().create_parser(prog_name, subcommand, **kwargs)
        parser.add_argument("--json", action="store_true", dest="as_json", help="answer in JSON, for scripts")
        return parser

    def run_from_argv(self, argv: list[str]) -> None:
        """Arguments that are wrong are answered in JSON too, where JSON was asked for."""
        if "--json" in argv[2:]:
            self.as_json = True
            try:
                _Usage(parents=[self.create_parser(argv[0], argv[1])], add_help=False).parse_args(argv[2:])
            except UsageRefused as refused:
                self.fail("usage", f"{refused}.", f"See “{argv[1]} --help”.")
        super().run_from_argv(argv)

    def execute(self, *args: Any, **options: Any) -> str | None:
        """Runs the command; a database that is away, empty, outdated or locked is exit code 2, not a stack of lines.

        So are settings that do not agree with each other.
        """
        self.as_json = bool(options.get("as_json"))
        if options.get("stdout"):
            # What is refused before the command begins is told there too.
            self.stdout = OutputWrapper(options["stdout"])
        self._require_text(options)
        try:
            return super().execute(*args, **options)
        except SystemCheckError as refused:
            self._refuse_settings(refused)
        except DatabaseError as error:
            self._require_tables(error)
            if isinstance(error, OperationalError):
                self.fail("database_busy", f"The database did not do it: {str(error).strip()}.", "Try again.")
            raise

    def _require_text(self, options: Mapping[str, Any]) -> None:
        """Ends the command when a shell of another encoding gave it what no database keeps."""
        for name in options.keys() - NAMES_OF_FILES:
            given = options[name] if isinstance(options[name], list) else [options[name]]
            if any(isinstance(text, str) and not _is_text(text) for text in given):
                self.fail("argument_not_text", f"“{name.replace('_', '-')}” is not text in UTF-8.")

    def _refuse_settings(self, refused: SystemCheckError) -> NoReturn:
        if self.as_json:
            wrong = [found for found in run_checks() if found.is_serious() and not found.is_silenced()]
            hints = " ".join(found.hint for found in wrong if found.hint)
            self.fail("settings", " ".join(found.msg for found in wrong) or str(refused), hints)
        raise CommandError(str(refused), returncode=COULD_NOT_RUN) from refused

    def _require_tables(self, error: DatabaseError) -> None:
        """Ends the command when the database is the reason for the error, or is not that of this release."""
        try:
            there = get_user_model()._meta.db_table in connection.introspection.table_names()
        except DatabaseError:
            self.fail("database_away", f"The database cannot be reached: {str(error).strip()}.")
        if not there:
            self.fail("database_empty", "The database has no tables yet.", "Run “migrate” or “quickstart” first.")
        executor = MigrationExecutor(connection)
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            self.fail("database_outdated", "The database is that of an earlier release.", "Run “migrate” first.")

    def answer(self, values: Mapping[str, Any], text: str) -> None:
        """Prints `values` as JSON when asked for, in ASCII with escapes; `text` otherwise."""
        self.stdout.write(json.dumps(dict(values), default=as_text) if self.as_json else text)

    def fail(self, code: str, sentence: str, hint: str = "") -> NoReturn:
        """Ends the command with exit code 2 and one sentence that says why."""
        if self.as_json:
            self.stdout.write(json.dumps({"error": {"code": code, "message": sentence, "hint": hint}}))
            sys.exit(COULD_NOT_RUN)
        raise CommandError(f"{sentence} {hint}".strip(), returncode=COULD_NOT_RUN)

    @contextmanager
    def refusals(self) -> Iterator[None]:
        """Turns the ValidationError of a use case into fail()."""
        try:
            yield
        except ValidationError as error:
            self.fail(error_code(error), " ".join(dict.fromkeys(_sentences(error))))


def _is_text(value: str) -> bool:
    """Whether it holds characters only, no byte that the shell's encoding did not know."""
    return not any("\ud800" <= sign <= "\udfff" for sign in value)


def as_text(value: object) -> str:
    """What JSON has no form for: a moment as the API writes it, everything else as it writes itself."""
    return value.astimezone(UTC).isoformat().replace("+00:00", "Z") if isinstance(value, datetime) else str(value)


def _sentences(error: ValidationError) -> Iterator[str]:
    """The sentences of the error; Django's own say only of what they speak that it is “this field”."""
    if not hasattr(error, "error_dict"):
        yield from error.messages
        return
    for name, sentences in error.message_dict.items():
        yield from (sentence if name == NON_FIELD_ERRORS else f"{name}: {sentence}" for sentence in sentences)


def error_code(error: ValidationError) -> str:
    """The code of the first problem in the error; `invalid` where none was given."""
    if hasattr(error, "error_dict"):
        return error_code(next(iter(error.error_dict.values()))[0])
    if hasattr(error, "code") and error.code:
        return str(error.code)
    return error_code(error.error_list[0]) if error.error_list[0] is not error else "invalid"
