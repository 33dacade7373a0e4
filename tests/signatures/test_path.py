"""Certificates and authorities that are not good enough (attacks C14 to C17)."""

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from onboarding.sandbox import issuers as sandbox
from onboarding.sandbox.issuers import SHAPES, Authority, load_authority, revoke
from onboarding.signatures import chain
from onboarding.signatures.challenge import Challenge
from onboarding.signatures.refusals import (
    BadPath,
    Expired,
    NotYetValid,
    Refusal,
    RevocationUnknown,
    Revoked,
    UnknownIssuer,
    WeakAlgorithm,
    WrongKeyUsage,
)
from onboarding.signatures.trust import Trust
from tests.clock import MONDAY_MORNING
from tests.signatures.cards import Card, OddCard, attributes, card, cms_of, sha1_twin, text, usage

A_SECOND = timedelta(seconds=1)
Check = Callable[..., chain.Signer]


@pytest.fixture
def check(challenge: Challenge, content: bytes, issuers: Path) -> Check:
    """Sign the challenge with a card, and check it."""

    def sign_and_check(
        signer: Card, now: datetime = MONDAY_MORNING, folder: Path = issuers, trust: Trust | None = None
    ) -> chain.Signer:
        proof = chain.parse("cms", text(signer.cms(content)))
        return chain.check(proof, challenge, trust or Trust.load(folder), now)

    return sign_and_check


def refused(cause: type[Refusal], check: Check, signer: Card, **where: object) -> None:
    with pytest.raises(cause):
        check(signer, **where)


@pytest.mark.parametrize("issuer", ["vnpt", "vgca"])
def test_both_issuers_are_known(check: Check, issuers: Path, key: rsa.RSAPrivateKey, issuer: str) -> None:
    assert check(card(issuers, MONDAY_MORNING, issuer, key=key)).issuer == issuer


def test_C14_a_certificate_is_good_from_its_first_to_its_last_second(
    check: Check, odd: OddCard, key: rsa.RSAPrivateKey
) -> None:
    signer = odd.make(key)
    first, last = signer.certificate.not_valid_before_utc, signer.certificate.not_valid_after_utc
    check(signer, now=first)
    check(signer, now=last)
    refused(NotYetValid, check, signer, now=first - A_SECOND)
    refused(Expired, check, signer, now=last + A_SECOND)


@pytest.mark.parametrize("place", ["anchors/root.pem", "intermediates/authority.pem"])
def test_C14_an_authority_counts_with_its_dates(
    check: Check, issuers: Path, key: rsa.RSAPrivateKey, place: str
) -> None:
    authority = x509.load_pem_x509_certificate((issuers / "vnpt" / place).read_bytes())
    long_lived = OddCard(issuers, MONDAY_MORNING).but(
        not_before=timedelta(days=-9999), not_after=timedelta(days=9999)
    )
    signer = long_lived.make(key)
    refused(NotYetValid, check, signer, now=authority.not_valid_before_utc - A_SECOND)
    refused(Expired, check, signer, now=authority.not_valid_after_utc + A_SECOND)


def test_an_unknown_issuer_is_refused(check: Check, good: Card, tmp_path: Path) -> None:
    sandbox.ensure_issuers(tmp_path, MONDAY_MORNING)
    (tmp_path / "vnpt").rename(tmp_path / "somebody")
    refused(UnknownIssuer, check, good, folder=tmp_path)
    refused(UnknownIssuer, check, good, folder=tmp_path / "nowhere")


def test_an_issuer_of_the_same_name_with_another_key_is_refused(
    check: Check, good: Card, odd: OddCard, key: rsa.RSAPrivateKey, tmp_path: Path
) -> None:
    sandbox.ensure_issuers(tmp_path, MONDAY_MORNING)
    refused(UnknownIssuer, check, good, folder=tmp_path)
    refused(BadPath, check, odd.make(key), folder=tmp_path)  # names no key of its issuer


def test_a_certificate_that_vouches_for_itself_is_refused(
    check: Check, odd: OddCard, key: rsa.RSAPrivateKey
) -> None:
    own = Authority(odd.make(key).certificate, key)
    refused(UnknownIssuer, check, odd.but(signer=own).make(key))


@pytest.mark.parametrize("name", ["\ue000", "\u0378", "\u202e", "\ufdd0", "\0"])
def test_an_issuers_or_a_subjects_name_of_forbidden_characters_is_refused(
    check: Check, odd: OddCard, key: rsa.RSAPrivateKey, name: str
) -> None:
    odd_name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name, _validate=False)])
    maker = odd.but(subject=odd_name, extended=()).make(key)
    for signer in (maker, odd.but(signer=Authority(maker.certificate, key)).make(key)):
        with pytest.raises(Refusal):
            check(signer)


def test_C16_a_root_that_comes_along_is_not_believed(
    challenge: Challenge, content: bytes, trust: Trust, odd: OddCard, key: rsa.RSAPrivateKey
) -> None:
    root = odd.but(authority=True, usage=sandbox.AUTHORITY_USAGE, extended=()).make(key)
    leaf = odd.but(signer=Authority(root.certificate, key)).make(rsa.generate_private_key(65537, 2048))
    proof = cms_of(leaf, content, signed_attributes=attributes(content), certificates=[leaf.parsed, root.parsed])
    with pytest.raises(UnknownIssuer):
        chain.check(chain.parse("cms", text(proof)), challenge, trust, MONDAY_MORNING)


def test_C15_the_vnpt_profile_wants_signatures_for_signing_in(
    check: Check, odd: OddCard, key: rsa.RSAPrivateKey
) -> None:
    check(odd.but(extended=()).make(key))
    for wrong in (
        odd.but(usage=None),
        odd.but(usage=usage(content_commitment=True)),
        odd.but(usage=usage(key_encipherment=True)),
        odd.but(extended=(ExtendedKeyUsageOID.SERVER_AUTH,)),
        odd.but(extended=(ExtendedKeyUsageOID.ANY_EXTENDED_KEY_USAGE,)),
    ):
        refused(WrongKeyUsage, check, wrong.make(key))


def test_C15_the_vgca_profile_takes_nonrepudiation_alone(
    check: Check, odd: OddCard, key: rsa.RSAPrivateKey
) -> None:
    plain = odd.but(issuer="vgca", usage=SHAPES["vgca"].usage, extended=())
    check(plain.make(key))
    check(plain.but(extended=(ExtendedKeyUsageOID.EMAIL_PROTECTION,)).make(key))
    refused(WrongKeyUsage, check, plain.but(usage=usage(key_encipherment=True)).make(key))
    refused(WrongKeyUsage, check, plain.but(extended=(ExtendedKeyUsageOID.CODE_SIGNING,)).make(key))


def test_C15_an_authority_does_not_sign_in(
    check: Check, issuers: Path, odd: OddCard, key: rsa.RSAPrivateKey
) -> None:
    authority = load_authority(issuers, "vnpt")
    refused(WrongKeyUsage, check, Card(authority.certificate, authority.key))
    both = usage(digital_signature=True, key_cert_sign=True)
    refused(WrongKeyUsage, check, odd.but(usage=both).make(key))
    refused(WrongKeyUsage, check, odd.but(authority=True, usage=both).make(key))


def test_C15_a_citizens_certificate_makes_no_certificates(
    check: Check, good: Card, odd: OddCard, own_issuers: Path
) -> None:
    assert isinstance(good.key, rsa.RSAPrivateKey)
    forged = odd.but(signer=Authority(good.certificate, good.key)).make(rsa.generate_private_key(65537, 2048))
    refused(UnknownIssuer, check, forged)
    planted = own_issuers / "vnpt" / "intermediates" / "citizen.pem"
    planted.write_bytes(good.certificate.public_bytes(Encoding.PEM))
    refused(BadPath, check, forged, folder=own_issuers)


def test_C15_an_unknown_critical_extension_is_refused(check: Check, odd: OddCard, key: rsa.RSAPrivateKey) -> None:
    unknown = x509.UnrecognizedExtension(x509.ObjectIdentifier("1.2.3.4"), b"\x05\x00")
    refused(BadPath, check, odd.but(extra=(unknown,)).make(key))


def test_C11_a_certificate_signed_over_sha1_is_refused(check: Check, good: Card, issuers: Path) -> None:
    refused(WeakAlgorithm, check, sha1_twin(good, issuers))


def test_C17_a_revoked_certificate_is_refused_from_the_next_look_on(
    check: Check, good: Card, own_issuers: Path
) -> None:
    trust = Trust.load(own_issuers)
    check(good, trust=trust)
    by_a_clock_ahead_of_ours = MONDAY_MORNING + timedelta(minutes=4)
    revoke(own_issuers, "vnpt", good.certificate, by_a_clock_ahead_of_ours)
    refused(Revoked, check, good, trust=trust)


def test_C17_a_revoked_authority_takes_its_certificates_with_it(
    check: Check, good: Card, own_issuers: Path
) -> None:
    root = sandbox.load_root(own_issuers, "vnpt")
    entry = (
        x509.RevokedCertificateBuilder()
        .serial_number(load_authority(own_issuers, "vnpt").certificate.serial_number)
        .revocation_date(MONDAY_MORNING)
        .build()
    )
    sandbox.write_list(own_issuers / "vnpt/crls/root.crl", root, [entry], MONDAY_MORNING)
    refused(Revoked, check, good, folder=own_issuers)


@pytest.mark.parametrize("name", ["root.crl", "authority.crl"])
def test_C17_without_a_list_of_each_authority_it_is_closed(
    check: Check, good: Card, own_issuers: Path, name: str
) -> None:
    (own_issuers / "vnpt" / "crls" / name).unlink()
    refused(RevocationUnknown, check, good, folder=own_issuers)


def test_C17_a_stale_or_future_list_does_not_count(
    check: Check, odd: OddCard, own_issuers: Path, key: rsa.RSAPrivateKey
) -> None:
    lists, authority = own_issuers / "vnpt" / "crls", load_authority(own_issuers, "vnpt")
    good = odd.make(key)
    for made in (MONDAY_MORNING - sandbox.YEARS_20 - A_SECOND, MONDAY_MORNING + timedelta(days=1)):
        sandbox.write_list(lists / "authority.crl", authority, [], made)
        refused(RevocationUnknown, check, good, folder=own_issuers)


def test_C17_a_list_by_another_hand_does_not_count(check: Check, good: Card, own_issuers: Path) -> None:
    lists, authority = own_issuers / "vnpt" / "crls", load_authority(own_issuers, "vnpt")
    stranger = rsa.generate_private_key(65537, 2048)
    sandbox.write_list(lists / "authority.crl", Authority(authority.certificate, stranger), [], MONDAY_MORNING)
    refused(RevocationUnknown, check, good, folder=own_issuers)
    (lists / "authority.crl").write_bytes((own_issuers / "vgca/crls/authority.crl").read_bytes())
    refused(RevocationUnknown, check, good, folder=own_issuers)
    (lists / "authority.crl").write_bytes(b"not a list")
    refused(RevocationUnknown, check, good, folder=own_issuers)
