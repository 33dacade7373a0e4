"""The path from a certificate to an issuer's anchor, and its revocation (RFC 5280, section 6).

By pyhanko-certvalidator, in two steps, for nothing may be asked about revocation before the path holds (rule
R32). Nothing is fetched; what a signer sent along is not used (rule R35).
"""

import hashlib
from collections.abc import Coroutine, Sequence
from datetime import datetime, timedelta
from itertools import takewhile
from typing import Any, TypeVar

from asn1crypto import crl, x509
from pyhanko_certvalidator import CertificateValidator
from pyhanko_certvalidator.context import ValidationContext
from pyhanko_certvalidator.errors import (
    CRLValidationError,
    DisallowedAlgorithmError,
    ExpiredError,
    NotYetValidError,
    PathBuildingError,
    RevokedError,
    ValidationError,
)
from pyhanko_certvalidator.ltv.types import ValidationTimingInfo, ValidationTimingParams
from pyhanko_certvalidator.path import ValidationPath
from pyhanko_certvalidator.policy_decl import (
    CertRevTrustPolicy,
    RevocationCheckingPolicy,
    RevocationCheckingRule,
)
from pyhanko_certvalidator.revinfo.validate_crl import verify_crl

from onboarding.signatures import algorithms
from onboarding.signatures.allow_list import AllowedSignatures, AllowList
from onboarding.signatures.anchors import anchor
from onboarding.signatures.certificate import read
from onboarding.signatures.kept import KnownPath
from onboarding.signatures.refusals import (
    UNREADABLE,
    BadPath,
    Expired,
    NotYetValid,
    Refusal,
    RevocationUnknown,
    Revoked,
    UnknownIssuer,
    WeakAlgorithm,
)
from onboarding.signatures.trust import IssuerTrust, Trust

Result = TypeVar("Result")

REVOCATION_LATER, REVOCATION_BY_LISTS = (
    CertRevTrustPolicy(RevocationCheckingPolicy(rule, rule))
    for rule in (RevocationCheckingRule.NO_CHECK, RevocationCheckingRule.CRL_REQUIRED)
)


def find(encoded: bytes, trust: Trust, now: datetime) -> tuple[IssuerTrust, ValidationPath]:
    """The issuer that made a certificate in DER, and the valid path to its anchor, whose dates count as well.

    But for dates, a profile's own among them, it follows from the certificate's bytes alone, so it is found once.

    Raises:
        TooLarge, Malformed, UnknownIssuer, Expired, NotYetValid, WeakAlgorithm, BadPath: see there.
    """
    fingerprint = hashlib.sha256(encoded).digest()
    for issuer in trust.issuers:
        known = issuer.kept.paths.get(fingerprint)
        if known and known.first <= now <= known.last:
            return issuer, known.path
    issuer, path = search(read(encoded), trust, now)
    first, last = [one.not_valid_before for one in path], [one.not_valid_after for one in path]
    last += issuer.profile.exceptions_end(now)
    issuer.kept.paths.put(fingerprint, KnownPath(path, max(first), min(last)))
    return issuer, path


def search(certificate: x509.Certificate, trust: Trust, now: datetime) -> tuple[IssuerTrust, ValidationPath]:
    """What `find` finds, of a certificate that is not known."""
    refusal: Refusal = UnknownIssuer()
    for issuer in trust.issuers:
        if issuer.issued(certificate):
            try:
                return issuer, build(certificate, issuer, now)
            except Refusal as refused:  # another profile may have an authority of the same name
                refusal = refused
    raise refusal


def build(certificate: x509.Certificate, issuer: IssuerTrust, now: datetime) -> ValidationPath:
    """A valid path under this issuer's anchors."""
    path = validate(certificate, issuer, now)
    check_dates(path.first, now)
    if any(one.serial_number < 0 for one in path):  # RFC 5280, section 4.1.2.2
        raise BadPath
    return path


def validate(certificate: x509.Certificate, issuer: IssuerTrust, now: datetime) -> ValidationPath:
    """Find a path and check all of it but the anchor's dates and revocation."""
    algorithms.load(certificate.public_key.dump(), issuer.profile.least_rsa_bits)
    try:
        without_lists = context(issuer, (), now, REVOCATION_LATER)
        return at_once(CertificateValidator(certificate, validation_context=without_lists).async_validate_path())
    except ExpiredError:
        raise Expired from None
    except NotYetValidError:
        raise NotYetValid from None
    except DisallowedAlgorithmError:
        raise WeakAlgorithm from None
    except PathBuildingError:
        raise UnknownIssuer from None
    except (ValidationError, *UNREADABLE):
        raise BadPath from None


def check_dates(certificate: x509.Certificate, now: datetime) -> None:
    """Raise Expired or NotYetValid outside the certificate's dates, both of them included."""
    if now < certificate.not_valid_before:
        raise NotYetValid
    if now > certificate.not_valid_after:
        raise Expired


def check_revocation(
    certificate: x509.Certificate, path: ValidationPath, issuer: IssuerTrust, now: datetime
) -> None:
    """Look one certificate of a path up in the lists of the trust folder, of whatever kind.

    Who signs a list and is not in the path must be in such a list itself, not revoked.

    Raises:
        Revoked: it is on one.
        RevocationUnknown: there is no current and properly signed list for it, or one for some reasons only.
    """
    lists = context(issuer, issuer.lists.current(), now, REVOCATION_BY_LISTS)
    for above in takewhile(lambda one: one is not certificate, path):
        lists.record_validation(above, path)  # type: ignore[no-untyped-call]  # each is looked up by itself
    try:
        at_once(verify_crl(certificate, path, lists))
    except RevokedError:
        raise Revoked from None
    except (CRLValidationError, ValidationError, OSError, *UNREADABLE):
        raise RevocationUnknown from None


def at_once(coroutine: Coroutine[Any, Any, Result]) -> Result:
    """Run a coroutine that waits for nothing: the validator's are made for fetching, which does not happen here.

    It needs no event loop, so it works in any thread, and beside a loop that runs already.

    Raises:
        RuntimeError: it waited after all.
    """
    try:
        coroutine.send(None)
    except StopIteration as end:
        result: Result = end.value
        return result
    coroutine.close()
    raise RuntimeError("the path validation waits for something")


def context(
    issuer: IssuerTrust,
    lists: Sequence[crl.CertificateList],
    now: datetime,
    revocation: CertRevTrustPolicy,
) -> ValidationContext:
    """This issuer's certificates and these lists at one moment, nothing else, and no tolerance in time."""
    allowed = AllowList(issuer.profile)
    made = ValidationContext(
        trust_roots=[anchor(certificate) for certificate in issuer.anchors],
        other_certs=issuer.intermediates,
        crls=lists,
        moment=now,
        algorithm_usage_policy=allowed,
        signature_validator=AllowedSignatures(allowed, now),
        revinfo_policy=revocation,
    )
    # Live, not looking back: or a list's entry dated after `now`, by a clock ahead of ours, would not count.
    live = ValidationTimingInfo(now, now, point_in_time_validation=False)
    made.timing_params = ValidationTimingParams(live, timedelta(0))
    return made
