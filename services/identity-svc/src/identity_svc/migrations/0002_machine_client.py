# mypy: disallow-subclassing-any=False
import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("identity_svc", "0001_initial"),
        ("allauth_idp_oidc", "0003_client_allow_uri_wildcards"),
    ]

    operations = [
        migrations.CreateModel(
            name="MachineClient",
            fields=[
                (
                    "client",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="machine",
                        serialize=False,
                        to="allauth_idp_oidc.client",
                    ),
                ),
                ("fund", models.TextField()),
                ("roles", django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), size=None)),
                ("facility_id", models.UUIDField(null=True)),
            ],
            options={
                "db_table": "machine_client",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "roles__contained_by",
                                [
                                    "board",
                                    "facility",
                                    "fund_admin",
                                    "medical_consultant",
                                    "member",
                                    "operator",
                                    "ops",
                                    "payments_approver",
                                    "payments_officer",
                                ],
                            )
                        ),
                        name="client_roles_are_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("roles__contains", ["facility"]), _negated=True),
                            ("facility_id__isnull", False),
                            _connector="OR",
                        ),
                        name="facility_client_names_facility",
                    ),
                ],
            },
        ),
    ]
