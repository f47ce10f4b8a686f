"""`flush` for tests: only tables that hold something are emptied, and what migrations put there stays.

Django's own empties every table and then makes content types and permissions anew, which is most of what a small test
that commits takes.
"""

from __future__ import annotations

from typing import Any, Final

from django.core.management.color import no_style
from django.core.management.commands import flush
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper

#: Filled by migrating, and by nothing else.
KEPT: Final = frozenset({"django_migrations", "django_content_type", "auth_permission"})


class Command(flush.Command):
    def handle(self, **options: Any) -> None:
        connection = connections[options["database"]]
        statements = connection.ops.sql_flush(
            no_style(),
            _filled(connection),
            reset_sequences=options.get("reset_sequences", True),
            allow_cascade=True,
        )
        connection.ops.execute_sql_flush(statements)


def _filled(connection: BaseDatabaseWrapper) -> list[str]:
    """The tables that hold a row, asked in one statement."""
    names = sorted(set(connection.introspection.django_table_names(include_views=False)) - KEPT)
    quoted = [(name, connection.ops.quote_name(name)) for name in names]
    with connection.cursor() as cursor:
        cursor.execute(
            " UNION ALL ".join(f"SELECT '{name}' WHERE EXISTS (SELECT 1 FROM {table})" for name, table in quoted)
        )
        return [name for (name,) in cursor.fetchall()]
