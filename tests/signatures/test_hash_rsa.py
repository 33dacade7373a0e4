"""Bare RSA signatures: refused unless a deployment asks for them, then over this challenge only."""

from collections.abc import Callable

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from onboarding.signatures import chain
from onboarding.signatures.challenge import Challenge
from onboarding.signatures.refusals import BadSignature, Malformed, Refusal, TooLarge, UnknownKind
from onboarding.signatures.trust import Trust
from tests.clock import MONDAY_MORNING
from tests.signatures.cards import Card, OddCard
from tests.signatures.proofs import bare, base64_of

Check = Callable[[str], chain.Signer]


@pytest.fixture
def check(challenge: Challenge, trust: Trust) -> Check:
    """The checks of a deployment that takes such signatures."""

    def check(reply: str) -> chain.Signer:
        proof = chain.parse("hash-rsa", reply, hash_signatures=True)
        return chain.check(proof, challenge, trust, MONDAY_MORNING)

    return check


def refused(check: Check, reply: str, cause: type[Refusal]) -> None:
    with pytest.raises(cause):
        check(reply)


def test_it_is_off_unless_asked_for(check: Check, good: Card, content: bytes) -> None:
    assert check(bare(good, content)).identity.national_id == "093085001234"
    with pytest.raises(UnknownKind):
        chain.parse("hash-rsa", bare(good, content))


def test_C09_another_text_is_refused(check: Check, good: Card, content: bytes) -> None:
    for other in (content[:-1], content.replace(b"\n", b"\r\n"), b"MTIzNDU2Nzg5MA=="):
        refused(check, bare(good, other), BadSignature)


def test_C11_another_hash_or_padding_is_refused(check: Check, good: Card, content: bytes) -> None:
    for signature in (good.sign(content, "sha1"), good.sign(content, "sha512"), good.pss(content)):
        refused(check, bare(good, content, Signature=base64_of(signature)), BadSignature)


def test_C13_a_key_of_another_kind_is_refused(check: Check, odd: OddCard, content: bytes) -> None:
    refused(check, bare(odd.make(ec.generate_private_key(ec.SECP256R1())), content), BadSignature)


@pytest.mark.parametrize("name", ["Signature", "CertBase64"])
@pytest.mark.parametrize("value", [None, 1, [], "!", "AA=", "VGhpcw=="])
def test_C21_a_field_of_another_type_is_refused(
    check: Check, good: Card, content: bytes, name: str, value: object
) -> None:
    refused(check, bare(good, content, **{name: value}), Refusal)


def test_C21_what_is_no_reply_is_refused(check: Check, good: Card, content: bytes) -> None:
    for odd in ("", "[]", "{}", bare(good, content)[:-1], '{"Signature": "", ' + bare(good, content)[1:]):
        refused(check, odd, Malformed)
    refused(check, " " * 65_537, TooLarge)
