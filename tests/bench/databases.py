"""Databases of the benchmark's own: one is migrated, every process gets a copy, and all are gone at the end."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol
from urllib.parse import urlsplit, urlunsplit

import psycopg
from psycopg import sql


class Databases(Protocol):
    """`name` is what the table says. Environments are for child processes."""

    name: str

    def base(self) -> dict[str, str]:
        """The environment of the database to be migrated."""
        ...

    def copy(self) -> dict[str, str]:
        """The environment of a fresh copy of it."""
        ...


class SQLiteFiles:
    """Files in a folder of their own."""

    name = "SQLite"

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._copies = 0

    def base(self) -> dict[str, str]:
        return self._environment("base")

    def copy(self) -> dict[str, str]:
        self._copies += 1
        environment = self._environment(f"copy{self._copies}")
        shutil.copy(self._path("base"), self._path(f"copy{self._copies}"))
        return environment

    def _path(self, name: str) -> Path:
        return self._folder / f"{name}.sqlite3"

    def _environment(self, name: str) -> dict[str, str]:
        return {"DATA_DIR": str(self._folder / "data"), "DATABASE_URL": f"sqlite:///{self._path(name)}"}


class PostgreSQLDatabases:
    """Databases beside the one of the address; its user must be allowed to create them."""

    name = "PostgreSQL"

    def __init__(self, folder: Path, address: str) -> None:
        self._folder = folder
        self._address = address
        self._made: list[str] = []

    def base(self) -> dict[str, str]:
        return self._environment(self._create(""))

    def copy(self) -> dict[str, str]:
        return self._environment(self._create(self._made[0]))

    def drop(self) -> None:
        for name in self._made:
            self._execute(sql.SQL("DROP DATABASE IF EXISTS {}").format(sql.Identifier(name)))

    def _create(self, template: str) -> str:
        name = f"bench_{os.getpid()}_{len(self._made)}"
        statement = sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name))
        if template:
            statement += sql.SQL(" TEMPLATE {}").format(sql.Identifier(template))
        self._execute(statement)
        self._made.append(name)
        return name

    def _execute(self, statement: sql.Composed) -> None:
        with psycopg.connect(self._address, autocommit=True) as connection:
            connection.execute(statement)

    def _environment(self, name: str) -> dict[str, str]:
        address = urlunsplit(urlsplit(self._address)._replace(path=f"/{name}"))
        return {"DATA_DIR": str(self._folder / "data"), "DATABASE_URL": address}


@contextmanager
def databases(address: str) -> Iterator[Databases]:
    """PostgreSQL where `address` names one, else SQLite in a temporary folder."""
    with tempfile.TemporaryDirectory(prefix="integration-admin-bench-") as folder:
        if not address.startswith(("postgres://", "postgresql://")):
            yield SQLiteFiles(Path(folder))
            return
        made = PostgreSQLDatabases(Path(folder), address)
        try:
            yield made
        finally:
            made.drop()
