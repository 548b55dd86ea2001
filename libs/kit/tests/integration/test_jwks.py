"""Keys are taken from a real issuer over HTTP, once."""

import json
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa

from kit.auth import JwksKeys, TokenVerifier
from kit.testing.tokens import AUDIENCE, ISSUER, TokenFactory


class Issuer:
    """A small server of public keys that counts how often it is asked."""

    def __init__(self) -> None:
        self.asked = 0
        self.keys: dict[str, rsa.RSAPrivateKey] = {}

    def add(self, key_id: str) -> None:
        self.keys[key_id] = rsa.generate_private_key(public_exponent=65537, key_size=2048)

    def document(self) -> bytes:
        algorithm = jwt.algorithms.RSAAlgorithm
        keys = [
            json.loads(algorithm.to_jwk(key.public_key())) | {"kid": kid, "use": "sig", "alg": "RS256"}
            for kid, key in self.keys.items()
        ]
        return json.dumps({"keys": keys}).encode()

    def token(self, key_id: str) -> str:
        claims = jwt.decode(TokenFactory().token(roles=["ops"]), options={"verify_signature": False})
        return jwt.encode(claims, self.keys[key_id], algorithm="RS256", headers={"kid": key_id})


@pytest.fixture
def issuer() -> Issuer:
    return Issuer()


@pytest.fixture
def jwks_url(issuer: Issuer) -> Iterator[str]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            issuer.asked += 1
            self.send_response(200)
            self.end_headers()
            self.wfile.write(issuer.document())

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/jwks.json"
    server.shutdown()
    thread.join()
    server.server_close()


async def test_keys_are_fetched_once_and_again_for_an_unknown_id(issuer: Issuer, jwks_url: str) -> None:
    issuer.add("one")
    verifier = TokenVerifier(issuer=ISSUER, audience=AUDIENCE, key_of=JwksKeys(jwks_url, cooldown_seconds=0))
    for _ in range(3):
        assert (await verifier.verify(issuer.token("one"))).roles == {"ops"}
    assert issuer.asked == 1
    issuer.add("two")
    await verifier.verify(issuer.token("two"))
    await verifier.verify(issuer.token("one"))
    assert issuer.asked == 2


async def test_a_key_that_the_issuer_does_not_have_is_refused(issuer: Issuer, jwks_url: str) -> None:
    issuer.add("one")
    stranger = Issuer()
    stranger.add("other")
    with pytest.raises(jwt.PyJWTError):
        await JwksKeys(jwks_url)(stranger.token("other"))
