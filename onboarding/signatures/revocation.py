"""Whether an issuer has taken a certificate back: the last check of rule R32, and the only one that asks anybody.

For every certificate below the anchor, until one of these gives its word (P36, P37): what is kept; a list at hand
that names it; the responders; a list at hand that does not; a list fetched. Where none does, it is closed.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from itertools import pairwise, takewhile
from time import monotonic
from typing import Any

from asn1crypto import x509
from cryptography.hazmat.primitives.serialization import Encoding
from pyhanko_certvalidator.path import ValidationPath

from onboarding.signatures import lists, path
from onboarding.signatures.fetcher import Unreachable, fetch
from onboarding.signatures.issuers.sources import Limit
from onboarding.signatures.kept import FolderLists, Good
from onboarding.signatures.ocsp import MEDIA_TYPE, Question, Unknown, Unusable
from onboarding.signatures.refusals import RevocationUnknown, Revoked, StaffDecides
from onboarding.signatures.trust import IssuerTrust

MOST_ADDRESSES = 4  # of one kind for one certificate
WHOLE = 15  # seconds for all that is asked about one signature
SLOW = 2  # seconds after which nobody else waits for a place that owes somebody an answer, for
REST = 60  # seconds since it was asked: few threads serve everybody


def check(valid_path: ValidationPath, issuer: IssuerTrust, now: datetime) -> None:
    """Have the word of its authority for every certificate below the anchor.

    Raises:
        Revoked: one of them is revoked, or its authority does not know it.
        RevocationUnknown: there is no word about one of them; StaffDecides where the issuer's sources say so.
    """
    folder, ends = folder_lists(issuer), monotonic() + WHOLE
    for authority, certificate in pairwise(valid_path):
        Look(valid_path, authority, certificate, issuer, folder, now, ends).check()


def folder_lists(issuer: IssuerTrust) -> FolderLists:
    """The trust folder's lists, their signatures checked once for each state of the folder."""
    files = issuer.lists.current()
    seen = issuer.kept.folder.get("")
    if seen is None or seen.files is not files:
        signed: dict[bytes, tuple[lists.RevocationList, ...]] = {}
        odd = False
        for file in files:
            found = list(filter(None, (lists.read(file.dump(), each) for each in issuer.authorities)))
            odd = odd or not any(one.whole for one in found)
            for one in found:
                signed[one.authority] = (*signed.get(one.authority, ()), one)
        seen = FolderLists(files, signed, odd)
        issuer.kept.folder.put("", seen)
    return seen


@dataclass(frozen=True)
class Look:
    """One certificate of a valid path, and the authority above it; nobody is asked after `ends` (monotonic)."""

    path: ValidationPath
    authority: x509.Certificate
    certificate: x509.Certificate
    issuer: IssuerTrust
    folder: FolderLists
    now: datetime
    ends: float

    def check(self) -> None:
        """Raise as `check` above does; keep what was learnt."""
        kept = self.issuer.kept
        serial = (lists.name_and_key(self.authority), self.certificate.serial_number)
        if kept.revoked.get(serial):
            raise Revoked
        at_hand, good = self.at_hand(), kept.good.get(serial)
        if good and self.now <= good.until and good.folder is self.folder and good.lists == at_hand:
            return
        try:
            until = self.good_until(at_hand)
            at_hand = self.at_hand()
            self.by_lists(at_hand)  # one that another thread has fetched meanwhile may name it
        except Unknown:
            raise  # not kept: it may be so new that its authority does not know it yet
        except Revoked:
            kept.revoked.put(serial, True)
            raise
        kept.good.put(serial, Good(until, self.folder, at_hand))

    def signers(self) -> list[x509.Certificate]:
        """Whose lists speak for the certificate: its authority, and others of that name above it in the path.

        An authority changes keys by certificates for itself; what lists it signs with an earlier or later key of
        the same path is its word as well.
        """
        above = takewhile(lambda one: one is not self.certificate, self.path)
        return [one for one in above if lists.name(one) == lists.name(self.authority)]

    def at_hand(self) -> tuple[lists.RevocationList, ...]:
        """The lists of this authority that are here, by whatever way they came."""
        by = {lists.name_and_key(one) for one in self.signers()}
        lying = (one for name in by for one in self.folder.signed.get(name, ()))
        return (*lying, *(one for one in self.issuer.kept.fetched.values() if one.authority in by))

    def good_until(self, at_hand: tuple[lists.RevocationList, ...]) -> datetime:
        """Until when a word says that the certificate is good."""
        listed, weighed = self.by_lists(at_hand), self.by_odd_lists()
        until = self.by_responders() or listed or weighed or self.by_fetched_lists()
        if until is None:
            raise StaffDecides if self.issuer.profile.sources.when_unreachable == "staff" else RevocationUnknown
        return until

    def by_lists(self, signed: tuple[lists.RevocationList, ...]) -> datetime | None:
        """The end of a current whole list without the certificate; a list that names it counts for ever."""
        if any(one.names(self.certificate.serial_number) for one in signed):
            raise Revoked
        return max((one.ends for one in signed if one.whole and one.current(self.now)), default=None)

    def by_odd_lists(self) -> datetime | None:
        """By partial, delta and indirect lists of the folder, if there are any; looked up again each time."""
        try:
            if self.folder.odd:
                path.check_revocation(self.certificate, self.path, self.issuer, self.now)
                return self.now
        except RevocationUnknown:
            pass
        return None

    def by_responders(self) -> datetime | None:
        """Ask the responders one after the other; each has its share of the time that is left."""
        sources = self.issuer.profile.sources
        addresses = self.addresses(self.certificate.ocsp_urls, sources.ocsp)
        ends = monotonic() + sources.ocsp_limit.seconds
        for left, address in zip(range(len(addresses), 0, -1), addresses, strict=True):
            limit = replace(sources.ocsp_limit, seconds=(ends - monotonic()) / left)
            try:
                question = Question.of(self.certificate.dump(), self.authority.dump())
                asked = question.request().public_bytes(Encoding.DER)
                return question.good_until(self.fetch(address, limit, asked, MEDIA_TYPE), self.now)
            except (Unreachable, Unusable):
                continue
        return None

    def by_fetched_lists(self) -> datetime | None:
        """Fetch the lists that the certificate names."""
        for address in self.addresses(lists.addresses(self.certificate), self.issuer.profile.sources.crl):
            found = self.fetched_list(address)
            if found and (until := self.by_lists((found,))):
                return until
        return None

    def fetched_list(self, address: str) -> lists.RevocationList | None:
        """The current list at an address; one thread fetches, the others wait a little for what it brings."""
        if not self.issuer.kept.fetching.acquire(timeout=SLOW):
            return None
        try:
            return self.newest_list(address)
        finally:
            self.issuer.kept.fetching.release()

    def newest_list(self, address: str) -> lists.RevocationList | None:
        """The current list at an address: that which was fetched before, or else a newer one."""
        kept = self.issuer.kept
        place = (lists.name_and_key(self.authority), address)
        before = kept.fetched.get(place)
        if before and before.current(self.now):
            return before
        try:
            fetched = self.fetch(address, self.issuer.profile.sources.crl_limit)
        except Unreachable:
            return None
        found = next(filter(None, (lists.read(fetched, one) for one in self.signers())), None)
        if found and found.current(self.now) and (before is None or before.made <= found.made):
            kept.fetched.put(place, found)
            return found
        return None

    def fetch(self, address: str, limit: Limit, *asked: Any) -> bytes:
        """What is said at an address, in the time that is left. Raises Unreachable."""
        unanswered, began = self.issuer.kept.unanswered, monotonic()
        since = unanswered.get(address)
        if since is not None and SLOW < began - since < REST:
            raise Unreachable
        if since is None or began - since >= REST:
            unanswered.put(address, began)
        limit = replace(limit, seconds=min(limit.seconds, self.ends - began))
        try:
            answer = fetch(address, self.issuer.profile.sources, limit, *asked)
        except Unreachable:
            if monotonic() - began < SLOW:  # it cost nobody much, and may go well the next time
                unanswered.put(address, None)
            raise
        unanswered.put(address, None)
        return answer

    def addresses(self, named: list[str], more: tuple[str, ...]) -> list[str]:
        """Which addresses to ask: those in the certificate; for a citizen's also those of its issuer.

        A certificate that names none is never asked about: its authority has no such service.
        """
        sources = self.issuer.profile.sources
        if not named:
            return []
        wanted = [*named, *more] if self.certificate is self.path.last else named
        return sources.public(wanted)[:MOST_ADDRESSES]
