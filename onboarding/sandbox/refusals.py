"""Test certificates that the sign-in refuses: by the refusal's name, what is wrong with an order for one.

The names are the codes of `onboarding.signatures.refusals`; two are ways to `weak-algorithm`. Where an issuer's
staff may decide (vgca), `revocation-unknown` ends as `staff-decides`.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.x509.oid import NameOID

from onboarding.sandbox.certificates import Order, certify, order
from onboarding.sandbox.issuers import (
    NO_USAGE,
    SHAPES,
    Authority,
    Person,
    load_authority,
    load_root,
    make_authority,
    revoke,
    save,
)

SILENT = "silent"
DAY = timedelta(days=1)
SMALL_KEY = "small-key"  # the one that lies in the key, not in the order


def unchanged(wanted: Order) -> Order:
    """As any other: what is wrong lies elsewhere."""
    return wanted


def expired(wanted: Order) -> Order:
    """Over since yesterday."""
    return replace(wanted, begins=wanted.begins - 366 * DAY, ends=wanted.begins - DAY)


def not_yet_valid(wanted: Order) -> Order:
    """From in thirty days on."""
    return replace(wanted, begins=wanted.begins + 30 * DAY)


def wrong_key_usage(wanted: Order) -> Order:
    """For sealing letters, not for signing."""
    usage = x509.KeyUsage(**NO_USAGE | {"key_encipherment": True})
    return replace(wanted, extensions=((usage, True),))


def weak_hash(wanted: Order) -> Order:
    """Signed over SHA-224, which is not on the allow-list."""
    return replace(wanted, hashed_by=hashes.SHA224())


def unknown_issuer(wanted: Order) -> Order:
    """From an authority that nobody here has heard of."""
    return replace(wanted, authority=make_authority("Sandbox", "Sandbox Stranger CA", None, wanted.begins))


def bad_path(wanted: Order) -> Order:
    """With a critical extension that nobody knows (RFC 5280, section 4.2)."""
    unknown = x509.UnrecognizedExtension(x509.ObjectIdentifier("1.3.6.1.4.1.99999.1"), b"\x05\x00")
    return replace(wanted, extensions=(*wanted.extensions, (unknown, True)))


def named(*numbers: str) -> Callable[[Order], Order]:
    """The same name with these numbers in place of its own."""

    def change(wanted: Order) -> Order:
        kept = [part for part in wanted.subject if part.oid != NameOID.USER_ID]
        others = [x509.NameAttribute(NameOID.USER_ID, number) for number in numbers]
        return replace(wanted, subject=x509.Name([*kept, *others]))

    return change


CHANGES: dict[str, Callable[[Order], Order]] = {
    "expired": expired,
    "not-yet-valid": not_yet_valid,
    "wrong-key-usage": wrong_key_usage,
    "weak-hash": weak_hash,
    SMALL_KEY: unchanged,
    "revoked": unchanged,
    "unknown-issuer": unknown_issuer,
    "bad-path": bad_path,
    "identity-missing": named(),
    "old-identity-card": named("CMND:123456789"),
    "identity-ambiguous": named("CCCD:093085001234", "CCCD:093085001235"),
}
REFUSALS = (*CHANGES, "revocation-unknown")


def silent_authority(folder: Path, issuer: str, now: datetime) -> Authority:
    """The issuer's authority without a revocation list, made where it is not there yet.

    A running sandbox has read its authorities at its start: so this one is made before it.
    """
    if not (folder / issuer / "intermediates" / f"{SILENT}.pem").exists():
        name, key = f"{SHAPES[issuer].authority} without lists", load_authority(folder, issuer).key
        made = make_authority(SHAPES[issuer].organisation, name, load_root(folder, issuer), now, key)
        save(folder / issuer, "intermediates", SILENT, made)
    return load_authority(folder, issuer, SILENT)


def issue_refused(
    refusal: str, folder: Path, issuer: str, public_key: bytes, person: Person, now: datetime
) -> x509.Certificate:
    """A certificate that is refused for this reason and no other."""
    wanted = order(folder, issuer, public_key, person, now, days=365)
    if refusal == "revocation-unknown":
        return certify(replace(wanted, authority=silent_authority(folder, issuer, now)))
    certificate = certify(CHANGES[refusal](wanted))
    if refusal == "revoked":
        revoke(folder, issuer, certificate, now)
    return certificate
