"""Whether an issuer has taken a certificate back: the last check of rule R32, and the only one that asks anybody.

For every certificate below the anchor, until one of these gives its word (P36, P37): what is kept; a list at hand
that names it; the responders; a list at hand that does not; a list fetched. Where none does, it is closed.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from itertools import pairwise
from time import monotonic

from asn1crypto import x509
from cryptography.hazmat.primitives.serialization import Encoding
from pyhanko_certvalidator.path import ValidationPath

from onboarding.signatures import lists, path
from onboarding.signatures.fetcher import Unreachable, fetch
from onboarding.signatures.kept import FolderLists, Good
from onboarding.signatures.ocsp import MEDIA_TYPE, Question, Unknown, Unusable
from onboarding.signatures.refusals import RevocationUnknown, Revoked, StaffDecides
from onboarding.signatures.trust import IssuerTrust

MOST_ADDRESSES = 4  # of one kind for one certificate


def check(valid_path: ValidationPath, issuer: IssuerTrust, now: datetime) -> None:
    """Have the word of its authority for every certificate below the anchor.

    Raises:
        Revoked: one of them is revoked, or its authority does not know it.
        RevocationUnknown: there is no word about one of them; StaffDecides where the issuer's sources say so.
    """
    for authority, certificate in pairwise(valid_path):
        Look(valid_path, authority, certificate, issuer, now).check()


def folder_lists(issuer: IssuerTrust) -> FolderLists:
    """The trust folder's lists, their signatures checked once for each state of the folder."""
    files = issuer.lists.current()
    seen = issuer.kept.folder.get("")
    if seen is None or seen.files is not files:
        whole: dict[bytes, tuple[lists.WholeList, ...]] = {}
        odd = False
        for file in files:
            found = [one for one in (lists.read(file.dump(), each) for each in issuer.authorities) if one]
            odd = odd or not found
            for one in found:
                whole[one.authority] = (*whole.get(one.authority, ()), one)
        seen = FolderLists(files, whole, odd)
        issuer.kept.folder.put("", seen)
    return seen


@dataclass(frozen=True)
class Look:
    """One certificate of a valid path, and the authority above it."""

    path: ValidationPath
    authority: x509.Certificate
    certificate: x509.Certificate
    issuer: IssuerTrust
    now: datetime

    def check(self) -> None:
        """Raise as `check` above does; keep what was learnt."""
        kept = self.issuer.kept
        serial = (lists.name_and_key(self.authority), self.certificate.serial_number)
        if kept.revoked.get(serial):
            raise Revoked
        at_hand, good = self.at_hand(), kept.good.get(serial)
        if good and self.now <= good.until and good.lists == at_hand:
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
        kept.good.put(serial, Good(until, at_hand))

    def at_hand(self) -> tuple[lists.WholeList, ...]:
        """The lists of this authority that are here, by whatever way they came."""
        by = lists.name_and_key(self.authority)
        fetched = (one for one in self.issuer.kept.fetched.values() if one.authority == by)
        return (*folder_lists(self.issuer).whole.get(by, ()), *fetched)

    def good_until(self, at_hand: tuple[lists.WholeList, ...]) -> datetime:
        """Until when a word says that the certificate is good."""
        listed = self.by_lists(at_hand)
        until = self.by_responders() or listed or self.by_odd_lists() or self.by_fetched_lists()
        if until is None:
            raise StaffDecides if self.issuer.profile.sources.when_unreachable == "staff" else RevocationUnknown
        return until

    def by_lists(self, whole: tuple[lists.WholeList, ...]) -> datetime | None:
        """The end of a current list without the certificate; a list that names it counts for ever."""
        if any(one.names(self.certificate.serial_number) for one in whole):
            raise Revoked
        return max((one.ends for one in whole if one.current(self.now)), default=None)

    def by_odd_lists(self) -> datetime | None:
        """By partial or indirect lists of the folder, if there are any; looked up again each time."""
        try:
            if folder_lists(self.issuer).odd:
                path.check_revocation(self.path, self.issuer, self.now)
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
                return question.good_until(fetch(address, sources, limit, asked, MEDIA_TYPE), self.now)
            except (Unreachable, Unusable):
                continue
        return None

    def by_fetched_lists(self) -> datetime | None:
        """Fetch the lists that the certificate names."""
        named = [point.url for point in self.certificate.crl_distribution_points if point.url]
        for address in self.addresses(named, self.issuer.profile.sources.crl):
            found = self.fetched_list(address)
            if found and (until := self.by_lists((found,))):
                return until
        return None

    def fetched_list(self, address: str) -> lists.WholeList | None:
        """The current list at an address; one thread fetches, the others wait for what it brings."""
        kept, sources = self.issuer.kept, self.issuer.profile.sources
        with kept.fetching:
            before = kept.fetched.get(address)
            if before and before.current(self.now):
                return before
            try:
                found = lists.read(fetch(address, sources, sources.crl_limit), self.authority)
            except Unreachable:
                return None
            if found and found.current(self.now) and (before is None or before.made <= found.made):
                kept.fetched.put(address, found)
                return found
        return None

    def addresses(self, named: list[str], more: tuple[str, ...]) -> list[str]:
        """Which addresses to ask: those in the certificate; for a citizen's also those of its issuer.

        A certificate that names none is never asked about: its authority has no such service.
        """
        sources = self.issuer.profile.sources
        if not named:
            return []
        public = [sources.public(address) for address in named]
        if self.certificate is self.path.last:
            public += more
        return [address for address in dict.fromkeys(public) if sources.allow(address)][:MOST_ADDRESSES]
