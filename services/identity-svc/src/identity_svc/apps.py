# mypy: disallow-subclassing-any=False
from django.apps import AppConfig


class IdentityConfig(AppConfig):
    name = "identity_svc"
    label = "identity_svc"
    verbose_name = "Mutua: identità"

    def ready(self) -> None:
        from identity_svc import revocation  # noqa: PLC0415 (models exist only now)

        revocation.connect()
