"""The public port with a certificate, and with a new one while it runs."""

import datetime as dt
import shutil
import ssl
from ipaddress import ip_address
from pathlib import Path

import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from gateway_rig import Issuer, Services, running_envoy, settings_for, until


def write_pair(folder: Path) -> bytes:
    """Write a certificate and its key, and rename them into place as cert-manager and the kubelet do."""
    folder.mkdir(exist_ok=True)
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "gateway.test")])
    now = dt.datetime.now(dt.UTC)
    certificate = (
        x509.CertificateBuilder(issuer_name=name, subject_name=name, public_key=key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(minutes=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .sign(key, hashes.SHA256())
    )
    pem = certificate.public_bytes(serialization.Encoding.PEM)
    secret = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    for file, content in (("tls.key", secret), ("tls.crt", pem)):
        (folder / f".{file}").write_bytes(content)
        (folder / f".{file}").rename(folder / file)
    return certificate.public_bytes(serialization.Encoding.DER)


def served(port: int) -> bytes:
    return ssl.PEM_cert_to_DER_cert(ssl.get_server_certificate(("127.0.0.1", port), timeout=5))


def test_certificate_is_served_and_changed_without_a_restart(
    services: Services, openapi: Path, tmp_path: Path, issuer: Issuer
) -> None:
    pair = tmp_path / "pair"
    first = write_pair(pair)
    shutil.copy(pair / "tls.crt", tmp_path / "trusted.pem")
    files = {"tls_certificate_file": pair / "tls.crt", "tls_key_file": pair / "tls.key"}
    settings = settings_for(services, tmp_path / "docs", openapi, **files)
    trust = ssl.create_default_context(cafile=str(tmp_path / "trusted.pem"))
    with running_envoy(tmp_path, settings, verify=trust) as gateway:
        port = int(settings.text("gateway_port"))
        answer = gateway.client.get("/v1/me", headers=issuer.bearer())
        assert (answer.status_code, answer.json()["headers"]["x-forwarded-proto"]) == (200, "https")
        assert served(port) == first
        with pytest.raises(httpx.TransportError):
            httpx.get(f"http://127.0.0.1:{port}/healthz")
        second = write_pair(pair)
        until(lambda: served(port) == second)


@pytest.mark.parametrize("wrong", [{"tls_certificate_file": "/a/c"}, {"tls_key_file": "/a/k"},
                                   {"tls_certificate_file": "/a/c", "tls_key_file": "/b/k"}])  # fmt: skip
def test_half_a_pair_is_refused(services: Services, openapi: Path, tmp_path: Path, wrong: dict[str, str]) -> None:
    with pytest.raises(ValueError, match="go together"):
        _ = settings_for(services, tmp_path / "docs", openapi, **wrong).tls


def test_issuer_follows_the_scheme(services: Services, openapi: Path, tmp_path: Path) -> None:
    files = {"tls_certificate_file": "/a/c", "tls_key_file": "/a/k", "issuer_url": ""}
    assert settings_for(services, tmp_path / "docs", openapi, **files).issuer.startswith("https://")
