"""Whom a certificate names, read from the subject by ASN.1, never from a printed name (rule R37)."""

import re
import unicodedata
from dataclasses import dataclass

from asn1crypto import core, x509

from onboarding.signatures.refusals import (
    UNREADABLE,
    IdentityAmbiguous,
    IdentityMissing,
    OldIdentityCard,
)

# A UID (0.9.2342.19200300.100.1.1) carries prefixed values, several to a subject, as in `CCCD:093085001234`.
FORMS = {
    "CCCD": re.compile(r"[0-9]{12}"),
    "CMND": re.compile(r"[0-9]{9}"),
    "MST": re.compile(r"[0-9]{10}(-?[0-9]{3})?|[0-9]{12}"),
}
PLAIN_STRINGS = (core.UTF8String, core.PrintableString)
NAME_STRINGS = (*PLAIN_STRINGS, core.BMPString)  # older Vietnamese authorities wrote names so
LONGEST = 200


@dataclass(frozen=True)
class Identity:
    """The person or organisation of a certificate: 12 digits, a tax code of 10, 12 or 13, and names in NFC."""

    national_id: str | None
    tax_code: str | None
    name: str
    organisation: str | None


def read(subject: x509.Name) -> Identity:
    """The identity in a subject.

    Raises:
        IdentityMissing, OldIdentityCard, IdentityAmbiguous: see there.
    """
    try:
        uids = numbers(values(subject, "user_id", PLAIN_STRINGS))
        names = values(subject, "common_name", NAME_STRINGS)
        organisations = values(subject, "organization_name", NAME_STRINGS)
    except UNREADABLE:
        raise IdentityAmbiguous from None
    if not uids.keys() & {"CCCD", "MST"}:
        raise OldIdentityCard if "CMND" in uids else IdentityMissing
    if len(names) != 1:
        raise IdentityAmbiguous
    return Identity(uids.get("CCCD"), uids.get("MST"), names[0], organisations[0] if organisations else None)


def values(subject: x509.Name, kind: str, types: tuple[type[core.Asn1Value], ...]) -> list[str]:
    """All values of one attribute. Raises IdentityAmbiguous on an odd type or a hidden character."""
    found = [part["value"].chosen for rdn in subject.chosen for part in rdn if part["type"].native == kind]
    texts = [unicodedata.normalize("NFC", value.native) for value in found if type(value) in types]
    if len(texts) != len(found) or not all(map(visible, texts)):
        raise IdentityAmbiguous
    return texts


def visible(text: str) -> bool:
    """Whether a text has a sensible length and no control, bidirectional, private or unassigned character."""
    return 0 < len(text) <= LONGEST and not any(unicodedata.category(char)[0] == "C" for char in text)


def numbers(uids: list[str]) -> dict[str, str]:
    """The numbers by kind, one of each; `CMND:` with 12 digits is a CCCD. Other kinds are passed over."""
    found: dict[str, str] = {}
    for uid in uids:
        prefix, _, number = uid.partition(":")
        kind, number = prefix.strip().upper(), number.strip()
        if kind == "CMND" and len(number) == 12:
            kind = "CCCD"
        if kind not in FORMS:
            continue
        if kind in found or not FORMS[kind].fullmatch(number):
            raise IdentityAmbiguous
        found[kind] = number.replace("-", "")
    return found
