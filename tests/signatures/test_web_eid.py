"""Web eID tokens: over this origin and nonce, in one form, by the key's own algorithm."""

import hashlib
from collections.abc import Callable
from dataclasses import replace

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from onboarding.signatures import chain
from onboarding.signatures.challenge import Challenge
from onboarding.signatures.refusals import BadSignature, Malformed, Refusal, TooLarge, WeakAlgorithm
from onboarding.signatures.trust import Trust
from tests.clock import MONDAY_MORNING
from tests.signatures.cards import Card, OddCard
from tests.signatures.proofs import base64_of, web_eid

Check = Callable[[str], chain.Signer]
CURVES = {"ES256": ec.SECP256R1(), "ES384": ec.SECP384R1(), "ES512": ec.SECP521R1()}


@pytest.fixture
def check(challenge: Challenge, trust: Trust) -> Check:
    return lambda token: chain.check(chain.parse("web-eid", token), challenge, trust, MONDAY_MORNING)


def refused(check: Check, token: str, cause: type[Refusal] = Malformed) -> None:
    with pytest.raises(cause):
        check(token)


@pytest.mark.parametrize("algorithm", ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512"])
def test_an_rsa_card_signs_in_by_either_padding(
    check: Check, good: Card, challenge: Challenge, algorithm: str
) -> None:
    assert check(web_eid(good, challenge, algorithm)).identity.national_id == "093085001234"


@pytest.mark.parametrize("algorithm", CURVES)
def test_an_elliptic_card_signs_in_with_the_hash_of_its_curve(
    check: Check, odd: OddCard, challenge: Challenge, algorithm: str
) -> None:
    assert check(web_eid(odd.make(ec.generate_private_key(CURVES[algorithm])), challenge, algorithm))


def test_C04_another_origin_or_nonce_is_refused(check: Check, good: Card, challenge: Challenge) -> None:
    for elsewhere in (
        "https://127.0.0.1:8000",
        "http://127.0.0.1:8000/",
        "http://127.0.0.1",
        "http://a.127.0.0.1",
    ):
        refused(check, web_eid(good, replace(challenge, origin=elsewhere)), BadSignature)
    refused(check, web_eid(good, replace(challenge, nonce="f" * 64)), BadSignature)
    refused(check, web_eid(good, replace(challenge, nonce=challenge.nonce.upper())), BadSignature)


def test_C13_the_label_does_not_choose_what_the_key_does(
    check: Check, good: Card, odd: OddCard, challenge: Challenge
) -> None:
    elliptic = odd.make(ec.generate_private_key(ec.SECP256R1()))
    for label in ("ES256", "PS256", "RS384"):
        refused(check, web_eid(good, challenge, algorithm=label), BadSignature)
    for label in ("RS256", "PS256", "ES384"):
        refused(check, web_eid(elliptic, challenge, "ES256", algorithm=label), BadSignature)


@pytest.mark.parametrize("label", ["none", "HS256", "RS1", "ES256K", "EdDSA", "es256", ""])
def test_C11_labels_outside_the_allow_list_are_refused(
    check: Check, good: Card, challenge: Challenge, label: str
) -> None:
    refused(check, web_eid(good, challenge, algorithm=label), WeakAlgorithm)


def test_C12_ecdsa_is_r_and_s_side_by_side_and_never_der(check: Check, odd: OddCard, challenge: Challenge) -> None:
    signer = odd.make(ec.generate_private_key(ec.SECP256R1()))
    digests = b"".join(hashlib.sha256(part.encode()).digest() for part in (challenge.origin, challenge.nonce))
    for signature in (signer.sign(digests), b"", bytes(64), b"\xff" * 64, bytes(63), bytes(65)):
        refused(check, web_eid(signer, challenge, "ES256", signature=base64_of(signature)), BadSignature)


@pytest.mark.parametrize("name", ["unverifiedCertificate", "algorithm", "signature", "format"])
@pytest.mark.parametrize("value", [None, "", [1, 2, 3], 1234, 1e999, True, {"a": "b"}, "not base64!", "VGhpcw=="])
def test_C21_a_field_that_is_missing_or_of_another_type_is_refused(
    check: Check, good: Card, challenge: Challenge, name: str, value: object
) -> None:
    refused(check, web_eid(good, challenge, **{name: value}), Refusal)


@pytest.mark.parametrize(
    "name", ["web-eid:2", "web-eid:10", "web-eid:1.", "web-eid:1.0 ", "xweb-eid:1", "Web-eID:1"]
)
def test_C21_another_format_is_refused(check: Check, good: Card, challenge: Challenge, name: str) -> None:
    refused(check, web_eid(good, challenge, format=name))


def test_C21_minor_versions_and_their_new_fields_are_taken(check: Check, good: Card, challenge: Challenge) -> None:
    for name in ("web-eid:1", "web-eid:1.1"):
        assert check(web_eid(good, challenge, format=name, unverifiedSigningCertificates=[{"a": [1]}]))


def test_C21_a_name_that_stands_twice_is_refused(check: Check, good: Card, challenge: Challenge) -> None:
    token = web_eid(good, challenge)
    for twice in ('"format": "web-eid:1", ', '"other": {"a": 1, "a": 1}, '):
        refused(check, "{" + twice + token[1:])


def test_C21_the_size_is_looked_at_first(check: Check) -> None:
    refused(check, "{}".ljust(99))
    refused(check, "[" * 10_000)
    refused(check, "[" * 10_001, TooLarge)
    refused(check, "x" * 1_000_000, TooLarge)


def test_C21_base64_has_one_form(check: Check, good: Card, challenge: Challenge) -> None:
    token = web_eid(good, challenge)
    signature = base64_of(good.sign(b"")).rstrip("=")
    assert token.count("==") == 1
    for instead in ("=", "", "===", "\\n=="):
        refused(check, token.replace("==", instead))
    refused(check, web_eid(good, challenge, signature=signature[:-1] + "_"))


@pytest.mark.parametrize("junk", ["NaN", "-Infinity", "1e999", "\ud800", "9" * 5000, "\x00", "[" * 5000])
def test_C21_what_is_no_json_is_refused_however_it_is_odd(
    check: Check, good: Card, challenge: Challenge, junk: str
) -> None:
    refused(check, web_eid(good, challenge)[:-1] + f', "x": {junk}' + "}" * 100, Refusal)
