"""What the templates of a brand are called."""

from __future__ import annotations

from integration_admin.accounts.models import Brand
from templates_app.models import Template


def template_names(*, brand: Brand) -> list[str]:
    """Of all that are not archived, in their order."""
    return list(Template.objects.filter(brand=brand, archived=False).order_by("name").values_list("name", flat=True))
