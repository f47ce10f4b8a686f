"""The rows of who may come in."""

from integration_admin.accounts.models.audit import AuditEntry
from integration_admin.accounts.models.brands import Brand
from integration_admin.accounts.models.keys import AccessToken, AccountToken, AppKey, Scope
from integration_admin.accounts.models.logins import Access, Group, GroupAccess, Membership, Right
from integration_admin.accounts.models.usage import Counter, KeyUse
from integration_admin.accounts.models.users import User

__all__ = [
    "Access",
    "AccessToken",
    "AccountToken",
    "AppKey",
    "AuditEntry",
    "Brand",
    "Counter",
    "Group",
    "GroupAccess",
    "KeyUse",
    "Membership",
    "Right",
    "Scope",
    "User",
]
