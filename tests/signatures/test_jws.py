"""Compact JWS: this challenge inside or beside, the signer first in x5c, nothing else of the header believed."""

import base64
import json
from collections.abc import Callable

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from onboarding.signatures import chain
from onboarding.signatures.challenge import Challenge
from onboarding.signatures.refusals import BadSignature, Malformed, Refusal, TooLarge, WeakAlgorithm, WrongContent
from onboarding.signatures.trust import Trust
from tests.clock import MONDAY_MORNING
from tests.signatures.cards import Card, OddCard, card
from tests.signatures.proofs import base64_of, base64url, jws

Check = Callable[[str], chain.Signer]


@pytest.fixture
def check(challenge: Challenge, trust: Trust) -> Check:
    return lambda token: chain.check(chain.parse("jws", token), challenge, trust, MONDAY_MORNING)


def refused(check: Check, token: str, cause: type[Refusal] = Malformed) -> None:
    with pytest.raises(cause):
        check(token)


@pytest.mark.parametrize("algorithm", ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512"])
@pytest.mark.parametrize("beside", [False, True])
def test_the_challenge_signed_inside_or_beside_signs_in(
    check: Check, good: Card, content: bytes, algorithm: str, beside: bool
) -> None:
    assert check(jws(good, content, algorithm, beside=beside)).identity.name == "Nguyễn Văn An"


def test_an_elliptic_card_signs_in(check: Check, odd: OddCard, content: bytes) -> None:
    assert check(jws(odd.make(ec.generate_private_key(ec.SECP384R1())), content, "ES384"))


def test_C09_another_text_is_refused_inside_and_beside(check: Check, good: Card, content: bytes) -> None:
    for other in (content + b" ", content.replace(b"\n", b"\r\n"), content[:-1], content.upper(), b"{}"):
        refused(check, jws(good, other), WrongContent)
        refused(check, jws(good, other, beside=True), BadSignature)
    refused(check, jws(good, b""), BadSignature)


def test_C13_the_label_does_not_choose_what_the_key_does(
    check: Check, good: Card, odd: OddCard, content: bytes
) -> None:
    elliptic = odd.make(ec.generate_private_key(ec.SECP256R1()))
    for label in ("ES256", "PS256", "RS512"):
        refused(check, jws(good, content, alg=label), BadSignature)
    for label in ("RS256", "PS256", "ES384"):
        refused(check, jws(elliptic, content, "ES256", alg=label), BadSignature)


@pytest.mark.parametrize("label", ["none", "None", "HS256", "RS1", "ES256K"])
def test_C11_labels_outside_the_allow_list_are_refused(
    check: Check, good: Card, content: bytes, label: str
) -> None:
    refused(check, jws(good, content, alg=label), WeakAlgorithm)


def test_C12_ecdsa_in_der_is_refused(check: Check, odd: OddCard, content: bytes) -> None:
    signer = odd.make(ec.generate_private_key(ec.SECP256R1()))
    head, payload, _ = jws(signer, content, "ES256").split(".")
    for signature in (signer.sign(f"{head}.{payload}".encode()), bytes(64)):
        refused(check, f"{head}.{payload}.{base64url(signature)}", BadSignature)


def test_no_key_in_the_header_is_used(check: Check, good: Card, content: bytes) -> None:
    elsewhere = {"jku": "https://127.0.0.1/keys", "x5u": "https://127.0.0.1/x", "kid": "1", "typ": "JWT"}
    assert check(jws(good, content, **elsewhere))
    numbers = rsa.generate_private_key(65537, 2048).public_key().public_numbers()
    own = {"kty": "RSA", "e": "AQAB", "n": base64url(numbers.n.to_bytes(256, "big"))}
    assert check(jws(good, content, jwk=own))  # passed over, so that the certificate's key counts


def test_the_first_certificate_is_the_signers(check: Check, good: Card, odd: OddCard, content: bytes) -> None:
    other = odd.make(rsa.generate_private_key(65537, 2048))
    both = [base64_of(good.der), base64_of(other.der)]
    assert check(jws(good, content, x5c=both)).key_hash == check(jws(good, content)).key_hash
    refused(check, jws(good, content, x5c=both[::-1]), BadSignature)


@pytest.mark.parametrize("x5c", [None, [], "", {}, [1], ["", ""], ["!"], [["a"]], ["VGhpcw=="], ["AAAA"] * 11])
def test_a_header_without_certificates_is_refused(check: Check, good: Card, content: bytes, x5c: object) -> None:
    refused(check, jws(good, content, x5c=x5c))


@pytest.mark.parametrize("extension", [{"crit": ["exp"]}, {"crit": []}, {"b64": False}, {"b64": True}])
def test_an_extension_that_must_be_understood_is_refused(
    check: Check, good: Card, content: bytes, extension: dict[str, object]
) -> None:
    refused(check, jws(good, content, **extension))


def test_a_header_is_one_json_object_without_doubles(check: Check, good: Card, content: bytes) -> None:
    header = json.dumps({"alg": "RS256", "x5c": [base64_of(good.der)]})
    assert check(jws(good, content, raw=header))
    for odd in ('{"alg": "RS256", ' + header[1:], f"[{header}]", header[:-1], f"\ufeff{header}", header + "x"):
        refused(check, jws(good, content, raw=odd))
    utf_16 = base64.urlsafe_b64encode(header.encode("utf-16-le")).rstrip(b"=").decode()
    refused(check, f"{utf_16}.{base64url(content)}.AAAA")


def test_base64url_has_one_form(check: Check, good: Card, content: bytes) -> None:
    head, payload, signature = jws(good, content).split(".")
    last = signature[:-1] + chr(ord(signature[-1]) + 1)  # the same bytes, other bits that mean nothing
    for odd in (
        f"{head}.{payload}.{signature}==",
        f"{head}.{payload}.{last}",
        f"{head}.{payload}\n.{signature}",
        f"{head}.{payload}.{signature}.",
        f"{head}.{payload}",
        f" {head}.{payload}.{signature}",
        "..",
        "",
    ):
        refused(check, odd)


def test_too_much_is_refused_before_it_is_read(check: Check) -> None:
    refused(check, "a" * 65_537, TooLarge)


def test_anothers_certificate_is_refused(check: Check, good: Card, odd: OddCard, content: bytes) -> None:
    thief = card(odd.folder, MONDAY_MORNING)
    refused(check, jws(thief, content, x5c=[base64_of(good.der)]), BadSignature)
