"""What RSA and EC keys on a real token sign, in each form that a page can ask for, checked by another library."""

import base64
import hashlib
import json
from collections.abc import Iterator
from typing import Any

import pkcs11
import pytest
from asn1crypto import cms as asn1_cms
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed, encode_dss_signature

from onboarding.sandbox.tokens import MODULE, make_token
from onboarding.token_agent import vgca, web_eid
from onboarding.token_agent.desk import Desk
from onboarding.token_agent.person import Nobody
from onboarding.token_agent.token import Tokens
from tests.clock import MONDAY_MORNING
from tests.token_agent.conftest import PORTAL
from tests.token_agent.test_web_eid import NONCE

pytestmark = pytest.mark.token

TEXT = "Xin chào\n"
HASHES: dict[str, Any] = {"256": hashes.SHA256(), "384": hashes.SHA384()}


@pytest.fixture(scope="module", params=["rsa", "ec", "ec-384"])
def desk(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """Where a page of the portal is served with a token of each kind; hashes are signed, too."""
    folder = tmp_path_factory.mktemp(request.param)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SOFTHSM2_CONF", str(folder / "token" / "softhsm2.conf"))
        make_token(folder / "token", folder / "trust", MONDAY_MORNING, key=request.param)
        pkcs11.lib(MODULE).reinitialize()
        somebody = Nobody(folder / "token", lambda _text: None)
        yield Desk(Tokens(MODULE, somebody), somebody, PORTAL, sign_hashes=True)


def check(certificate: bytes, algorithm: str, signature: bytes, data: bytes) -> None:
    """Check a signature in JOSE's form with the key of a certificate in DER."""
    key, hashed = x509.load_der_x509_certificate(certificate).public_key(), HASHES[algorithm[2:]]
    if isinstance(key, ec.EllipticCurvePublicKey):
        half = len(signature) // 2
        r, s = (int.from_bytes(part, "big") for part in (signature[:half], signature[half:]))
        assert half == key.key_size // 8
        key.verify(encode_dss_signature(r, s), data, ec.ECDSA(hashed))
    else:
        assert isinstance(key, rsa.RSAPublicKey)
        pss = padding.PSS(padding.MGF1(hashed), hashed.digest_size)
        key.verify(signature, data, pss if algorithm.startswith("PS") else padding.PKCS1v15(), hashed)


def asked(desk: Desk, operation: str, message: Any) -> dict[str, Any]:
    """The reply of an operation of the VGCA Sign Service."""
    text = message if isinstance(message, str) else json.dumps(message)
    reply: dict[str, Any] = json.loads(vgca.Conversation(desk, f"/{operation}").answer(text))
    return reply


@pytest.mark.parametrize(("pss", "detached"), [("true", "false"), ("false", "true")])
def test_sign_json_gives_a_jws_with_the_certificate(desk: Desk, pss: str, detached: str) -> None:
    reply = asked(desk, "SignJson", {"JsonContent": TEXT, "IsPss": pss, "DetachPayload": detached})
    head, payload, signature = reply["Signature"].split(".")
    header = json.loads(unpadded(head))
    whole = base64.urlsafe_b64encode(TEXT.encode()).decode().rstrip("=")
    assert payload == ("" if detached == "true" else whole)
    rsa_algorithm = "PS256" if pss == "true" else "RS256"
    assert header["alg"] == (rsa_algorithm if desk.signer().algorithm == "RS256" else desk.signer().algorithm)
    check(base64.b64decode(header["x5c"][0]), header["alg"], unpadded(signature), f"{head}.{whole}".encode())


def unpadded(text: str) -> bytes:
    """The bytes of base64url without padding."""
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


@pytest.mark.parametrize(
    ("operation", "message"), [("Auth", TEXT), ("SignMsg", base64.b64encode(TEXT.encode()).decode())]
)
def test_auth_and_the_older_sign_msg_give_a_cms_with_text_and_certificate(
    desk: Desk, operation: str, message: str
) -> None:
    reply = asked(desk, operation, message)
    signed = asn1_cms.ContentInfo.load(base64.b64decode(reply["Signature"]))["content"]
    info = signed["signer_infos"][0]
    assert signed["encap_content_info"]["content"].native == TEXT.encode()
    name = info["digest_algorithm"]["algorithm"].native
    assert info["signed_attrs"][1]["values"][0].native == hashlib.new(name, TEXT.encode()).digest()
    certificate = signed["certificates"][0].chosen.dump()
    assert certificate == desk.signer().certificate
    key, attributes = x509.load_der_x509_certificate(certificate).public_key(), info["signed_attrs"].untag().dump()
    signature, hashed = info["signature"].native, HASHES[name.removeprefix("sha")]
    if isinstance(key, ec.EllipticCurvePublicKey):
        assert info["signature_algorithm"]["algorithm"].native == f"{name}_ecdsa"
        key.verify(signature, attributes, ec.ECDSA(hashed))
    else:
        assert isinstance(key, rsa.RSAPublicKey)
        key.verify(signature, attributes, padding.PKCS1v15(), hashed)


def test_web_eid_signs_with_the_hash_of_its_key(desk: Desk) -> None:
    arguments = {"challengeNonce": NONCE, "origin": PORTAL, "lang": "vi"}
    message = json.dumps({"command": "authenticate", "arguments": arguments}).encode()
    token = json.loads(web_eid.answer(desk, [PORTAL], message))
    name = f"sha{token['algorithm'][2:]}"
    signed = b"".join(hashlib.new(name, part.encode()).digest() for part in (PORTAL, NONCE))
    certificate = base64.b64decode(token["unverifiedCertificate"])
    check(certificate, token["algorithm"], base64.b64decode(token["signature"]), signed)


@pytest.mark.parametrize(("name", "hashed"), [("SHA256", hashes.SHA256()), ("Sha384", hashes.SHA384())])
def test_a_hash_is_signed_by_rsa_alone_where_the_agent_was_started_for_it(
    desk: Desk, name: str, hashed: hashes.HashAlgorithm
) -> None:
    digest = hashlib.new(name.lower(), TEXT.encode()).digest()
    request = {"HashAlg": name, "HashValue": base64.b64encode(digest).decode(), "Encode": "RSA"}
    reply = asked(desk, "SignMsg", request)
    key = x509.load_der_x509_certificate(desk.signer().certificate).public_key()
    if isinstance(key, rsa.RSAPublicKey):
        assert base64.b64decode(reply["CertBase64"]) == desk.signer().certificate
        key.verify(base64.b64decode(reply["Signature"]), digest, padding.PKCS1v15(), Prehashed(hashed))
    else:
        assert reply["Status"] == 1
    assert asked(desk, "SignMsg", request | {"HashValue": "QUJD"})["Status"] == 1
    assert asked(desk, "SignMsg", request | {"HashAlg": "SHA1"})["Status"] == 1
