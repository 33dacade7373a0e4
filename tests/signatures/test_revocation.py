"""Revocation in its order: what is kept, lists at hand, responders, lists fetched; closed where none speaks."""

from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509 import ocsp

from onboarding.sandbox import issuers as sandbox
from onboarding.signatures import chain, revocation
from onboarding.signatures.challenge import Challenge
from onboarding.signatures.issuers import PROFILES
from onboarding.signatures.kept import Latest
from onboarding.signatures.refusals import (
    BadSignature,
    Expired,
    Malformed,
    NotYetValid,
    Refusal,
    RevocationUnknown,
    Revoked,
    StaffDecides,
    UnknownIssuer,
    WrongKeyUsage,
)
from onboarding.signatures.trust import Trust
from tests.clock import MONDAY_MORNING
from tests.signatures.cards import Card, text, usage
from tests.signatures.hosts import Place, Reply
from tests.signatures.on_line import CRL, OCSP, PATIENCE, IssuerOnLine, list_of, refused

A_SECOND, A_DAY = timedelta(seconds=1), timedelta(days=1)


def test_P36_where_responders_fail_the_list_is_asked(line: IssuerOnLine) -> None:
    card = line.card(crl=(line.host.url + CRL,))
    line.host.at(OCSP, b"nonsense")
    line.host.at(CRL, line.list())
    line.check(card)
    assert line.host.asked == [OCSP, CRL]
    line.host.at(CRL, line.list(card))
    refused(Revoked, line, card)


def test_P37_a_revoked_certificate_stays_revoked_whatever_is_said_later(line: IssuerOnLine) -> None:
    trust, card = line.trust(), line.card(crl=(line.host.url + CRL,))
    line.host.at(CRL, line.list())
    line.host.at(OCSP, line.responder.but(status=ocsp.OCSPCertStatus.REVOKED).place(card.certificate))
    refused(Revoked, line, card, trust)
    line.host.at(OCSP, line.responder.place(card.certificate))
    refused(Revoked, line, card, trust)
    assert line.host.asked == [OCSP]


def test_R36_a_certificate_that_names_other_hosts_makes_nobody_ask_them(line: IssuerOnLine) -> None:
    other = line.host.url.replace("127.0.0.1", "localhost")
    card = line.card(ocsp=(f"{other}{OCSP}", f"{line.host.url}/other"), crl=(f"{other}{CRL}", "ldap://x/y"))
    refused(RevocationUnknown, line, card)
    assert line.host.asked == []


def test_R36_an_internal_name_is_asked_at_its_public_twin(line: IssuerOnLine) -> None:
    card = line.card(ocsp=("http://ocsp.ca.btc/",))
    line.host.at(OCSP, line.responder.place(card.certificate))
    line.check(card, line.trust(rewritten={"http://ocsp.ca.btc/": line.host.url + OCSP}))


def test_C18_where_the_issuer_cannot_be_asked_its_profile_may_let_staff_decide(line: IssuerOnLine) -> None:
    refused(StaffDecides, line, line.card(), line.trust(when_unreachable="staff"))
    assert [profile.name for profile in PROFILES if profile.sources.when_unreachable == "staff"] == ["vgca"]


def test_R32_C24_a_bad_signature_expired_or_unfit_certificate_makes_nobody_ask(
    line: IssuerOnLine, challenge: Challenge, content: bytes
) -> None:
    card, trust = line.card(), line.trust()
    line.host.at(OCSP, line.responder.place(card.certificate))
    stranger = Card(card.certificate, rsa.generate_private_key(65537, 2048))
    proof = text(stranger.cms(content))
    for _ in range(100):
        with pytest.raises(BadSignature):
            chain.check(chain.parse("cms", proof), challenge, trust, MONDAY_MORNING)
    unfit = line.card(usage=usage(key_encipherment=True))
    with pytest.raises(WrongKeyUsage):
        line.check(unfit, trust)
    with pytest.raises(Refusal):
        line.check(card, trust, now=MONDAY_MORNING + 2 * A_DAY)
    assert line.host.asked == []
    assert trust.issuers[0].kept.good.values() == trust.issuers[0].kept.revoked.values() == ()
    chain.check(chain.parse("cms", text(card.cms(content))), challenge, trust, MONDAY_MORNING)
    assert line.host.asked == [OCSP]


def test_C17_P38_what_was_good_at_the_sign_in_is_checked_again(line: IssuerOnLine) -> None:
    trust, card = line.trust(), line.card()
    line.host.at(OCSP, line.responder.place(card.certificate))
    line.check(card, trust)
    an_hour_later = MONDAY_MORNING + timedelta(hours=1)
    revoked = line.responder.but(status=ocsp.OCSPCertStatus.REVOKED, now=an_hour_later)
    line.host.at(OCSP, revoked.place(card.certificate))
    refused(Revoked, line, card, trust, now=an_hour_later)


def test_P38_a_stored_certificate_needs_its_own_issuer_and_all_its_bytes(trust: Trust, good: Card) -> None:
    chain.check_again(good.der, "vnpt", trust, MONDAY_MORNING)
    for issuer in ("vgca", "", "third"):
        with pytest.raises(UnknownIssuer):
            chain.check_again(good.der, issuer, trust, MONDAY_MORNING)
    for cut in (b"", good.der[:-1], good.der + b"\0", b"\x30\x00"):
        with pytest.raises(Malformed):
            chain.check_again(cut, "vnpt", trust, MONDAY_MORNING)


def test_C14_a_path_that_is_known_ends_with_its_dates(line: IssuerOnLine) -> None:
    trust, card = line.trust(), line.card(ocsp=())
    first, last = card.certificate.not_valid_before_utc, card.certificate.not_valid_after_utc
    (line.folder / "vnpt/crls/authority.crl").write_bytes(line.list(made=first, lasts=timedelta(days=99)))
    root = sandbox.load_root(line.folder, "vnpt")
    (line.folder / "vnpt/crls/root.crl").write_bytes(list_of(root, made=first, lasts=timedelta(days=99)))
    early = line.card(ocsp=(), not_before=timedelta(days=-99), serial=4712)
    for now in (MONDAY_MORNING, last):
        line.check(card, trust, now=now)
    refused(Expired, line, card, trust, now=last + A_SECOND)
    line.check(early, trust)
    refused(NotYetValid, line, early, trust, now=root.certificate.not_valid_before_utc - A_SECOND)


def test_what_is_kept_is_bounded() -> None:
    table: Latest[int, int] = Latest(3)
    for number in range(4):
        table.put(number, number)
        table.get(0)
    assert sorted(table.values()) == [0, 2, 3]
    assert table.get(1) is None


@dataclass
class Watch:
    """The seconds that an issuer takes, without anybody waiting for them."""

    seconds: float = 0

    def after(self, seconds: float, place: Place = lambda _asked: Reply(b"", 503)) -> Place:
        """A place that takes so long; without more said, to give no word."""

        def slow(asked: bytes) -> Reply:
            self.seconds += seconds
            return place(asked)

        return slow


@pytest.fixture
def watch(monkeypatch: pytest.MonkeyPatch) -> Watch:
    """What the portal takes its seconds from."""
    watch = Watch()
    monkeypatch.setattr(revocation, "monotonic", lambda: watch.seconds)
    return watch


def test_nobody_waits_for_a_place_that_kept_somebody_waiting_until_a_minute_has_passed(
    line: IssuerOnLine, watch: Watch
) -> None:
    """Few threads serve everybody: an issuer that is down must not take them all, one sign-in after the other."""
    trust, card = line.trust(), line.card()
    line.host.at(OCSP, watch.after(3))
    for asked in (1, 1, 2, 2):
        refused(RevocationUnknown, line, card, trust)
        assert len(line.host.asked) == asked
        watch.seconds += 29
    line.host.at(OCSP, watch.after(3, line.responder.place(card.certificate)))
    line.check(card, trust)
    other = line.card(serial=4712)
    for failing in (watch.after(1), line.responder.place(other.certificate)):
        watch.seconds += 3
        line.host.at(OCSP, failing)
        with suppress(RevocationUnknown):
            line.check(other, trust)
    assert len(line.host.asked) == 5


@pytest.mark.parametrize("path", [OCSP, CRL])
def test_nobody_waits_long_for_a_place_for_which_somebody_waits_already(
    line: IssuerOnLine, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    monkeypatch.setattr(revocation, "SLOW", 0)
    card = line.card() if path == OCSP else line.card(ocsp=(), crl=(line.host.url + CRL,))
    trust, word = line.trust(ocsp_limit=PATIENCE, crl_limit=PATIENCE), line.list()
    true = line.responder.place(card.certificate) if path == OCSP else lambda _asked: Reply(word)

    def meanwhile(asked: bytes) -> Reply:
        refused(RevocationUnknown, line, card, trust)
        return true(asked)

    line.host.at(path, meanwhile)
    line.check(card, trust)
    assert line.host.asked == [path]


def test_all_that_is_asked_about_one_signature_takes_a_quarter_of_a_minute_at_most(
    line: IssuerOnLine, watch: Watch
) -> None:
    card = line.card(crl=(line.host.url + CRL,))
    line.host.at(OCSP, watch.after(15))
    line.host.at(CRL, line.list())
    refused(RevocationUnknown, line, card)
    assert line.host.asked == [OCSP]
