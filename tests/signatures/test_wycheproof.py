"""Wycheproof's signatures, through the verification of CMS (ECDSA in DER) and of JOSE (R and S side by side)."""

from collections.abc import Callable

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from onboarding.signatures import algorithms, jose
from onboarding.signatures.algorithms import Scheme
from onboarding.signatures.refusals import UNREADABLE, BadSignature, Malformed, WeakAlgorithm
from tests.machine import vectors

Record = Callable[[str, object], None]


SETS = {
    "rsa_signature_2048_sha256_test.json": ("rsassa_pkcs1v15", algorithms.verify),
    "rsa_signature_3072_sha256_test.json": ("rsassa_pkcs1v15", algorithms.verify),
    "rsa_signature_4096_sha256_test.json": ("rsassa_pkcs1v15", algorithms.verify),
    "rsa_pss_2048_sha256_mgf1_32_test.json": ("rsassa_pss", algorithms.verify),
    "ecdsa_secp256r1_sha256_test.json": ("ecdsa", algorithms.verify),
    "ecdsa_secp384r1_sha384_test.json": ("ecdsa", algorithms.verify),
    "ecdsa_secp521r1_sha512_test.json": ("ecdsa", algorithms.verify),
    "ecdsa_secp256r1_sha256_p1363_test.json": ("ecdsa", jose.verify),
    "ecdsa_secp384r1_sha384_p1363_test.json": ("ecdsa", jose.verify),
}


def verdict(check: Callable[[], object]) -> str:
    """In Wycheproof's words. Only these three refusals belong to a signature."""
    try:
        check()
    except (BadSignature, Malformed, WeakAlgorithm):
        return "invalid"
    return "valid"


@pytest.mark.parametrize("file", SETS)
def test_C11_C12_every_signature_has_its_verdict(file: str, record_property: Record) -> None:
    family, verify = SETS[file]
    wrong, count = [], 0
    for group in vectors.read("wycheproof", file)["testGroups"]:
        key, scheme = bytes.fromhex(group["publicKeyDer"]), Scheme(family, group["sha"].replace("-", "").lower())
        for told in group["tests"]:
            count += 1
            parts = bytes.fromhex(told["sig"]), bytes.fromhex(told["msg"])
            found = verdict(lambda key=key, scheme=scheme, parts=parts: verify(key, scheme, *parts))  # type: ignore[misc]
            # What is "acceptable" (padding without its NULL) and keys with the exponent 3 are refused here.
            taken = told["result"] == "valid" and "SmallPublicKey" not in told["flags"]
            if (found == "valid") != taken:
                wrong.append((told["tcId"], told["comment"], found))
    assert count > 100
    assert wrong == []
    record_property("vectors", f"Wycheproof {file.removesuffix('_test.json')}: {count} signatures")


CURVES = {"P-256": ec.SECP256R1(), "P-521": ec.SECP521R1()}


def key_of(jwk: dict[str, str]) -> bytes:
    """A JSON Web Key as SubjectPublicKeyInfo."""
    numbers = {name: int.from_bytes(jose.from_base64url(jwk[name]), "big") for name in "nexy" if name in jwk}
    if jwk["kty"] == "RSA":
        return encoded(rsa.RSAPublicNumbers(numbers["e"], numbers["n"]).public_key())
    return encoded(ec.EllipticCurvePublicNumbers(numbers["x"], numbers["y"], CURVES[jwk["crv"]]).public_key())


def encoded(key: rsa.RSAPublicKey | ec.EllipticCurvePublicKey) -> bytes:
    return key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)


def check_jws(jwk: dict[str, str], compact: str) -> None:
    """As `jws.parse` and `check` do it; only the key comes from elsewhere, as these have no certificate."""
    try:
        header, payload, signature = compact.split(".")
        scheme = jose.scheme(jose.text_in(jose.read_object(jose.from_base64url(header).decode()), "alg"))
        parts = jose.from_base64url(signature), f"{header}.{jose.base64url(jose.from_base64url(payload))}".encode()
    except UNREADABLE:
        raise Malformed from None
    jose.verify(key_of(jwk), scheme, *parts)


def test_C13_every_jws_of_such_a_key_has_its_verdict(record_property: Record) -> None:
    wrong, count = [], 0
    for group in vectors.read("wycheproof", "json_web_signature_test.json")["testGroups"]:
        jwk = group.get("public", {})
        if "encryption" in group["comment"] or jwk.get("kty") not in ("RSA", "EC"):
            continue  # shared keys, and keys marked for something else: a certificate's key is neither
        for told in group["tests"]:
            count += 1
            found = verdict(lambda jwk=jwk, told=told: check_jws(jwk, told["jws"]))  # type: ignore[misc]
            # A key that a JWK binds to another algorithm: a certificate's key is bound to its kind alone.
            bound = told["comment"].startswith("Using") and group["comment"] != "rs256"
            if found != told["result"] and not bound:
                wrong.append((told["tcId"], group["comment"], told["comment"], found))
    assert count > 300
    assert wrong == []
    record_property("vectors", f"Wycheproof json_web_signature: {count} by RSA and elliptic keys")
