"""Files on their way: what a person gave the import wizard and has not started yet."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Upload(models.Model):
    """A file of one person, kept until an import of it is started or a day has passed. `size` in bytes, unpacked."""

    id = models.BigAutoField(primary_key=True)
    brand = models.ForeignKey("accounts.Brand", models.CASCADE, related_name="+")
    user = models.ForeignKey("accounts.User", models.CASCADE, related_name="+")
    file_name = models.CharField(max_length=255, blank=True)
    size = models.BigIntegerField()
    created_at = models.DateTimeField(db_index=True)

    class Meta:
        verbose_name = _("upload")
        verbose_name_plural = _("uploads")

    def __str__(self) -> str:
        return self.file_name or f"#{self.pk}"


class UploadPart(models.Model):
    """The bytes of an upload, compressed in parts, in the database so that any machine can take them."""

    upload = models.ForeignKey(Upload, models.CASCADE, db_index=False, related_name="parts")
    part = models.IntegerField()
    content = models.BinaryField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["upload", "part"], name="upload_part_once")]

    def __str__(self) -> str:
        return f"{self.upload_id}/{self.part}"
