"""Check the signatures of a CMS file (CAdES .p7m): do they fit the content and the keys of their certificates?

No more than that: who issued a certificate, and whether it was valid, is not looked at (RFC 5652, 5.4 and 5.6).
"""

import hashlib
from collections.abc import Callable, Sequence

from asn1crypto import cms, x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.serialization import load_der_public_key

from claims_api.domain.signature import Integrity, Signature

# Older ones do not bind a content any more.
_HASHES: dict[str, Callable[[], hashes.HashAlgorithm]] = {
    "sha256": hashes.SHA256,
    "sha384": hashes.SHA384,
    "sha512": hashes.SHA512,
}
_MOST = 10
_UNREADABLE = (ValueError, TypeError, KeyError, AttributeError, RecursionError, UnsupportedAlgorithm)


def signatures_of(envelope: cms.SignedData, content: bytes) -> tuple[Signature, ...]:
    """Check each signature of a file; one that nobody has signed has one that could not be checked."""
    try:
        signers = list(envelope["signer_infos"])[:_MOST]
        certificates = [one.chosen for one in envelope["certificates"] or () if one.name == "certificate"]
    except _UNREADABLE:
        signers, certificates = [], []
    return tuple(_signature(one, certificates, content) for one in signers) or (Signature(Integrity.NOT_CHECKED),)


def _signature(signer: cms.SignerInfo, certificates: Sequence[x509.Certificate], content: bytes) -> Signature:
    try:
        certificate = next((one for one in certificates if _is_of(signer["sid"], one)), None)
        if certificate is None:
            return Signature(Integrity.NOT_CHECKED)
        names = _name(certificate.subject), _name(certificate.issuer)
    except _UNREADABLE:
        return Signature(Integrity.NOT_CHECKED)
    try:
        return Signature(_integrity(signer, certificate, content), *names)
    except _UNREADABLE:
        return Signature(Integrity.NOT_CHECKED, *names)


def _is_of(identifier: cms.SignerIdentifier, certificate: x509.Certificate) -> bool:
    chosen = identifier.chosen
    if identifier.name == "subject_key_identifier":
        return bool(chosen.native == certificate.key_identifier)
    same_issuer = chosen["issuer"].chosen == certificate.issuer.chosen
    return bool(same_issuer and chosen["serial_number"].native == certificate.serial_number)


def _name(name: x509.Name) -> str | None:
    parts = name.native
    return str(parts.get("common_name") or parts.get("organization_name") or "")[:200] or None


def _integrity(signer: cms.SignerInfo, certificate: x509.Certificate, content: bytes) -> Integrity:
    digest = signer["digest_algorithm"]["algorithm"].native
    if digest not in _HASHES:
        return Integrity.NOT_CHECKED
    attributes = signer["signed_attrs"]
    if not attributes:
        return _verified(signer, certificate, digest, content)
    stated = {one["type"].native: list(one["values"]) for one in attributes}
    told = stated.get("message_digest", [])
    if len(told) != 1 or told[0].native != hashlib.new(digest, content).digest():
        return Integrity.BROKEN
    # Signed is the set itself (RFC 5652, 5.4), in DER however it was sent.
    return _verified(signer, certificate, digest, attributes.untag().dump(force=True))


def _verified(signer: cms.SignerInfo, certificate: x509.Certificate, digest: str, signed: bytes) -> Integrity:
    key, algorithm = load_der_public_key(certificate.public_key.dump()), signer["signature_algorithm"]
    signature, of_digest = signer["signature"].native, _HASHES[digest]()
    try:
        if isinstance(key, rsa.RSAPublicKey):
            key.verify(signature, signed, _padding(algorithm, of_digest), of_digest)
        elif isinstance(key, ec.EllipticCurvePublicKey):
            key.verify(signature, signed, ec.ECDSA(of_digest))
        else:
            return Integrity.NOT_CHECKED
    except InvalidSignature:
        return Integrity.BROKEN
    return Integrity.VERIFIED


def _padding(algorithm: cms.SignedDigestAlgorithm, digest: hashes.HashAlgorithm) -> padding.AsymmetricPadding:
    if algorithm["algorithm"].native == "rsassa_pss":
        return padding.PSS(padding.MGF1(digest), algorithm["parameters"]["salt_length"].native)
    return padding.PKCS1v15()
