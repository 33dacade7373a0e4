"""Proofs that are put together wrongly, one test for each way (attacks C7 and C9, rule R33)."""

import unicodedata
from typing import Any

import pytest
from asn1crypto import cms
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa

from onboarding.signatures import chain
from onboarding.signatures.challenge import Challenge
from onboarding.signatures.refusals import (
    BadSignature,
    Malformed,
    NoSignedAttributes,
    TooLarge,
    UnknownKind,
    WrongContent,
)
from onboarding.signatures.trust import Trust
from tests.clock import MONDAY_MORNING
from tests.signatures import trees
from tests.signatures.cards import AN, Card, Check, OddCard, attributes, cms_of, refused, text


def test_the_challenge_signed_inside_the_cms_names_its_signer(check: Check, good: Card, content: bytes) -> None:
    signer = check(good.cms(content))
    assert signer.issuer == "vnpt"
    assert signer.identity.national_id == AN.national_id
    assert signer.identity.name == AN.name
    assert signer.serial == f"{good.certificate.serial_number:x}"
    assert signer.not_after == good.certificate.not_valid_after_utc


def test_the_challenge_signed_beside_the_cms_is_as_good(check: Check, good: Card, content: bytes) -> None:
    assert check(cms_of(good, None, signed_attributes=attributes(content))).identity.national_id == AN.national_id


def test_line_breaks_in_the_base64_do_not_matter(
    challenge: Challenge, trust: Trust, good: Card, content: bytes
) -> None:
    broken = "\r\n".join(text(good.cms(content))[i : i + 64] for i in range(0, 9999, 64))
    chain.check(chain.parse("cms", broken), challenge, trust, MONDAY_MORNING)


def test_the_signer_may_be_named_by_the_key_as_well(check: Check, good: Card, content: bytes) -> None:
    proof = cms_of(good, content, signed_attributes=attributes(content))
    signer = proof["content"]["signer_infos"][0]
    signer["sid"] = cms.SignerIdentifier({"subject_key_identifier": good.parsed.key_identifier})
    refused(check, proof.dump(force=True), Malformed)
    signer["version"] = proof["content"]["version"] = "v3"
    assert check(proof.dump(force=True)).issuer == "vnpt"


def test_an_envelope_in_ber_as_streaming_programs_write_it_is_accepted(
    check: Check, good: Card, content: bytes
) -> None:
    encoded = cms_of(good, content, signed_attributes=attributes(content)).dump()
    kind, wrapped = trees.read(encoded)[0].parts
    version, digests, encapsulated, *rest = wrapped.parts[0].parts

    def streamed(*pieces: bytes) -> bytes:
        octets = indefinite(0x24, *(trees.write([trees.Node(0, 0, 4, [], piece)]) for piece in pieces))
        inside = indefinite(0x30, trees.write(encapsulated.parts[:1]), indefinite(0xA0, octets))
        signed = indefinite(0x30, trees.write([version, digests]), inside, trees.write(rest))
        return indefinite(0x30, trees.write([kind]), indefinite(0xA0, signed))

    assert check(streamed(content[:50], content[50:])).issuer == "vnpt"
    refused(check, streamed(content[:50], b"", content[51:]), WrongContent)


def indefinite(first: int, *inner: bytes) -> bytes:
    """An element of indefinite length."""
    return bytes([first, 0x80]) + b"".join(inner) + b"\0\0"


@pytest.mark.parametrize(
    "change",
    [
        lambda content: content.replace(b"\n", b"\r\n"),
        lambda content: content.rstrip(b"\n"),
        lambda content: content + b"\n",
        lambda content: content.replace(b"8000", b"8001"),
        lambda content: content.replace(b"http:", b"https:"),
        lambda content: content.replace(b"//127.0.0.1", b"//a.127.0.0.1"),
        lambda content: content.replace(b"sign-in", b"register"),
        lambda content: content.replace(b"nonce: 0", b"nonce: 1"),
        lambda content: unicodedata.normalize("NFD", content.decode().replace("Cong", "Cổng")).encode(),
        lambda _: b"MTIzNDU2Nzg5MA==",
        lambda _: b"",
    ],
)
def test_C09_C04_another_text_is_refused_inside_and_beside(
    check: Check, good: Card, content: bytes, change: Any
) -> None:
    other = change(content)
    refused(check, cms_of(good, other, signed_attributes=attributes(other)), WrongContent)
    refused(check, cms_of(good, None, signed_attributes=attributes(other)), WrongContent)
    refused(check, cms_of(good, content, signed_attributes=attributes(other)), WrongContent)
    refused(check, cms_of(good, other, signed_attributes=attributes(content)), WrongContent)


def test_C07_attributes_packed_again_as_content_are_refused(check: Check, good: Card, content: bytes) -> None:
    honest = cms_of(good, content, signed_attributes=attributes(content))
    signer = honest["content"]["signer_infos"][0]
    as_content = signer["signed_attrs"].untag().dump()
    repacked = cms_of(good, as_content, signed_attributes=None, sign=lambda _: signer["signature"].native)
    refused(check, repacked, NoSignedAttributes)


def test_a_signature_over_the_content_itself_is_refused(check: Check, good: Card, content: bytes) -> None:
    refused(check, cms_of(good, content, signed_attributes=None), NoSignedAttributes)


ODD_ATTRIBUTES = {
    "digest twice": lambda both: [*both, both[1]],
    "digest with two values": lambda both: [both[0], {"type": "message_digest", "values": both[1]["values"] * 2}],
    "digest with no value": lambda both: [both[0], {"type": "message_digest", "values": []}],
    "no digest": lambda both: both[:1],
    "type twice": lambda both: [*both, both[0]],
    "no type": lambda both: both[1:],
    "another type": lambda both: [{"type": "content_type", "values": ["signed_data"]}, both[1]],
    "none at all": lambda _: [],
}


@pytest.mark.parametrize("name", ODD_ATTRIBUTES)
def test_C07_type_and_digest_are_there_once_and_right(check: Check, good: Card, content: bytes, name: str) -> None:
    refused(check, cms_of(good, content, signed_attributes=ODD_ATTRIBUTES[name](attributes(content))), Malformed)


def test_C07_attributes_that_are_not_der_are_refused(check: Check, good: Card, content: bytes) -> None:
    def with_attributes(*encoded: bytes) -> cms.ContentInfo:
        inner = b"".join(encoded)
        as_they_are = cms.CMSAttributes.load(b"\x31" + bytes([len(inner)]) + inner)
        return cms_of(good, content, signed_attributes=as_they_are)

    kind, digest = (cms.CMSAttribute(one).dump() for one in attributes(content))
    check(with_attributes(kind, digest))
    refused(check, with_attributes(digest, kind), Malformed)
    refused(check, with_attributes(b"\x30\x81" + kind[1:], digest), Malformed)
    refused(check, with_attributes(b"\x30\x80" + kind[2:] + b"\0\0", digest), Malformed)


def test_exactly_one_signer(check: Check, good: Card, content: bytes) -> None:
    for copies in (0, 2):
        refused(check, cms_of(good, content, signed_attributes=attributes(content), copies=copies), Malformed)


def test_the_certificate_comes_with_the_proof_once(check: Check, good: Card, content: bytes) -> None:
    for certificates in ([], [good.parsed, good.parsed], [good.parsed] * 11):
        proof = cms_of(good, content, signed_attributes=attributes(content), certificates=certificates)
        refused(check, proof, Malformed)


def test_the_certificate_of_somebody_else_is_refused(
    check: Check, good: Card, odd: OddCard, content: bytes
) -> None:
    other = odd.make(rsa.generate_private_key(65537, 2048))
    refused(check, cms_of(other, content, signed_attributes=attributes(content), sign=good.sign), BadSignature)


@pytest.mark.parametrize(
    "sent", ["", "A", "!!!!", "AAAA", "MTIzNDU2Nzg5MA==", "{}", "\0", "đ", "MIAGCSqGSIb3DQEHAqCA", "=" * 8]
)
def test_what_is_no_cms_is_refused(sent: str) -> None:
    with pytest.raises(Malformed):
        chain.parse("cms", sent)


def test_a_certificate_alone_is_no_proof(good: Card) -> None:
    with pytest.raises(Malformed):
        chain.parse("cms", text(good.der))


def test_too_much_is_refused_before_it_is_read() -> None:
    with pytest.raises(TooLarge):
        chain.parse("cms", "A" * 65_537)


def test_a_very_deep_proof_is_refused() -> None:
    with pytest.raises(Malformed):
        chain.parse("cms", text(b"\x30\x80" * 20_000))


def test_a_huge_certificate_is_refused(check: Check, odd: OddCard, key: rsa.RSAPrivateKey, content: bytes) -> None:
    padding = x509.UnrecognizedExtension(x509.ObjectIdentifier("1.2.3.4"), b"\x04\x82\x40\x00" + b"0" * 16_384)
    huge = odd.but(extra=(padding,)).make(key)
    refused(check, cms_of(huge, content, signed_attributes=attributes(content)), TooLarge)


def test_another_kind_of_proof_is_refused() -> None:
    with pytest.raises(UnknownKind):
        chain.parse("certificate", "")
