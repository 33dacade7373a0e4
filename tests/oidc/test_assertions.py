"""Assertions by which services with keys prove who they are: taken once, for us, from registered keys only."""

import base64
import hmac
import json
from time import process_time
from typing import Any
from uuid import uuid4

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from flask import Flask
from joserfc import jwt
from joserfc.jwk import ECKey, RSAKey

from tests.clock import MovableClock
from tests.oidc.service import ISSUER, Service

ONE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
KEY, RSA, EVIL = (
    ECKey.generate_key("P-256", {"kid": "one"}),
    RSAKey.generate_key(2048),
    ECKey.generate_key("P-256"),
)
TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"


@pytest.fixture
def keyed(app: Flask, clock: MovableClock) -> Service:
    """A service that signs its assertions."""
    return Service(app, clock, jwks={"keys": [KEY.as_dict(private=False), RSA.as_dict(private=False)]})


def claims(service: Service, **changes: Any) -> dict[str, Any]:
    """What an assertion claims."""
    now = int(service.clock.now().timestamp())
    told = {"iss": service.id, "sub": service.id, "aud": ISSUER, "jti": str(uuid4()), "exp": now + 60, "iat": now}
    return {name: value for name, value in (told | changes).items() if value is not None}


def made(service: Service, header: dict[str, Any] | None = None, key: Any = KEY, **changes: Any) -> str:
    """An assertion."""
    head = {"alg": "ES256"} | (header or {})
    return jwt.encode(head, claims(service, **changes), key, [head["alg"]])


def by_hand(header: Any, told: Any, signature: bytes = b"") -> str:
    """An assertion put together from its parts; texts go in as they are."""
    parts = [part if isinstance(part, str) else json.dumps(part) for part in (header, told)]
    return ".".join(base64url(part.encode()) for part in parts) + f".{base64url(signature)}"


def signed(header: Any, told: Any) -> str:
    """The same, signed with our key by ES256: r and s of 32 bytes each (RFC 7518, 3.4)."""
    text = by_hand(header, told).rpartition(".")[0]
    assert KEY.private_key is not None
    r, s = decode_dss_signature(KEY.private_key.sign(text.encode(), ec.ECDSA(SHA256())))
    return f"{text}.{base64url(r.to_bytes(32, 'big') + s.to_bytes(32, 'big'))}"


def base64url(raw: bytes) -> str:
    """Base64 as JWS has it."""
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def taken(service: Service, assertion: str, **sent: str) -> bool:
    """Whether it is believed."""
    sent = {"client_assertion_type": TYPE, "client_assertion": assertion, "token": "x"} | sent
    answer = service.call("introspect", {}, **sent)
    assert answer.status_code in (200, 401)
    return answer.status_code == 200


@ONE
def test_every_kind_of_registered_key_is_believed(keyed: Service) -> None:
    assert taken(keyed, made(keyed))
    assert taken(keyed, made(keyed, {"kid": "one", "typ": "JWT"}, aud=[ISSUER]), client_id=keyed.id)
    assert taken(keyed, made(keyed, {"alg": "PS256"}, RSA))
    assert taken(keyed, made(keyed, {"alg": "RS256"}, RSA))


@ONE
def test_D01_an_unsigned_assertion_is_refused(keyed: Service) -> None:
    """Authlib's CVE-2026-28802: `none` and an empty signature."""
    told = claims(keyed)
    for algorithm in ("none", "NONE", "nOnE", "", None, ["ES256"], 1):
        for signature in (b"", b"x"):
            assert not taken(keyed, by_hand({"alg": algorithm}, told, signature))
    assert not taken(keyed, by_hand({}, told))
    assert not taken(keyed, by_hand("null", told, b"x"))


@ONE
def test_D02_the_public_key_is_no_shared_secret(keyed: Service) -> None:
    """Authlib's CVE-2024-37568."""
    for key in (KEY, RSA):
        for secret in (
            key.as_pem(private=False),
            key.as_der(private=False),
            json.dumps(key.as_dict(private=False)).encode(),
        ):
            token = by_hand({"alg": "HS256"}, claims(keyed))
            text = token.rpartition(".")[0]
            signature = base64url(hmac.digest(secret, text.encode(), "sha256"))
            assert not taken(keyed, f"{text}.{signature}")


@ONE
def test_D03_a_key_or_address_in_the_header_is_never_used(keyed: Service) -> None:
    """Authlib's CVE-2026-27962: the key in the header was believed where no other one was at hand."""
    own = EVIL.as_dict(private=False)
    for header in (
        {"jwk": own}, {"jku": "https://evil.example/keys"}, {"x5u": "https://evil.example/cert"},
        {"kid": "../../etc/passwd"},
        {"kid": "one' OR '1'='1"}, {"kid": "one"}, {"x5t": "x"}, {},
    ):  # fmt: skip
        assert not taken(keyed, made(keyed, header, EVIL))
    assert taken(keyed, made(keyed, {"jwk": own})), "ours; the other key is not looked at"


@ONE
@pytest.mark.parametrize(
    "header", [{"crit": ["b64"], "b64": False}, {"crit": ["exp"]}, {"crit": []}, {"b64": True}]
)
def test_D04_an_extension_that_must_be_understood_is_refused(keyed: Service, header: dict[str, Any]) -> None:
    """Authlib's CVE-2025-59420: an unknown `crit` was passed over."""
    assert taken(keyed, signed({"alg": "ES256"}, claims(keyed)))
    assert not taken(keyed, signed({"alg": "ES256"} | header, claims(keyed)))


@ONE
def test_D05_a_token_in_any_other_shape_is_refused(keyed: Service) -> None:
    header, payload, signature = made(keyed).split(".")
    whole = f"{header}.{payload}.{signature}"
    for odd in (
        f"{whole}==", f"{header}=.{payload}.{signature}", f"{whole}.",
        f"{whole}.{signature}", f" {whole}", f"{whole}\n",
        f"{header}. {payload}.{signature}", f"{header}.{payload}", f"{header}.{payload}.",
        f"{header}..{signature}", "..", "",
        f"{header}.{payload}.{signature[:-1]}", f"{header}.{payload}.+{signature[1:]}",
    ):  # fmt: skip
        assert not taken(keyed, odd)
    assert taken(keyed, whole)
    told = json.dumps(claims(keyed))
    assert not taken(keyed, signed('{"alg":"ES256","alg":"ES256"}', told))
    assert not taken(keyed, signed('{"alg":"ES256"}', told[:-1] + ', "aud": "https://else.example"}'))
    assert not taken(keyed, signed('{"alg":"ES256"}', told[:-1] + f', "aud": "{ISSUER}"}}'))
    assert not taken(keyed, signed('{"alg":"ES256"}', f"[{told}]"))
    assert not taken(keyed, signed('{"alg":"ES256"}', "[" * 5000))


@ONE
def test_D08_an_assertion_is_taken_once_for_us_and_not_for_long(keyed: Service, clock: MovableClock) -> None:
    """CVE-2025-27370 and CVE-2025-27371, of the standards themselves: whoever may choose the audience of an
    assertion has one made for somebody else's provider. Ours is the issuer, alone, and no endpoint's address."""
    once = made(keyed)
    assert taken(keyed, once)
    assert not taken(keyed, once)
    now = int(clock.now().timestamp())
    for changes in (
        {"jti": None}, {"jti": ""}, {"jti": 1}, {"jti": "x" * 201}, {"aud": "https://else.example"}, {"aud": None},
        {"aud": [ISSUER, "https://else.example"]}, {"aud": f"{ISSUER}/"}, {"exp": now}, {"exp": now + 71},
        {"exp": None},
        {"exp": str(now + 60)}, {"exp": 1e400}, {"exp": True}, {"nbf": now + 11}, {"iat": now + 11},
        {"iss": "else"},
        {"aud": f"{ISSUER}/oidc/token"}, {"iss": None}, {"sub": "else"}, {"sub": None},
    ):  # fmt: skip
        assert not taken(keyed, made(keyed, **changes)), changes
    late = made(keyed)
    clock.advance(seconds=60)
    assert not taken(keyed, late)
    assert not taken(keyed, made(keyed), client_id=str(uuid4()))
    assert not taken(keyed, made(keyed), client_assertion_type="urn:else")
    assert not taken(keyed, made(keyed, {"typ": "logout+jwt"}))


@ONE
def test_a_key_is_one_services_and_a_secret_does_not_stand_in_for_it(
    app: Flask, clock: MovableClock, keyed: Service
) -> None:
    other = Service(app, clock, "Another", jwks={"keys": [EVIL.as_dict(private=False)]})
    assert not taken(keyed, made(keyed, key=EVIL))
    assert taken(other, made(other, key=EVIL))
    secret = Service(app, clock, "With a secret")
    assert not taken(secret, made(secret))
    assert keyed.call("introspect", token="x").status_code == 401


@ONE
def test_D09_a_huge_or_encrypted_token_is_refused_at_once(keyed: Service) -> None:
    """Authlib's CVE-2025-61920 (huge parts), CVE-2025-62706 (compressed JWE) and CVE-2026-28490 (RSA1_5); those of
    the library that oidc-provider signs with, CVE-2022-36083 (PBES2) and CVE-2024-28176 (compressed JWE)."""
    assert (
        keyed.call("introspect", {}, client_assertion_type=TYPE, client_assertion="a" * 1_000_000).status_code
        == 413
    )
    assert not taken(keyed, made(keyed, jti="x" * 200, more="x" * 20_000))
    pbes2 = {"alg": "PBES2-HS256+A128KW", "enc": "A128GCM", "p2c": 2**31 - 1, "p2s": "AAAA"}
    begun = process_time()
    for header in (pbes2, pbes2 | {"zip": "DEF"}, {"alg": "RSA1_5", "enc": "A128GCM"}):
        assert not taken(keyed, ".".join([base64url(json.dumps(header).encode()), *["AAAA"] * 4]))
    assert not taken(keyed, by_hand(pbes2, claims(keyed), b"x"))
    assert process_time() - begun < 1
