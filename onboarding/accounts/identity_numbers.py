"""National ids and tax codes: what their digits say, and whether they fit the person."""

import unicodedata
from datetime import date

from stdnum.exceptions import InvalidChecksum, InvalidComponent, ValidationError
from stdnum.vn import mst

from onboarding.resources import N_

# Codes of the 63 provinces in ids given so far (Circular 07/2016/TT-BCA); later codes are not known yet.
PROVINCES = frozenset(
    """
    001 002 004 006 008 010 011 012 014 015 017 019 020 022 024 025 026 027 030 031 033 034 035 036 037 038 040
    042 044 045 046 048 049 051 052 054 056 058 060 062 064 066 067 068 070 072 074 075 077 079 080 082 083 084
    086 087 089 091 092 093 094 095 096
    """.split()  # noqa: SIM905 - a list of 63 quoted strings is harder to check against its source
)

LONGEST = 40  # characters that anybody may type for an id, before anything looks at them
OWNERS_OWN = 12  # digits of a household business's tax code: its owner's number (Circular 86/2024/TT-BTC)


class WrongId(ValueError):
    """An id that cannot be right; `message` tells the citizen what to do."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


def digits(text: str) -> str:
    """The text without spaces, dots and dashes, its digits as 0-9; of a text too long only the beginning."""
    text = text[: LONGEST + 1]
    return "".join(char for char in unicodedata.normalize("NFKC", text) if not char.isspace() and char not in ".-")


def national_id(text: str) -> str:
    """A 12-digit national id in its normal form (Decree 137/2015, art. 13). Raises WrongId."""
    number = digits(text)
    if not (number.isascii() and number.isdigit()):
        raise WrongId(N_("Enter the 12 digits of your identity card, digits only."))
    if len(number) == 9:
        raise WrongId(N_("This is an old 9-digit number. Enter the 12-digit number of your identity card."))
    if len(number) != 12:
        raise WrongId(N_("The identity number has 12 digits. Check it against your card."))
    return number


def check_birth_date(number: str, born: date) -> None:
    """Refuse a birth date that the id contradicts: digit 4 gives the century, digits 5 and 6 the year."""
    year = (19 + int(number[3]) // 2) * 100 + int(number[4:6])
    if born.year != year:
        raise WrongId(N_("The identity number and the date of birth do not fit together. Check both."))


def known_province(number: str) -> bool:
    """Whether the id begins with a province code in use so far. An unknown one is a reason to look twice only."""
    return number[:3] in PROVINCES


def tax_code(text: str) -> str:
    """A tax code with 10 or 13 digits, its check digit right, or its owner's number of 12. Raises WrongId."""
    number = digits(text)
    if len(number) == OWNERS_OWN and number.isascii() and number.isdigit():
        return number
    try:
        return str(mst.validate(number))
    except (InvalidChecksum, InvalidComponent):
        raise WrongId(
            N_("A digit of the tax code is probably wrong. Check it against the registration.")
        ) from None
    except ValidationError:
        raise WrongId(N_("Enter the tax code as it is on the registration: 10, 12 or 13 digits.")) from None


def check_owner(tax_code: str, representative: str) -> None:
    """Refuse a tax code of 12 digits that is not the representative's own id: that of a household business is."""
    if len(tax_code) == OWNERS_OWN and tax_code != representative:
        raise WrongId(N_("A tax code of 12 digits is the owner's identity number. Check both numbers."))
