"""What the configuration history calls what was done: the words of its codes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from django.utils.translation import gettext_lazy as _

ACTIONS: Final[Mapping[str, object]] = {
    "create_brand": _("Brand created"),
    "change_brand": _("Brand changed"),
    "create_api_user": _("API user created"),
    "create_membership": _("API user created"),
    "change_membership": _("API user changed"),
    "set_password": _("Password set"),
    "activate_api_user": _("API user activated"),
    "deactivate_api_user": _("API user deactivated"),
    "create_group": _("Group created"),
    "change_group": _("Group changed"),
    "delete_group": _("Group deleted"),
    "create_appkey": _("Application key created"),
    "change_appkey": _("Application key changed"),
    "revoke_appkey": _("Application key revoked"),
    "create_account_token": _("Account token created"),
    "revoke_account_token": _("Account token revoked"),
    "create_user": _("Site user created"),
    "change_user": _("Site user changed"),
    "type.added": _("Entity type added"),
    "change_customentitytype": _("Entity type changed"),
    "field.added": _("Custom field added"),
    "field.retired": _("Custom field retired"),
    "field.taken_back": _("Custom field taken back into use"),
    "change_customfield": _("Custom field changed"),
    "key.declared": _("Key declared"),
    "columns.chosen": _("Columns of a list chosen"),
    "record.erased": _("Record erased"),
    "template.draft": _("Draft saved"),
    "template.published": _("Template published"),
    "template.restored": _("Version restored"),
    "template.cloned": _("Template cloned"),
    "template.sample": _("Sample kept"),
    "template.sample_dropped": _("Sample dropped"),
    "template.sample_read": _("Sample read differently"),
    "template.archived": _("Template archived"),
    "template.unarchived": _("Template brought back"),
    "create_connection": _("Connection created"),
    "change_connection": _("Connection changed"),
    "delete_connection": _("Connection deleted"),
    "create_sync": _("Sync created"),
    "change_sync": _("Sync changed"),
    "delete_sync": _("Sync deleted"),
    "sync.paused": _("Sync paused"),
    "sync.resumed": _("Sync resumed"),
    "sync.watermark": _("Watermark set"),
    "sync.approved": _("Held run approved"),
    "sync.rejected": _("Held run rejected"),
    "sync.judged_again": _("Held run judged again"),
}


def action_words(action: str) -> str:
    """A code that has no words yet is shown without its dots and underscores."""
    return str(ACTIONS.get(action) or action.replace("_", " ").replace(".", " ").capitalize())
