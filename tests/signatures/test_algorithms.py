"""Keys, hashes and schemes: those accepted, and the weak or contradicting ones (attacks C11 to C13)."""

from typing import Any

import pytest
from asn1crypto import cms
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

from onboarding.signatures.refusals import BadSignature, Malformed, WeakAlgorithm
from tests.signatures.cards import Card, Check, OddCard, attributes, cms_of, refused

PSS_PARAMETERS: dict[str, Any] = {
    "hash_algorithm": {"algorithm": "sha256"},
    "mask_gen_algorithm": {"algorithm": "mgf1", "parameters": {"algorithm": "sha256"}},
    "salt_length": 32,
}


def test_pss_and_longer_hashes_are_accepted(check: Check, good: Card, content: bytes) -> None:
    pss = {"algorithm": "rsassa_pss", "parameters": PSS_PARAMETERS}
    check(cms_of(good, content, signed_attributes=attributes(content), label=pss, sign=good.pss))
    longer = attributes(content, "sha512")
    check(
        cms_of(
            good,
            content,
            signed_attributes=longer,
            digest="sha512",
            label={"algorithm": "sha512_rsa"},
            sign=lambda data: good.sign(data, "sha512"),
        )
    )


@pytest.mark.parametrize("curve", [ec.SECP256R1(), ec.SECP384R1(), ec.SECP521R1()])
def test_elliptic_curves_are_accepted(check: Check, odd: OddCard, content: bytes, curve: ec.EllipticCurve) -> None:
    signer = odd.make(ec.generate_private_key(curve))
    check(cms_of(signer, content, signed_attributes=attributes(content), label={"algorithm": "sha256_ecdsa"}))


def test_C11_sha1_is_refused(check: Check, good: Card, content: bytes) -> None:
    proof = cms_of(
        good,
        content,
        signed_attributes=attributes(content, "sha1"),
        digest="sha1",
        sign=lambda data: good.sign(data, "sha1"),
    )
    refused(check, proof, WeakAlgorithm)


@pytest.mark.parametrize(("exponent", "bits"), [(65537, 1024), (3, 2048)])
def test_C11_weak_keys_are_refused(check: Check, odd: OddCard, content: bytes, exponent: int, bits: int) -> None:
    weak = odd.make(rsa.generate_private_key(exponent, bits))
    refused(check, cms_of(weak, content, signed_attributes=attributes(content)), WeakAlgorithm)


def test_C11_a_pss_salt_of_another_length_is_refused(check: Check, good: Card, content: bytes) -> None:
    def proof(told: int, true: int) -> cms.ContentInfo:
        label = {"algorithm": "rsassa_pss", "parameters": PSS_PARAMETERS | {"salt_length": told}}
        return cms_of(
            good,
            content,
            signed_attributes=attributes(content),
            label=label,
            sign=lambda data: good.pss(data, true),
        )

    refused(check, proof(20, 20), Malformed)
    refused(check, proof(32, 20), BadSignature)


def test_C13_a_label_of_another_kind_of_key_is_refused(
    check: Check, good: Card, odd: OddCard, content: bytes
) -> None:
    for signer, label in [
        (good, "sha256_ecdsa"),
        (odd.make(ec.generate_private_key(ec.SECP256R1())), "sha256_rsa"),
    ]:
        proof = cms_of(signer, content, signed_attributes=attributes(content), label={"algorithm": label})
        refused(check, proof, BadSignature)


def test_a_label_that_contradicts_the_digest_is_refused(check: Check, good: Card, content: bytes) -> None:
    proof = cms_of(good, content, signed_attributes=attributes(content), label={"algorithm": "sha512_rsa"})
    refused(check, proof, Malformed)


def test_C12_raw_ecdsa_in_place_of_der_is_refused(check: Check, odd: OddCard, content: bytes) -> None:
    signer = odd.make(ec.generate_private_key(ec.SECP256R1()))

    def raw(data: bytes) -> bytes:
        return b"".join(number.to_bytes(32, "big") for number in decode_dss_signature(signer.sign(data)))

    label = {"algorithm": "sha256_ecdsa"}
    refused(
        check,
        cms_of(signer, content, signed_attributes=attributes(content), label=label, sign=raw),
        BadSignature,
    )


def test_a_changed_signature_is_refused(check: Check, good: Card, content: bytes) -> None:
    def changed(data: bytes) -> bytes:
        return bytes([good.sign(data)[0] ^ 1]) + good.sign(data)[1:]

    refused(check, cms_of(good, content, signed_attributes=attributes(content), sign=changed), BadSignature)
