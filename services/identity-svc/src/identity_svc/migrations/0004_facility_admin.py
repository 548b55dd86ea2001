# mypy: disallow-subclassing-any=False
"""The role of whoever is responsible for a facility's convention: exactly one active user a facility."""

from django.db import migrations, models
from django.db.models import Q

ROLES = [
    "board",
    "facility",
    "facility_admin",
    "fund_admin",
    "medical_consultant",
    "member",
    "operator",
    "ops",
    "payments_approver",
    "payments_officer",
]


def known_roles(model: str, name: str) -> list[migrations.operations.base.Operation]:
    known = models.CheckConstraint(condition=Q(roles__contained_by=ROLES), name=name)
    return [
        migrations.RemoveConstraint(model_name=model, name=name),
        migrations.AddConstraint(model_name=model, constraint=known),
    ]


class Migration(migrations.Migration):
    dependencies = [("identity_svc", "0003_second_lock")]

    operations = [
        *known_roles("user", "user_roles_are_known"),
        *known_roles("machineclient", "client_roles_are_known"),
        migrations.AddConstraint(
            model_name="user",
            constraint=models.UniqueConstraint(
                fields=["fund", "facility_id"],
                condition=Q(roles__contains=["facility_admin"], is_active=True),
                name="one_admin_per_facility",
            ),
        ),
    ]
