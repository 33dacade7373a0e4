"""Lists of revoked certificates, from the trust folder and fetched (P37, attack C17)."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from asn1crypto import crl
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa

from onboarding.sandbox.issuers import Authority, load_authority, load_root
from onboarding.signatures import chain
from onboarding.signatures.issuers import vnpt
from onboarding.signatures.refusals import RevocationUnknown, Revoked
from onboarding.signatures.trust import Trust
from tests.clock import MONDAY_MORNING
from tests.signatures.cards import Card
from tests.signatures.hosts import Reply
from tests.signatures.on_line import CRL, OCSP, IssuerOnLine, list_of, refused

A_SECOND, A_DAY = timedelta(seconds=1), timedelta(days=1)


def distribution(**what: bool) -> x509.IssuingDistributionPoint:
    """The extension that says what a list is about."""
    kinds = ("only_contains_user_certs", "only_contains_ca_certs", "indirect_crl", "only_contains_attribute_certs")
    return x509.IssuingDistributionPoint(None, None, only_some_reasons=None, **dict.fromkeys(kinds, False) | what)


USER_CERTIFICATES = distribution(only_contains_user_certs=True)
ELSEWHERE = x509.DistributionPoint([x509.UniformResourceIdentifier("http://x/delta")], None, None, None)
LESS = (USER_CERTIFICATES, x509.DeltaCRLIndicator(1), x509.FreshestCRL([ELSEWHERE]))


@pytest.fixture
def listed(line: IssuerOnLine) -> Card:
    """A card that names a list only."""
    return line.card(ocsp=(), crl=(line.host.url + CRL,))


def test_P37_a_fetched_list_lets_in_until_its_end_and_is_fetched_once(line: IssuerOnLine, listed: Card) -> None:
    trust = line.trust()
    line.host.at(CRL, line.list())
    for _ in range(3):
        line.check(listed, trust)
    assert line.host.asked == [CRL]


def test_C17_a_certificate_on_a_fetched_list_is_refused(line: IssuerOnLine, listed: Card) -> None:
    line.host.at(CRL, line.list(listed))
    refused(Revoked, line, listed)


def test_C17_a_stale_future_unsigned_or_foreign_list_or_none_is_closed(
    line: IssuerOnLine, listed: Card, key: rsa.RSAPrivateKey
) -> None:
    true = line.list()
    for wrong in (
        line.list(made=MONDAY_MORNING - A_DAY - A_SECOND),
        line.list(made=MONDAY_MORNING + A_SECOND),
        list_of(Authority(line.authority.certificate, key)),
        list_of(load_authority(line.folder, "vgca")),
        true[:-1] + bytes([true[-1] ^ 1]),
        b"<html>",
        b"",
    ):
        line.host.at(CRL, wrong)
        refused(RevocationUnknown, line, listed)
    for place in (
        line.host.never,
        lambda _asked: Reply(true, 404),
        lambda _asked: Reply(true, 302, line.host.url),
    ):
        line.host.at(CRL, place)
        refused(RevocationUnknown, line, listed)
    line.host.at(CRL, true)
    refused(
        RevocationUnknown,
        line,
        listed,
        line.trust(crl_limit=replace(line.sources().crl_limit, size=len(true) - 1)),
    )
    line.check(listed)


def test_P37_a_list_that_is_not_whole_lets_nobody_in_but_counts_against_whom_it_names(
    line: IssuerOnLine, listed: Card
) -> None:
    for less in LESS:
        line.host.at(CRL, line.list(extension=less))
        refused(RevocationUnknown, line, listed)
        line.host.at(CRL, line.list(listed, extension=less))
        refused(Revoked, line, listed)


def test_P37_a_list_about_others_certificates_names_nobody(line: IssuerOnLine, listed: Card) -> None:
    for strange in (distribution(indirect_crl=True), distribution(only_contains_attribute_certs=True)):
        line.host.at(CRL, line.list(listed, extension=strange))
        refused(RevocationUnknown, line, listed)


def test_P37_a_delta_list_that_takes_a_certificate_off_does_not_name_it(line: IssuerOnLine, listed: Card) -> None:
    off = line.list(listed, extension=x509.DeltaCRLIndicator(1), reason=x509.ReasonFlags.remove_from_crl)
    line.host.at(CRL, off)
    refused(RevocationUnknown, line, listed)


def test_C17_any_list_that_comes_into_the_folder_counts_at_once(line: IssuerOnLine) -> None:
    folder = line.folder / "vnpt/crls"
    for serial, less in enumerate((*LESS, distribution(indirect_crl=True)), start=4712):
        trust, card = line.trust(), line.card(serial=serial)
        line.host.at(OCSP, line.responder.place(card.certificate))
        line.check(card, trust)
        (folder / "later.crl").write_bytes(line.list(card, extension=less))
        refused(Revoked, line, card, trust)
        (folder / "later.crl").unlink()


def test_P35_C17_a_list_signed_over_sha1_gives_no_word(own_issuers: Path, good: Card) -> None:
    file, authority = own_issuers / "vnpt/crls/authority.crl", load_authority(own_issuers, "vnpt")
    whole = crl.CertificateList.load(list_of(authority))
    for label in (whole["signature_algorithm"], whole["tbs_cert_list"]["signature"]):
        label["algorithm"] = "sha1_rsa"
    whole["signature"] = Card(good.certificate, authority.key).sign(
        whole["tbs_cert_list"].dump(force=True), "sha1"
    )
    file.write_bytes(whole.dump(force=True))
    with pytest.raises(RevocationUnknown):
        chain.check_again(good.der, "vnpt", Trust.load(own_issuers), MONDAY_MORNING)
    until = replace(vnpt.PROFILE, sha1_until=MONDAY_MORNING)
    chain.check_again(good.der, "vnpt", Trust.load(own_issuers, (until,)), MONDAY_MORNING)


def test_C17_an_authoritys_list_says_nothing_of_anothers_certificate(line: IssuerOnLine, listed: Card) -> None:
    trust = line.trust()
    line.host.at(CRL, line.list())
    line.check(listed, trust)
    line.authority = load_root(line.folder, "vnpt")
    (line.folder / "vnpt/crls/root.crl").unlink()
    refused(RevocationUnknown, line, line.card(ocsp=(), crl=(line.host.url + CRL,)), trust)


def test_P37_an_older_list_does_not_replace_a_newer_one(line: IssuerOnLine) -> None:
    trust, in_two_days = line.trust(), MONDAY_MORNING + 2 * A_DAY
    listed = line.card(ocsp=(), crl=(line.host.url + CRL,), not_after=9 * A_DAY)
    line.host.at(CRL, line.list())
    line.check(listed, trust)
    line.host.at(CRL, line.list(made=MONDAY_MORNING - A_DAY, lasts=9 * A_DAY))
    refused(RevocationUnknown, line, listed, trust, now=in_two_days)
    line.host.at(CRL, line.list(made=in_two_days))
    line.check(listed, trust, now=in_two_days)


def test_C17_a_list_in_the_folder_counts_more_than_a_good_word_that_was_kept(line: IssuerOnLine) -> None:
    trust, card = line.trust(), line.card()
    line.host.at(OCSP, line.responder.place(card.certificate))
    line.check(card, trust)
    (line.folder / "vnpt/crls/authority.crl").write_bytes(line.list(card))
    refused(Revoked, line, card, trust)
    refused(Revoked, line, card)
    assert line.host.asked == [OCSP]


def test_C17_a_list_fetched_for_somebody_else_counts_at_once(line: IssuerOnLine) -> None:
    trust, card = line.trust(), line.card()
    line.host.at(OCSP, line.responder.place(card.certificate))
    line.check(card, trust)
    line.host.at(CRL, line.list(card))
    other = line.card(ocsp=(), crl=(line.host.url + CRL,), serial=4712)
    line.check(other, trust)
    refused(Revoked, line, card, trust)


def test_the_folders_list_speaks_where_the_responder_does_not(line: IssuerOnLine) -> None:
    card = line.card()
    (line.folder / "vnpt/crls/authority.crl").write_bytes(line.list())
    line.check(card)
    assert line.host.asked == [OCSP]
    line.check(line.card(ocsp=()))
    assert line.host.asked == [OCSP]


def test_twenty_at_once_fetch_one_list(line: IssuerOnLine, listed: Card) -> None:
    trust = line.trust()
    line.host.at(CRL, line.list())
    with ThreadPoolExecutor(20) as pool:
        assert [*pool.map(lambda _n: line.check(listed, trust), range(20))] == [None] * 20
    assert line.host.asked == [CRL]


def test_a_partial_list_in_the_folder_is_read_by_the_library(own_issuers: Path, good: Card) -> None:
    file, authority = own_issuers / "vnpt/crls/authority.crl", load_authority(own_issuers, "vnpt")
    file.write_bytes(list_of(authority, extension=USER_CERTIFICATES))
    chain.check_again(good.der, "vnpt", Trust.load(own_issuers), MONDAY_MORNING)
    file.write_bytes(list_of(authority, good, extension=USER_CERTIFICATES))
    with pytest.raises(Revoked):
        chain.check_again(good.der, "vnpt", Trust.load(own_issuers), MONDAY_MORNING)
