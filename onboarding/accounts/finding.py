"""Finding an account or a journey by what somebody reads out: one field, whatever it is.

A text is searched for as everything that it may be. Personal values are found by their blind indexes only, in the
one normal form that they were stored in (rule R18); nothing is ever compared by a part of it.
"""

import re
import unicodedata
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from onboarding.accounts import identity_numbers, journeys, numbers
from onboarding.accounts.certificates import Certificate
from onboarding.accounts.journeys import Journey
from onboarding.accounts.people import Account, PhoneNumber

KINDS = ("support-code", "number", "national-id", "tax-code", "serial")
LONGEST = 60  # characters of what is searched for: the longest serial number in hex, with colons between
MOST = 20  # accounts shown of one search: a serial number can belong to certificates of several issuers
SERIAL = re.compile(r"[0-9A-F]{2,40}")  # RFC 5280, section 4.1.2.2: at most 20 octets


@dataclass(frozen=True)
class Typed:
    """What a text may be: the kind, and the value in its normal form."""

    kind: str
    value: str


@dataclass(frozen=True)
class Found:
    """The accounts and the journey that a text leads to, and the phone number if it is one.

    `counts` says of each kind of thing that the text may be how many accounts or journeys are found by it.
    """

    accounts: list[Account]
    journey: Journey | None
    number: str | None
    counts: dict[str, int]


def recognise(text: str) -> list[Typed]:
    """All that a text may be, each of the KINDS once at most."""
    if len(text) > LONGEST:
        return []
    letters = "".join(char for char in unicodedata.normalize("NFKC", text).upper() if char.isalnum())
    readings = [
        support_code(text),
        number(text),
        Typed("national-id", letters) if letters.isdecimal() and len(letters) in (9, 12) else None,
        tax_code(text),
        Typed("serial", serial(letters)) if SERIAL.fullmatch(letters) else None,
    ]
    return [reading for reading in readings if reading is not None]


def support_code(text: str) -> Typed | None:
    """The support code that a text is."""
    code = journeys.normal_support_code(text)
    return Typed("support-code", code) if code else None


def number(text: str) -> Typed | None:
    """The phone number that a text is; one from before 2018 is what it became."""
    try:
        return Typed("number", numbers.normalise(text))
    except numbers.OldElevenDigits as old:
        return Typed("number", old.suggestion)
    except numbers.Refused:
        return None


def tax_code(text: str) -> Typed | None:
    """The tax code that a text is."""
    try:
        return Typed("tax-code", identity_numbers.tax_code(text))
    except identity_numbers.WrongId:
        return None


def serial(letters: str) -> str:
    """A certificate's serial number as it is stored: hexadecimal, without zeros before it."""
    return letters.lstrip("0").lower() or "0"


def find(db: Session, text: str) -> Found:
    """Whatever a text leads to; one statement for each thing that it may be, each answered by an index."""
    typed = recognise(text)
    by_kind = {reading.kind: reading.value for reading in typed}
    found = {reading.kind: accounts(db, reading) for reading in typed}
    counts = {kind: len(those) for kind, those in found.items()}
    journey = None
    if "support-code" in by_kind:
        journey = journeys.find_by_support_code(db, by_kind["support-code"])
        counts["support-code"] = int(journey is not None)
    everybody = {account.id: account for those in found.values() for account in those}
    return Found(list(everybody.values()), journey, by_kind.get("number"), counts)


def accounts(db: Session, typed: Typed) -> list[Account]:
    """The accounts that one reading of a text leads to."""
    index = db.info["keyring"].index
    chosen = select(Account).limit(MOST)
    match typed.kind:
        case "number":
            by_number = PhoneNumber.number_index == index("phone_numbers.number", typed.value)
            chosen = chosen.join(PhoneNumber).where(by_number)
        case "national-id":
            chosen = chosen.where(Account.national_id_index == index("accounts.national_id", typed.value))
        case "tax-code":
            chosen = chosen.where(Account.tax_code_index == index("accounts.tax_code", typed.value))
        case "serial":
            chosen = chosen.join(Certificate).where(Certificate.serial == typed.value)
        case _:
            return []
    return list(db.scalars(chosen))
