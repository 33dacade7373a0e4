"""An issuer that can be asked: its certificates name a responder and a list on a host."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import AuthorityInformationAccessOID

from onboarding.sandbox.issuers import Authority, load_authority
from onboarding.signatures import chain
from onboarding.signatures.issuers import vnpt
from onboarding.signatures.issuers.sources import Limit, Sources
from onboarding.signatures.refusals import Refusal
from onboarding.signatures.trust import Trust
from tests.clock import MONDAY_MORNING
from tests.signatures.cards import Card, OddCard
from tests.signatures.hosts import Host
from tests.signatures.responders import OddResponder

OCSP, CRL = "/ocsp", "/crl/list.crl"
SHORT = 0.3  # seconds: nobody here waits for five
PATIENCE = Limit(30, 64 * 1024)  # longer than anybody waits for a database


def names(*, ocsp: tuple[str, ...] = (), crl: tuple[str, ...] = ()) -> tuple[x509.ExtensionType, ...]:
    """The extensions by which a certificate names responders and lists."""
    access = AuthorityInformationAccessOID.OCSP
    where = [x509.UniformResourceIdentifier(address) for address in ocsp]
    points = [
        x509.DistributionPoint([x509.UniformResourceIdentifier(address)], None, None, None) for address in crl
    ]
    found: list[x509.ExtensionType] = []
    if where:
        found.append(x509.AuthorityInformationAccess([x509.AccessDescription(access, one) for one in where]))
    if points:
        found.append(x509.CRLDistributionPoints(points))
    return tuple(found)


@dataclass
class IssuerOnLine:
    """The issuer with its trust folder, its host, and a citizen's key."""

    folder: Path
    host: Host
    key: rsa.RSAPrivateKey

    @cached_property
    def authority(self) -> Authority:
        return load_authority(self.folder, "vnpt")

    @property
    def responder(self) -> OddResponder:
        """One whose answers are right, signed by the authority itself."""
        return OddResponder(self.authority, self.authority)

    def card(self, *, ocsp: tuple[str, ...] | None = None, crl: tuple[str, ...] = (), **changes: Any) -> Card:
        """A citizen's card; without more said it names the responder at `OCSP`."""
        where = names(ocsp=(self.host.url + OCSP,) if ocsp is None else ocsp, crl=crl)
        recipe = OddCard(self.folder, MONDAY_MORNING, places=where, not_before=timedelta(days=-9))
        return recipe.but(signer=self.authority, **changes).make(self.key)

    def sources(self, **changes: Any) -> Sources:
        """What the profile says: this host may be asked, not for long."""
        limits = {"ocsp_limit": Limit(SHORT, 64 * 1024), "crl_limit": Limit(SHORT, 20 * 1024 * 1024)}
        usual = Sources(allowed=(self.host.url + OCSP, self.host.url + "/crl/"), private=True)
        return replace(usual, **(limits | changes))

    def trust(self, **changes: Any) -> Trust:
        """The trust as a worker loads it when it starts."""
        profile = replace(vnpt.PROFILE, sources=self.sources(**changes))
        return Trust.load(self.folder, (profile,))

    def check(self, card: Card, trust: Trust | None = None, now: datetime = MONDAY_MORNING) -> None:
        """What a sign-in and a session ask."""
        chain.check_again(card.der, "vnpt", trust or self.trust(), now)

    def list(self, *cards: Card, **changes: Any) -> bytes:
        """A list of the authority's that names these cards."""
        return list_of(self.authority, *cards, **changes)


def list_of(
    authority: Authority,
    *cards: Card,
    made: datetime = MONDAY_MORNING,
    lasts: timedelta = timedelta(days=1),
    extension: x509.ExtensionType | None = None,
    reason: x509.ReasonFlags = x509.ReasonFlags.key_compromise,
) -> bytes:
    """An authority's list that names these cards."""
    builder = x509.CertificateRevocationListBuilder(authority.certificate.subject, made, made + lasts)
    for card in cards:
        entry = x509.RevokedCertificateBuilder(card.certificate.serial_number, made)
        entry = entry.add_extension(x509.CRLReason(reason), critical=False)
        builder = builder.add_revoked_certificate(entry.build())
    key = authority.key.public_key()
    builder = builder.add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(key), critical=False)
    if extension:
        builder = builder.add_extension(extension, critical=True)
    return builder.sign(authority.key, hashes.SHA256()).public_bytes(Encoding.DER)


def refused(cause: type[Refusal], line: IssuerOnLine, card: Card, *trust: Trust, **now: datetime) -> None:
    """Show that a card is refused for this cause."""
    with pytest.raises(cause):
        line.check(card, *trust, **now)
