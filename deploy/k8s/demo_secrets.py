"""Print the Secrets of the demo overlay, with new values: `python3 deploy/k8s/demo_secrets.py | kubectl apply -f -`.

Once for each cluster: other passwords would not open the database that the first ones have made. Needs openssl.
"""

import json
import secrets
import subprocess
from collections.abc import Mapping

SCHEMAS = ("identity", "claims", "bookings", "rules", "payouts", "notify")
LOGINS = ("MARIO_ROSSI", "GIULIA_BIANCHI", "PAOLO_CONTI", "ANNA_FERRI", "ADMIN")
MACHINES = ("FACILITY_CARDIO", "FUND_ADMIN")


def word() -> str:
    return secrets.token_urlsafe(24)


def signing_key() -> str:
    command = ["openssl", "genpkey", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:3072"]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def all_secrets() -> dict[str, dict[str, str]]:
    """Return name -> key -> value of every Secret."""
    postgres, broker = word(), word()
    passwords = {schema: word() for schema in SCHEMAS}
    found = {
        "mutua-postgres": {"POSTGRES_PASSWORD": postgres},
        "mutua-rabbitmq": {"RABBITMQ_DEFAULT_PASS": broker},
        "mutua-common": {
            "BUS_URL": f"amqp://mutua:{broker}@rabbitmq:5672/",
            "CURSOR_SECRET": word(),
            "DOCUMENT_KEYS": f"1:{word()}",
        },
        "mutua-roles": {
            "ADMIN_DATABASE_URL": f"postgresql://postgres:{postgres}@postgres:5432/postgres",
            **{f"{schema.upper()}_DATABASE_PASSWORD": password for schema, password in passwords.items()},
        },
        "mutua-identity-key": {"identity-key.pem": signing_key()},
        "mutua-demo-logins": {
            **{f"DEMO_PASSWORD_{name}": secrets.token_urlsafe(9) for name in LOGINS},
            **{f"MACHINE_SECRET_{name}": word() for name in MACHINES},
        },
    }
    for schema, password in passwords.items():
        url = f"postgresql+asyncpg://mutua_{schema}:{password}@postgres:5432/mutua"
        found[f"mutua-{schema}"] = {"DATABASE_URL": url}
    found["mutua-bookings"]["PASS_KEYS"] = word()
    found["mutua-identity"]["DJANGO_SECRET_KEY"] = word()
    return found


def manifest(name: str, values: Mapping[str, str]) -> str:
    # JSON is YAML, and quotes whatever a secret may hold.
    document = {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": name, "namespace": "mutua"}}
    return "---\n" + json.dumps(document | {"type": "Opaque", "stringData": dict(values)}) + "\n"


def main() -> None:
    namespace = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "mutua"}}
    print(json.dumps(namespace))
    print("".join(manifest(name, values) for name, values in all_secrets().items()), end="")


if __name__ == "__main__":
    main()
