"""Confirming that it is you, before a way to sign in is changed: by a phone code or by a linked token (P25).

Who has confirmed is signed in anew (rule R24): how fresh a proof is, is how old the sign-in is.
"""

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, HiddenField
from wtforms.validators import AnyOf

from onboarding.accounts import certificates, codes, numbers, people, sessions
from onboarding.accounts.certificates import Certificate
from onboarding.journey import proving, signature, signing_in
from onboarding.journey.forms import StepForm
from onboarding.journey.gate import me
from onboarding.journey.signature import UsbForm
from onboarding.journey.steps import Step
from onboarding.journey.visit import Visit
from onboarding.resources import N_

AIMS = ("link-token", "unlink-token")  # the steps that ask for it
NOT_LINKED = N_("This token is not linked to your account. Plug in one that is, or have a code sent.")


class ConfirmForm(StepForm):
    """What somebody wants to do next, and how to confirm that it is them."""

    aim = HiddenField(validators=[AnyOf(AIMS, _l("Start again from your account page."))])
    by_token = BooleanField(false_values=(False, "", "0"))


def show(visit: Visit) -> dict[str, Any]:
    """Where the code would go, and whether there is a token to confirm with."""
    mine = me()
    return {
        "number_masked": numbers.masked(str(mine.account.numbers[0].number)),
        "has_token": bool(certificates.of_account(visit.db, mine.account_id)),
    }


def ask(visit: Visit, form: ConfirmForm) -> str | None:
    """Send a code, or go on to the token; before the next page this sign-in's certificate is checked (P38)."""
    assert visit.journey is not None
    mine = me()
    sessions.recheck_from(visit.db, mine, visit.now)
    visit.journey.account_id = mine.account_id
    if form.by_token.data:
        visit.remember(aim=form.aim.data)
        return "confirm-token"
    refused = proving.begin(visit, proving.CONFIRM, str(mine.account.numbers[0].number))
    if isinstance(refused, codes.Refused):
        form.refuse(form.aim, proving.WHY_NO_CODE[refused.reason], time=proving.at(refused.until))
        return None
    visit.remember(aim=form.aim.data)
    return visit.only_way_on()


def after_code(visit: Visit, number: str) -> str:
    """On to what was wanted; the code of another account's number confirms nothing."""
    owner = people.find_by_number(visit.db, number)
    if owner is not None and owner.id == me().account_id:
        sign_in_anew(visit, "phone")
    return str(visit.facts["aim"])


def take_proof(visit: Visit, form: UsbForm) -> str | None:
    """On to what was wanted, by a token that is linked to this very account."""
    presented = signature.presented(visit, form)
    if presented is None:
        return None
    linked = certificates.find_linked(visit.db, presented.key_hash)
    if linked is None or linked.account_id != me().account_id or not certificates.fits(linked.account, presented):
        form.refuse(form.proof, NOT_LINKED)
        return None
    certificates.take_over(visit.db, linked, presented)
    sign_in_anew(visit, "usb", linked)
    return str(visit.facts["aim"])


def sign_in_anew(visit: Visit, how: str, linked: Certificate | None = None) -> None:
    """A fresh sign-in in place of this one."""
    mine = me()
    sessions.end(visit.db, visit.now, mine, "proven-again")
    signing_in.sign_in(visit, mine.account, how, linked)


STEPS = (
    Step(
        "confirm",
        _l("Confirm that it is you"),
        ("confirm-code", "confirm-token"),
        ConfirmForm,
        ask,
        show=show,
        personal=True,
        entrance=True,
        only_for="signed-in",
    ),
    proving.code_step("confirm-code", AIMS, proving.CONFIRM, after_code, only_for="signed-in"),
    Step(
        "confirm-token",
        _l("Confirm with your USB token"),
        AIMS,
        UsbForm,
        take_proof,
        {"press": _l("Confirm with the token")},
        show=signature.show,
        template="usb",
        only_for="signed-in",
    ),
)
