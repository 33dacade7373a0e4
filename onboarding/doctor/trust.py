"""The trust folder: which issuers have anchors here, and whether each authority has a current revocation list."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

from asn1crypto import x509

from onboarding.config import Settings
from onboarding.doctor.finding import Finding, mend, note, ok
from onboarding.signatures import lists
from onboarding.signatures.issuers import PROFILES
from onboarding.signatures.trust import IssuerTrust, Trust

SOON = timedelta(days=1)  # for a revocation list
IN_TIME = timedelta(days=60)  # for an authority's certificate: its successor's must come by a second way
TEST = "Sandbox"  # the organisation in every certificate of onboarding.sandbox.issuers


def examine(settings: Settings, now: datetime) -> list[Finding]:
    """Everything about the folder."""
    try:
        trust = Trust.load(Path(settings.trust))
    except (OSError, ValueError) as error:
        return [mend(f"The trust folder cannot be read: {error}.")]
    found = [finding for issuer in trust.issuers for finding in issuer_findings(issuer, now)]
    return [*strangers(trust), *([] if settings.sandbox else test_authorities(trust)), *found]


def strangers(trust: Trust) -> Iterator[Finding]:
    """The issuers that nobody has put anchors there for."""
    known = {issuer.profile.name for issuer in trust.issuers}
    for profile in PROFILES:
        if profile.name not in known:
            tell = note if known else mend
            yield tell(f"Tokens of {profile.name} are refused: there is no certificate in {profile.name}/anchors.")


def test_authorities(trust: Trust) -> Iterator[Finding]:
    """The issuers whose anchors a sandbox has made; the keys of those lie about (rule R31)."""
    for issuer in trust.issuers:
        if any(anchor.subject.native.get("organization_name") == TEST for anchor in issuer.anchors):
            name = issuer.profile.name
            yield mend(f"{name} has a sandbox's test authority: anybody can sign in as anybody. Remove {name}/.")


def issuer_findings(issuer: IssuerTrust, now: datetime) -> list[Finding]:
    """What is wrong with one issuer's authorities, or that nothing is."""
    authorities = issuer.anchors + issuer.intermediates
    wrong = [finding for authority in authorities for finding in authority_findings(authority, issuer, now)]
    return wrong or [ok(f"Tokens of {issuer.profile.name} are accepted.")]


def authority_findings(authority: x509.Certificate, issuer: IssuerTrust, now: datetime) -> Iterator[Finding]:
    """A certificate or a revocation list that is missing, over or soon over (rules R35 and R36: closed)."""
    who = f"{issuer.profile.name}: {authority.subject.native.get('common_name', 'an authority')}"
    if not authority.not_valid_before <= now <= authority.not_valid_after:
        yield mend(f"{who} is outside the dates of its certificate; put the new one into the trust folder.")
    elif authority.not_valid_after < now + IN_TIME:
        yield note(
            f"{who} has a certificate that ends on {authority.not_valid_after:%Y-%m-%d}; ask for the next one."
        )
    ends = list_ends(authority, issuer, now)
    if ends is None and can_be_asked(authority, issuer):
        yield note(f"{who} has no current revocation list here; nobody gets in while its services do not answer.")
    elif ends is None:
        yield mend(f"{who} has no current revocation list; put it into {issuer.profile.name}/crls.")
    elif ends < now + SOON:
        yield note(f"{who} has a revocation list that ends at {ends:%Y-%m-%d %H:%M} UTC; fetch the next one.")


def list_ends(authority: x509.Certificate, issuer: IssuerTrust, now: datetime) -> datetime | None:
    """When an authority's revocation list ends; none where it has none that is current."""
    files = [found["tbs_cert_list"] for found in issuer.lists.current() if found.issuer == authority.subject]
    ends = [found["next_update"].native for found in files if found["this_update"].native <= now]
    return max((end for end in ends if end and end > now), default=None)


def can_be_asked(authority: x509.Certificate, issuer: IssuerTrust) -> bool:
    """Whether services that may be asked are known for what the authority has signed.

    Authorities below it name theirs in their certificates; those of citizens' certificates are of the profile.
    """
    sources = issuer.profile.sources
    below = [one for one in issuer.intermediates if one.issuer == authority.subject]
    if not below:
        return bool(sources.ocsp or sources.crl)
    return all(sources.public([*one.ocsp_urls, *lists.addresses(one)]) for one in below)
