# mypy: disallow-subclassing-any=False
"""Users, machine clients and the audit of their changes; every row carries its fund."""

from typing import Any

from allauth.idp.oidc.models import Client
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower

from kit.auth import ROLES
from kit.ids import new_id

KNOWN_ROLES = Q(roles__contained_by=sorted(ROLES))
FACILITY_IS_NAMED = ~Q(roles__contains=["facility"]) | Q(facility_id__isnull=False)


class UserManager(BaseUserManager):
    def create_user(self, *, username: str, email: str, password: str | None, **fields: Any) -> "User":
        user: User = self.model(username=username, email=email, **fields)
        # Without a password the user chooses one through the reset page.
        user.set_password(password)
        user.save(using=self._db)
        return user


class User(AbstractBaseUser):
    """A person who logs in."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    fund = models.TextField()
    username = models.CharField(max_length=64, unique=True)
    email = models.EmailField()
    first_name = models.CharField(max_length=100)
    last_name = models.CharField(max_length=100)
    roles = ArrayField(models.TextField())
    member_id = models.UUIDField(null=True)
    facility_id = models.UUIDField(null=True)
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = UserManager()

    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["email"]

    class Meta:
        db_table = "login_user"
        constraints = (
            models.CheckConstraint(condition=Q(username=Lower("username")), name="username_is_lower_case"),
            models.CheckConstraint(condition=Q(email=Lower("email")), name="email_is_lower_case"),
            models.UniqueConstraint(fields=["email"], name="email_is_unique"),
            models.CheckConstraint(condition=KNOWN_ROLES, name="user_roles_are_known"),
            models.CheckConstraint(condition=FACILITY_IS_NAMED, name="facility_user_names_facility"),
            models.CheckConstraint(
                condition=~Q(roles__contains=["member"]) | Q(member_id__isnull=False),
                name="member_user_names_member",
            ),
            models.UniqueConstraint(
                fields=["fund", "facility_id"],
                condition=Q(roles__contains=["facility_admin"], is_active=True),
                name="one_admin_per_facility",
            ),
        )

    def __str__(self) -> str:
        return str(self.username)

    def get_full_name(self) -> str:
        return f"{self.first_name} {self.last_name}".strip()


class MachineClient(models.Model):
    """What a machine client of the issuer may do, and for which fund and facility."""

    client = models.OneToOneField(Client, on_delete=models.CASCADE, primary_key=True, related_name="machine")
    fund = models.TextField()
    roles = ArrayField(models.TextField())
    facility_id = models.UUIDField(null=True)

    class Meta:
        db_table = "machine_client"
        constraints = (
            models.CheckConstraint(condition=KNOWN_ROLES, name="client_roles_are_known"),
            models.CheckConstraint(condition=FACILITY_IS_NAMED, name="facility_client_names_facility"),
        )

    def __str__(self) -> str:
        return str(self.client_id)


class AuditEntry(models.Model):
    """Who changed what, when; the same columns as in every service."""

    seq = models.BigAutoField(primary_key=True)
    fund = models.TextField()
    at = models.DateTimeField()
    actor = models.TextField()
    action = models.TextField()
    entity = models.TextField()
    entity_id = models.TextField()
    person_id = models.UUIDField(null=True)
    request_id = models.TextField(null=True)  # noqa: DJ001 (as in every service)
    traceparent = models.TextField(null=True)  # noqa: DJ001 (as in every service)
    details = models.JSONField()

    class Meta:
        db_table = "audit_entry"
        indexes = (models.Index(fields=["entity", "entity_id"], name="audit_entry_entity"),)

    def __str__(self) -> str:
        return f"{self.action} {self.entity} {self.entity_id}"
