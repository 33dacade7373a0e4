"""What becomes of one applicant of the earlier portal: somebody with an account here, or a reason why not."""

import re
import unicodedata
from collections.abc import Mapping
from typing import NamedTuple

from onboarding.accounts import identity_numbers, numbers
from onboarding.accounts.people import Applicant

LONGEST_NAME = 150
LONGEST_ID = 40  # with whatever stands between its digits
DOTTED = re.compile(r"\d{3,}(\.\d{3,})*")  # people dot groups: the dot in `93065001234.0` is a spreadsheet's
OLD_CARD_DIGITS = 9  # a CMND: no valid paper any more, but all that an old account has
NUMBERS = {
    numbers.NotANumber: "not a phone number",
    numbers.Foreign: "a number of another country",
    numbers.NotMobile: "not a mobile number",
}


class NotTaken(ValueError):
    """A line that makes no account; its text is the reason in the report, and nothing of the line stands in it."""


class Taken(NamedTuple):
    """One account to be made."""

    who: Applicant
    number: str
    state: str
    converted: bool


def judge(fields: Mapping[str, str] | None) -> Taken:
    """The account that a line stands for. Raises NotTaken."""
    if fields is None:
        raise NotTaken("unreadable line")
    name, kind = name_of(fields.get("applicantName", "")), fields.get("applicantIdType", "").strip().lower()
    id_number = fields.get("applicantIdNo", "")
    match kind:
        case "citizen":
            who = Applicant("citizen", name, national_id(id_number))
        case "business":
            who = Applicant("organisation", name, None, tax_code=tax_code(id_number))
        case _:
            raise NotTaken("neither citizen nor business")
    number, converted = phone_number(fields.get("contactTelNo", ""))
    locked = fields.get("lock_", "").strip().lower() in ("true", "1", "t")
    return Taken(who, number, "suspended" if locked else "active", converted)


def name_of(text: str) -> str:
    """The name, in NFC and with single blanks (rule R17)."""
    name = " ".join(unicodedata.normalize("NFC", text).split())
    if not name:
        raise NotTaken("no name")
    if len(name) > LONGEST_NAME or any(unicodedata.category(char)[0] == "C" for char in name):
        raise NotTaken("not a name")
    return name


def national_id(text: str) -> str:
    """The 12-digit id of a citizen, or the 9 digits of an old card."""
    digits = identity_numbers.digits(as_written(text))
    if not (digits.isascii() and digits.isdigit() and len(digits) in (OLD_CARD_DIGITS, 12)):
        raise NotTaken("not an identity number")
    return digits


def tax_code(text: str) -> str:
    """The tax code of an organisation."""
    try:
        return identity_numbers.tax_code(as_written(text))
    except identity_numbers.WrongId:
        raise NotTaken("not a tax code") from None


def as_written(text: str) -> str:
    """An id as people write it; nothing where a program took it for a number, which changes its digits."""
    plain = re.sub(r"[\s-]", "", unicodedata.normalize("NFKC", text[: LONGEST_ID + 1]))
    return plain if len(text) <= LONGEST_ID and DOTTED.fullmatch(plain) else ""


def phone_number(text: str) -> tuple[str, bool]:
    """The mobile number, and whether it is what one of before September 2018 became."""
    try:
        return numbers.normalise(text), False
    except numbers.OldElevenDigits as old:
        return old.suggestion, True
    except numbers.Refused as refused:
        raise NotTaken(NUMBERS[type(refused)]) from None
