"""What a responder answers, well and badly (P36, attack C18): a good word lets in, everything else is closed."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509 import ocsp
from cryptography.x509.oid import ExtendedKeyUsageOID

from onboarding.sandbox.issuers import Authority, load_authority, load_root
from onboarding.signatures.refusals import RevocationUnknown, Revoked
from tests.clock import MONDAY_MORNING
from tests.signatures.cards import OddCard
from tests.signatures.hosts import Reply
from tests.signatures.on_line import OCSP, IssuerOnLine, names
from tests.signatures.responders import (
    OddResponder,
    OpenSslResponder,
    delegate,
    signed_anew,
    unsuccessful,
)

A_SECOND, A_MINUTE = timedelta(seconds=1), timedelta(minutes=1)
Answering = Callable[[OddResponder], None]


@pytest.fixture(scope="session")
def other_key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(65537, 2048)


@pytest.fixture
def good(line: IssuerOnLine) -> Answering:
    """A sign-in while the responder answers so is let in; one worker for each, so that none remembers."""

    def let_in(responder: OddResponder) -> None:
        card = line.card()
        line.host.at(OCSP, responder.place(card.certificate))
        line.check(card)

    return let_in


@pytest.fixture
def closed(good: Answering) -> Answering:
    """There it is not, because nobody knows."""

    def refused(responder: OddResponder) -> None:
        with pytest.raises(RevocationUnknown):
            good(responder)

    return refused


@pytest.mark.parametrize("by_delegate", [False, True])
def test_openssls_responder_is_understood(
    line: IssuerOnLine, tmp_path: Path, other_key: rsa.RSAPrivateKey, *, by_delegate: bool
) -> None:
    now = datetime.now(UTC)
    signer = delegate(line.authority, other_key, days=9999) if by_delegate else line.authority
    card = OddCard(line.folder, now, places=names(ocsp=(line.host.url + OCSP,))).make(line.key)
    responder = OpenSslResponder(tmp_path, line.authority, signer)
    line.host.at(OCSP, responder.place)
    patient = line.trust(ocsp_limit=replace(line.sources().ocsp_limit, seconds=5))
    responder.know(card.certificate, revoked=False)
    line.check(card, patient, now=now)
    responder.know(card.certificate, revoked=True)
    line.check(card, patient, now=now)  # the good word is some seconds old
    with pytest.raises(Revoked):
        line.check(card, patient, now=datetime.now(UTC) + timedelta(minutes=16))


def test_C18_openssls_revoked_and_unknown_are_refused(line: IssuerOnLine, tmp_path: Path) -> None:
    now = datetime.now(UTC)
    card = OddCard(line.folder, now, places=names(ocsp=(line.host.url + OCSP,))).make(line.key)
    responder = OpenSslResponder(tmp_path, line.authority, line.authority)
    line.host.at(OCSP, responder.place)
    for known, revoked in ((card.certificate, True), (line.authority.certificate, False)):
        responder.know(known, revoked=revoked)
        with pytest.raises(Revoked):
            line.check(card, line.trust(ocsp_limit=replace(line.sources().ocsp_limit, seconds=5)), now=now)


def test_P36_an_answer_counts_from_a_minute_ahead_to_fifteen_minutes_old(
    line: IssuerOnLine, good: Answering, closed: Answering
) -> None:
    plain = line.responder.but(ends=timedelta(days=7))
    good(plain.but(made=-15 * A_MINUTE))
    closed(plain.but(made=-15 * A_MINUTE - A_SECOND))
    good(plain.but(made=A_MINUTE))
    closed(plain.but(made=A_MINUTE + A_SECOND))
    good(plain.but(ends=None))
    early = line.responder.but(made=-10 * A_MINUTE)
    good(early.but(ends=-A_MINUTE))
    closed(early.but(ends=-A_MINUTE - A_SECOND))


def test_C18_revoked_and_unknown_are_refused(line: IssuerOnLine, good: Answering) -> None:
    for status in (ocsp.OCSPCertStatus.REVOKED, ocsp.OCSPCertStatus.UNKNOWN):
        with pytest.raises(Revoked):
            good(line.responder.but(status=status))


def test_C18_a_true_revoked_counts_however_old_and_whoever_asked(line: IssuerOnLine, good: Answering) -> None:
    revoked = line.responder.but(status=ocsp.OCSPCertStatus.REVOKED)
    with pytest.raises(Revoked):
        good(revoked.but(made=timedelta(days=-9), nonce=lambda _mine: None))


def test_C18_a_replayed_answer_is_none(line: IssuerOnLine, closed: Answering) -> None:
    nonces: list[bytes] = []

    def first(mine: bytes) -> bytes:
        nonces.append(mine)
        return nonces[0]

    card = line.card()
    line.host.at(OCSP, line.responder.but(nonce=first).place(card.certificate))
    line.check(card)
    closed(line.responder.but(nonce=first))
    assert len(nonces) == len(set(nonces)) == 2
    assert len(nonces[0]) == 32
    closed(line.responder.but(nonce=lambda _mine: None))
    closed(line.responder.but(nonce=lambda mine: mine[:16]))


def test_C18_an_answer_about_another_certificate_or_authority_is_none(
    line: IssuerOnLine, closed: Answering
) -> None:
    closed(line.responder.but(about=load_root(line.folder, "vnpt").certificate))
    other = load_authority(line.folder, "vgca")
    closed(OddResponder(other, line.authority))


def test_C18_two_answers_in_one_are_none(line: IssuerOnLine, closed: Answering) -> None:
    closed(line.responder.but(change=signed_anew(line.authority.key, doubled=True)))


def test_C18_a_delegate_of_the_authority_may_answer_and_nobody_else(
    line: IssuerOnLine, good: Answering, closed: Answering, other_key: rsa.RSAPrivateKey
) -> None:
    def by(signer: Authority) -> OddResponder:
        return line.responder.but(signer=signer, outside=(signer.certificate,))

    good(by(delegate(line.authority, other_key)))
    closed(line.responder.but(signer=delegate(line.authority, other_key)))  # its certificate is not there
    closed(by(delegate(line.authority, other_key, x509.ExtendedKeyUsage([ExtendedKeyUsageOID.CLIENT_AUTH]))))
    closed(by(delegate(line.authority, other_key, x509.OCSPNoCheck())))
    closed(by(delegate(line.authority, other_key, days=-1)))  # its own certificate is over
    closed(by(delegate(load_authority(line.folder, "vgca"), other_key)))
    closed(by(load_root(line.folder, "vnpt")))
    closed(by(Authority(line.card().certificate, line.key)))
    same_name = Authority(line.authority.certificate, other_key)
    closed(by(delegate(same_name, other_key)))
    good(line.responder.but(change=signed_anew(line.authority.key)))
    closed(line.responder.but(change=signed_anew(other_key)))


@pytest.mark.parametrize(
    "answer",
    [
        unsuccessful(ocsp.OCSPResponseStatus.TRY_LATER),
        unsuccessful(ocsp.OCSPResponseStatus.UNAUTHORIZED),
        b"",
        b"0",
    ],
)
def test_C18_try_later_and_no_answer_at_all_are_closed(
    line: IssuerOnLine, closed: Answering, answer: bytes
) -> None:
    closed(line.responder.but(change=lambda _true: answer))


def test_C18_down_slow_cut_or_long_is_closed(line: IssuerOnLine) -> None:
    card = line.card()
    true = line.responder.place(card.certificate)
    with pytest.raises(RevocationUnknown):
        line.check(card)
    for place in (
        line.host.never,
        lambda asked: true(asked)._replace(status=500),
        lambda asked: true(asked)._replace(length=9999),
        lambda asked: Reply(true(asked).body.ljust(64 * 1024 + 1, b"\0")),
    ):
        line.host.at(OCSP, place)
        with pytest.raises(RevocationUnknown):
            line.check(card)
    assert line.host.asked == [OCSP] * 5


@pytest.mark.parametrize("place", ["never", "missing"])
def test_P36_then_the_second_responder_is_asked(line: IssuerOnLine, place: str) -> None:
    silent = line.host.at(OCSP + "/never", line.host.never)
    card = line.card(ocsp=(silent if place == "never" else f"{line.host.url}{OCSP}/missing",))
    second = line.host.at(OCSP, line.responder.place(card.certificate))
    line.check(card, line.trust(ocsp=(second,)))
    assert line.host.asked == [f"{OCSP}/{place}", OCSP]


def test_P36_a_good_word_is_kept_for_its_time_and_no_longer(line: IssuerOnLine) -> None:
    trust, card = line.trust(), line.card()
    for hour, (made, ends, lasts) in enumerate(((0, 5, 5), (-10, 60, 5))):
        start = MONDAY_MORNING + timedelta(hours=hour)
        minutes = line.responder.but(now=start, made=made * A_MINUTE, ends=ends * A_MINUTE)
        line.host.at(OCSP, minutes.place(card.certificate))
        line.host.asked.clear()
        for now in (start, start, start + lasts * A_MINUTE):
            line.check(card, trust, now=now)
        assert len(line.host.asked) == 1
        line.host.places.clear()
        with pytest.raises(RevocationUnknown):
            line.check(card, trust, now=start + lasts * A_MINUTE + A_SECOND)


def test_unknown_is_asked_again_for_a_certificate_may_be_newer_than_the_responders_knowledge(
    line: IssuerOnLine,
) -> None:
    trust, card = line.trust(), line.card()
    line.host.at(OCSP, line.responder.but(status=ocsp.OCSPCertStatus.UNKNOWN).place(card.certificate))
    with pytest.raises(Revoked):
        line.check(card, trust)
    line.host.at(OCSP, line.responder.place(card.certificate))
    line.check(card, trust)
