"""Site users: who signs in to the pages. API logins are Memberships, which may point here."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from integration_admin.accounts.credentials import composed
from integration_admin.accounts.names import folded_username


class UserManager(BaseUserManager["User"]):
    """E-mail addresses are kept folded, so that `Ann@x.fr` and `ann@x.fr` are one person."""

    def get_by_natural_key(self, username: str | None) -> User:
        return self.get(email=folded_username(username or ""))

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> User:
        """A user who may not enter the site yet (`is_staff` is off unless given)."""
        user = self.model(email=email, **fields)
        user.set_password(password)
        user.full_clean()
        user.save()
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> User:
        """A user who may do everything in every brand."""
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)


class User(AbstractBaseUser, PermissionsMixin):
    """Signs in with an e-mail address, unique over all brands. What they may do in a brand, their Membership says."""

    email = models.EmailField(_("e-mail address"), max_length=254, unique=True)
    full_name = models.CharField(_("full name"), max_length=200, blank=True)
    is_staff = models.BooleanField(_("may enter the site"), default=False)
    is_active = models.BooleanField(_("active"), default=True)
    date_joined = models.DateTimeField(_("created"), default=timezone.now, editable=False)

    objects = UserManager()

    EMAIL_FIELD = "email"
    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        ordering: ClassVar = ["email"]
        verbose_name = _("site user")
        verbose_name_plural = _("site users")

    def __str__(self) -> str:
        return self.email

    def clean(self) -> None:
        self.email = folded_username(self.email)

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.email = folded_username(self.email)
        super().save(*args, **kwargs)

    def set_password(self, raw_password: str | None) -> None:
        """As it is typed on any keyboard, so is it compared."""
        super().set_password(composed(raw_password) if raw_password else raw_password)

    def check_password(self, raw_password: str | None) -> bool:
        """Whether it is the password; see `set_password`."""
        return super().check_password(composed(raw_password) if raw_password else raw_password)

    def get_full_name(self) -> str:
        """The name to show: the full name, or the address where none is known."""
        return self.full_name or self.email

    def get_short_name(self) -> str:
        """The name to show where room is scarce."""
        return self.full_name.split(" ")[0] or self.email
