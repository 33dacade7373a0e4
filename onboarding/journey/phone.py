"""I have an account by phone number: number, code, signed in."""

from flask_babel import lazy_gettext as _l

from onboarding.accounts import number_changes, people
from onboarding.accounts.people import Account
from onboarding.journey import notices, proving, signing_in
from onboarding.journey.forms import StepForm
from onboarding.journey.steps import Answer, Step
from onboarding.journey.visit import Visit


def after_code(visit: Visit, number: str) -> str:
    """Sign the number's owner in; a number without account can get one at once, it is confirmed already."""
    account = people.find_by_number(visit.db, number) or moved(visit, number)
    if account is None:
        return "no-account"
    if account.state != "active":
        return "suspended"
    signing_in.sign_in(visit, account, "phone")
    return visit.only_way_on()


def moved(visit: Visit, number: str) -> Account | None:
    """The account whose change to this number was approved: proven now, and the old number learns so (R15)."""
    taken = number_changes.take(visit.db, visit.now, visit.settings, number)
    if taken is None:
        return None
    account, old = taken
    notices.number_changed(visit, old)
    return account


ANSWER = Answer(
    value="phone",
    label=_l("I have an account by phone number"),
    hint=_l("We send a code to your phone."),
    steps=(
        proving.number_step(
            "phone",
            _l("Sign in with your phone number"),
            _l("Enter the number that you registered with. We send a code of 6 digits to it, free of charge."),
            "phone-code",
            proving.SIGN_IN,
            template="phone",
        ),
        proving.code_step("phone-code", ("signed-in", "no-account", "suspended"), proving.SIGN_IN, after_code),
        Step("no-account", _l("This number has no account yet"), ("who",), StepForm),
        Step("suspended", _l("This account is suspended"), ("call-back",), StepForm),
        Step("signed-in", _l("You are signed in"), outcome="signed-in", exit="citizen.account"),
    ),
)
