"""The screens of who may come in."""

from integration_admin.accounts.admin import audit, brands, keys, logins, queue, users

__all__ = ["audit", "brands", "keys", "logins", "queue", "users"]
