"""Phone numbers: one form for every spelling, and a reason for each number that gets no messages."""

import unicodedata
from collections.abc import Mapping

import phonenumbers
from phonenumbers import PhoneNumberType

from onboarding.resources import N_

LONGEST = 40  # characters that anybody may type for a number, before anything looks at them
SEPARATORS = frozenset(".()/")
MOBILE = "35789"  # first digits of the mobile ranges, each nine digits long
# The change from 11 to 10 digits of 15 September 2018, carrier by carrier, without the leading zero.
SINCE_2018 = {
    "120": "70", "121": "79", "122": "77", "126": "76", "128": "78",
    "123": "83", "124": "84", "125": "85", "127": "81", "129": "82",
    "162": "32", "163": "33", "164": "34", "165": "35", "166": "36", "167": "37", "168": "38", "169": "39",
    "186": "56", "188": "58", "199": "59",
}  # fmt: skip


class Refused(ValueError):
    """A number that no code is sent to; `message` and its `values` tell the citizen why."""

    message = ""

    def __init__(self, **values: str) -> None:
        super().__init__(self.message)
        self.values: Mapping[str, str] = values


class NotANumber(Refused):
    """Letters, nothing at all, or digits too few or too many for a number here."""

    message = N_("Enter your mobile number: 10 digits that begin with 0, for example 0912 345 678.")


class Foreign(Refused):
    """A number of another country: our messages reach numbers of Vietnam only."""

    message = N_("We can send messages to numbers of Vietnam only. Enter a number that begins with 0 or +84.")


class NotMobile(Refused):
    """A fixed line, a short or premium number, or a range that no carrier has: no text message arrives there."""

    message = N_("Text messages do not reach this number. Enter a mobile number.")


class NotCallable(Refused):
    """No number at all, or a short or premium one, where an officer is to call."""

    message = N_("Enter a mobile number, or a landline with its area code, for example 0293 3877 777.")


class OldElevenDigits(Refused):
    """A number from before September 2018; `suggestion` is what it became, in E.164 form."""

    message = N_("This number is from before 2018. It has 10 digits now. Enter %(number)s if it is yours.")

    def __init__(self, suggestion: str) -> None:
        super().__init__(number=grouped(suggestion))
        self.suggestion = suggestion


def normalise(text: str) -> str:
    """A Vietnamese mobile number in E.164 form (rule R18), e.g. `+84901234567`.

    Spaces, dashes, dots, brackets, full-width digits and the beginnings 0, 84, +84 and 0084 are all welcome.

    Raises:
        Refused: one of the classes above.
    """
    digits = of_today(text)
    kind = kind_of(digits)
    if kind == PhoneNumberType.MOBILE:
        return "+84" + digits
    if len(digits) > 10 or (kind == PhoneNumberType.UNKNOWN and digits[0] in MOBILE and len(digits) != 9):
        raise NotANumber  # a digit forgotten, or too many
    raise NotMobile


def normalise_to_call(text: str) -> str:
    """A Vietnamese mobile or fixed number in E.164 form: where an officer can call. Raises Refused."""
    try:
        digits = of_today(text)
    except NotANumber:
        raise NotCallable from None
    if kind_of(digits) not in (PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE):
        raise NotCallable
    return "+84" + digits


def gets_messages(number: str) -> bool:
    """Whether text messages arrive at a number in E.164 form: not at a fixed line."""
    return kind_of(number.removeprefix("+84")) == PhoneNumberType.MOBILE


def of_today(text: str) -> str:
    """The national digits of whatever was typed. Raises NotANumber, Foreign or OldElevenDigits."""
    digits = national(compact(text[: LONGEST + 1]))
    if len(digits) == 10 and digits[:3] in SINCE_2018:
        raise OldElevenDigits("+84" + SINCE_2018[digits[:3]] + digits[3:])
    return digits


def kind_of(digits: str) -> int:
    """The `PhoneNumberType` of national digits."""
    return phonenumbers.number_type(parsed(digits))


def parsed(digits: str) -> phonenumbers.PhoneNumber:
    """National digits as the library has them."""
    return phonenumbers.PhoneNumber(country_code=84, national_number=int(digits))


def compact(text: str) -> str:
    """The text without what people and programs put between digits; full-width digits as 0-9."""
    return "".join(char for char in unicodedata.normalize("NFKC", text) if not between(char))


def between(char: str) -> bool:
    """Whether a character only separates: white space, a dash, a dot, a bracket, or an invisible mark."""
    return char.isspace() or char in SEPARATORS or unicodedata.category(char) in ("Pd", "Cf")


def national(text: str) -> str:
    """The digits after the country code or the leading zero. Raises NotANumber or Foreign."""
    digits = text.removeprefix("+")
    if len(text) > LONGEST or not (digits.isascii() and digits.isdigit()):
        raise NotANumber
    abroad = text.startswith("+") or digits.startswith("00")
    digits = digits.removeprefix("00")
    if abroad and not digits.startswith("84"):
        raise Foreign
    if abroad or (digits.startswith("84") and len(digits) >= 11):
        digits = digits.removeprefix("84")
    digits = digits.removeprefix("0")
    if not digits or digits.startswith("0"):
        raise NotANumber
    return digits


def masked(number: str) -> str:
    """A number as a page shows it to whoever has neither typed nor proven it: `•••• ••• 567`, kept in one line."""
    return f"••••\N{NO-BREAK SPACE}•••\N{NO-BREAK SPACE}{number[-3:]}"


def grouped(number: str) -> str:
    """A number as people write and say it: `0901 234 567`, a fixed line `0293 3877 777`."""
    return phonenumbers.format_number(parsed(number.removeprefix("+84")), phonenumbers.PhoneNumberFormat.NATIONAL)


def prefix(number: str) -> str:
    """The beginning that one carrier's numbers share, e.g. `+8490` (P12, P13)."""
    return number[:5]
