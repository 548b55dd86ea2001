"""Make the signing key of the issuer once: `python -m identity_svc.entrypoints.keys PATH`."""

import os
import sys
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

BITS = 3072


def make_key(path: Path) -> bool:
    """Write a new RSA key, readable by its owner only; leave an existing one alone."""
    if path.exists():
        return False
    path.parent.mkdir(parents=True, exist_ok=True)
    pem = rsa.generate_private_key(public_exponent=65537, key_size=BITS).private_bytes(
        Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()
    )
    # Written beside and renamed: a start that was interrupted leaves no half key.
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(pem)
    draft.rename(path)
    return True


def main() -> None:
    if len(sys.argv) != 2:  # noqa: PLR2004 (the program and its one argument)
        raise SystemExit("usage: python -m identity_svc.entrypoints.keys PATH")
    make_key(Path(sys.argv[1]))


if __name__ == "__main__":
    main()
