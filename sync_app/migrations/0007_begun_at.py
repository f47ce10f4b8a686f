"""Since when a sync is about what it is about now: what it brought before came from elsewhere."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("sync_app", "0006_identities_by_key")]
    operations = [migrations.AddField("sync", "begun_at", models.DateTimeField(null=True))]
