from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.db.models.functions import Lower
from guardian.managers import UserObjectPermissionManager
from guardian.models import UserObjectPermissionBase

from apps.access.models.one_side import of_one_side
from apps.core import clock
from apps.core.actor import Actor
from apps.core.identifiers import new_id
from apps.core.scope import ReachedManager
from apps.tenants.models import MSP, Tenant


class UserManager(BaseUserManager["User"]):
    """Finds people by e-mail whatever its case."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """Make a person; without a password he cannot sign in with one."""
        user = self.model(email=email.strip().lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email__iexact=username)


class User(AbstractBaseUser, PermissionsMixin):
    """A person who can sign in. What he may do is said by roles on tenants and MSPs alone.

    Being a superuser in Django's sense gives no right to any tenant. is_operator: runs the
    installation; such an account belongs to no MSP and sees a customer's data only in a support
    session.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    email = models.EmailField(unique=True)
    name = models.CharField(max_length=200)
    time_zone = models.CharField(max_length=64, default="UTC")
    language = models.CharField(max_length=10, default="en-gb")
    is_active = models.BooleanField(default=True)
    is_operator = models.BooleanField(default=False)
    created_at = models.DateTimeField(default=clock.now)

    objects: ClassVar[UserManager] = UserManager()

    EMAIL_FIELD = "email"
    USERNAME_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    class Meta:
        default_permissions = ()
        constraints: ClassVar = [models.UniqueConstraint(Lower("email"), name="user_email_once")]

    def __str__(self) -> str:
        return self.name

    def get_full_name(self) -> str:
        return self.name

    def get_short_name(self) -> str:
        return self.name

    def as_actor(self, *, address: str = "", request_id: str = "", via: str = "") -> Actor:
        """This person, acting through the portal or the API."""
        return Actor(
            kind="user",
            user_id=self.id,
            name=self.name,
            address=address,
            request_id=request_id,
            via=via,
        )


class Membership(models.Model):
    """Whose side a person is on: an MSP's staff, or a customer's administrators."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="memberships")
    msp = models.ForeignKey(MSP, on_delete=models.CASCADE, null=True, related_name="memberships")
    tenant = models.ForeignKey(
        Tenant, on_delete=models.CASCADE, null=True, related_name="memberships"
    )
    since = models.DateTimeField(default=clock.now)

    objects = ReachedManager["Membership"]()

    class Meta:
        default_permissions = ()
        constraints: ClassVar = [
            of_one_side("membership_of_one_side"),
            models.UniqueConstraint(fields=["user", "msp"], name="membership_once_per_msp"),
            models.UniqueConstraint(fields=["user", "tenant"], name="membership_once_per_tenant"),
            models.UniqueConstraint(fields=["id", "msp"], name="membership_with_msp"),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} of {self.msp_id or self.tenant_id}"


class PermissionManager(ReachedManager[Any], UserObjectPermissionManager):
    """django-guardian's manager, which raises ScopeError on nobody's behalf."""


class TenantPermission(UserObjectPermissionBase):
    """A role on one tenant (django-guardian, by foreign key)."""

    content_object = models.ForeignKey(
        Tenant, on_delete=models.CASCADE, related_name="user_permissions"
    )

    objects: ClassVar[PermissionManager] = PermissionManager()

    class Meta(UserObjectPermissionBase.Meta):
        default_permissions = ()


class MSPPermission(UserObjectPermissionBase):
    """A role on an MSP: it covers all the MSP's tenants."""

    content_object = models.ForeignKey(
        MSP, on_delete=models.CASCADE, related_name="user_permissions"
    )

    objects: ClassVar[PermissionManager] = PermissionManager()

    class Meta(UserObjectPermissionBase.Meta):
        default_permissions = ()
