"""The line to the relay, with a certificate of the house."""

import ssl
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from notify_smtp_server import SmtpServer

from notify_svc.adapters.smtp_relay import SmtpRelay
from notify_svc.entrypoints.courier import Courier


@dataclass
class Certificate:
    """A self-made certificate for one address, as a file and as the server's side of a line."""

    file: Path
    context: ssl.SSLContext


def certificate(folder: Path, address: str) -> Certificate:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "relay of the house")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address(address))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    file, key_file = folder / f"{address}.pem", folder / f"{address}.key"
    file.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    key_file.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file, key_file)
    return Certificate(file, context)


@pytest.fixture
async def secure(tmp_path: Path) -> AsyncIterator[SmtpServer]:
    server = SmtpServer()
    yield server
    await server.stop()


class Line:
    """The harness with another relay in place of the plain one."""

    def __init__(self, harness: Any, server: SmtpServer, made: Certificate) -> None:
        self.harness = harness
        self.server = server
        server.tls = made.context

    async def deliver(self, event: Any, contact: Any, **changes: Any) -> dict[str, int]:
        await self.server.start()
        settings = self.harness.services.settings.model_copy(update={"smtp_port": self.server.port} | changes)
        services = replace(self.harness.services, settings=settings, relay=SmtpRelay(settings))
        await self.harness.receive(contact, event)
        try:
            await Courier(services).run()
        finally:
            await services.relay.close()
        states: dict[str, int] = await self.harness.states()
        return states


@pytest.mark.parametrize(("mode", "starttls"), [("implicit", False), ("required", True), ("auto", True)])
async def test_a_verified_line(
    harness: Any, secure: SmtpServer, tmp_path: Path, make_contact: Any, make_settled: Any, mode: str, starttls: bool
) -> None:
    made = certificate(tmp_path, "127.0.0.1")
    secure.offers_starttls = starttls
    line = Line(harness, secure, made)
    changes = {"smtp_tls": mode, "smtp_tls_ca_file": made.file}
    assert await line.deliver(make_settled(), make_contact(), **changes) == {"delivered": 1}
    assert secure.encrypted == [True]


@pytest.mark.parametrize(("mode", "starttls"), [("implicit", False), ("required", True), ("auto", True)])
@pytest.mark.parametrize("fault", ["unknown authority", "another address"])
async def test_a_relay_that_cannot_prove_itself_gets_nothing(
    harness: Any,
    secure: SmtpServer,
    tmp_path: Path,
    make_contact: Any,
    make_settled: Any,
    mode: str,
    starttls: bool,
    fault: str,
) -> None:
    made = certificate(tmp_path, "127.0.0.1" if fault == "unknown authority" else "127.0.0.9")
    secure.offers_starttls = starttls
    changes = {"smtp_tls": mode}
    if fault == "another address":
        changes["smtp_tls_ca_file"] = made.file
    line = Line(harness, secure, made)
    assert await line.deliver(make_settled(), make_contact(), **changes) == {"queued": 1}
    assert secure.accepted == []


async def test_verification_can_be_switched_off(
    harness: Any, secure: SmtpServer, tmp_path: Path, make_contact: Any, make_settled: Any
) -> None:
    line = Line(harness, secure, certificate(tmp_path, "127.0.0.9"))
    changes = {"smtp_tls": "implicit", "smtp_tls_verify": False}
    assert await line.deliver(make_settled(), make_contact(), **changes) == {"delivered": 1}
    assert secure.encrypted == [True]


async def test_a_line_that_must_be_hidden_is_not_used_in_the_clear(
    harness: Any, secure: SmtpServer, tmp_path: Path, make_contact: Any, make_settled: Any
) -> None:
    line = Line(harness, secure, certificate(tmp_path, "127.0.0.1"))
    secure.tls = None
    assert await line.deliver(make_settled(), make_contact(), smtp_tls="required") == {"queued": 1}
    assert secure.accepted == []
