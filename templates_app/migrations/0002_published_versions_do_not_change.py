"""The database itself refuses to change a published version, whoever asks: `QuerySet.update` and shells included."""

from django.db import migrations

TABLE = "templates_app_templateversion"
MESSAGE = "A published template version never changes."

SQLITE = f"""
CREATE TRIGGER published_version_unchanged BEFORE UPDATE ON {TABLE} WHEN OLD.status = 'published'
BEGIN SELECT RAISE(ABORT, '{MESSAGE}'); END
"""
POSTGRESQL = f"""
CREATE FUNCTION refuse_change_of_published_version() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION '{MESSAGE}' USING ERRCODE = 'integrity_constraint_violation'; END $$;
CREATE TRIGGER published_version_unchanged BEFORE UPDATE ON {TABLE} FOR EACH ROW WHEN (OLD.status = 'published')
EXECUTE FUNCTION refuse_change_of_published_version();
"""
SQLITE_BACK = "DROP TRIGGER published_version_unchanged"
POSTGRESQL_BACK = f"""
DROP TRIGGER published_version_unchanged ON {TABLE};
DROP FUNCTION refuse_change_of_published_version();
"""


def guard(apps, schema_editor):
    schema_editor.execute(POSTGRESQL if schema_editor.connection.vendor == "postgresql" else SQLITE)


def unguard(apps, schema_editor):
    schema_editor.execute(POSTGRESQL_BACK if schema_editor.connection.vendor == "postgresql" else SQLITE_BACK)


class Migration(migrations.Migration):
    dependencies = [("templates_app", "0001_initial")]

    operations = [migrations.RunPython(guard, unguard)]
