"""What identity-svc reads from its environment."""

from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, parse_qs, unquote, urlsplit

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings


class Environment(BaseSettings):
    """Settings of the process; a missing one stops it at start."""

    database_url: SecretStr
    database_schema: str = Field(default="identity", pattern=r"^[a-z_][a-z0-9_]*$")
    issuer_url: str
    public_url: str = ""
    audience: str = "mutua-api"
    identity_signing_key_file: Path
    django_secret_key: SecretStr = Field(min_length=32)
    smtp_host: str = "127.0.0.1"
    smtp_port: int = 25
    mail_from: str = "Mutua <accessi@mutua.example>"
    log_level: str = "INFO"
    fund_default: str = "fnm"
    trusted_proxy_hops: int = Field(default=1, ge=0)
    max_concurrent_requests: int = Field(default=16, ge=1)

    @property
    def issuer(self) -> str:
        """Return the issuer as tokens name it, without a slash at the end."""
        return self.issuer_url.rstrip("/")

    @property
    def origin(self) -> SplitResult:
        """Return the public address under which browsers reach the pages."""
        return urlsplit((self.public_url or self.issuer_url).rstrip("/"))

    @property
    def database(self) -> dict[str, Any]:
        """Return Django's form of the database address; SQLAlchemy's spelling is accepted too."""
        parts = urlsplit(self.database_url.get_secret_value())
        if parts.scheme.partition("+")[0] not in {"postgresql", "postgres"}:
            raise ValueError("DATABASE_URL must start with postgresql:// or postgresql+asyncpg://")
        socket_folder = parse_qs(parts.query).get("host", [""])[0]
        return {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": unquote(parts.path.lstrip("/")),
            "USER": unquote(parts.username or ""),
            "PASSWORD": unquote(parts.password or ""),
            "HOST": parts.hostname or socket_folder,
            "PORT": parts.port or "",
            # Pages find their user in every fund ("*"); the API narrows each transaction to the caller's fund.
            "OPTIONS": {"options": f"-c search_path={self.database_schema} -c app.fund=*", "connect_timeout": 5},
        }
